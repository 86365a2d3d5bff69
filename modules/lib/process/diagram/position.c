#include "process/diagram/position.h"

#define ELEMENTS_MAX 400
/* Steps with a text that are looked at. */
#define STEPS_MAX 50

/* ---- what a state says ------------------------------------------------------------------------- */

static void add_waits(const struct bpmn_model *model, const struct bpmn_token *token,
                      struct position *out)
{
    for (size_t i = 0; i < token->waits.count; i++) {
        const struct bpmn_wait *wait = VEC_AT(&token->waits, struct bpmn_wait, i);
        /* A timer behind a gateway stands at itself, one at the border at its activity. */
        uint32_t at = model->elements[token->element].kind == BPMN_EVENT_GATEWAY
                          ? wait->event
                          : token->element;

        if (at != token->element) {
            out[at].state = POSITION_NOW;
            out[at].open++;
        }
        if (model->elements[wait->event].trigger == BPMN_TIMER &&
            (out[at].due_at == INSTANT_NONE || wait->due.at < out[at].due_at))
            out[at].due_at = wait->due.at;
    }
}

static void add_token(const struct bpmn_model *model, const struct bpmn_token *token,
                      struct position *out)
{
    struct position *at = &out[token->element];

    add_waits(model, token, out);
    if (token->incident.ptr) {
        at->state = POSITION_INCIDENT;
        at->incident = token->incident;
    } else if (at->state != POSITION_INCIDENT) {
        at->state = POSITION_NOW;
    }
    if (token->is_body) {
        at->instances += (int64_t)token->items.count;
        at->instances_done += token->completed;
    } else {
        at->open++;
    }
}

/* Tokens that wait at a join have no element of their own: they have arrived at it. */
static void add_arrivals(const struct bpmn_model *model, const struct bpmn_state *state,
                         struct position *out)
{
    for (size_t i = 0; i < state->arrivals.count; i++) {
        const struct bpmn_arrival *arrival =
            VEC_AT(&state->arrivals, struct bpmn_arrival, i);
        struct position *at = &out[model->flows[arrival->flow].target];

        if (at->state != POSITION_INCIDENT)
            at->state = POSITION_NOW;
        at->open += arrival->count;
    }
}

struct position *positions(struct arena *arena, const struct bpmn_model *model,
                           const struct bpmn_state *state)
{
    struct position *out = ARENA_ARRAY(arena, struct position, model->element_count + 1);

    for (size_t i = 0; i < model->element_count; i++)
        out[i].passed_at = out[i].due_at = INSTANT_NONE;
    for (size_t i = 0; i < state->passed.count; i++) {
        const struct bpmn_passed *passed = VEC_AT(&state->passed, struct bpmn_passed, i);
        struct position *at = &out[passed->element];

        at->state = POSITION_DONE;
        at->passed = passed->count;
        at->passed_at = passed->at ? passed->at : INSTANT_NONE;
    }
    for (size_t i = 0; i < state->tokens.count; i++)
        add_token(model, *VEC_AT(&state->tokens, struct bpmn_token *, i), out);
    add_arrivals(model, state, out);
    return out;
}

/* ---- the list of steps --------------------------------------------------------------------------- */

static bool is_listed(const struct bpmn_model *model, uint32_t n,
                      const struct position *at)
{
    const struct bpmn_element *element = &model->elements[n];
    bool happened = at && at[n].state != POSITION_AHEAD;

    switch (element->kind) {
    case BPMN_CATCH:
        return element->trigger != BPMN_LINK;
    case BPMN_BOUNDARY:
    case BPMN_EVENT_SUB_PROCESS:
        return happened;
    case BPMN_TASK:
    case BPMN_MANUAL_TASK:
        return element->name.ptr != NULL;
    default:
        return bpmn_is_activity(element->kind);
    }
}

size_t position_order(struct arena *arena, const struct bpmn_model *model,
                      const struct position *at, uint32_t **out)
{
    uint32_t *order = NULL;
    size_t all = bpmn_order(arena, model, &order);
    bool *seen = ARENA_ARRAY(arena, bool, model->element_count + 1);
    size_t count = 0;

    *out = ARENA_ARRAY(arena, uint32_t, model->element_count + 1);
    for (size_t i = 0; i < all; i++) {
        seen[order[i]] = true;
        if (is_listed(model, order[i], at))
            (*out)[count++] = order[i];
    }
    /* What begins by an event of its own. */
    for (uint32_t n = 0; n < model->element_count; n++)
        if (!seen[n] && is_listed(model, n, at))
            (*out)[count++] = n;
    return count;
}

/* ---- what is bound to come ------------------------------------------------------------------------- */

struct ways {
    const struct bpmn_model *model;
    const uint32_t *order; /* of the flows */
    size_t count;
    uint32_t avoided;
    bool *
        free; /* some way from here to the end of its scope does not lead through `avoided` */
};

static bool flows_free(const struct ways *w, const struct bpmn_element *element)
{
    /* All flows are taken by a parallel gateway and by what is no gateway. */
    bool all = element->kind == BPMN_PARALLEL || !bpmn_is_gateway(element->kind);
    bool any_free = false;

    for (size_t i = 0; i < element->outgoing_count; i++) {
        const struct bpmn_flow *flow = &w->model->flows[element->outgoing[i]];
        bool is_free = w->free[flow->target];
        /* A condition at an activity's flow may fail: then it is no must. */
        bool must = all && !bpmn_given(flow->condition);

        if (must && !is_free)
            return false;
        any_free |= is_free;
    }
    return any_free || element->outgoing_count == 0;
}

/* A sub-process is avoidable inside, a link goes on at its other end. */
static bool is_free(const struct ways *w, uint32_t n)
{
    const struct bpmn_model *model = w->model;
    const struct bpmn_element *element = &model->elements[n];
    uint32_t start;

    /* What is bound to come, unless the request is declined. */
    if (n == w->avoided ||
        (element->kind == BPMN_END && bpmn_property(element, "kontor:outcome").ptr))
        return false;
    for (size_t i = 0; i < element->boundary_count; i++)
        if (model->elements[element->boundaries[i]].interrupting &&
            w->free[element->boundaries[i]])
            return true;
    if (element->kind == BPMN_THROW && element->trigger == BPMN_LINK) {
        for (uint32_t k = 0; k < model->element_count; k++)
            if (model->elements[k].kind == BPMN_CATCH &&
                model->elements[k].trigger == BPMN_LINK &&
                str_eq(model->elements[k].reference.text, element->reference.text))
                return w->free[k];
    }
    if (element->kind == BPMN_SUB_PROCESS && element->multi.kind == BPMN_NO_LOOP) {
        start = bpmn_start_of(model, n);
        if (start != BPMN_NONE && !w->free[start])
            return false;
    }
    return flows_free(w, element);
}

/* Least fixed point: free is what is shown to be. From the end to the beginning, so that only loops need
 * another round. */
static void find_ways(struct ways *w)
{
    bool changed = true;

    for (size_t i = 0; i < w->model->element_count; i++)
        w->free[i] = false;
    while (changed) {
        changed = false;
        for (size_t i = w->count; i > 0; i--) {
            uint32_t n = w->order[i - 1];

            if (!w->free[n] && is_free(w, n))
                w->free[n] = changed = true;
        }
    }
}

/* Through the scopes outwards: what comes behind a sub-process comes for what is inside of it. */
static bool is_bound(const struct ways *w, uint32_t from)
{
    const struct bpmn_model *model = w->model;

    for (uint32_t n = from; n != BPMN_NONE && model->elements[n].kind != BPMN_PROCESS;
         n = model->elements[n].parent)
        if (n != w->avoided && !w->free[n])
            return true;
    return false;
}

size_t position_certain(struct arena *arena, const struct bpmn_model *model,
                        uint32_t process, const uint32_t *from, size_t from_count,
                        uint32_t **out)
{
    struct ways w = {.model = model,
                     .free = ARENA_ARRAY(arena, bool, model->element_count + 1)};
    uint32_t start = bpmn_start_of(model, process);
    uint32_t *order = NULL;
    size_t candidates = 0;
    size_t count = 0;

    *out = ARENA_ARRAY(arena, uint32_t, model->element_count + 1);
    if (model->element_count > ELEMENTS_MAX || start == BPMN_NONE)
        return 0;
    if (from_count == 0) {
        from = &start;
        from_count = 1;
    }
    w.count = bpmn_order(arena, model, &order);
    w.order = order;
    for (size_t i = 0; i < w.count && candidates < STEPS_MAX; i++) {
        bool bound = false;

        if (!bpmn_property(&model->elements[order[i]], "kontor:customerStep").ptr)
            continue;
        candidates++;
        w.avoided = order[i];
        find_ways(&w);
        for (size_t k = 0; k < from_count && !bound; k++)
            bound = is_bound(&w, from[k]);
        if (bound)
            (*out)[count++] = order[i];
    }
    return count;
}
