/* model.h: a compiled process: tables of nodes and flows. Immutable.
 *
 * bpmn.c makes it from XML, check.c refuses what could not run, and it is stored as JSON.
 * Wider BPMN adds node kinds and columns here; step.c has one case per kind. */
#ifndef PROCESS_MODEL_H
#define PROCESS_MODEL_H

#include "formats/json.h"
#include "process/feel.h"

/** Larger processes are refused; the bound also limits recursion over the graph. */
#define MODEL_NODES_MAX 500
#define MODEL_FLOWS_MAX 2000

enum node_kind {
    NODE_START,
    NODE_END,
    NODE_USER_TASK,
    NODE_SERVICE_TASK,
    NODE_EXCLUSIVE,
    NODE_PARALLEL,
    NODE_KIND_COUNT,
};

/** An input mapping of a service task. */
struct process_input {
    struct str name;
    struct str source; /**< FEEL, without the leading '=' */
    struct feel *value;
};

struct process_node {
    struct str id;
    enum node_kind kind;
    struct str name;          /**< msgid; absent on gateways without a name */
    struct str phase;         /**< msgid of the customer's phase; absent = unchanged */
    struct str customer_step; /**< msgid; absent = not shown */
    struct str team;          /**< user task */
    int64_t due_s;            /**< user task: seconds until due; 0 = none */
    struct str service_type;  /**< service task */
    const struct process_input *inputs;
    size_t input_count;
    struct str default_id;    /**< exclusive gateway: its default flow */
    const uint32_t *incoming; /**< indexes into flows, in document order */
    size_t incoming_count;
    const uint32_t *outgoing;
    size_t outgoing_count;
    int line; /**< in process.bpmn; 0 in a loaded model */
};

struct process_flow {
    struct str id;
    struct str source_id;
    struct str target_id;
    uint32_t source; /**< index into nodes */
    uint32_t target;
    struct str condition_source; /**< FEEL without '='; absent = unconditional */
    struct feel *condition;
    bool is_default; /**< taken when no condition of the gateway holds */
    int line;
};

struct process_model {
    struct str id; /**< of the process element */
    struct process_node *nodes;
    size_t node_count;
    struct process_flow *flows;
    size_t flow_count;
    uint32_t start;        /**< index of the start event */
    const uint32_t *order; /**< all nodes in flow order, loops cut at their way back */
};

/** "user task" ...: for problems and traces. */
const char *node_kind_name(enum node_kind kind);
/** Index of the node, or -1. */
ssize_t process_model_node(const struct process_model *model, struct str id);
/**
 * Resolve ids to indexes, link flows to nodes, parse FEEL, order the nodes. `nodes` and
 * `flows` hold ids and sources. ERR_INPUT with the first problem noted; bpmn.c has
 * refused those before, with their lines.
 */
enum err process_model_link(struct arena *arena, struct process_model *model) MUST_USE;

/** The stored form. */
json_t *process_model_encode(struct arena *arena, const struct process_model *model);
/** Texts point into `stored`, which must live as long as the model. ERR_INPUT noted. */
enum err process_model_load(struct arena *arena, const json_t *stored,
                            struct process_model **out) MUST_USE;

#endif
