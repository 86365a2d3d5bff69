/* check_flow.c: flows, gateways, and whether there is a way from a start to each element and from each
 * element to an end. */
#include "bpmn/check.h"

static void check_flow(const struct bpmn_model *model, size_t index,
                       struct bpmn_problems *problems)
{
    const struct bpmn_flow *flow = &model->flows[index];
    const struct bpmn_element *source = &model->elements[flow->source];
    const struct bpmn_element *target = &model->elements[flow->target];
    bool conditional = bpmn_given(flow->condition);

    if (source->parent != target->parent)
        bpmn_problem(problems, flow->line,
                     "flow %.*s crosses the border of a sub-process or process",
                     STR_ARG(flow->id));
    if (source->kind == BPMN_PROCESS || target->kind == BPMN_PROCESS)
        bpmn_problem(problems, flow->line, "flow %.*s leads to or from a process",
                     STR_ARG(flow->id));
    if (conditional && source->default_flow == index)
        bpmn_problem(problems, flow->line, "the default flow %.*s has a condition",
                     STR_ARG(flow->id));
    if (conditional && !bpmn_is_activity(source->kind) &&
        source->kind != BPMN_EXCLUSIVE && source->kind != BPMN_INCLUSIVE)
        bpmn_problem(problems, flow->line, "a flow from %s %s has no condition",
                     bpmn_kind_article(source->kind), bpmn_kind_name(source->kind));
}

static void check_choice(const struct bpmn_model *model,
                         const struct bpmn_element *gateway,
                         struct bpmn_problems *problems)
{
    for (size_t i = 0; i < gateway->outgoing_count; i++) {
        const struct bpmn_flow *flow = &model->flows[gateway->outgoing[i]];

        if (gateway->outgoing_count > 1 && !bpmn_given(flow->condition) &&
            gateway->default_flow != gateway->outgoing[i])
            bpmn_problem(problems, flow->line,
                         "flow %.*s of %s %.*s has no condition and is not its default",
                         STR_ARG(flow->id), bpmn_kind_name(gateway->kind),
                         STR_ARG(gateway->id));
    }
}

static void check_event_gateway(const struct bpmn_model *model,
                                const struct bpmn_element *gateway,
                                struct bpmn_problems *problems)
{
    bool receives = false;
    bool messages = false;

    if (gateway->outgoing_count < 2)
        bpmn_problem(problems, gateway->line,
                     "event-based gateway %.*s has fewer than two ways out",
                     STR_ARG(gateway->id));
    for (size_t i = 0; i < gateway->outgoing_count; i++) {
        const struct bpmn_flow *flow = &model->flows[gateway->outgoing[i]];
        const struct bpmn_element *next = &model->elements[flow->target];
        bool waits = next->kind == BPMN_RECEIVE_TASK ||
                     (next->kind == BPMN_CATCH && next->trigger != BPMN_LINK);

        receives |= next->kind == BPMN_RECEIVE_TASK;
        messages |= next->kind == BPMN_CATCH && next->trigger == BPMN_MESSAGE;
        if (!waits)
            bpmn_problem(problems, flow->line,
                         "an event-based gateway leads to catch events or receive tasks, "
                         "not to %s %s",
                         bpmn_kind_article(next->kind), bpmn_kind_name(next->kind));
        else if (next->incoming_count > 1)
            bpmn_problem(
                problems, next->line,
                "%.*s belongs to an event-based gateway: no other flow leads to it",
                STR_ARG(next->id));
        else if (next->boundary_count)
            bpmn_problem(
                problems, next->line,
                "a receive task behind an event-based gateway has no boundary events");
    }
    if (receives && messages)
        bpmn_problem(problems, gateway->line,
                     "receive tasks and message events do not mix behind one gateway");
}

static void check_node(const struct bpmn_model *model, const struct bpmn_element *element,
                       struct bpmn_problems *problems)
{
    if (bpmn_is_gateway(element->kind) && element->outgoing_count == 0)
        bpmn_problem(problems, element->line, "%s %.*s has no way out",
                     bpmn_kind_name(element->kind), STR_ARG(element->id));
    if (element->kind == BPMN_EXCLUSIVE || element->kind == BPMN_INCLUSIVE)
        check_choice(model, element, problems);
    if (element->kind == BPMN_EVENT_GATEWAY)
        check_event_gateway(model, element, problems);
    if (element->default_flow != BPMN_NONE && element->outgoing_count == 1 &&
        bpmn_is_activity(element->kind))
        return;
    if (bpmn_is_activity(element->kind) && element->default_flow != BPMN_NONE) {
        size_t conditional = 0;

        for (size_t i = 0; i < element->outgoing_count; i++)
            conditional += bpmn_given(model->flows[element->outgoing[i]].condition);
        if (conditional == 0)
            bpmn_problem(problems, element->line,
                         "%.*s has a default flow, but no flow with a condition",
                         STR_ARG(element->id));
    }
}

/* ---- ways ------------------------------------------------------------------------------------ */

struct walk {
    const struct bpmn_model *model;
    bool *seen;
    uint32_t *stack;
    size_t count;
};

static void enter(struct walk *walk, uint32_t element)
{
    if (element == BPMN_NONE || walk->seen[element])
        return;
    walk->seen[element] = true;
    walk->stack[walk->count++] = element;
}

/* The other end of a link in the same scope. */
static void enter_links(struct walk *walk, const struct bpmn_element *link,
                        enum bpmn_kind kind)
{
    const struct bpmn_element *scope = &walk->model->elements[link->parent];

    for (size_t i = 0; i < scope->inside_count; i++) {
        const struct bpmn_element *other = &walk->model->elements[scope->inside[i]];

        if (other->kind == kind && other->trigger == BPMN_LINK &&
            str_eq(other->reference.text, link->reference.text))
            enter(walk, scope->inside[i]);
    }
}

static void forward(struct walk *walk)
{
    while (walk->count) {
        const struct bpmn_element *element =
            &walk->model->elements[walk->stack[--walk->count]];

        for (size_t i = 0; i < element->outgoing_count; i++)
            enter(walk, walk->model->flows[element->outgoing[i]].target);
        for (size_t i = 0; i < element->boundary_count; i++)
            enter(walk, element->boundaries[i]);
        if (element->kind == BPMN_THROW && element->trigger == BPMN_LINK)
            enter_links(walk, element, BPMN_CATCH);
        for (size_t i = 0; i < element->inside_count; i++) {
            enum bpmn_kind kind = walk->model->elements[element->inside[i]].kind;

            if (kind == BPMN_START || kind == BPMN_EVENT_SUB_PROCESS)
                enter(walk, element->inside[i]);
        }
    }
}

static void backward(struct walk *walk)
{
    while (walk->count) {
        const struct bpmn_element *element =
            &walk->model->elements[walk->stack[--walk->count]];

        for (size_t i = 0; i < element->incoming_count; i++)
            enter(walk, walk->model->flows[element->incoming[i]].source);
        if (element->kind == BPMN_BOUNDARY)
            enter(walk, element->attached_to);
        if (element->kind == BPMN_CATCH && element->trigger == BPMN_LINK)
            enter_links(walk, element, BPMN_THROW);
    }
}

static struct walk begin(struct arena *arena, const struct bpmn_model *model)
{
    struct walk walk = {.model = model};

    walk.seen = ARENA_ARRAY(arena, bool, model->element_count + 1);
    walk.stack = ARENA_ARRAY(arena, uint32_t, model->element_count + 1);
    return walk;
}

static void check_ways(struct arena *arena, const struct bpmn_model *model,
                       struct bpmn_problems *problems)
{
    struct walk from_start = begin(arena, model);
    struct walk to_end = begin(arena, model);

    for (size_t i = 0; i < model->process_count; i++)
        enter(&from_start, model->processes[i]);
    forward(&from_start);
    for (size_t e = 0; e < model->element_count; e++) {
        const struct bpmn_element *element = &model->elements[e];
        bool link = element->kind == BPMN_THROW && element->trigger == BPMN_LINK;

        /* Where no flow leads out, the token ends. */
        if (element->outgoing_count == 0 && !link)
            enter(&to_end, (uint32_t)e);
    }
    backward(&to_end);
    for (size_t e = 0; e < model->element_count; e++) {
        const struct bpmn_element *element = &model->elements[e];

        if (!from_start.seen[e])
            bpmn_problem(problems, element->line,
                         "%s %.*s cannot be reached from a start event",
                         bpmn_kind_name(element->kind), STR_ARG(element->id));
        else if (!to_end.seen[e])
            bpmn_problem(problems, element->line, "no way leads from %s %.*s to an end",
                         bpmn_kind_name(element->kind), STR_ARG(element->id));
    }
}

void bpmn_check_flows(struct arena *arena, const struct bpmn_model *model,
                      struct bpmn_problems *problems)
{
    for (size_t f = 0; f < model->flow_count; f++)
        check_flow(model, f, problems);
    for (size_t e = 0; e < model->element_count; e++)
        check_node(model, &model->elements[e], problems);
    check_ways(arena, model, problems);
}
