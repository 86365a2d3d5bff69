#include "process/profile.h"

#include "process/rules.h"
#include "process/service_types.h"
#include "process/user_task.h"

#define NAME_MAX_CHARACTERS 200

/* Which property stands on which kind of element; all are named "kontor:...". */
#define OF(kind) (1u << (kind))
#define STEPS                                                                            \
    (OF(BPMN_USER_TASK) | OF(BPMN_SERVICE_TASK) | OF(BPMN_RULE_TASK) |                   \
     OF(BPMN_SCRIPT_TASK) | OF(BPMN_RECEIVE_TASK) | OF(BPMN_SUB_PROCESS) |               \
     OF(BPMN_CALL) | OF(BPMN_CATCH))

static const struct property_row {
    const char *name;
    unsigned kinds;
    bool is_text;
} PROPERTIES[] = {
    {"kontor:phase", STEPS | OF(BPMN_END), true},
    {"kontor:customerStep", STEPS, true},
    {"kontor:due", OF(BPMN_USER_TASK), false},
    {"kontor:calendar", OF(BPMN_USER_TASK), false},
    {"kontor:clock", OF(BPMN_USER_TASK), false},
    {"kontor:outcomes", OF(BPMN_USER_TASK), false},
    {"kontor:fourEyes", OF(BPMN_USER_TASK), false},
    {"kontor:type", OF(BPMN_USER_TASK), false},
};

struct checking {
    struct arena *arena;
    const struct bpmn_model *model;
    struct report *report;
    struct text_list *texts;
};

static void check_property(struct checking *c, const struct bpmn_element *element,
                           const struct bpmn_property *property)
{
    const struct property_row *row = NULL;

    for (size_t i = 0; i < sizeof(PROPERTIES) / sizeof(*PROPERTIES); i++)
        if (str_is(property->name, PROPERTIES[i].name) &&
            PROPERTIES[i].kinds & OF(element->kind))
            row = &PROPERTIES[i];
    if (!row) {
        report_problem(c->report, property->line,
                       "property %.*s is not supported on %s %s", STR_ARG(property->name),
                       bpmn_kind_article(element->kind), bpmn_kind_name(element->kind));
        return;
    }
    if (str_is_empty(property->value))
        report_problem(c->report, property->line, "property %.*s has no value",
                       STR_ARG(property->name));
    if (row->is_text)
        text_list_add(c->texts, property->value, c->report->file, property->line);
}

static void check_properties(struct checking *c, const struct bpmn_element *element)
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

static void check_user_task(struct checking *c, const struct bpmn_element *element)
{
    if (!element->name.ptr)
        report_problem(c->report, element->line, "user task %.*s has no name",
                       STR_ARG(element->id));
    user_task_check(c->arena, c->model, element, c->report);
    if (!bpmn_given(element->groups) && !bpmn_property(element, "kontor:type").ptr)
        report_problem(
            c->report, element->line,
            "user task %.*s has neither a candidate group (zeebe:assignmentDefinition) "
            "nor a kontor:type that knows the team",
            STR_ARG(element->id));
    else if (bpmn_given(element->groups) &&
             (element->groups.feel || !rule_is_key(element->groups.text)))
        report_problem(c->report, element->line,
                       "candidateGroups of %.*s must be the key of exactly one team",
                       STR_ARG(element->id));
}

/* ---- services --------------------------------------------------------------------------------- */

/* What is written as it is, and cannot be an expression: its German and its team are known at publish. */
static void check_plain_input(struct checking *c, const struct bpmn_element *element,
                              const struct service_input *known,
                              const struct bpmn_mapping *mapping)
{
    if (mapping->source.feel || str_is_empty(mapping->source.text))
        report_problem(c->report, element->line,
                       "input %s of %.*s is written without =", known->name,
                       STR_ARG(element->id));
    else if (known->kind == SERVICE_TEXT)
        text_list_add(c->texts, mapping->source.text, c->report->file, element->line);
    else if (!rule_is_key(mapping->source.text))
        report_problem(c->report, element->line,
                       "input %s of %.*s is neither customer nor the key of a team",
                       known->name, STR_ARG(element->id));
}

static void check_input(struct checking *c, const struct bpmn_element *element,
                        const struct service_type *type,
                        const struct bpmn_mapping *mapping)
{
    const struct service_input *known = service_type_input(type, mapping->target);
    const struct str *keys;
    size_t count;

    if (!known)
        report_problem(c->report, element->line, "service %s has no input %.*s",
                       type->name, STR_ARG(mapping->target));
    else if (known->kind == SERVICE_TEXT || known->kind == SERVICE_RECIPIENT)
        check_plain_input(c, element, known, mapping);
    else if (known->kind == SERVICE_ATTRIBUTES &&
             (!mapping->source.feel ||
              !feel_context_keys(mapping->source.feel, &keys, &count)))
        report_problem(c->report, element->line,
                       "input %s of service %s is written as a context: "
                       "={\"attribute\": value, ...}",
                       known->name, type->name);
}

static bool has_input(const struct bpmn_element *element, const char *name)
{
    for (size_t i = 0; i < element->input_count; i++)
        if (str_is(element->inputs[i].target, name))
            return true;
    return false;
}

static void check_service_task(struct checking *c, const struct bpmn_element *element)
{
    const struct service_type *type =
        element->job_type.feel ? NULL : service_type_find(element->job_type.text);

    if (!type) {
        report_problem(
            c->report, element->line,
            "unknown service type \"%.*s\" (kontorctl process services lists them)",
            STR_ARG(element->job_type.text));
        return;
    }
    for (size_t i = 0; i < element->input_count; i++) {
        check_input(c, element, type, &element->inputs[i]);
        for (size_t k = 0; k < i; k++)
            if (str_eq(element->inputs[k].target, element->inputs[i].target))
                report_problem(c->report, element->line, "input %.*s is mapped twice",
                               STR_ARG(element->inputs[i].target));
    }
    for (size_t k = 0; k < type->input_count; k++)
        if (type->inputs[k].required && !has_input(element, type->inputs[k].name))
            report_problem(c->report, element->line, "service %s needs the input %s (%s)",
                           type->name, type->inputs[k].name, type->inputs[k].meaning);
}

/* ---- the way ---------------------------------------------------------------------------------- */

/* BPMN allows a choice without a default; an instance would get stuck. */
static void check_choice(struct checking *c, const struct bpmn_element *element)
{
    if (element->outgoing_count > 1 && element->default_flow == BPMN_NONE)
        report_problem(
            c->report, element->line,
            "%s %.*s has no default flow; without one an instance can get stuck",
            bpmn_kind_name(element->kind), STR_ARG(element->id));
    if (element->outgoing_count == 1 && element->incoming_count == 1)
        report_problem(c->report, element->line, "%s %.*s neither splits nor joins",
                       bpmn_kind_name(element->kind), STR_ARG(element->id));
}

/* Depth-first over what never waits: a way back is a loop without end. */
static bool loops(const struct bpmn_model *model, uint32_t n, uint8_t *color)
{
    const struct bpmn_element *element = &model->elements[n];

    color[n] = 1;
    for (size_t i = 0; i < element->outgoing_count; i++) {
        uint32_t next = model->flows[element->outgoing[i]].target;

        if (!bpmn_is_gateway(model->elements[next].kind) ||
            model->elements[next].kind == BPMN_EVENT_GATEWAY)
            continue;
        if (color[next] == 1 || (color[next] == 0 && loops(model, next, color)))
            return true;
    }
    color[n] = 2;
    return false;
}

static void check_loops(struct checking *c)
{
    uint8_t *color = ARENA_ARRAY(c->arena, uint8_t, c->model->element_count + 1);

    for (uint32_t n = 0; n < c->model->element_count; n++)
        if (bpmn_is_gateway(c->model->elements[n].kind) && color[n] == 0 &&
            loops(c->model, n, color)) {
            report_problem(c->report, c->model->elements[n].line,
                           "gateway %.*s is on or leads into a loop without any task",
                           STR_ARG(c->model->elements[n].id));
            return;
        }
}

/* What app/process_apply.c makes rows of. The engine knows more; a definition that needs it is refused
 * until there are rows for it, since it would wait for ever. */
static bool is_carried_out(const struct bpmn_element *element)
{
    switch (element->kind) {
    case BPMN_CATCH:
    case BPMN_RECEIVE_TASK:
    case BPMN_EVENT_GATEWAY:
    case BPMN_SEND_TASK:
        return element->trigger == BPMN_LINK;
    case BPMN_BOUNDARY:
    case BPMN_START:
    case BPMN_THROW:
    case BPMN_END:
        return element->trigger != BPMN_MESSAGE && element->trigger != BPMN_SIGNAL &&
               element->trigger != BPMN_TIMER && element->trigger != BPMN_CONDITION;
    default:
        return true;
    }
}

/* What the engine reads and nothing here looks at: refused, not ignored. */
static void check_unused(struct checking *c, const struct bpmn_element *element)
{
    const struct {
        bool given;
        const char *what;
    } UNUSED[] = {
        {bpmn_given(element->assignee), "assignee"},
        {bpmn_given(element->due) || bpmn_given(element->follow_up),
         "zeebe:taskSchedule (say the time with the property kontor:due)"},
        {bpmn_given(element->form) && element->kind != BPMN_USER_TASK,
         "zeebe:formDefinition"},
        {bpmn_given(element->retries), "retries"},
        {element->header_count > 0, "zeebe:taskHeaders"},
    };

    for (size_t i = 0; i < sizeof(UNUSED) / sizeof(*UNUSED); i++)
        if (UNUSED[i].given)
            report_problem(c->report, element->line,
                           "%s is not available in request types", UNUSED[i].what);
}

static void check_element(struct checking *c, const struct bpmn_element *element)
{
    check_unused(c, element);
    if (!is_carried_out(element))
        report_problem(c->report, element->line,
                       "%s %.*s is not available in request types",
                       bpmn_kind_name(element->kind), STR_ARG(element->id));
    if (element->kind != BPMN_PROCESS)
        check_properties(c, element);
    if (element->name.ptr && str_utf8_length(element->name) > NAME_MAX_CHARACTERS)
        report_problem(c->report, element->line, "the name is longer than %d characters",
                       NAME_MAX_CHARACTERS);
    if (element->kind == BPMN_USER_TASK)
        check_user_task(c, element);
    else if (element->kind == BPMN_SERVICE_TASK)
        check_service_task(c, element);
    else if (element->kind == BPMN_EXCLUSIVE || element->kind == BPMN_INCLUSIVE)
        check_choice(c, element);
    if (element->kind == BPMN_USER_TASK || element->kind == BPMN_SERVICE_TASK)
        text_list_add(c->texts, element->name, c->report->file, element->line);
}

void profile_check(struct arena *arena, const struct bpmn_model *model,
                   struct report *report, struct text_list *texts)
{
    struct checking c = {arena, model, report, texts};

    for (size_t i = 0; i < model->element_count; i++)
        check_element(&c, &model->elements[i]);
    check_loops(&c);
}
