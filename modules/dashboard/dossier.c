#include "dossier.h"

static const struct view_field entry_fields[] = {
    VIEW_F(struct entry_view, internal, VIEW_BOOL),
    VIEW_F(struct entry_view, from_staff, VIEW_BOOL),
    VIEW_F(struct entry_view, author, VIEW_STR),
    VIEW_F(struct entry_view, shown_as, VIEW_STR),
    VIEW_F(struct entry_view, sub_ticket, VIEW_STR),
    VIEW_F(struct entry_view, body, VIEW_STR),
    VIEW_F(struct entry_view, written_at, VIEW_INSTANT),
};
static VIEW_TYPE(entry_view_type, struct entry_view, entry_fields);

static const struct view_field dossier_fields[] = {
    VIEW_F(struct dossier_view, reference, VIEW_STR),
    VIEW_F(struct dossier_view, board, VIEW_BOOL),
    VIEW_F(struct dossier_view, title, VIEW_STR),
    VIEW_F(struct dossier_view, company_name, VIEW_STR),
    VIEW_F(struct dossier_view, company_reference, VIEW_STR),
    VIEW_F(struct dossier_view, submitter, VIEW_STR),
    VIEW_F(struct dossier_view, submitted_at, VIEW_INSTANT),
    VIEW_F(struct dossier_view, state, VIEW_MSG),
    VIEW_H(struct dossier_view, state_class, VIEW_STR),
    VIEW_F(struct dossier_view, effective_date, VIEW_DAY),
    VIEW_F(struct dossier_view, intake_due_at, VIEW_INSTANT),
    VIEW_F(struct dossier_view, in_intake, VIEW_BOOL),
    VIEW_F(struct dossier_view, overdue, VIEW_BOOL),
    VIEW_F(struct dossier_view, due_today, VIEW_BOOL),
    VIEW_F(struct dossier_view, phase, VIEW_STR),
    VIEW_F(struct dossier_view, departments, VIEW_STR),
    VIEW_F(struct dossier_view, since_at, VIEW_INSTANT),
    VIEW_F(struct dossier_view, open_items, VIEW_INT),
    VIEW_F(struct dossier_view, decline_reason, VIEW_STR),
    VIEW_F(struct dossier_view, ticket_reference, VIEW_STR),
    VIEW_SUB(struct dossier_view, groups, VIEW_LIST, &answer_group_view_type),
    VIEW_SUB(struct dossier_view, slots, VIEW_LIST, &slot_view_type),
    VIEW_SUB(struct dossier_view, entries, VIEW_LIST, &entry_view_type),
};
VIEW_TYPE(dossier_view_type, struct dossier_view, dossier_fields);

/* Text that we stored as JSON; absent is nothing. */
static enum err stored_json(struct page *page, struct str text, json_t **out)
{
    *out = NULL;
    return str_is_empty(text) ? OK : json_parse(page->arena, text, out);
}

enum err dossier_known(struct page *page, const struct definition *definition,
                       const struct staff_request *request, struct request_facts *out)
{
    json_t *answers, *base, *facts;
    enum err err = stored_json(page, request->answers, &answers);
    if (err == OK)
        err = stored_json(page, request->base, &base);
    if (err == OK)
        err = stored_json(page, request->facts, &facts);
    if (err != OK)
        return err;
    *out = (struct request_facts){
        .answers = answers,
        .base = base,
        .facts = facts,
        .reference = request->reference,
        .type = definition->key,
        .company = request->company_reference,
        .submitted_at = request->submitted_at,
        .effective_on = request->effective_date,
        /* What the customer saw when the request was submitted. */
        .today = locale_day_of(request->submitted_at, page->render->zone),
    };
    return OK;
}

static enum err groups_of(struct page *page, const struct request_dossier *dossier,
                          struct view_list *out)
{
    struct request_facts known;
    enum err err = dossier_known(page, dossier->definition, &dossier->request, &known);
    if (err == OK)
        *out = answers_groups(page, dossier->definition, &known);
    return err;
}

static enum err entries_of(struct page *page, const struct request_dossier *dossier,
                           struct view_list *out)
{
    struct entry_view *items =
        ARENA_ARRAY(page->arena, struct entry_view, dossier->entry_count + 1);
    for (size_t i = 0; i < dossier->entry_count; i++) {
        const struct conversation_entry *entry = &dossier->entries[i];
        items[i] = (struct entry_view){
            .internal = entry->internal,
            .from_staff = entry->from_staff,
            .author = entry->author_name,
            .sub_ticket = entry->sub_ticket_reference,
            .body = entry->body,
            .written_at = entry->written_at,
        };
        if (entry->from_staff) {
            enum err err = page_departments(page, entry->shown_as, &items[i].shown_as);
            if (err != OK)
                return err;
        }
    }
    *out = (struct view_list){items, dossier->entry_count};
    return OK;
}

enum err dossier_fill(struct page *page, const struct request_dossier *dossier,
                      struct dossier_view *out)
{
    const struct staff_request *request = &dossier->request;
    bool in_intake = str_is(request->state, "submitted") ||
                     str_is(request->state, "waiting_for_customer");
    struct due_mark due = page_due(page, request->intake_due_at);
    struct dossier_view view = {
        .reference = request->reference,
        .board = request->board,
        .title =
            page_definition_text(page, dossier->definition, dossier->definition->title),
        .company_name = request->company_name,
        .company_reference = request->company_reference,
        .submitter = request->submitter_name,
        .submitted_at = request->submitted_at,
        .state = request_state_label(request->state),
        .state_class = request_state_class(request->state),
        .effective_date = request->effective_date,
        .intake_due_at = request->intake_due_at,
        .in_intake = in_intake,
        .overdue = due.overdue && str_is(request->state, "submitted"),
        .due_today = due.today && str_is(request->state, "submitted"),
        .phase = page_phase(page, dossier->definition, request->phase),
        .since_at = request->since_at,
        .open_items = request->open_items,
        .decline_reason =
            page_definition_text(page, dossier->definition, request->decline_reason),
        .ticket_reference = request->ticket_reference,
    };
    enum err err = page_departments(page, request->department_keys, &view.departments);
    if (err == OK)
        err = dossier_slots(page, dossier, &view.slots);
    if (err == OK)
        err = entries_of(page, dossier, &view.entries);
    if (err == OK)
        err = groups_of(page, dossier, &view.groups);
    if (err == OK)
        *out = view;
    return err;
}
