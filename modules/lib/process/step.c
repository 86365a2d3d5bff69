/* The token game. Tokens rest at tasks (in the state) and travel on flows (in a queue
 * that lives for one step): first in, first out, so that the same input always gives the
 * same effects. */
#include "process/step.h"

#include "base/vec.h"
#include "process/json_own.h"
#include "process/state.h"

/** Moves along a flow in one step. A checked model has no cycle without a task. */
#define MOVES_MAX 20000

struct machine {
    struct arena *arena;
    const struct process_model *model;
    struct process_state *state;
    struct vec queue; /* uint32_t: flows with a travelling token */
    struct vec effects;
    struct str end_phase; /* of the end event that was reached last */
};

static void take_flow(struct machine *m, uint32_t flow)
{
    *VEC_PUSH(&m->queue, uint32_t) = flow;
}

static void take_all(struct machine *m, const struct process_node *node)
{
    for (size_t i = 0; i < node->outgoing_count; i++)
        take_flow(m, node->outgoing[i]);
}

static enum err evaluate_inputs(struct machine *m, const struct process_node *node,
                                json_t **out)
{
    json_t *inputs = json_new_object(m->arena);
    for (size_t i = 0; i < node->input_count; i++) {
        const struct process_input *input = &node->inputs[i];
        const json_t *value;
        enum err err = feel_eval(input->value, m->arena, m->state->variables, &value);
        if (err != OK)
            return err;
        json_object_setn_new(inputs, input->name.ptr, input->name.len,
                             json_deep_copy(value));
    }
    *out = inputs;
    return OK;
}

/* A task is activated: a token rests there until its completion is an event. */
static enum err enter_task(struct machine *m, uint32_t n)
{
    const struct process_node *node = &m->model->nodes[n];
    if (m->state->tokens.count >= PROCESS_TOKENS_MAX ||
        m->state->counters[n] >= INT32_MAX)
        return err_note(ERR_INPUT, "process: too many tokens at %.*s", STR_ARG(node->id));
    bool user = node->kind == NODE_USER_TASK;
    struct process_effect effect = {
        .kind = user ? EFFECT_OPEN_TASK : EFFECT_RUN_SERVICE,
        .activation =
            str_format(m->arena, "%.*s#%u", STR_ARG(node->id), ++m->state->counters[n]),
        .element_id = node->id,
        .name = node->name,
        .team = node->team,
        .phase = node->phase,
        .customer_step = node->customer_step,
        .due_s = node->due_s,
        .service_type = node->service_type,
    };
    if (!user) {
        enum err err = evaluate_inputs(m, node, &effect.inputs);
        if (err != OK)
            return err;
    }
    *VEC_PUSH(&m->state->tokens, struct process_token) =
        (struct process_token){effect.activation, n};
    *VEC_PUSH(&m->effects, struct process_effect) = effect;
    return OK;
}

/* BPMN 2.0.2, 13.4.2: conditions in order, the first that holds; else the default flow.
 */
static enum err enter_exclusive(struct machine *m, const struct process_node *node)
{
    ssize_t fallback = -1;
    for (size_t i = 0; i < node->outgoing_count; i++) {
        const struct process_flow *flow = &m->model->flows[node->outgoing[i]];
        bool holds = !flow->condition;
        if (flow->is_default) {
            fallback = node->outgoing[i];
            continue;
        }
        if (flow->condition) {
            enum err err =
                feel_test(flow->condition, m->arena, m->state->variables, &holds);
            if (err != OK)
                return err;
        }
        if (holds) {
            take_flow(m, node->outgoing[i]);
            return OK;
        }
    }
    if (fallback < 0)
        return err_note(ERR_INPUT, "process: no flow of gateway %.*s can be taken",
                        STR_ARG(node->id));
    take_flow(m, (uint32_t)fallback);
    return OK;
}

/* BPMN 2.0.2, 13.4.1: goes on when each incoming flow has brought a token; takes one of
 * each. */
static void enter_parallel(struct machine *m, const struct process_node *node,
                           uint32_t flow)
{
    uint32_t *arrived = m->state->arrived;
    arrived[flow]++;
    for (size_t i = 0; i < node->incoming_count; i++)
        if (arrived[node->incoming[i]] == 0)
            return;
    for (size_t i = 0; i < node->incoming_count; i++)
        arrived[node->incoming[i]]--;
    take_all(m, node);
}

static enum err enter(struct machine *m, uint32_t flow)
{
    uint32_t n = m->model->flows[flow].target;
    const struct process_node *node = &m->model->nodes[n];
    switch (node->kind) {
    case NODE_START:
        return err_note(ERR_INPUT, "process: a flow leads into start event %.*s",
                        STR_ARG(node->id));
    case NODE_END:
        m->end_phase = node->phase;
        return OK;
    case NODE_USER_TASK:
    case NODE_SERVICE_TASK:
        return enter_task(m, n);
    case NODE_EXCLUSIVE:
        return enter_exclusive(m, node);
    case NODE_PARALLEL:
        enter_parallel(m, node, flow);
        return OK;
    case NODE_KIND_COUNT:
        break;
    }
    bug("process node kind %d", (int)node->kind);
}

static enum err run(struct machine *m)
{
    for (size_t at = 0; at < m->queue.count; at++) {
        if (at >= MOVES_MAX)
            return err_note(ERR_INPUT, "process: more than %d moves in one step",
                            MOVES_MAX);
        enum err err = enter(m, *VEC_AT(&m->queue, uint32_t, at));
        if (err != OK)
            return err;
    }
    return OK;
}

/* The token of the event leaves its task. */
static enum err consume(struct machine *m, const struct process_event *event)
{
    struct process_state *state = m->state;
    ssize_t found = process_state_find(state, event->activation);
    enum node_kind wanted =
        event->kind == PROCESS_TASK_COMPLETED ? NODE_USER_TASK : NODE_SERVICE_TASK;
    struct process_token *tokens = state->tokens.items;
    if (found < 0 || m->model->nodes[tokens[found].node].kind != wanted)
        return err_note(ERR_CONFLICT, "process: %.*s is not open",
                        STR_ARG(event->activation));
    uint32_t n = tokens[found].node;
    size_t behind = state->tokens.count - (size_t)found - 1;
    memmove(&tokens[found], &tokens[found + 1], behind * sizeof *tokens);
    state->tokens.count--;
    state->completed[n] = true;
    take_all(m, &m->model->nodes[n]);
    return OK;
}

/* No token rests any more: over, unless one waits at a gateway for others that will never
 * come. */
static enum err finish(struct machine *m, bool *ended)
{
    *ended = m->state->tokens.count == 0;
    if (!*ended)
        return OK;
    for (size_t i = 0; i < m->model->flow_count; i++)
        if (m->state->arrived[i] > 0)
            return err_note(ERR_INPUT, "process: stuck on flow %.*s",
                            STR_ARG(m->model->flows[i].id));
    *VEC_PUSH(&m->effects, struct process_effect) =
        (struct process_effect){.kind = EFFECT_ENDED, .phase = m->end_phase};
    return OK;
}

enum err process_step(struct arena *arena, const struct process_model *model,
                      const struct process_state *state,
                      const struct process_event *event, instant_us now,
                      struct process_outcome *out)
{
    struct machine m = {
        .arena = arena,
        .model = model,
        .queue = VEC_INIT(arena, uint32_t),
        .effects = VEC_INIT(arena, struct process_effect),
    };
    bool starts = event->kind == PROCESS_STARTED;
    if (starts != !state)
        return err_note(ERR_CONFLICT, "process: %s",
                        starts ? "started twice" : "not started");
    m.state = starts ? process_state_new(arena, model) : process_state_copy(arena, state);
    if (event->variables) {
        json_t *more = json_own(arena, json_deep_copy(event->variables));
        if (json_object_update(m.state->variables, more) != 0)
            return err_note(ERR_INPUT, "process: variables are no object");
    }
    enum err err = OK;
    bool ended = false;
    if (starts)
        take_all(&m, &model->nodes[model->start]);
    else
        err = consume(&m, event);
    if (err == OK)
        err = run(&m);
    if (err == OK)
        err = finish(&m, &ended);
    if (err != OK)
        return err;
    *out = (struct process_outcome){m.state, m.effects.items, m.effects.count, ended};
    return OK;
}
