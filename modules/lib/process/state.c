#include "process/state.h"

#include "base/map.h"
#include "process/json_own.h"

struct process_state *process_state_new(struct arena *arena,
                                        const struct process_model *model)
{
    struct process_state *state = ARENA_NEW(arena, struct process_state);
    state->model = model;
    state->tokens = VEC_INIT(arena, struct process_token);
    state->arrived = ARENA_ARRAY(arena, uint32_t, model->flow_count);
    state->counters = ARENA_ARRAY(arena, uint32_t, model->node_count);
    state->completed = ARENA_ARRAY(arena, bool, model->node_count);
    state->variables = json_new_object(arena);
    return state;
}

struct process_state *process_state_copy(struct arena *arena,
                                         const struct process_state *state)
{
    const struct process_model *model = state->model;
    struct process_state *copy = process_state_new(arena, model);
    for (size_t i = 0; i < state->tokens.count; i++)
        *VEC_PUSH(&copy->tokens, struct process_token) =
            *VEC_AT(&state->tokens, struct process_token, i);
    memcpy(copy->arrived, state->arrived, model->flow_count * sizeof *copy->arrived);
    memcpy(copy->counters, state->counters, model->node_count * sizeof *copy->counters);
    memcpy(copy->completed, state->completed,
           model->node_count * sizeof *copy->completed);
    copy->variables = json_own(arena, json_deep_copy(state->variables));
    return copy;
}

ssize_t process_state_find(const struct process_state *state, struct str activation)
{
    for (size_t i = 0; i < state->tokens.count; i++)
        if (str_eq(VEC_AT(&state->tokens, struct process_token, i)->activation,
                   activation))
            return (ssize_t)i;
    return -1;
}

/* ---- encode ---- */

struct str process_state_encode(struct arena *arena, const struct process_state *state)
{
    const struct process_model *model = state->model;
    json_t *root = json_new_object(arena);
    json_t *tokens = json_array(), *joins = json_object();
    json_t *counters = json_object(), *completed = json_array();
    for (size_t i = 0; i < state->tokens.count; i++) {
        const struct process_token *token =
            VEC_AT(&state->tokens, struct process_token, i);
        json_t *object = json_object();
        json_object_set_new(object, "activation", json_text(token->activation));
        json_object_set_new(object, "element", json_text(model->nodes[token->node].id));
        json_array_append_new(tokens, object);
    }
    for (size_t i = 0; i < model->flow_count; i++)
        if (state->arrived[i] > 0)
            json_object_setn_new(joins, model->flows[i].id.ptr, model->flows[i].id.len,
                                 json_integer(state->arrived[i]));
    for (size_t i = 0; i < model->node_count; i++) {
        const struct process_node *node = &model->nodes[i];
        if (state->counters[i] > 0)
            json_object_setn_new(counters, node->id.ptr, node->id.len,
                                 json_integer(state->counters[i]));
        if (state->completed[i])
            json_array_append_new(completed, json_text(node->id));
    }
    json_object_set_new(root, "v", json_integer(PROCESS_STATE_VERSION));
    json_object_set_new(root, "tokens", tokens);
    json_object_set_new(root, "joins", joins);
    json_object_set_new(root, "counters", counters);
    json_object_set_new(root, "completed", completed);
    json_object_set_new(root, "variables", json_deep_copy(state->variables));
    return json_write(arena, root);
}

/* ---- decode: the document comes from our own table, and is still checked in full ----
 */

static enum err broken(const char *what)
{
    return err_note(ERR_INPUT, "stored process state: %s", what);
}

static enum err read_count(const json_t *value, uint32_t *out)
{
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 1 || number > INT32_MAX)
        return broken("a count is not positive");
    *out = (uint32_t)number;
    return OK;
}

static enum err read_counters(struct process_state *state, json_t *object)
{
    void *iter = json_object_iter(object);
    for (; iter; iter = json_object_iter_next(object, iter)) {
        struct str id = {json_object_iter_key(iter), json_object_iter_key_len(iter)};
        ssize_t node = process_model_node(state->model, id);
        if (node < 0)
            return broken("a counter names no element of the process");
        enum err err = read_count(json_object_iter_value(iter), &state->counters[node]);
        if (err != OK)
            return err;
    }
    return OK;
}

static enum err read_joins(struct process_state *state, const json_t *object)
{
    size_t known = 0;
    for (size_t i = 0; i < state->model->flow_count; i++) {
        const struct process_flow *flow = &state->model->flows[i];
        const json_t *value = json_object_getn(object, flow->id.ptr, flow->id.len);
        if (!value)
            continue;
        known++;
        const struct process_node *target = &state->model->nodes[flow->target];
        if (target->kind != NODE_PARALLEL || target->incoming_count < 2)
            return broken("a join is not at a joining gateway");
        enum err err = read_count(value, &state->arrived[i]);
        if (err != OK)
            return err;
    }
    return known == json_object_size(object)
               ? OK
               : broken("a join names no flow of the process");
}

static enum err read_tokens(struct process_state *state, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *object = json_array_get(array, i);
        struct str activation = json_get_str(object, "activation");
        struct str element = json_get_str(object, "element");
        ssize_t node = process_model_node(state->model, element);
        if (node < 0 || (state->model->nodes[node].kind != NODE_USER_TASK &&
                         state->model->nodes[node].kind != NODE_SERVICE_TASK))
            return broken("a token is at no task of the process");
        int64_t number;
        if (!str_starts(activation, element) || activation.len <= element.len + 1 ||
            activation.ptr[element.len] != '#' ||
            str_to_i64(str_from_index(activation, element.len + 1), &number) != OK ||
            number < 1 || number > state->counters[node])
            return broken("an activation does not fit its element");
        if (process_state_find(state, activation) >= 0)
            return broken("the same activation twice");
        struct process_token *token = VEC_PUSH(&state->tokens, struct process_token);
        token->activation = str_copy(state->tokens.arena, activation);
        token->node = (uint32_t)node;
    }
    return OK;
}

static enum err read_completed(struct process_state *state, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        struct str id = {json_string_value(item), json_string_length(item)};
        ssize_t node = process_model_node(state->model, id);
        if (node < 0)
            return broken("a completed element is not of the process");
        state->completed[node] = true;
    }
    return OK;
}

enum err process_state_decode(struct arena *arena, const struct process_model *model,
                              struct str encoded, struct process_state **out)
{
    json_t *root = NULL;
    enum err err = json_parse(arena, encoded, &root);
    if (err != OK)
        return err;
    const json_t *tokens = json_object_get(root, "tokens");
    const json_t *joins = json_object_get(root, "joins");
    json_t *counters = json_object_get(root, "counters");
    const json_t *completed = json_object_get(root, "completed");
    json_t *variables = json_object_get(root, "variables");
    if (json_get_int(root, "v", 0) != PROCESS_STATE_VERSION)
        return broken("unknown version");
    if (json_object_size(root) != 6 || !json_is_array(tokens) || !json_is_object(joins) ||
        !json_is_object(counters) || !json_is_array(completed) ||
        !json_is_object(variables))
        return broken("members missing or too many");
    if (json_array_size(tokens) > PROCESS_TOKENS_MAX)
        return broken("too many tokens");
    struct process_state *state = process_state_new(arena, model);
    state->variables = variables;
    if ((err = read_counters(state, counters)) != OK ||
        (err = read_joins(state, joins)) != OK ||
        (err = read_tokens(state, tokens)) != OK ||
        (err = read_completed(state, completed)) != OK)
        return err;
    *out = state;
    return OK;
}

size_t process_positions(struct arena *arena, const struct process_model *model,
                         const struct process_state *state, struct process_position **out)
{
    struct process_position *positions =
        ARENA_ARRAY(arena, struct process_position, model->node_count);
    size_t count = 0;
    for (size_t i = 0; i < model->node_count; i++) {
        uint32_t n = model->order[i];
        const struct process_node *node = &model->nodes[n];
        if (node->kind != NODE_USER_TASK)
            continue;
        struct process_position *position = &positions[count++];
        *position = (struct process_position){.element_id = node->id,
                                              .name = node->name,
                                              .team = node->team,
                                              .completed = state->completed[n]};
        for (size_t t = 0; t < state->tokens.count; t++)
            if (VEC_AT(&state->tokens, struct process_token, t)->node == n)
                position->active = true;
    }
    *out = positions;
    return count;
}
