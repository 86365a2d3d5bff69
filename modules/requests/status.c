/* status.c: the status page of a submitted request, and its messages. */
#include "status_view.h"

#include "base/log.h"
#include "app/instance/customer_steps.h"
#include "app/request/request_end.h"
#include "app/request/request_message.h"
#include "app/request/request_progress.h"
#include "draft.h"

static const struct view_field message_fields_[] = {
    VIEW_F(struct message_view, from_staff, VIEW_BOOL),
    VIEW_F(struct message_view, author, VIEW_STR),
    VIEW_F(struct message_view, body, VIEW_STR),
    VIEW_F(struct message_view, written_at, VIEW_INSTANT),
    VIEW_F(struct message_view, unread, VIEW_BOOL),
    VIEW_H(struct message_view, css_class, VIEW_STR),
};
static VIEW_TYPE(message_type, struct message_view, message_fields_);

static const struct view_field step_fields[] = {
    VIEW_F(struct step_view, text, VIEW_STR),
    VIEW_F(struct step_view, at, VIEW_INSTANT),
};
static VIEW_TYPE(step_type, struct step_view, step_fields);

static const struct view_field process_step_fields[] = {
    VIEW_F(struct process_step_view, text, VIEW_STR),
    VIEW_F(struct process_step_view, done, VIEW_BOOL),
    VIEW_F(struct process_step_view, now, VIEW_BOOL),
    VIEW_F(struct process_step_view, at, VIEW_INSTANT),
};
static VIEW_TYPE(process_step_type, struct process_step_view, process_step_fields);

static const struct view_field status_fields[] = {
    VIEW_F(struct status_view, reference, VIEW_STR),
    VIEW_F(struct status_view, title, VIEW_STR),
    VIEW_F(struct status_view, board, VIEW_BOOL),
    VIEW_F(struct status_view, state, VIEW_STR),
    VIEW_F(struct status_view, state_label, VIEW_MSG),
    VIEW_H(struct status_view, tag_class, VIEW_STR),
    VIEW_F(struct status_view, phase, VIEW_STR),
    VIEW_F(struct status_view, departments, VIEW_STR),
    VIEW_F(struct status_view, since_at, VIEW_INSTANT),
    VIEW_F(struct status_view, contact_department, VIEW_STR),
    VIEW_F(struct status_view, open_items, VIEW_INT),
    VIEW_F(struct status_view, unread, VIEW_INT),
    VIEW_F(struct status_view, question, VIEW_BOOL),
    VIEW_H(struct status_view, nothing_open, VIEW_BOOL),
    VIEW_H(struct status_view, is_over, VIEW_BOOL),
    VIEW_SUB(struct status_view, open_documents, VIEW_LIST, &document_view_type),
    VIEW_H(struct status_view, has_open_documents, VIEW_BOOL),
    VIEW_F(struct status_view, submitted_at, VIEW_INSTANT),
    VIEW_F(struct status_view, submitted_by, VIEW_STR),
    VIEW_F(struct status_view, effective_date, VIEW_DAY),
    VIEW_F(struct status_view, ended_at, VIEW_INSTANT),
    VIEW_SUB(struct status_view, groups, VIEW_LIST, &answer_group_view_type),
    VIEW_SUB(struct status_view, documents, VIEW_LIST, &document_view_type),
    VIEW_H(struct status_view, has_documents, VIEW_BOOL),
    VIEW_SUB(struct status_view, messages, VIEW_LIST, &message_type),
    VIEW_H(struct status_view, has_messages, VIEW_BOOL),
    VIEW_SUB(struct status_view, steps, VIEW_LIST, &step_type),
    VIEW_SUB(struct status_view, process_steps, VIEW_LIST, &process_step_type),
    VIEW_F(struct status_view, is_completed, VIEW_BOOL),
    VIEW_F(struct status_view, is_declined, VIEW_BOOL),
    VIEW_F(struct status_view, decline_reason, VIEW_STR),
    VIEW_F(struct status_view, may_message, VIEW_BOOL),
    VIEW_F(struct status_view, may_withdraw, VIEW_BOOL),
    VIEW_H(struct status_view, form_key, VIEW_STR),
    VIEW_H(struct status_view, body, VIEW_STR),
    VIEW_H(struct status_view, body_error, VIEW_STR),
    VIEW_H(struct status_view, body_invalid, VIEW_STR),
};
VIEW_TYPE(status_view_type, struct status_view, status_fields);

/* Oldest first: a conversation is read downwards. */
static enum err show_messages(struct page *page, const struct request_progress *progress,
                              struct status_view *view)
{
    size_t count = progress->message_count;
    struct message_view *items = ARENA_ARRAY(page->arena, struct message_view, count);
    for (size_t i = 0; i < count; i++) {
        const struct message_row *row = &progress->messages[count - 1 - i];
        items[i] = (struct message_view){
            .from_staff = row->from_staff,
            .author = row->author_name,
            .body = row->body,
            .written_at = row->written_at,
            .unread = row->unread,
            .css_class =
                row->from_staff ? STR("k-message") : STR("k-message k-message--own")};
        view->unread += row->unread;
        if (row->from_staff) {
            enum err err = page_departments(page, row->author_name, &items[i].author);
            if (err != OK)
                return err;
        }
    }
    view->messages = (struct view_list){items, count};
    view->has_messages = count > 0;
    return OK;
}

static struct str step_text(const struct page *page, const struct request_full *full,
                            const struct timeline_row *row)
{
    if (str_is(row->field, "phase"))
        return page_phase(page, full->definition, row->new_value, REQUEST_DRAFT);
    return page_text(page, state_label(request_state_from_key(row->new_value)));
}

/* State and phase may change in one transaction and mean the same: one line is enough. */
static struct view_list show_steps(struct page *page,
                                   const struct request_progress *progress)
{
    struct step_view *items =
        ARENA_ARRAY(page->arena, struct step_view, progress->step_count);
    size_t count = 0;
    for (size_t i = 0; i < progress->step_count; i++) {
        struct str text = step_text(page, &progress->full, &progress->steps[i]);
        if (str_is_empty(text) || (count > 0 && str_eq(items[count - 1].text, text)))
            continue;
        items[count++] = (struct step_view){text, progress->steps[i].changed_at};
    }
    return (struct view_list){items, count};
}

/* Those that have a text for customers: done, under way, bound to come. */
static struct view_list show_process_steps(struct page *page,
                                           const struct request_full *full)
{
    struct customer_step *steps;
    size_t count = customer_steps_read(page->arena, full->definition, full->row.steps,
                                       full->row.ended_at != INSTANT_NONE, &steps);
    struct process_step_view *items =
        ARENA_ARRAY(page->arena, struct process_step_view, count + 1);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct process_step_view){
            .text = page_definition_text(page, full->definition, steps[i].text),
            .done = steps[i].state == POSITION_DONE,
            .now = steps[i].state == POSITION_NOW,
            .at = steps[i].at,
        };
    return (struct view_list){items, count};
}

static struct view_list open_documents(struct page *page, struct view_list documents)
{
    const struct document_view *all = documents.items;
    struct document_view *items =
        ARENA_ARRAY(page->arena, struct document_view, documents.count);
    size_t count = 0;
    for (size_t i = 0; i < documents.count; i++) {
        if (all[i].rejected)
            items[count++] = all[i];
    }
    return (struct view_list){items, count};
}

/* More is open than documents, and the last word is the department's: it waits for an answer. */
static bool asked(const struct request_progress *progress, size_t documents)
{
    return progress->full.state == REQUEST_RELEASED &&
           progress->full.row.open_items > (int64_t)documents &&
           progress->message_count > 0 && progress->messages[0].from_staff;
}

static enum err fill(struct page *page, const struct request_progress *progress,
                     struct status_view *view)
{
    const struct request_full *full = &progress->full;
    bool over = full->row.ended_at != INSTANT_NONE;
    *view = (struct status_view){
        .reference = full->row.reference,
        .board = full->row.board,
        .title = page_definition_text(page, full->definition, full->definition->title),
        .state = full->row.state,
        .state_label = state_label(full->state),
        .tag_class = state_tag(full->state),
        .phase = page_phase(page, full->definition, full->row.phase, full->state),
        .since_at = full->row.since_at,
        .submitted_at = full->row.submitted_at,
        .submitted_by = full->row.submitted_by_name,
        /* What was declined or withdrawn never takes effect. */
        .effective_date = over && full->state != REQUEST_COMPLETED
                              ? DAY_NONE
                              : full->row.effective_date,
        .ended_at = full->row.ended_at,
        .is_over = over,
        .groups = summary_groups(page, full),
        .documents = summary_documents(page, full),
        .has_documents = full->slot_count > 0,
        .steps = show_steps(page, progress),
        .process_steps = show_process_steps(page, full),
        .is_completed = full->state == REQUEST_COMPLETED,
        .is_declined = full->state == REQUEST_DECLINED,
        /* Of the definition, or what intake wrote. */
        .decline_reason =
            page_definition_text(page, full->definition, full->row.decline_reason),
        .may_message = page_may(page, RIGHT_REQUEST_EDIT),
        .may_withdraw =
            page_may(page, RIGHT_REQUEST_SUBMIT) && request_may_withdraw(full->state),
        .form_key = page_form_key(page),
        .body_invalid = STR("false"),
    };
    enum err err = show_messages(page, progress, view);
    if (err != OK)
        return err;
    if (!over)
        view->open_documents = open_documents(page, view->documents);
    view->has_open_documents = view->open_documents.count > 0;
    view->open_items = (int64_t)view->open_documents.count;
    view->question = asked(progress, view->open_documents.count);
    view->nothing_open =
        !over && view->open_items == 0 && view->unread == 0 && !view->question;
    err = page_departments(page, full->row.department_keys, &view->departments);
    if (err == OK)
        err = page_departments(page, full->row.contact_team, &view->contact_department);
    return err;
}

enum err request_page_get(struct page *page)
{
    const struct actor actor = page_actor(page);
    struct request_progress progress;
    struct status_view view;
    enum err err = request_progress(&actor, page_env(page), page_param(page, "reference"),
                                    &progress);
    if (err != OK)
        return err;
    if (progress.full.state == REQUEST_DRAFT)
        return draft_render(page, &progress.full);
    err = fill(page, &progress, &view);
    if (err == OK)
        err = page_render(page, PAGE_STATUS, &view);
    if (err != OK)
        return err;
    /* The page is made and right without the mark; a failure shows the messages as new once more. What
     * only the script has fetched nobody has read. */
    if (!page_is_poll(page) && request_progress_seen(&actor, &progress) != OK)
        log_event(LOG_LEVEL_WARN, "read_mark_failed", "%s", err_text());
    return OK;
}

/* The page again, with what was typed and why it was not taken. */
static enum err message_again(struct page *page, const struct actor *actor)
{
    struct request_progress progress;
    struct status_view view;
    enum err err =
        request_progress(actor, page_env(page), page_param(page, "reference"), &progress);
    if (err != OK)
        return err;
    if (progress.full.state == REQUEST_DRAFT)
        return ERR_CONFLICT;
    err = fill(page, &progress, &view);
    if (err != OK)
        return err;
    view.body = page_raw(page, "body");
    view.body_error = page->errors[0].text;
    view.body_invalid = STR("true");
    return page_render(page, PAGE_STATUS, &view);
}

enum err message_post(struct page *page)
{
    const struct message_fields *fields = page->fields;
    const struct actor actor = page_actor(page);
    struct message_input input = {.reference = page_param(page, "reference"),
                                  .body = fields->body};
    if (page->error_count > 0)
        return message_again(page, &actor);
    if (str_unhex(fields->form_key, input.form_key, sizeof input.form_key) != OK)
        return ERR_INPUT;
    enum err err = request_message(&actor, page_env(page), &input);
    if (err != OK)
        return err;
    page_notice(page, N_("Your message was sent."));
    return page_redirect(
        page, page_url(page, "/requests/%.*s#messages", STR_ARG(input.reference)));
}
