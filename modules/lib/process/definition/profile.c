#include "process/definition/profile_own.h"
#include "process/definition/rules.h"
#include "process/user_task.h"

#define NAME_MAX_CHARACTERS 200
#define ID_MAX_CHARACTERS   90

static void check_user_task(struct profile_check *c, const struct bpmn_element *element)
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

/* ---- the way ---------------------------------------------------------------------------------- */

/* BPMN allows a choice without a default; an instance would get stuck. */
static void check_choice(struct profile_check *c, const struct bpmn_element *element)
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

static void check_loops(struct profile_check *c)
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

/* ---- elements ----------------------------------------------------------------------------------- */

/* Rows name what they belong to by the id: short, and plain letters. */
static void check_id(struct profile_check *c, const struct bpmn_element *element)
{
    bool plain = element->id.len <= ID_MAX_CHARACTERS;

    for (size_t i = 0; i < element->id.len; i++)
        plain = plain && (unsigned char)element->id.ptr[i] < 0x80;
    if (!plain)
        report_problem(c->report, element->line,
                       "the id %.*s is longer than %d characters or has others than "
                       "plain letters, digits and signs",
                       STR_ARG(element->id), ID_MAX_CHARACTERS);
}

/* A request comes by its release, and what is called by its call: nothing else begins a process. */
static void check_start(struct profile_check *c, const struct bpmn_element *element)
{
    if (element->trigger == BPMN_NO_TRIGGER ||
        c->model->elements[element->parent].kind != BPMN_PROCESS)
        return;
    report_problem(
        c->report, element->line,
        "start event %.*s waits for a %s: the process of a request begins when "
        "intake releases it, and by nothing else",
        STR_ARG(element->id), bpmn_trigger_name(element->trigger));
}

static void check_call(struct profile_check *c, const struct bpmn_element *element)
{
    uint32_t called;

    if (element->called.feel || !bpmn_given(element->called))
        return;
    called = bpmn_find(c->model, element->called.text);
    if (called == BPMN_NONE || c->model->elements[called].kind != BPMN_PROCESS ||
        bpmn_start_of(c->model, called) == BPMN_NONE)
        report_problem(c->report, element->line,
                       "call activity %.*s: there is no process %.*s with a start event "
                       "without a trigger in this file",
                       STR_ARG(element->id), STR_ARG(element->called.text));
}

/* What the engine reads and nothing here looks at: refused, not ignored. */
static void check_unused(struct profile_check *c, const struct bpmn_element *element)
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
        {bpmn_given(element->retries),
         "retries (what fails is tried again by itself, over some 4 hours)"},
        {element->header_count > 0, "zeebe:taskHeaders (say it with an input mapping)"},
        {bpmn_given(element->message_id), "messageId"},
    };

    for (size_t i = 0; i < sizeof(UNUSED) / sizeof(*UNUSED); i++)
        if (UNUSED[i].given)
            report_problem(c->report, element->line,
                           "%s is not available in request types", UNUSED[i].what);
}

static void check_element(struct profile_check *c, const struct bpmn_element *element)
{
    check_unused(c, element);
    check_id(c, element);
    if (element->kind != BPMN_PROCESS)
        profile_properties(c, element);
    if (element->name.ptr && str_utf8_length(element->name) > NAME_MAX_CHARACTERS)
        report_problem(c->report, element->line, "the name is longer than %d characters",
                       NAME_MAX_CHARACTERS);
    if (element->kind == BPMN_USER_TASK)
        check_user_task(c, element);
    else if (element->kind == BPMN_EXCLUSIVE || element->kind == BPMN_INCLUSIVE)
        check_choice(c, element);
    else if (element->kind == BPMN_START)
        check_start(c, element);
    else if (element->kind == BPMN_CALL)
        check_call(c, element);
    if (bpmn_given(element->job_type))
        profile_service(c, element);
    if (element->kind == BPMN_USER_TASK || element->kind == BPMN_SERVICE_TASK)
        text_list_add(c->texts, element->name, c->report->file, element->line);
}

void profile_check(struct arena *arena, const struct bpmn_model *model,
                   struct report *report, struct text_list *texts)
{
    struct profile_check c = {arena, model, report, texts};

    for (size_t i = 0; i < model->element_count; i++)
        check_element(&c, &model->elements[i]);
    check_loops(&c);
}
