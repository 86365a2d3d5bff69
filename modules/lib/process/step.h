/* step.h: what an instance of a request type does: the engine (bpmn/engine.h) in Kontor's words. Pure: no
 * database, no clock, no I/O. */
#ifndef PROCESS_STEP_H
#define PROCESS_STEP_H

#include "base/clock.h"
#include "formats/json.h"
#include "feel/value.h"

struct definition;
struct process_state; /* tokens and variables */
struct bpmn_state;

enum process_event_kind {
    PROCESS_STARTED, /**< new instance; variables = the request's answers and facts */
    PROCESS_TASK_COMPLETED,    /**< a person completed the user task `activation` */
    PROCESS_SERVICE_COMPLETED, /**< the worker carried out the service task `activation` */
    PROCESS_SERVICE_FAILED,    /**< ... and it ended with the error code `name` */
    PROCESS_TIMER_DUE,         /**< `activation`, `event_id` */
    PROCESS_MESSAGE,           /**< `name`, `correlation` */
    PROCESS_SIGNAL,            /**< `name` */
    PROCESS_RETRY,             /**< the incident of `activation` is over: once more */
};
struct process_event {
    enum process_event_kind kind;
    struct str activation;
    struct str event_id;
    struct str name;
    struct str correlation;
    /** STARTED: all that the process knows at first; else they come with what happened. NULL: none */
    const struct feel_context *variables;
    struct str zone; /**< IANA zone of local dates: the company's; absent: UTC */
};

enum process_effect_kind {
    EFFECT_OPEN_TASK,   /**< make a sub-ticket */
    EFFECT_CLOSE_TASK,  /**< the sub-ticket of `activation` is void */
    EFFECT_RUN_SERVICE, /**< make a job for the worker */
    EFFECT_CLOSE_SERVICE,
    EFFECT_SET_TIMER, /**< `activation`, `event_id`, `due_at` */
    EFFECT_CLEAR_TIMER,
    EFFECT_SUBSCRIBE, /**< `activation`, `event_id`, `signal`, `name`, `correlation` */
    EFFECT_UNSUBSCRIBE,
    EFFECT_PUBLISH,  /**< a message: `name`, `correlation`, `inputs`, `keep_s` */
    EFFECT_SIGNAL,   /**< `name`, `inputs` */
    EFFECT_INCIDENT, /**< `activation` cannot go on: `name` says why */
    EFFECT_ENDED,    /**< the instance has no token left: `phase`, `outcome`, `reason` */
};
/** What must become rows in the same transaction. Texts are msgids of the definition. */
struct process_effect {
    enum process_effect_kind kind;
    struct str activation; /**< unique inside the instance: "<element id>#<n>" */
    struct str element_id;
    struct str event_id;
    struct str name;
    struct str correlation;
    struct str team;          /**< OPEN_TASK: team key */
    struct str phase;         /**< customer's phase; absent = unchanged */
    struct str customer_step; /**< customer's wording of the step; absent = not shown */
    struct str
        subject; /**< OPEN_TASK: what tells it from others of its name; absent: none */
    struct str outcome; /**< ENDED: "declined"; absent: completed */
    struct str reason;  /**< ENDED and declined: msgid for the customer; absent: none */
    int64_t due_s;      /**< OPEN_TASK: seconds until due; 0 = none */
    int64_t keep_s;     /**< PUBLISH: wait so long for somebody who waits for it */
    instant_us due_at;  /**< SET_TIMER */
    struct str service_type; /**< RUN_SERVICE: "master-data.apply" ... */
    bool signal;             /**< SUBSCRIBE: to a signal, else to a message */
    json_t
        *inputs; /**< RUN_SERVICE: evaluated input mappings; PUBLISH, SIGNAL: variables */
};
struct process_outcome {
    struct process_state *state;
    struct process_effect *effects;
    size_t effect_count;
    struct str phase; /**< of the step that was begun last; absent: unchanged */
    bool ended;
    bool matched; /**< MESSAGE, SIGNAL: somebody waited for it */
};

/**
 * One step: consume the event, then move every token as far as it goes. `state` is NULL for STARTED;
 * else it is used up (decode it again to try again). ERR_CONFLICT when the activation is not open
 * (completed twice), ERR_LIMITED when the step has no end, text noted.
 */
enum err process_step(struct arena *arena, const struct definition *definition,
                      struct process_state *state, const struct process_event *event,
                      instant_us now, struct process_outcome *out) MUST_USE;

/** The stored form of a state: one versioned JSON document. */
struct str process_state_encode(struct arena *arena, const struct definition *definition,
                                const struct process_state *state);
enum err process_state_decode(struct arena *arena, const struct definition *definition,
                              struct str encoded, struct process_state **out) MUST_USE;
/** The engine's state inside, to be looked at (position.h). */
const struct bpmn_state *process_tokens(const struct process_state *state);
/** True if a service, not a person, has to complete this activation. */
bool process_is_service(const struct definition *definition, struct str activation);
/** Activations that wait for a person or a service, oldest first. */
size_t process_open(struct arena *arena, const struct definition *definition,
                    const struct process_state *state, struct str **out);

/** Activations that cannot go on, oldest first. */
size_t process_incidents(struct arena *arena, const struct definition *definition,
                         const struct process_state *state, struct str **out);

#endif
