/* state.h: where the tokens of one instance are. Stored as one versioned JSON document:
 *
 *   {"v":1, "tokens":[{"activation":"Check#1","element":"Check"}], "joins":{"Flow_3":1},
 *    "counters":{"Check":1}, "completed":["Ask"], "variables":{...}}
 *
 * A token between two steps always waits at a user task or a service task, or is counted
 * in `joins` on the flow by which it reached a parallel gateway that still waits for
 * others. */
#ifndef PROCESS_STATE_H
#define PROCESS_STATE_H

#include "base/vec.h"
#include "process/model.h"
#include "process/step.h"

/** The version of the stored form that this code writes and reads. */
#define PROCESS_STATE_VERSION 1
/** Tokens of one instance at a time: far above what a checked model can make. */
#define PROCESS_TOKENS_MAX 5000

/** A token that waits at a task. */
struct process_token {
    struct str activation;
    uint32_t node;
};

struct process_state {
    const struct process_model *model;
    struct vec tokens;  /**< of struct process_token, oldest first */
    uint32_t *arrived;  /**< per flow: tokens waiting at its target, a parallel gateway */
    uint32_t *counters; /**< per node: activations so far */
    bool *completed;    /**< per node: completed at least once */
    json_t *variables;  /**< an object */
};

/** No tokens, no variables. */
struct process_state *process_state_new(struct arena *arena,
                                        const struct process_model *model);
/** A copy that shares nothing that changes. */
struct process_state *process_state_copy(struct arena *arena,
                                         const struct process_state *state);
/** Index of the waiting token, or -1. */
ssize_t process_state_find(const struct process_state *state, struct str activation);

#endif
