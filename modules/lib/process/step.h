/* step.h: the pure step function of the engine: (model, state, event, now) -> (state,
 * effects). No database, no clock, no I/O. Semantics: BPMN 2.0.2, clause 13. */
#ifndef PROCESS_STEP_H
#define PROCESS_STEP_H

#include "base/clock.h"
#include "formats/json.h"

struct process_model; /* compiled nodes and flows, see model.h */
struct process_state; /* tokens and variables, see state.h */

enum process_event_kind {
    PROCESS_STARTED, /**< new instance; variables = the request's answers and facts */
    PROCESS_TASK_COMPLETED,    /**< a person completed the user task `activation` */
    PROCESS_SERVICE_COMPLETED, /**< the worker carried out the service task `activation`
                                */
};
struct process_event {
    enum process_event_kind kind;
    struct str activation;   /**< which; absent for STARTED */
    const json_t *variables; /**< merged into the instance's variables; may be NULL */
};

enum process_effect_kind {
    EFFECT_OPEN_TASK,   /**< make a sub-ticket */
    EFFECT_RUN_SERVICE, /**< make a job for the worker */
    EFFECT_ENDED,       /**< the instance has no token left */
};
/** What must become rows in the same transaction. Texts are msgids of the definition. */
struct process_effect {
    enum process_effect_kind kind;
    struct str activation; /**< unique inside the instance: "<element id>#<n>" */
    struct str element_id;
    struct str name;
    struct str team;          /**< OPEN_TASK: team key */
    struct str phase;         /**< customer's phase; absent = unchanged */
    struct str customer_step; /**< customer's wording of the step; absent = not shown */
    int64_t due_s;            /**< OPEN_TASK: seconds until due; 0 = none */
    struct str service_type;  /**< RUN_SERVICE: "master-data.apply" ... */
    json_t *inputs;           /**< RUN_SERVICE: evaluated input mappings */
};
struct process_outcome {
    struct process_state *state;
    struct process_effect *effects;
    size_t effect_count;
    bool ended;
};

/**
 * One step: consume the event, then move every token as far as it goes. `state` is NULL
 * for STARTED and is not changed. ERR_CONFLICT when the activation is not open (completed
 * twice), ERR_INPUT when the model cannot go on (no matching flow, step limit passed),
 * text noted.
 */
enum err process_step(struct arena *arena, const struct process_model *model,
                      const struct process_state *state,
                      const struct process_event *event, instant_us now,
                      struct process_outcome *out) MUST_USE;

/** The stored form of a state: one versioned JSON document. */
struct str process_state_encode(struct arena *arena, const struct process_state *state);
enum err process_state_decode(struct arena *arena, const struct process_model *model,
                              struct str encoded, struct process_state **out) MUST_USE;

/** A step of the process as people read it: for the list of steps on the ticket page. */
struct process_position {
    struct str element_id;
    struct str name;
    struct str team;
    bool active;
    bool completed;
};
/** The user tasks of the model in flow order with their position in `state`. */
size_t process_positions(struct arena *arena, const struct process_model *model,
                         const struct process_state *state,
                         struct process_position **out);

#endif
