#include "dossier.h"

static const struct view_field answer_fields[] = {
    VIEW_F(struct answer_view, label, VIEW_STR),
    VIEW_F(struct answer_view, value, VIEW_STR),
    VIEW_F(struct answer_view, old_value, VIEW_STR),
    VIEW_H(struct answer_view, has_old, VIEW_BOOL),
    VIEW_F(struct answer_view, changed, VIEW_BOOL),
};
static VIEW_TYPE(answer_view_type, struct answer_view, answer_fields);

static const struct view_field group_fields[] = {
    VIEW_F(struct group_view, title, VIEW_STR),
    VIEW_SUB(struct group_view, answers, VIEW_LIST, &answer_view_type),
};
static VIEW_TYPE(group_view_type, struct group_view, group_fields);

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
    VIEW_SUB(struct dossier_view, groups, VIEW_LIST, &group_view_type),
    VIEW_SUB(struct dossier_view, slots, VIEW_LIST, &slot_view_type),
    VIEW_SUB(struct dossier_view, entries, VIEW_LIST, &entry_view_type),
};
VIEW_TYPE(dossier_view_type, struct dossier_view, dossier_fields);

/* ---- answers ---- */

struct str dossier_value(const struct page *page, const struct definition *definition,
                         const struct form_field *field, struct str value)
{
    day_no day;
    if (str_is_empty(value))
        return STR_NONE;
    switch (field->kind) {
    case FORM_SELECT:
    case FORM_RADIO:
        for (size_t i = 0; i < field->option_count; i++)
            if (str_eq(field->options[i].value, value))
                return page_definition_text(page, definition, field->options[i].label);
        return value;
    case FORM_CHECKBOX:
        return page_text(page, str_is(value, "true") ? N_("Yes") : N_("No"));
    case FORM_DATE:
        if (day_parse(value, &day) != OK)
            return value;
        return locale_day(page->render->formats[page->render->language], page->arena,
                          day);
    default:
        return value;
    }
}

/* Answers are JSON text, numbers or booleans; all are shown as text. */
static struct str json_text_of(struct arena *arena, const json_t *object, struct str key)
{
    const json_t *value = json_object_get(object, str_c(arena, key));
    if (json_is_string(value))
        return (struct str){json_string_value(value), json_string_length(value)};
    if (json_is_boolean(value))
        return json_is_true(value) ? STR("true") : STR("false");
    if (json_is_number(value))
        return json_write(arena, value);
    return STR_NONE;
}

static struct view_list answers_of(struct page *page, const struct definition *definition,
                                   const struct form *form, const json_t *answers,
                                   const json_t *base)
{
    struct answer_view *items =
        ARENA_ARRAY(page->arena, struct answer_view, form->field_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < form->field_count; i++) {
        const struct form_field *field = &form->fields[i];
        if (field->kind == FORM_PARAGRAPH)
            continue;
        struct str value = json_text_of(page->arena, answers, field->key);
        struct str old_value = str_is_empty(field->master_data)
                                   ? STR_NONE
                                   : json_text_of(page->arena, base, field->master_data);
        items[count++] = (struct answer_view){
            .label = page_definition_text(page, definition, field->label),
            .value = dossier_value(page, definition, field, value),
            .old_value = dossier_value(page, definition, field, old_value),
            .has_old = !str_is_empty(field->master_data),
            .changed = !str_is_empty(field->master_data) && !str_eq(value, old_value),
        };
    }
    return (struct view_list){items, count};
}

static enum err groups_of(struct page *page, const struct request_dossier *dossier,
                          struct view_list *out)
{
    const struct definition *definition = dossier->definition;
    json_t *answers;
    json_t *base;
    enum err err = json_parse(page->arena, dossier->request.answers, &answers);
    if (err != OK)
        return err;
    err = json_parse(page->arena, dossier->request.base, &base);
    if (err != OK)
        return err;
    struct group_view *items =
        ARENA_ARRAY(page->arena, struct group_view, definition->form_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < definition->form_count; i++) {
        const struct form *form = &definition->forms[i];
        struct view_list list = answers_of(page, definition, form, answers, base);
        if (list.count > 0)
            items[count++] = (struct group_view){
                page_definition_text(page, definition, form->title), list};
    }
    *out = (struct view_list){items, count};
    return OK;
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
        .decline_reason = request->decline_reason,
        .ticket_reference = request->ticket_reference,
        .slots = dossier_slots(page, dossier),
    };
    enum err err = page_departments(page, request->department_keys, &view.departments);
    if (err == OK)
        err = entries_of(page, dossier, &view.entries);
    if (err == OK)
        err = groups_of(page, dossier, &view.groups);
    if (err == OK)
        *out = view;
    return err;
}
