#include "process/model.h"

#include "base/map.h"
#include "process/json_own.h"

static const struct {
    const char *stored;
    const char *people;
} KINDS[NODE_KIND_COUNT] = {
    [NODE_START] = {"start", "start event"},
    [NODE_END] = {"end", "end event"},
    [NODE_USER_TASK] = {"user", "user task"},
    [NODE_SERVICE_TASK] = {"service", "service task"},
    [NODE_EXCLUSIVE] = {"exclusive", "exclusive gateway"},
    [NODE_PARALLEL] = {"parallel", "parallel gateway"},
};

const char *node_kind_name(enum node_kind kind)
{
    return KINDS[kind].people;
}

ssize_t process_model_node(const struct process_model *model, struct str id)
{
    for (size_t i = 0; i < model->node_count; i++)
        if (str_eq(model->nodes[i].id, id))
            return (ssize_t)i;
    return -1;
}

/* ---- link ---- */

static enum err link_flows(struct arena *arena, struct process_model *model)
{
    struct map *ids = map_new(arena);
    for (size_t i = 0; i < model->node_count; i++)
        map_set(ids, model->nodes[i].id, &model->nodes[i]);
    for (size_t i = 0; i < model->flow_count; i++) {
        struct process_flow *flow = &model->flows[i];
        struct process_node *source = map_get(ids, flow->source_id);
        struct process_node *target = map_get(ids, flow->target_id);
        if (!source || !target)
            return err_note(ERR_INPUT, "flow %.*s leads nowhere", STR_ARG(flow->id));
        flow->source = (uint32_t)(source - model->nodes);
        flow->target = (uint32_t)(target - model->nodes);
        flow->is_default = str_eq(source->default_id, flow->id) && source->default_id.ptr;
        source->outgoing_count++;
        target->incoming_count++;
    }
    return OK;
}

/* The per-node lists are slices of two arrays of all flows. */
static void slice_flows(struct arena *arena, struct process_model *model)
{
    uint32_t *in = ARENA_ARRAY(arena, uint32_t, model->flow_count);
    uint32_t *out = ARENA_ARRAY(arena, uint32_t, model->flow_count);
    for (uint32_t n = 0; n < model->node_count; n++) {
        struct process_node *node = &model->nodes[n];
        node->incoming = in;
        node->outgoing = out;
        for (uint32_t f = 0; f < model->flow_count; f++) {
            if (model->flows[f].target == n)
                *in++ = f;
            if (model->flows[f].source == n)
                *out++ = f;
        }
    }
}

static enum err parse_feel(struct arena *arena, struct str source, struct feel **feel)
{
    struct str reason;
    if (*feel || !source.ptr)
        return OK;
    if (feel_parse(arena, source, feel, &reason) != OK)
        return err_note(ERR_INPUT, "FEEL %.*s: %.*s", STR_ARG(source), STR_ARG(reason));
    return OK;
}

static enum err parse_expressions(struct arena *arena, struct process_model *model)
{
    for (size_t i = 0; i < model->flow_count; i++) {
        struct process_flow *flow = &model->flows[i];
        enum err err = parse_feel(arena, flow->condition_source, &flow->condition);
        if (err != OK)
            return err;
    }
    for (size_t n = 0; n < model->node_count; n++) {
        struct process_node *node = &model->nodes[n];
        struct process_input *inputs =
            ARENA_ARRAY(arena, struct process_input, node->input_count);
        for (size_t i = 0; i < node->input_count; i++) {
            inputs[i] = node->inputs[i];
            enum err err = parse_feel(arena, inputs[i].source, &inputs[i].value);
            if (err != OK)
                return err;
        }
        node->inputs = inputs;
    }
    return OK;
}

struct ordering {
    const struct process_model *model;
    bool *seen;
    uint32_t *order;
    size_t left; /* places not yet taken, filled from the end */
};

/* Reverse postorder; depth is bounded by MODEL_NODES_MAX. */
static void visit(struct ordering *o, uint32_t n)
{
    if (o->seen[n])
        return;
    o->seen[n] = true;
    const struct process_node *node = &o->model->nodes[n];
    for (size_t i = node->outgoing_count; i-- > 0;)
        visit(o, o->model->flows[node->outgoing[i]].target);
    o->order[--o->left] = n;
}

static void order_nodes(struct arena *arena, struct process_model *model)
{
    struct ordering o = {model, ARENA_ARRAY(arena, bool, model->node_count),
                         ARENA_ARRAY(arena, uint32_t, model->node_count),
                         model->node_count};
    /* What the start does not reach (refused by the check) is visited first and so stands
     * last. */
    bool *reached = ARENA_ARRAY(arena, bool, model->node_count);
    struct ordering reach = {model, reached,
                             ARENA_ARRAY(arena, uint32_t, model->node_count),
                             model->node_count};
    visit(&reach, model->start);
    for (uint32_t n = 0; n < model->node_count; n++)
        if (!reached[n]) {
            o.seen[n] = true;
            o.order[--o.left] = n;
        }
    visit(&o, model->start);
    model->order = o.order;
}

enum err process_model_link(struct arena *arena, struct process_model *model)
{
    if (model->node_count > MODEL_NODES_MAX || model->flow_count > MODEL_FLOWS_MAX)
        return err_note(ERR_INPUT, "process of more than %d nodes or %d flows",
                        MODEL_NODES_MAX, MODEL_FLOWS_MAX);
    ssize_t start = -1;
    for (size_t i = model->node_count; i-- > 0;)
        if (model->nodes[i].kind == NODE_START)
            start = (ssize_t)i;
    if (start < 0)
        return err_note(ERR_INPUT, "process without a start event");
    model->start = (uint32_t)start;
    enum err err = link_flows(arena, model);
    if (err == OK)
        err = parse_expressions(arena, model);
    if (err != OK)
        return err;
    slice_flows(arena, model);
    order_nodes(arena, model);
    return OK;
}

/* ---- the stored form ---- */

static void put_text(json_t *object, const char *key, struct str text)
{
    if (text.ptr)
        json_object_set_new(object, key, json_text(text));
}

static json_t *encode_node(const struct process_node *node)
{
    json_t *object = json_object();
    put_text(object, "id", node->id);
    put_text(object, "kind", str_from(KINDS[node->kind].stored));
    put_text(object, "name", node->name);
    put_text(object, "phase", node->phase);
    put_text(object, "customerStep", node->customer_step);
    put_text(object, "team", node->team);
    put_text(object, "service", node->service_type);
    put_text(object, "default", node->default_id);
    if (node->due_s)
        json_object_set_new(object, "due", json_integer(node->due_s));
    if (node->input_count > 0) {
        json_t *inputs = json_array();
        for (size_t i = 0; i < node->input_count; i++) {
            json_t *input = json_object();
            put_text(input, "name", node->inputs[i].name);
            put_text(input, "source", node->inputs[i].source);
            json_array_append_new(inputs, input);
        }
        json_object_set_new(object, "inputs", inputs);
    }
    return object;
}

json_t *process_model_encode(struct arena *arena, const struct process_model *model)
{
    json_t *object = json_new_object(arena);
    json_t *nodes = json_array(), *flows = json_array();
    for (size_t i = 0; i < model->node_count; i++)
        json_array_append_new(nodes, encode_node(&model->nodes[i]));
    for (size_t i = 0; i < model->flow_count; i++) {
        json_t *flow = json_object();
        put_text(flow, "id", model->flows[i].id);
        put_text(flow, "from", model->flows[i].source_id);
        put_text(flow, "to", model->flows[i].target_id);
        put_text(flow, "if", model->flows[i].condition_source);
        json_array_append_new(flows, flow);
    }
    put_text(object, "id", model->id);
    json_object_set_new(object, "nodes", nodes);
    json_object_set_new(object, "flows", flows);
    return object;
}

static enum err load_node(struct arena *arena, const json_t *stored,
                          struct process_node *node)
{
    struct str kind = json_get_str(stored, "kind");
    int found = -1;
    for (int k = 0; k < NODE_KIND_COUNT; k++)
        if (str_is(kind, KINDS[k].stored))
            found = k;
    node->id = json_get_str(stored, "id");
    if (found < 0 || str_is_empty(node->id))
        return err_note(ERR_INPUT, "stored process: node without a known kind or an id");
    node->kind = (enum node_kind)found;
    node->name = json_get_str(stored, "name");
    node->phase = json_get_str(stored, "phase");
    node->customer_step = json_get_str(stored, "customerStep");
    node->team = json_get_str(stored, "team");
    node->service_type = json_get_str(stored, "service");
    node->default_id = json_get_str(stored, "default");
    node->due_s = json_get_int(stored, "due", 0);
    const json_t *list = json_object_get(stored, "inputs");
    node->input_count = json_array_size(list);
    struct process_input *inputs =
        ARENA_ARRAY(arena, struct process_input, node->input_count);
    for (size_t i = 0; i < node->input_count; i++) {
        const json_t *input = json_array_get(list, i);
        inputs[i].name = json_get_str(input, "name");
        inputs[i].source = json_get_str(input, "source");
        if (str_is_empty(inputs[i].name) || !inputs[i].source.ptr)
            return err_note(ERR_INPUT, "stored process: incomplete input mapping");
    }
    node->inputs = inputs;
    return OK;
}

enum err process_model_load(struct arena *arena, const json_t *stored,
                            struct process_model **out)
{
    const json_t *nodes = json_object_get(stored, "nodes");
    const json_t *flows = json_object_get(stored, "flows");
    struct process_model *model = ARENA_NEW(arena, struct process_model);
    model->id = json_get_str(stored, "id");
    model->node_count = json_array_size(nodes);
    model->flow_count = json_array_size(flows);
    model->nodes = ARENA_ARRAY(arena, struct process_node, model->node_count);
    model->flows = ARENA_ARRAY(arena, struct process_flow, model->flow_count);
    for (size_t i = 0; i < model->node_count; i++) {
        enum err err = load_node(arena, json_array_get(nodes, i), &model->nodes[i]);
        if (err != OK)
            return err;
    }
    for (size_t i = 0; i < model->flow_count; i++) {
        const json_t *flow = json_array_get(flows, i);
        model->flows[i].id = json_get_str(flow, "id");
        model->flows[i].source_id = json_get_str(flow, "from");
        model->flows[i].target_id = json_get_str(flow, "to");
        model->flows[i].condition_source = json_get_str(flow, "if");
        if (str_is_empty(model->flows[i].id))
            return err_note(ERR_INPUT, "stored process: flow without an id");
    }
    enum err err = process_model_link(arena, model);
    if (err == OK)
        *out = model;
    return err;
}
