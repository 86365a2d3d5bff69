/* start.c: the start page: the company's requests and what can be started. */
#include "requests.h"

#include "app/request/request_progress.h"
#include "start_view.h"

enum { REQUESTS_PER_PAGE = 25 };

static const struct view_field action_fields[] = {
    VIEW_F(struct start_action_view, action, VIEW_STR),
    VIEW_F(struct start_action_view, label, VIEW_MSG),
    VIEW_F(struct start_action_view, hint, VIEW_MSG),
};
static VIEW_TYPE(action_type, struct start_action_view, action_fields);

static const struct view_field request_fields[] = {
    VIEW_F(struct start_request_view, reference, VIEW_STR),
    VIEW_F(struct start_request_view, title, VIEW_STR),
    VIEW_F(struct start_request_view, board, VIEW_BOOL),
    VIEW_F(struct start_request_view, state, VIEW_STR),
    VIEW_F(struct start_request_view, state_label, VIEW_MSG),
    VIEW_H(struct start_request_view, tag_class, VIEW_STR),
    VIEW_F(struct start_request_view, phase, VIEW_STR),
    VIEW_F(struct start_request_view, departments, VIEW_STR),
    VIEW_F(struct start_request_view, since_at, VIEW_INSTANT),
    VIEW_F(struct start_request_view, changed_at, VIEW_INSTANT),
    VIEW_F(struct start_request_view, open_items, VIEW_INT),
    VIEW_F(struct start_request_view, unread, VIEW_INT),
    VIEW_F(struct start_request_view, is_draft, VIEW_BOOL),
    VIEW_H(struct start_request_view, nothing_open, VIEW_BOOL),
};
static VIEW_TYPE(request_type, struct start_request_view, request_fields);

static const struct view_field ending_fields[] = {
    VIEW_F(struct start_ending_view, title, VIEW_STR),
    VIEW_F(struct start_ending_view, reference, VIEW_STR),
    VIEW_F(struct start_ending_view, ends_on, VIEW_DAY),
    VIEW_F(struct start_ending_view, ended, VIEW_BOOL),
};
static VIEW_TYPE(ending_type, struct start_ending_view, ending_fields);

static const struct view_field start_fields_[] = {
    VIEW_SUB(struct start_view, ending, VIEW_LIST, &ending_type),
    VIEW_H(struct start_view, has_ending, VIEW_BOOL),
    VIEW_SUB(struct start_view, actions, VIEW_LIST, &action_type),
    VIEW_SUB(struct start_view, requests, VIEW_LIST, &request_type),
    VIEW_H(struct start_view, has_requests, VIEW_BOOL),
    VIEW_H(struct start_view, has_actions, VIEW_BOOL),
    VIEW_F(struct start_view, can_ask, VIEW_BOOL),
    VIEW_F(struct start_view, first_url, VIEW_STR),
    VIEW_F(struct start_view, next_url, VIEW_STR),
    VIEW_H(struct start_view, has_pager, VIEW_BOOL),
};
VIEW_TYPE(start_view_type, struct start_view, start_fields_);

/* "<changed_at in microseconds>-<id>" as the pager wrote it. */
static bool cursor_parse(struct str text, struct request_cursor *out)
{
    struct str at;
    struct request_cursor cursor;
    if (!str_next(&text, '-', &at) || str_to_i64(at, &cursor.changed_at) != OK ||
        str_to_i64(text, &cursor.id) != OK || cursor.changed_at < 0)
        return false;
    *out = cursor;
    return true;
}

static bool has_action(const struct request_overview *overview, const char *action)
{
    for (size_t i = 0; i < overview->type_count; i++) {
        if (str_is(overview->types[i].definition->action, action))
            return true;
    }
    return false;
}

static struct view_list list_actions(struct page *page,
                                     const struct request_overview *overview)
{
    static const struct start_action_view all[] = {
        {STR("add"), N_("Add product"), N_("Apply for further products or markets")},
        {STR("change"), N_("Make change"), N_("Change data of your company")},
        {STR("terminate"), N_("Terminate"),
         N_("End products, markets or the membership")},
    };
    size_t total = sizeof all / sizeof *all;
    struct start_action_view *items =
        ARENA_ARRAY(page->arena, struct start_action_view, total);
    size_t count = 0;
    for (size_t i = 0; i < total; i++) {
        if (page_may(page, RIGHT_REQUEST_EDIT) && has_action(overview, all[i].action.ptr))
            items[count++] = all[i];
    }
    return (struct view_list){items, count};
}

static enum err show_line(struct page *page, const struct request_line *line,
                          struct start_request_view *out)
{
    *out = (struct start_request_view){
        .reference = line->row.reference,
        .board = line->row.board,
        .title = page_definition_text(page, line->definition, line->definition->title),
        .state = line->row.state,
        .state_label = state_label(line->state),
        .tag_class = state_tag(line->state),
        .phase = page_phase(page, line->definition, line->row.phase, line->state),
        .since_at = line->row.since_at,
        .changed_at = line->row.changed_at,
        .open_items = line->row.open_items,
        .unread = line->row.unread,
        .is_draft = line->state == REQUEST_DRAFT,
        .nothing_open = line->row.open_items == 0 && line->row.unread == 0 &&
                        line->state != REQUEST_DRAFT,
    };
    return page_departments(page, line->row.department_keys, &out->departments);
}

static enum err list_requests(struct page *page, const struct request_overview *overview,
                              struct view_list *out)
{
    struct start_request_view *items =
        ARENA_ARRAY(page->arena, struct start_request_view, overview->line_count);
    for (size_t i = 0; i < overview->line_count; i++) {
        enum err err = show_line(page, &overview->lines[i], &items[i]);
        if (err != OK)
            return err;
    }
    *out = (struct view_list){items, overview->line_count};
    return OK;
}

static struct view_list list_ending(struct page *page,
                                    const struct request_overview *overview)
{
    struct start_ending_view *items =
        ARENA_ARRAY(page->arena, struct start_ending_view, overview->ending_count);
    for (size_t i = 0; i < overview->ending_count; i++) {
        const struct ending_document *document = &overview->ending[i];
        items[i] = (struct start_ending_view){
            .title =
                page_definition_text(page, document->definition, document->row.title),
            .reference = document->row.reference,
            .ends_on = document->row.expires_on,
            .ended = document->ended,
        };
    }
    return (struct view_list){items, overview->ending_count};
}

enum err start_get(struct page *page)
{
    const struct start_fields *fields = page->fields;
    const struct actor actor = page_actor(page);
    struct request_overview overview;
    struct request_cursor after;
    struct start_view view = {0};
    if (page->principal->company_id == 0)
        return page_redirect(page, page_url(page, "/staff"));
    if (!page_may(page, RIGHT_REQUEST_READ))
        return ERR_DENIED;
    /* A cursor that nobody gave out shows the first page. */
    bool further = cursor_parse(fields->after, &after);
    enum err err = request_overview(&actor, page_env(page), further ? &after : NULL,
                                    REQUESTS_PER_PAGE, &overview);
    if (err != OK)
        return err;
    if (further && overview.line_count == 0)
        return page_redirect(page, page_url(page, "/"));
    err = list_requests(page, &overview, &view.requests);
    if (err != OK)
        return err;
    view.actions = list_actions(page, &overview);
    view.has_requests = view.requests.count > 0;
    view.ending = list_ending(page, &overview);
    view.has_ending = view.ending.count > 0;
    view.has_actions = view.actions.count > 0;
    view.can_ask = page_may(page, RIGHT_REQUEST_EDIT) && has_action(&overview, "ask");
    if (further)
        view.first_url = page_url(page, "/");
    if (overview.more) {
        const struct request_list_row *last =
            &overview.lines[overview.line_count - 1].row;
        view.next_url = page_url(page, "/?after=%lld-%lld", (long long)last->changed_at,
                                 (long long)last->id);
    }
    view.has_pager = further || overview.more;
    return page_render(page, PAGE_START, &view);
}
