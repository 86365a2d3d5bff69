/* join.c: gateways that wait for others. */
#include "bpmn/run.h"

static struct bpmn_arrival *find(const struct run *run, int64_t scope, uint32_t flow)
{
    for (size_t i = 0; i < run->state->arrivals.count; i++) {
        struct bpmn_arrival *arrival =
            VEC_AT(&run->state->arrivals, struct bpmn_arrival, i);

        if (arrival->scope == scope && arrival->flow == flow)
            return arrival;
    }
    return NULL;
}

int64_t run_arrived(const struct run *run, int64_t scope, uint32_t flow)
{
    const struct bpmn_arrival *arrival = find(run, scope, flow);

    return arrival ? arrival->count : 0;
}

void run_arrive(struct run *run, int64_t scope, uint32_t flow, int64_t count)
{
    struct bpmn_arrival *arrivals = run->state->arrivals.items;
    struct bpmn_arrival *arrival = find(run, scope, flow);

    if (!arrival) {
        arrival = VEC_PUSH(&run->state->arrivals, struct bpmn_arrival);
        arrival->scope = scope;
        arrival->flow = flow;
        arrival->count = 0;
        arrivals = run->state->arrivals.items;
    }
    arrival->count += count;
    if (arrival->count == 0)
        *arrival = arrivals[--run->state->arrivals.count];
}

/* ---- inclusive joins ---------------------------------------------------------------------------- */

/* BPMN 2.0.2, 13.4.3: an inclusive join goes on when it has a token, and each token elsewhere that could
 * still reach an incoming flow without one can also reach one that has a token - by ways that do not
 * pass the join itself. Such a token may come along the full flow and is then the next round's. */
struct search {
    const struct run *run;
    uint32_t gateway;
    int64_t scope;
    bool *seen; /* flows */
    uint32_t *stack;
    size_t count;
    bool reaches_full;
    bool reaches_empty;
};

static void see_flow(struct search *s, uint32_t flow)
{
    const struct bpmn_flow *f = &s->run->model->flows[flow];

    if (s->seen[flow])
        return;
    s->seen[flow] = true;
    if (f->target != s->gateway)
        s->stack[s->count++] = flow;
    else if (run_arrived(s->run, s->scope, flow))
        s->reaches_full = true;
    else
        s->reaches_empty = true;
}

static void see_element(struct search *s, uint32_t index)
{
    const struct bpmn_model *model = s->run->model;
    const struct bpmn_element *element = &model->elements[index];
    const struct bpmn_element *scope = &model->elements[element->parent];

    for (size_t i = 0; i < element->outgoing_count; i++)
        see_flow(s, element->outgoing[i]);
    for (size_t b = 0; b < element->boundary_count; b++) {
        const struct bpmn_element *event = &model->elements[element->boundaries[b]];

        for (size_t i = 0; i < event->outgoing_count; i++)
            see_flow(s, event->outgoing[i]);
    }
    if (element->kind != BPMN_THROW || element->trigger != BPMN_LINK)
        return;
    for (size_t i = 0; i < scope->inside_count; i++) {
        const struct bpmn_element *other = &model->elements[scope->inside[i]];

        if (other->kind == BPMN_CATCH && other->trigger == BPMN_LINK &&
            str_eq(other->reference.text, element->reference.text))
            for (size_t k = 0; k < other->outgoing_count; k++)
                see_flow(s, other->outgoing[k]);
    }
}

/* True if a token that starts here keeps the join waiting. */
static bool holds_back(struct search *s, uint32_t element, uint32_t flow)
{
    memset(s->seen, 0, s->run->model->flow_count * sizeof(*s->seen));
    s->count = 0;
    s->reaches_full = false;
    s->reaches_empty = false;
    if (flow != BPMN_NONE)
        see_flow(s, flow);
    else
        see_element(s, element);
    while (s->count)
        see_element(s, s->run->model->flows[s->stack[--s->count]].target);
    return s->reaches_empty && !s->reaches_full;
}

static bool may_go_on(struct search *s)
{
    const struct run *run = s->run;

    for (size_t i = 0; i < run->state->tokens.count; i++) {
        const struct bpmn_token *token =
            *VEC_AT(&run->state->tokens, struct bpmn_token *, i);

        if (token->parent == s->scope && token->element != s->gateway &&
            holds_back(s, token->element, BPMN_NONE))
            return false;
    }
    for (size_t i = 0; i < run->state->arrivals.count; i++) {
        const struct bpmn_arrival *arrival =
            VEC_AT(&run->state->arrivals, struct bpmn_arrival, i);

        if (arrival->scope == s->scope &&
            run->model->flows[arrival->flow].target != s->gateway &&
            holds_back(s, BPMN_NONE, arrival->flow))
            return false;
    }
    return true;
}

static bool try_join(struct run *run, int64_t scope, uint32_t gateway)
{
    const struct bpmn_element *element = &run->model->elements[gateway];
    struct search search = {.run = run, .gateway = gateway, .scope = scope};
    struct bpmn_token *token = bpmn_token(run->state, scope);

    search.seen = ARENA_ARRAY(run->arena, bool, run->model->flow_count + 1);
    search.stack = ARENA_ARRAY(run->arena, uint32_t, run->model->flow_count + 1);
    if (!token || !may_go_on(&search))
        return false;
    for (size_t i = 0; i < element->incoming_count; i++)
        if (run_arrived(run, scope, element->incoming[i]))
            run_arrive(run, scope, element->incoming[i], -1);
    run_activate(run, gateway, token);
    return true;
}

bool run_inclusive_joins(struct run *run)
{
    for (size_t i = 0; i < run->state->arrivals.count; i++) {
        const struct bpmn_arrival *arrival =
            VEC_AT(&run->state->arrivals, struct bpmn_arrival, i);
        uint32_t target = run->model->flows[arrival->flow].target;

        if (run->model->elements[target].kind == BPMN_INCLUSIVE &&
            try_join(run, arrival->scope, target))
            return true;
    }
    return false;
}
