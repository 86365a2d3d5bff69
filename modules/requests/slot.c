/* slot.c: one document slot: rules, present file, refused files, the upload form. The form posts to
 * the uploads program, which answers 303 back to this page. */
#include "slot_view.h"

#include "file/type_policy.h"
#include "app/request/document_age.h"
#include "app/request/request_check.h"
#include "app/request/request_progress.h"
#include "draft.h"

static const struct view_field kind_fields[] = {
    VIEW_H(struct kind_view, id, VIEW_STR),
    VIEW_F(struct kind_view, key, VIEW_STR),
    VIEW_F(struct kind_view, label, VIEW_STR),
    VIEW_F(struct kind_view, max_age_months, VIEW_INT),
    VIEW_F(struct kind_view, max_age_days, VIEW_INT),
    VIEW_H(struct kind_view, of_any_age, VIEW_BOOL),
    VIEW_F(struct kind_view, earliest, VIEW_DAY),
    VIEW_H(struct kind_view, selected, VIEW_BOOL),
};
static VIEW_TYPE(kind_type, struct kind_view, kind_fields);

static const struct view_field attempt_fields[] = {
    VIEW_F(struct attempt_view, file_name, VIEW_STR),
    VIEW_F(struct attempt_view, reason, VIEW_MSG),
    VIEW_F(struct attempt_view, uploaded_at, VIEW_INSTANT),
};
static VIEW_TYPE(attempt_type, struct attempt_view, attempt_fields);

static const struct view_field reusable_fields[] = {
    VIEW_F(struct reusable_view, public_id, VIEW_STR),
    VIEW_F(struct reusable_view, file_name, VIEW_STR),
    VIEW_F(struct reusable_view, size_bytes, VIEW_BYTES),
    VIEW_F(struct reusable_view, kind, VIEW_STR),
    VIEW_F(struct reusable_view, issued_on, VIEW_DAY),
    VIEW_F(struct reusable_view, uploaded_at, VIEW_INSTANT),
    VIEW_F(struct reusable_view, from, VIEW_STR),
    VIEW_F(struct reusable_view, accepted, VIEW_BOOL),
};
static VIEW_TYPE(reusable_type, struct reusable_view, reusable_fields);

static const struct view_field slot_fields[] = {
    VIEW_F(struct slot_view, reference, VIEW_STR),
    VIEW_F(struct slot_view, request_title, VIEW_STR),
    VIEW_F(struct slot_view, key, VIEW_STR),
    VIEW_F(struct slot_view, title, VIEW_STR),
    VIEW_F(struct slot_view, description, VIEW_STR),
    VIEW_SUB(struct slot_view, documents, VIEW_LIST, &document_view_type),
    VIEW_H(struct slot_view, has_file, VIEW_BOOL),
    VIEW_H(struct slot_view, document_count, VIEW_INT),
    VIEW_F(struct slot_view, several, VIEW_BOOL),
    VIEW_H(struct slot_view, exactly, VIEW_BOOL),
    VIEW_H(struct slot_view, at_least, VIEW_BOOL),
    VIEW_F(struct slot_view, min, VIEW_INT),
    VIEW_F(struct slot_view, max, VIEW_INT),
    VIEW_F(struct slot_view, original, VIEW_BOOL),
    VIEW_F(struct slot_view, original_on, VIEW_DAY),
    VIEW_H(struct slot_view, item, VIEW_INT),
    VIEW_F(struct slot_view, takes_file, VIEW_BOOL),
    VIEW_SUB(struct slot_view, kinds, VIEW_LIST, &kind_type),
    VIEW_F(struct slot_view, needs_date, VIEW_BOOL),
    VIEW_H(struct slot_view, issued_on, VIEW_DAY),
    VIEW_H(struct slot_view, replace_later, VIEW_BOOL),
    VIEW_F(struct slot_view, types, VIEW_STR),
    VIEW_H(struct slot_view, accept, VIEW_STR),
    VIEW_F(struct slot_view, max_bytes, VIEW_BYTES),
    VIEW_SUB(struct slot_view, attempts, VIEW_LIST, &attempt_type),
    VIEW_H(struct slot_view, has_attempts, VIEW_BOOL),
    VIEW_SUB(struct slot_view, reusable, VIEW_LIST, &reusable_type),
    VIEW_H(struct slot_view, has_reusable, VIEW_BOOL),
    VIEW_F(struct slot_view, is_draft, VIEW_BOOL),
    VIEW_H(struct slot_view, may_remove, VIEW_BOOL),
    VIEW_H(struct slot_view, may_go_on, VIEW_BOOL),
    VIEW_H(struct slot_view, next_url, VIEW_STR),
    VIEW_H(struct slot_view, more_to_do, VIEW_BOOL),
};
VIEW_TYPE(slot_view_type, struct slot_view, slot_fields);

static struct view_list
show_kinds(struct page *page, const struct slot_overview *overview, bool *needs_date_out)
{
    const struct slot_rule *rule = overview->slot->rule;
    struct kind_view *items =
        ARENA_ARRAY(page->arena, struct kind_view, rule->kind_count);
    /* What came with a refused file need not be entered again. */
    struct str stated =
        overview->attempt_count > 0 ? overview->attempts[0].kind_key : STR_NONE;
    for (size_t i = 0; i < rule->kind_count; i++) {
        struct slot_age age = rule->kind_max_age[i];
        items[i] = (struct kind_view){
            .id = i == 0 ? STR("kind") : str_format(page->arena, "kind-%zu", i + 1),
            .key = rule->kind_keys[i],
            .label =
                page_definition_text(page, overview->full.definition, rule->kinds[i]),
            .max_age_months = age.months,
            .max_age_days = age.days,
            .of_any_age = !slot_age_is_limited(age),
            .earliest = document_earliest_issue(overview->full.today, age),
            .selected = rule->kind_count == 1 || str_eq(rule->kind_keys[i], stated)};
        *needs_date_out |= slot_age_is_limited(age);
    }
    return (struct view_list){items, rule->kind_count};
}

static struct view_list show_attempts(struct page *page,
                                      const struct slot_overview *overview)
{
    struct attempt_view *items =
        ARENA_ARRAY(page->arena, struct attempt_view, overview->attempt_count);
    for (size_t i = 0; i < overview->attempt_count; i++)
        items[i] = (struct attempt_view){
            .file_name = overview->attempts[i].file_name,
            .reason = file_refusal_msgid(overview->attempts[i].refusal),
            .uploaded_at = overview->attempts[i].uploaded_at};
    return (struct view_list){items, overview->attempt_count};
}

static struct str kind_label(const struct page *page,
                             const struct slot_overview *overview, struct str key)
{
    const struct slot_rule *rule = overview->slot->rule;
    int kind = slot_find_kind(rule, key);
    return kind < 0
               ? STR_NONE
               : page_definition_text(page, overview->full.definition, rule->kinds[kind]);
}

static struct view_list show_reusable(struct page *page,
                                      const struct slot_overview *overview)
{
    struct reusable_view *items =
        ARENA_ARRAY(page->arena, struct reusable_view, overview->reusable_count);
    for (size_t i = 0; i < overview->reusable_count; i++) {
        const struct slot_reusable_row *row = &overview->reusable[i];
        items[i] =
            (struct reusable_view){.public_id = row->public_id,
                                   .file_name = row->file_name,
                                   .size_bytes = row->size_bytes,
                                   .kind = kind_label(page, overview, row->kind_key),
                                   .issued_on = row->issued_on,
                                   .uploaded_at = row->uploaded_at,
                                   .from = row->reference,
                                   .accepted = str_is(row->state, "accepted")};
    }
    return (struct view_list){items, overview->reusable_count};
}

/* What may be sent, as names for people and as extensions for the file chooser. */
static void show_types(struct page *page, const struct slot_rule *rule,
                       struct slot_view *view)
{
    struct buf labels = buf_init(page->arena, 1024);
    struct buf accept = buf_init(page->arena, 1024);
    size_t count;
    const struct file_type *types = file_types(&count);
    for (size_t i = 0; i < count; i++) {
        bool allowed = rule->media_type_count == 0;
        for (size_t k = 0; k < rule->media_type_count; k++)
            allowed |= str_is(rule->media_types[k], types[i].media_type);
        if (!allowed)
            continue;
        if (labels.len > 0)
            buf_put_c(&labels, ", ");
        buf_put_c(&labels, types[i].label);
        for (size_t k = 0; types[i].extensions[k] != NULL; k++)
            buf_format(&accept, "%s.%s", accept.len > 0 ? "," : "",
                       types[i].extensions[k]);
    }
    view->types = buf_str(&labels);
    view->accept = buf_str(&accept);
}

/* The documents, and whether one more, or another one instead, can be sent. */
static void show_documents(struct page *page, const struct request_full *full,
                           const struct request_slot *slot, struct slot_view *view)
{
    bool draft = full->state == REQUEST_DRAFT;
    view->documents = summary_slot_documents(page, full, slot);
    view->document_count = (int64_t)slot->document_count;
    view->has_file = slot->document_count > 0;
    view->min = slot->now.min;
    view->max = slot->now.max;
    view->several = slot->now.max > 1 || slot->item_count > 1;
    view->exactly = draft && slot->now.max > 1 && slot->now.required &&
                    slot->now.min == slot->now.max;
    view->at_least = draft && slot->now.required && slot->now.min > 1 && !view->exactly;
    view->original = slot->rule->original;
    view->original_on = slot->row.original_on;
    view->takes_file =
        page_may(page, RIGHT_REQUEST_EDIT) && request_slot_takes_file(full, slot) &&
        (!draft || slot->now.max == 1 || (int64_t)slot->document_count < slot->now.max);
    /* Where one document is all, it is replaced. */
    view->item = draft && slot->now.max == 1 && !view->several ? slot->row.item : 0;
    view->may_remove = draft && view->has_file && page_may(page, RIGHT_REQUEST_EDIT);
    view->replace_later = view->has_file && !view->has_attempts &&
                          request_slot_state(full, slot) == PART_COMPLETE;
}

enum err slot_get(struct page *page)
{
    const struct requests_state *state = page->state;
    const struct actor actor = page_actor(page);
    struct slot_overview overview;
    enum err err = slot_overview(&actor, page_env(page), page_param(page, "reference"),
                                 page_param(page, "slot"), &overview);
    if (err != OK)
        return err;
    const struct request_full *full = &overview.full;
    const struct slot_rule *rule = overview.slot->rule;
    struct slot_view view = {
        .reference = full->row.reference,
        .request_title =
            page_definition_text(page, full->definition, full->definition->title),
        .key = rule->key,
        .title = page_definition_text(page, full->definition, rule->title),
        .description = page_definition_text(page, full->definition, rule->description),
        .max_bytes = state->max_file_bytes,
        .attempts = show_attempts(page, &overview),
        .has_attempts = overview.attempt_count > 0,
        .issued_on =
            overview.attempt_count > 0 ? overview.attempts[0].issued_on : DAY_NONE,
        .is_draft = full->state == REQUEST_DRAFT,
    };
    show_documents(page, full, overview.slot, &view);
    view.kinds = show_kinds(page, &overview, &view.needs_date);
    if (view.takes_file) {
        view.reusable = show_reusable(page, &overview);
        view.has_reusable = view.reusable.count > 0;
    }
    show_types(page, rule, &view);
    if (view.is_draft) {
        enum part_state own = request_slot_state(full, overview.slot);
        view.may_go_on = own == PART_COMPLETE || own == PART_BY_POST ||
                         (own == PART_NOT_STARTED && !overview.slot->now.required);
        view.next_url = draft_next_url(page, full, NULL, overview.slot);
        view.more_to_do = !str_ends(view.next_url, STR("/check"));
    }
    return page_render(page, PAGE_SLOT, &view);
}
