#include "history_words.h"

#include "process/user_task.h"
#include "dossier.h"

/* How a value is to be read. */
enum value_kind {
    VALUE_TEXT,
    VALUE_REQUEST_STATE,
    VALUE_SLOT_STATE,
    VALUE_CORRECTNESS,
    VALUE_WORK_STATE, /**< ticket and sub-ticket */
    VALUE_TEAMS,
    VALUE_PHASE,
    VALUE_TASK_PHASE, /**< of a sub-ticket's type */
    VALUE_WAITING,
    VALUE_REASON,
    VALUE_OUTCOME,
    VALUE_DAY,
    VALUE_INSTANT,
};

struct field_word {
    const char *object; /**< NULL: of any */
    const char *field;
    const char *label; /**< msgid */
    enum value_kind kind;
};

static const struct field_word field_words[] = {
    {"request", "state", N_("State"), VALUE_REQUEST_STATE},
    {"document_slot", "state", N_("State"), VALUE_SLOT_STATE},
    {NULL, "state", N_("State"), VALUE_WORK_STATE},
    {"request", "definition", N_("Version of the request type"), VALUE_TEXT},
    {"sub_ticket", "phase", N_("Phase"), VALUE_TASK_PHASE},
    {NULL, "phase", N_("Phase"), VALUE_PHASE},
    {NULL, "waiting_for", N_("Waits for the customer"), VALUE_WAITING},
    {NULL, "due_at", N_("Due"), VALUE_INSTANT},
    {NULL, "departments", N_("Departments"), VALUE_TEAMS},
    {NULL, "team", N_("Team"), VALUE_TEAMS},
    {NULL, "owner", N_("Owner"), VALUE_TEXT},
    {NULL, "open_items", N_("Open with the customer"), VALUE_TEXT},
    {NULL, "intake_due_at", N_("Intake due"), VALUE_INSTANT},
    {NULL, "decline_reason", N_("Reason for declining"),
     VALUE_PHASE}, /* a msgid, or text */
    {NULL, "reason", N_("Reason"), VALUE_REASON},
    {NULL, "reason_text", N_("Written to the customer"), VALUE_TEXT},
    {NULL, "due_on", N_("Answer by"), VALUE_DAY},
    {NULL, "document", N_("File"), VALUE_TEXT},
    {NULL, "original_on", N_("Original arrived on"), VALUE_DAY},
    {NULL, "correctness", N_("Examination"), VALUE_CORRECTNESS},
    {NULL, "outcome", N_("Outcome"), VALUE_OUTCOME},
    {NULL, "outcome_reason", N_("Remark"), VALUE_TEXT},
    {NULL, "body", N_("Text"), VALUE_TEXT},
    {"company", "ends_on", N_("Last day"), VALUE_DAY},
    {"company_attribute", "company.name", N_("Name of the company"), VALUE_TEXT},
    {NULL, "valid_from", N_("Recorded, with its first day"), VALUE_TEXT},
    {NULL, "ends_on", N_("Ended, with its last day"), VALUE_TEXT},
    {NULL, "effective_date", N_("Effective date"), VALUE_DAY},
    {NULL, "saved_part", N_("Saved part"), VALUE_PHASE}, /* a msgid too */
};

static const struct field_word *word_of(const struct history_item *item)
{
    for (size_t i = 0; i < sizeof field_words / sizeof *field_words; i++) {
        const struct field_word *word = &field_words[i];
        if (str_is(item->field, word->field) &&
            (word->object == NULL || str_is(item->object, word->object)))
            return word;
    }
    return NULL;
}

/* What staff answered at a step: a field of its form. */
static const struct form_field *staff_field_of(const struct definition *definition,
                                               const struct history_item *item)
{
    struct str key = str_from_index(item->field, 7);
    const struct bpmn_element *element = user_task_find(definition, item->activation);
    const struct form *form =
        element == NULL ? NULL : definition_staff_form(definition, element->form.text);
    for (size_t i = 0; form != NULL && i < form->field_count; i++)
        if (str_eq(form->fields[i].key, key))
            return &form->fields[i];
    return NULL;
}

/* Answers are "answer.<field>", master data are their attribute: both have a form field. */
static const struct form_field *form_field_of(const struct definition *definition,
                                              const struct history_item *item)
{
    bool answer = str_starts(item->field, STR("answer."));
    bool attribute = str_is(item->object, "company_attribute");
    if (!answer && !attribute)
        return NULL;
    if (answer && str_is(item->object, "sub_ticket"))
        return staff_field_of(definition, item);
    struct str key = answer ? str_from_index(item->field, 7) : item->field;
    for (size_t i = 0; i < definition->form_count; i++) {
        const struct form *form = &definition->forms[i];
        for (size_t k = 0; k < form->field_count; k++) {
            const struct form_field *field = &form->fields[k];
            if (str_eq(answer ? field->key : field->master_data, key))
                return field;
        }
    }
    return NULL;
}

struct str history_object(const struct page *page, const struct definition *definition,
                          const struct history_item *item)
{
    static const struct {
        const char *object;
        const char *label;
    } objects[] = {
        {"request", N_("Request")},
        {"document_slot", N_("Document: {0}")},
        {"ticket", N_("Ticket")},
        {"sub_ticket", N_("Sub-ticket {0}")},
        {"message", N_("Message")},
        {"internal_note", N_("Internal note")},
        {"company_attribute", N_("Company data")},
        {"company", N_("Company")},
        {"membership", N_("Membership")},
        {"entitlement", N_("Product")},
        {"board_member", N_("Board")},
        {"clearing_access", N_("Clearing")},
        {"document", N_("Document")},
    };
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        if (!str_is(item->object, objects[i].object))
            continue;
        struct str arg = item->sub_ticket;
        const struct slot_rule *rule = dossier_rule(definition, item->slot_key);
        if (!str_is_empty(item->slot_key))
            arg = rule == NULL ? item->slot_key
                               : page_definition_text(page, definition, rule->title);
        return page_text_fill(page, objects[i].label, &arg, 1);
    }
    return item->object;
}

struct str history_field(const struct page *page, const struct definition *definition,
                         const struct history_item *item)
{
    const struct form_field *field = form_field_of(definition, item);
    if (field != NULL)
        return page_definition_text(page, definition, field->label);
    const struct field_word *word = word_of(item);
    return word == NULL ? item->field : page_text(page, word->label);
}

static struct str reason_text(const struct page *page,
                              const struct definition *definition,
                              const struct history_item *item, struct str value)
{
    const struct slot_rule *rule = dossier_rule(definition, item->slot_key);
    for (size_t i = 0; rule != NULL && i < rule->reason_count; i++)
        if (str_eq(rule->reason_keys[i], value))
            return page_definition_text(page, definition, rule->reasons[i]);
    return value;
}

/* "YYYY-MM-DDTHH:MM:SS..." as instant_format_iso writes it; else shown as it is. */
static struct str instant_text(const struct page *page, struct str value)
{
    day_no day;
    int64_t hour;
    int64_t minute;
    if (value.len < 16 || day_parse(str_sub(value, 0, 10), &day) != OK ||
        str_to_i64(str_sub(value, 11, 2), &hour) != OK ||
        str_to_i64(str_sub(value, 14, 2), &minute) != OK)
        return value;
    instant_us at = day * US_PER_DAY + (hour * 60 + minute) * 60 * US_PER_S;
    return locale_instant(page->render->formats[page->render->language], page->arena, at,
                          page->render->zone);
}

static struct str day_text(const struct page *page, struct str value)
{
    day_no day;
    if (day_parse(value, &day) != OK)
        return value;
    return locale_day(page->render->formats[page->render->language], page->arena, day);
}

static enum err task_phase(const struct page *page, const struct history_item *item,
                           struct str value, struct str *out)
{
    const struct task_type *type;
    enum err err = page_task_type(page, item->type_key, &type);
    if (err != OK || type == NULL)
        return err;
    size_t at = task_phase_index(type, value);
    if (at < type->phase_count)
        *out = task_phase_name(&type->phases[at], page->render->language);
    return OK;
}

enum err history_value(const struct page *page, const struct definition *definition,
                       const struct form_now *forms, const struct history_item *item,
                       struct str value, struct str *out)
{
    const struct form_field *field = form_field_of(definition, item);
    const struct field_word *word = word_of(item);
    *out = value;
    if (str_is_empty(value))
        return OK;
    if (field != NULL) {
        *out = answer_line_of_text(page, definition, forms, field, value);
        return OK;
    }
    switch (word == NULL ? VALUE_TEXT : word->kind) {
    case VALUE_TEXT:
        return OK;
    case VALUE_REQUEST_STATE:
        *out = page_text(page, request_state_label(value));
        return OK;
    case VALUE_CORRECTNESS:
        *out = page_text(page, correctness_label(value));
        return OK;
    case VALUE_SLOT_STATE:
        *out = page_text(page, slot_state_label(value));
        return OK;
    case VALUE_WORK_STATE:
        *out = page_text(page, sub_ticket_state_label(value));
        return OK;
    case VALUE_OUTCOME:
        *out = page_text(page, outcome_label(value));
        return OK;
    case VALUE_TEAMS:
        return page_departments(page, value, out);
    case VALUE_TASK_PHASE:
        return task_phase(page, item, value, out);
    case VALUE_WAITING:
        *out = page_text(page, waiting_label(value));
        return OK;
    case VALUE_PHASE:
        *out = page_phase(page, definition, value);
        return OK;
    case VALUE_REASON:
        *out = reason_text(page, definition, item, value);
        return OK;
    case VALUE_DAY:
        *out = day_text(page, value);
        return OK;
    case VALUE_INSTANT:
        *out = instant_text(page, value);
        return OK;
    }
    return OK;
}
