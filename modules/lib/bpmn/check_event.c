/* check_event.c: events. */
#include "bpmn/check.h"
#include "bpmn/timer.h"

#define OF(trigger) (1u << (trigger))

/* Which triggers an event of this kind may have, by where it stands. */
static unsigned allowed_triggers(const struct bpmn_model *model,
                                 const struct bpmn_element *event)
{
    const unsigned waiting = OF(BPMN_MESSAGE) | OF(BPMN_TIMER) | OF(BPMN_SIGNAL);

    switch (event->kind) {
    case BPMN_START:
        if (model->elements[event->parent].kind == BPMN_EVENT_SUB_PROCESS)
            return waiting | OF(BPMN_ERROR) | OF(BPMN_ESCALATION) | OF(BPMN_CONDITION);
        return waiting | OF(BPMN_NO_TRIGGER);
    case BPMN_CATCH:
        return waiting | OF(BPMN_LINK) | OF(BPMN_CONDITION);
    case BPMN_THROW:
        return OF(BPMN_NO_TRIGGER) | OF(BPMN_MESSAGE) | OF(BPMN_SIGNAL) |
               OF(BPMN_ESCALATION) | OF(BPMN_LINK);
    case BPMN_BOUNDARY:
        return waiting | OF(BPMN_ERROR) | OF(BPMN_ESCALATION) | OF(BPMN_CONDITION);
    default:
        return OF(BPMN_NO_TRIGGER) | OF(BPMN_MESSAGE) | OF(BPMN_SIGNAL) | OF(BPMN_ERROR) |
               OF(BPMN_ESCALATION) | OF(BPMN_TERMINATE);
    }
}

static bool catches(const struct bpmn_element *event)
{
    return event->kind != BPMN_THROW && event->kind != BPMN_END;
}

static void need(bool given, const struct bpmn_element *event, const char *what,
                 struct bpmn_problems *problems)
{
    if (!given)
        bpmn_problem(problems, event->line, "%s event %.*s has no %s",
                     bpmn_trigger_name(event->trigger), STR_ARG(event->id), what);
}

static void check_message(const struct bpmn_model *model,
                          const struct bpmn_element *event,
                          struct bpmn_problems *problems)
{
    bool of_process =
        event->kind == BPMN_START && model->elements[event->parent].kind == BPMN_PROCESS;

    if (catches(event)) {
        need(bpmn_given(event->reference), event, "message", problems);
        if (!of_process)
            need(bpmn_given(event->correlation), event, "correlation key", problems);
        return;
    }
    if (!bpmn_given(event->job_type) && !event->publishes)
        need(false, event, "zeebe:taskDefinition and no zeebe:publishMessage", problems);
    if (event->publishes)
        need(bpmn_given(event->reference), event, "message", problems);
}

static void check_timer(const struct bpmn_model *model, const struct bpmn_element *event,
                        struct bpmn_problems *problems)
{
    bool of_process =
        event->kind == BPMN_START && model->elements[event->parent].kind == BPMN_PROCESS;
    bool repeats = event->timer == BPMN_TIMER_CYCLE;

    if (repeats && event->kind == BPMN_CATCH)
        bpmn_problem(problems, event->line,
                     "an intermediate timer event waits once: no cycle");
    if (repeats && !of_process && event->kind != BPMN_CATCH && event->interrupting)
        bpmn_problem(problems, event->line,
                     "an event that interrupts happens once: no cycle");
    if (of_process && event->timer == BPMN_TIMER_DURATION)
        bpmn_problem(problems, event->line,
                     "a process starts at a date or in a cycle, not after a duration");
    if (!event->time.feel && bpmn_given(event->time) &&
        !bpmn_timer_is_valid(event->timer, event->time.text))
        bpmn_problem(problems, event->line, "\"%.*s\" is no %s of ISO 8601",
                     STR_ARG(event->time.text),
                     repeats ? "repeated interval (R3/PT10M)"
                     : event->timer == BPMN_TIMER_DURATION ? "duration (PT10M)"
                                                           : "date and time");
}

static void check_link(const struct bpmn_model *model, const struct bpmn_element *event,
                       struct bpmn_problems *problems)
{
    const struct bpmn_element *scope = &model->elements[event->parent];
    size_t throws = 0;
    size_t others = 0;

    need(bpmn_given(event->reference), event, "name", problems);
    for (size_t i = 0; i < scope->inside_count; i++) {
        const struct bpmn_element *other = &model->elements[scope->inside[i]];

        if (other->trigger != BPMN_LINK ||
            !str_eq(other->reference.text, event->reference.text))
            continue;
        throws += other->kind == BPMN_THROW;
        others += other->kind == BPMN_CATCH;
    }
    if (others != 1)
        bpmn_problem(problems, event->line,
                     "link %.*s has %zu targets in its scope, not one",
                     STR_ARG(event->reference.text), others);
    if (event->kind == BPMN_CATCH && throws == 0)
        bpmn_problem(problems, event->line, "no link leads to %.*s", STR_ARG(event->id));
    if (event->kind == BPMN_CATCH ? event->incoming_count : event->outgoing_count)
        bpmn_problem(problems, event->line, "a link takes the place of a sequence flow");
}

/* Two events that would answer the same call. */
static bool same_catch(const struct bpmn_element *a, const struct bpmn_element *b)
{
    if (a->trigger != b->trigger ||
        (a->trigger != BPMN_ERROR && a->trigger != BPMN_ESCALATION &&
         a->trigger != BPMN_MESSAGE && a->trigger != BPMN_SIGNAL))
        return false;
    return !a->reference.feel && !b->reference.feel &&
           str_eq(a->reference.text, b->reference.text);
}

static void check_boundary(const struct bpmn_model *model, uint32_t index,
                           struct bpmn_problems *problems)
{
    const struct bpmn_element *event = &model->elements[index];
    const struct bpmn_element *activity = &model->elements[event->attached_to];

    if (!bpmn_is_activity(activity->kind))
        bpmn_problem(problems, event->line,
                     "%.*s is attached to %s %s, not to an activity", STR_ARG(event->id),
                     bpmn_kind_article(activity->kind), bpmn_kind_name(activity->kind));
    else if (activity->parent != event->parent)
        bpmn_problem(problems, event->line, "%.*s is in another scope than its activity",
                     STR_ARG(event->id));
    if (event->trigger == BPMN_ERROR && !event->interrupting)
        bpmn_problem(problems, event->line, "an error always interrupts");
    if (event->trigger == BPMN_ESCALATION && activity->kind != BPMN_SUB_PROCESS &&
        activity->kind != BPMN_CALL)
        bpmn_problem(problems, event->line,
                     "only sub-processes and call activities escalate");
    if (event->outgoing_count == 0)
        bpmn_problem(problems, event->line, "boundary event %.*s has no way out",
                     STR_ARG(event->id));
    for (size_t i = 0; i < activity->boundary_count; i++)
        if (activity->boundaries[i] < index &&
            same_catch(&model->elements[activity->boundaries[i]], event))
            bpmn_problem(problems, event->line,
                         "%.*s has two boundary events for the same %s",
                         STR_ARG(activity->id), bpmn_trigger_name(event->trigger));
}

/* The start of an event sub-process, beside those of the same scope. */
static void check_event_start(const struct bpmn_model *model, uint32_t index,
                              struct bpmn_problems *problems)
{
    const struct bpmn_element *event = &model->elements[index];
    const struct bpmn_element *sub = &model->elements[event->parent];
    const struct bpmn_element *scope = &model->elements[sub->parent];

    if (event->trigger == BPMN_ERROR && !event->interrupting)
        bpmn_problem(problems, event->line, "an error always interrupts");
    for (size_t i = 0; i < scope->inside_count; i++) {
        const struct bpmn_element *other = &model->elements[scope->inside[i]];
        uint32_t start;

        if (other->kind != BPMN_EVENT_SUB_PROCESS || scope->inside[i] >= event->parent)
            continue;
        start = bpmn_start_of(model, scope->inside[i]);
        if (start != BPMN_NONE && same_catch(&model->elements[start], event))
            bpmn_problem(problems, event->line,
                         "two event sub-processes of one scope wait for the same %s",
                         bpmn_trigger_name(event->trigger));
    }
}

static void check_direction(const struct bpmn_element *event,
                            struct bpmn_problems *problems)
{
    bool no_in = event->kind == BPMN_START || event->kind == BPMN_BOUNDARY;

    if (no_in && event->incoming_count)
        bpmn_problem(problems, event->line, "no flow leads to %s %.*s",
                     bpmn_kind_name(event->kind), STR_ARG(event->id));
    if (event->kind == BPMN_END && event->outgoing_count)
        bpmn_problem(problems, event->line, "no flow leads from end event %.*s",
                     STR_ARG(event->id));
}

static void check_reference(const struct bpmn_element *event,
                            struct bpmn_problems *problems)
{
    bool throws = !catches(event);

    if (event->trigger == BPMN_SIGNAL)
        need(bpmn_given(event->reference), event, "signal", problems);
    if (event->trigger == BPMN_ERROR && throws)
        need(bpmn_given(event->reference), event, "error with a code", problems);
    if (event->trigger == BPMN_ESCALATION && throws)
        need(bpmn_given(event->reference), event, "escalation with a code", problems);
}

void bpmn_check_event(const struct bpmn_model *model, uint32_t index,
                      struct bpmn_problems *problems)
{
    const struct bpmn_element *event = &model->elements[index];

    if (!(allowed_triggers(model, event) & OF(event->trigger))) {
        /* check_starts() says it for event sub-processes */
        if (!(event->kind == BPMN_START && event->trigger == BPMN_NO_TRIGGER))
            bpmn_problem(problems, event->line, "%s %.*s cannot be a %s event",
                         bpmn_kind_name(event->kind), STR_ARG(event->id),
                         bpmn_trigger_name(event->trigger));
        return;
    }
    check_direction(event, problems);
    check_reference(event, problems);
    if (event->trigger == BPMN_MESSAGE)
        check_message(model, event, problems);
    else if (event->trigger == BPMN_TIMER)
        check_timer(model, event, problems);
    else if (event->trigger == BPMN_LINK)
        check_link(model, event, problems);
    if (event->kind == BPMN_BOUNDARY && event->attached_to != BPMN_NONE)
        check_boundary(model, index, problems);
    if (event->kind == BPMN_START &&
        model->elements[event->parent].kind == BPMN_EVENT_SUB_PROCESS)
        check_event_start(model, index, problems);
}
