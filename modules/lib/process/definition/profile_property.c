/* profile_property.c: what a zeebe:property may say, and on what. */
#include "process/definition/profile_own.h"

/* Which property stands on which kind of element; all are named "kontor:...". */
#define OF(kind) (1u << (kind))
#define STEPS                                                                            \
    (OF(BPMN_TASK) | OF(BPMN_USER_TASK) | OF(BPMN_SERVICE_TASK) | OF(BPMN_SEND_TASK) |   \
     OF(BPMN_RECEIVE_TASK) | OF(BPMN_SCRIPT_TASK) | OF(BPMN_RULE_TASK) |                 \
     OF(BPMN_MANUAL_TASK) | OF(BPMN_SUB_PROCESS) | OF(BPMN_CALL) | OF(BPMN_CATCH))

typedef void (*property_check)(struct profile_check *c,
                               const struct bpmn_element *element,
                               const struct bpmn_property *property);

static void check_subject(struct profile_check *c, const struct bpmn_element *element,
                          const struct bpmn_property *property)
{
    const struct feel_node *feel = NULL;

    (void)element;
    if (profile_subject(c->arena, property->value, &feel) == OK)
        return;
    report_problem(c->report, property->line, "kontor:subject: %s", err_text());
    err_clear();
}

static void check_outcome(struct profile_check *c, const struct bpmn_element *element,
                          const struct bpmn_property *property)
{
    (void)element;
    if (!str_is(property->value, "declined"))
        report_problem(c->report, property->line,
                       "kontor:outcome of an end event is \"declined\" or not there");
}

static void check_reason(struct profile_check *c, const struct bpmn_element *element,
                         const struct bpmn_property *property)
{
    if (!bpmn_property(element, "kontor:outcome").ptr)
        report_problem(c->report, property->line,
                       "kontor:customerReason belongs to kontor:outcome \"declined\"");
}

static const struct property_row {
    const char *name;
    unsigned kinds;
    bool is_text;         /* a msgid: shown to people */
    property_check check; /* NULL: user_task.c looks at it, or there is nothing to it */
} PROPERTIES[] = {
    {"kontor:phase", STEPS | OF(BPMN_END), true, NULL},
    {"kontor:customerStep", STEPS, true, NULL},
    {"kontor:due", OF(BPMN_USER_TASK), false, NULL},
    {"kontor:calendar", OF(BPMN_USER_TASK), false, NULL},
    {"kontor:clock", OF(BPMN_USER_TASK), false, NULL},
    {"kontor:outcomes", OF(BPMN_USER_TASK), false, NULL},
    {"kontor:fourEyes", OF(BPMN_USER_TASK), false, NULL},
    {"kontor:type", OF(BPMN_USER_TASK), false, NULL},
    {"kontor:subject", OF(BPMN_USER_TASK), false, check_subject},
    {"kontor:outcome", OF(BPMN_END), false, check_outcome},
    {"kontor:customerReason", OF(BPMN_END), true, check_reason},
};

static void check_property(struct profile_check *c, const struct bpmn_element *element,
                           const struct bpmn_property *property)
{
    const struct property_row *row = NULL;

    for (size_t i = 0; i < sizeof(PROPERTIES) / sizeof(*PROPERTIES); i++)
        if (str_is(property->name, PROPERTIES[i].name) &&
            PROPERTIES[i].kinds & OF(element->kind))
            row = &PROPERTIES[i];
    if (!row)
        report_problem(c->report, property->line,
                       "property %.*s is not supported on %s %s", STR_ARG(property->name),
                       bpmn_kind_article(element->kind), bpmn_kind_name(element->kind));
    else if (str_is_empty(property->value))
        report_problem(c->report, property->line, "property %.*s has no value",
                       STR_ARG(property->name));
    else if (row->check)
        row->check(c, element, property);
    if (row && row->is_text)
        text_list_add(c->texts, property->value, c->report->file, property->line);
}

void profile_properties(struct profile_check *c, const struct bpmn_element *element)
{
    for (size_t i = 0; i < element->property_count; i++) {
        check_property(c, element, &element->properties[i]);
        for (size_t k = 0; k < i; k++)
            if (str_eq(element->properties[k].name, element->properties[i].name))
                report_problem(c->report, element->properties[i].line,
                               "property %.*s is given twice",
                               STR_ARG(element->properties[i].name));
    }
}

enum err profile_subject(struct arena *arena, struct str text,
                         const struct feel_node **out)
{
    struct str reason = STR_NONE;

    if (text.len && text.ptr[0] == '=')
        text = str_from_index(text, 1);
    if (feel_parse(arena, text, NULL, out, &reason) == OK)
        return OK;
    return err_note(ERR_INPUT, "%.*s", STR_ARG(reason));
}
