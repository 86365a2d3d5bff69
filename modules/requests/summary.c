/* summary.c: answers and documents as lists of old and new values. */
#include "summary.h"

#include "app/request_check.h"

static const struct view_field answer_fields[] = {
    VIEW_F(struct answer_view, key, VIEW_STR),
    VIEW_F(struct answer_view, label, VIEW_STR),
    VIEW_F(struct answer_view, value, VIEW_STR),
    VIEW_F(struct answer_view, old_value, VIEW_STR),
    VIEW_H(struct answer_view, has_old, VIEW_BOOL),
    VIEW_F(struct answer_view, changed, VIEW_BOOL),
};
static VIEW_TYPE(answer_view_type, struct answer_view, answer_fields);

static const struct view_field group_fields[] = {
    VIEW_F(struct group_view, id, VIEW_STR),
    VIEW_F(struct group_view, title, VIEW_STR),
    VIEW_SUB(struct group_view, answers, VIEW_LIST, &answer_view_type),
};
VIEW_TYPE(group_view_type, struct group_view, group_fields);

static const struct view_field document_fields[] = {
    VIEW_F(struct document_view, key, VIEW_STR),
    VIEW_F(struct document_view, title, VIEW_STR),
    VIEW_F(struct document_view, state_label, VIEW_MSG),
    VIEW_H(struct document_view, tag_class, VIEW_STR),
    VIEW_F(struct document_view, has_file, VIEW_BOOL),
    VIEW_F(struct document_view, public_id, VIEW_STR),
    VIEW_F(struct document_view, file_name, VIEW_STR),
    VIEW_F(struct document_view, size_bytes, VIEW_BYTES),
    VIEW_F(struct document_view, kind, VIEW_STR),
    VIEW_F(struct document_view, issued_on, VIEW_DAY),
    VIEW_F(struct document_view, uploaded_at, VIEW_INSTANT),
    VIEW_F(struct document_view, uploaded_by, VIEW_STR),
    VIEW_F(struct document_view, required, VIEW_BOOL),
    VIEW_H(struct document_view, optional, VIEW_BOOL),
    VIEW_F(struct document_view, rejected, VIEW_BOOL),
    VIEW_F(struct document_view, reason, VIEW_STR),
    VIEW_F(struct document_view, reason_text, VIEW_STR),
    VIEW_F(struct document_view, due_at, VIEW_INSTANT),
    VIEW_F(struct document_view, takes_file, VIEW_BOOL),
};
VIEW_TYPE(document_view_type, struct document_view, document_fields);

static struct str option_label(const struct page *page,
                               const struct definition *definition,
                               const struct form_field *field, struct str value)
{
    for (size_t i = 0; i < field->option_count; i++) {
        if (str_eq(field->options[i].value, value))
            return page_definition_text(page, definition, field->options[i].label);
    }
    return value;
}

struct str field_value_text(const struct page *page, const struct definition *definition,
                            const struct form_field *field, struct str value)
{
    day_no day;
    if (str_is_empty(value))
        return STR_NONE;
    switch (field->kind) {
    case FORM_SELECT:
    case FORM_RADIO:
        return option_label(page, definition, field, value);
    case FORM_CHECKBOX:
        return page_text(page, str_is(value, "true") ? N_("Yes") : N_("No"));
    case FORM_DATE:
        return day_parse(value, &day) == OK ? page_day(page, day) : value;
    default:
        return value;
    }
}

static struct view_list answers_of(struct page *page, const struct request_full *full,
                                   const struct form *form)
{
    struct answer_view *items =
        ARENA_ARRAY(page->arena, struct answer_view, form->field_count);
    size_t count = 0;
    for (size_t i = 0; i < form->field_count; i++) {
        const struct form_field *field = &form->fields[i];
        struct str value = request_answer(full, page->arena, field);
        struct str old_value = request_base_value(full, field);
        if (field->kind == FORM_PARAGRAPH)
            continue;
        items[count++] = (struct answer_view){
            .key = field->key,
            .label = page_definition_text(page, full->definition, field->label),
            .value = field_value_text(page, full->definition, field, value),
            .old_value = field_value_text(page, full->definition, field, old_value),
            .has_old = !str_is_empty(old_value),
            .changed = !str_is_empty(field->master_data) && !str_eq(value, old_value),
        };
    }
    return (struct view_list){items, count};
}

struct view_list summary_groups(struct page *page, const struct request_full *full)
{
    const struct definition *definition = full->definition;
    struct group_view *items =
        ARENA_ARRAY(page->arena, struct group_view, definition->form_count);
    size_t count = 0;
    for (size_t i = 0; i < definition->form_count; i++) {
        const struct form *form = &definition->forms[i];
        struct view_list answers = answers_of(page, full, form);
        if (answers.count > 0)
            items[count++] = (struct group_view){
                form->id, page_definition_text(page, definition, form->title), answers};
    }
    return (struct view_list){items, count};
}

static const char *slot_state_label(const struct request_full *full,
                                    const struct request_slot *slot)
{
    if (str_is(slot->row.state, "rejected"))
        return request_slot_takes_file(full, slot) ? N_("Please send another one")
                                                   : N_("Not accepted");
    if (str_is(slot->row.state, "accepted"))
        return N_("Accepted");
    if (str_is(slot->row.state, "empty"))
        return slot->row.required ? N_("Missing") : N_("Not given");
    /* Nobody checks a document of a request that has ended. */
    bool in_intake = full->state == REQUEST_SUBMITTED ||
                     full->state == REQUEST_WAITING_FOR_CUSTOMER ||
                     full->state == REQUEST_RELEASED;
    return in_intake ? N_("Being checked") : N_("Uploaded");
}

static struct str slot_tag(const struct request_slot *slot)
{
    if (str_is(slot->row.state, "rejected"))
        return STR("k-tag--alert");
    return str_is(slot->row.state, "accepted") ? STR("k-tag--done") : STR("");
}

static struct str reason_of(const struct page *page, const struct request_full *full,
                            const struct request_slot *slot)
{
    for (size_t i = 0; i < slot->rule->reason_count; i++) {
        if (str_eq(slot->rule->reason_keys[i], slot->row.reason_key))
            return page_definition_text(page, full->definition, slot->rule->reasons[i]);
    }
    return STR_NONE;
}

void summary_document(struct page *page, const struct request_full *full,
                      const struct request_slot *slot, struct document_view *out)
{
    int kind = request_slot_kind(slot);
    bool rejected = str_is(slot->row.state, "rejected");
    *out = (struct document_view){
        .key = slot->row.slot_key,
        .title = page_definition_text(page, full->definition, slot->rule->title),
        .state_label = slot_state_label(full, slot),
        .tag_class = slot_tag(slot),
        .has_file = slot->row.document_id != 0,
        .public_id = slot->row.public_id,
        .file_name = slot->row.file_name,
        .size_bytes = slot->row.size_bytes,
        .kind = kind < 0 ? STR_NONE
                         : page_definition_text(page, full->definition,
                                                slot->rule->kinds[kind]),
        .issued_on = slot->row.document_id != 0 ? slot->row.issued_on : DAY_NONE,
        .uploaded_at = slot->row.document_id != 0 ? slot->row.uploaded_at : INSTANT_NONE,
        .uploaded_by = slot->row.uploaded_by_name,
        .required = slot->row.required,
        .optional = !slot->row.required,
        .rejected = rejected,
        .reason = rejected ? reason_of(page, full, slot) : STR_NONE,
        .reason_text = rejected ? slot->row.reason_text : STR_NONE,
        .due_at = rejected ? slot->row.due_at : INSTANT_NONE,
        .takes_file =
            page_may(page, RIGHT_REQUEST_EDIT) && request_slot_takes_file(full, slot),
    };
}

struct view_list summary_documents(struct page *page, const struct request_full *full)
{
    struct document_view *items =
        ARENA_ARRAY(page->arena, struct document_view, full->slot_count);
    for (size_t i = 0; i < full->slot_count; i++)
        summary_document(page, full, &full->slots[i], &items[i]);
    return (struct view_list){items, full->slot_count};
}
