#include "bpmn/check.h"

#include "bpmn/timer.h"

static bool is_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* a, or a.b.c */
static bool is_target(struct str text)
{
    bool begin = true;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '.' && !begin) {
            begin = true;
            continue;
        }
        if (!is_start(c) && (begin || !(c >= '0' && c <= '9')))
            return false;
        begin = false;
    }
    return !begin;
}

static void check_names(const struct bpmn_element *element,
                        struct bpmn_problems *problems)
{
    const struct {
        struct str name;
        const char *what;
    } NAMES[] = {
        {element->result, "result variable"},
        {element->multi.element, "input element"},
        {element->multi.output, "output collection"},
    };

    for (size_t i = 0; i < sizeof(NAMES) / sizeof(*NAMES); i++)
        if (NAMES[i].name.len && !is_target(NAMES[i].name))
            bpmn_problem(problems, element->line, "the %s %.*s is no name", NAMES[i].what,
                         STR_ARG(NAMES[i].name));
    for (size_t i = 0; i < element->input_count; i++)
        if (!is_target(element->inputs[i].target))
            bpmn_problem(problems, element->line, "the input target %.*s is no name",
                         STR_ARG(element->inputs[i].target));
    for (size_t i = 0; i < element->output_count; i++)
        if (!is_target(element->outputs[i].target))
            bpmn_problem(problems, element->line, "the output target %.*s is no name",
                         STR_ARG(element->outputs[i].target));
}

static void need(bool given, const struct bpmn_element *element, const char *what,
                 struct bpmn_problems *problems)
{
    if (!given)
        bpmn_problem(problems, element->line, "%s %.*s has no %s",
                     bpmn_kind_name(element->kind), STR_ARG(element->id), what);
}

/* A literal that is no duration; what is worked out is seen when it is. */
static void check_time_to_live(const struct bpmn_element *element,
                               struct bpmn_problems *problems)
{
    const struct bpmn_expression *time = &element->time_to_live;

    if (bpmn_given(*time) && !time->feel &&
        !bpmn_timer_is_valid(BPMN_TIMER_DURATION, time->text))
        bpmn_problem(problems, element->line,
                     "timeToLive of %.*s is no duration: \"%.*s\"", STR_ARG(element->id),
                     STR_ARG(time->text));
}

static void check_activity(const struct bpmn_element *element,
                           struct bpmn_problems *problems)
{
    bool job = bpmn_given(element->job_type);

    switch (element->kind) {
    case BPMN_SERVICE_TASK:
        need(job, element, "zeebe:taskDefinition", problems);
        break;
    case BPMN_SEND_TASK:
        need(job || element->publishes, element,
             "zeebe:taskDefinition and no zeebe:publishMessage", problems);
        if (element->publishes)
            need(bpmn_given(element->reference), element, "message", problems);
        break;
    case BPMN_RECEIVE_TASK:
        need(bpmn_given(element->reference), element, "message", problems);
        need(bpmn_given(element->correlation), element, "correlation key", problems);
        break;
    case BPMN_SCRIPT_TASK:
        need(job || bpmn_given(element->script), element, "zeebe:script", problems);
        break;
    case BPMN_RULE_TASK:
        need(job || bpmn_given(element->called), element, "zeebe:calledDecision",
             problems);
        break;
    case BPMN_CALL:
        need(bpmn_given(element->called), element, "zeebe:calledElement", problems);
        break;
    default:
        break;
    }
}

/* Starts of a scope: how many may there be, and of which kind. */
static void check_starts(const struct bpmn_model *model, uint32_t index,
                         struct bpmn_problems *problems)
{
    const struct bpmn_element *scope = &model->elements[index];
    size_t none = 0;
    size_t others = 0;

    for (size_t i = 0; i < scope->inside_count; i++) {
        const struct bpmn_element *inner = &model->elements[scope->inside[i]];

        if (inner->kind != BPMN_START)
            continue;
        if (inner->trigger == BPMN_NO_TRIGGER && ++none == 2)
            bpmn_problem(problems, inner->line,
                         "%s %.*s has a second start event without a trigger",
                         bpmn_kind_name(scope->kind), STR_ARG(scope->id));
        others += inner->trigger != BPMN_NO_TRIGGER;
        if (inner->trigger != BPMN_NO_TRIGGER && scope->kind == BPMN_SUB_PROCESS)
            bpmn_problem(problems, inner->line,
                         "the start event of a sub-process has no trigger");
    }
    if (scope->kind == BPMN_EVENT_SUB_PROCESS) {
        if (none || others != 1)
            bpmn_problem(
                problems, scope->line,
                "event sub-process %.*s has exactly one start event, with a trigger",
                STR_ARG(scope->id));
        if (scope->incoming_count || scope->outgoing_count)
            bpmn_problem(problems, scope->line,
                         "no flow leads to or from an event sub-process");
    } else if (none + others == 0) {
        bpmn_problem(problems, scope->line, "%s %.*s has no start event",
                     bpmn_kind_name(scope->kind), STR_ARG(scope->id));
    }
}

void bpmn_check(struct arena *arena, const struct bpmn_model *model,
                struct bpmn_problems *problems)
{
    bool executable = false;

    for (size_t i = 0; i < model->process_count; i++)
        executable |= model->elements[model->processes[i]].executable;
    if (model->process_count == 0)
        bpmn_problem(problems, 0, "there is no process in the file");
    else if (!executable)
        bpmn_problem(problems, model->elements[model->processes[0]].line,
                     "no process is marked executable");
    for (size_t e = 0; e < model->element_count; e++) {
        const struct bpmn_element *element = &model->elements[e];

        check_names(element, problems);
        check_activity(element, problems);
        check_time_to_live(element, problems);
        if (bpmn_is_scope(element->kind))
            check_starts(model, (uint32_t)e, problems);
        if (element->kind >= BPMN_START && element->kind <= BPMN_END)
            bpmn_check_event(model, (uint32_t)e, problems);
    }
    bpmn_check_flows(arena, model, problems);
}
