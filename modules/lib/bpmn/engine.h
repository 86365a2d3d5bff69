/* engine.h: the pure step function: (model, state, event, now) -> (state, effects). No database, no
 * clock, no I/O. Semantics: BPMN 2.0.2, clause 13, and Camunda 8 where the standard is silent.
 *
 * A token is an instance of an element: of a task that waits, of a scope with tokens inside of it, of a
 * gateway that cannot go on. Tokens form a tree (process, sub-process, task), and variables hang on
 * its nodes. Between two steps every token rests. */
#ifndef BPMN_ENGINE_H
#define BPMN_ENGINE_H

#include "base/vec.h"
#include "bpmn/timer.h"

/** Activations within one step: a loop without a wait would never end. */
#define BPMN_STEP_MAX 10000
/** Tokens of one instance at a time. */
#define BPMN_TOKENS_MAX 5000

/* ---- state ----------------------------------------------------------------------------------- */

/** Something a token waits for: a boundary event, the start of an event sub-process, an event behind a
 *  gateway, or its own. */
struct bpmn_wait {
    uint32_t event;      /**< element */
    struct bpmn_due due; /**< timer */
    struct str cycle;    /**< timer: the repeated interval */
    struct str name;     /**< message, signal, error or escalation code; absent: any */
    struct str key;      /**< message: correlation key */
    bool was_true;       /**< conditional event */
};

struct bpmn_token {
    int64_t key;
    int64_t parent; /**< key; 0: the root */
    int64_t number; /**< what the caller's rows call it; 0: its key */
    uint32_t element;
    bool is_body;         /**< holds the instances of a loop or multi-instance activity */
    bool is_open;         /**< its work is with somebody: a job, a person */
    bool is_done;         /**< its work is done, but an incident keeps it from going on */
    int64_t loop;         /**< which instance of a body, from 1; 0: none */
    struct str incident;  /**< why it cannot go on; absent: it can */
    struct vec variables; /**< struct feel_entry: local ones */
    struct vec waits;     /**< struct bpmn_wait */
    /* body */
    struct vec items;   /**< struct feel_value: the input collection */
    struct vec results; /**< struct feel_value: the output collection, null until there */
    int64_t started;
    int64_t completed;
};

/** A token that reached a gateway which waits for others. */
struct bpmn_arrival {
    int64_t scope;
    uint32_t flow;
    int64_t count;
};

/** What was completed, for people: nothing runs by it. */
struct bpmn_passed {
    uint32_t element;
    int64_t count; /**< how often; of a loop or multi-instance activity: its instances */
    instant_us at; /**< the last time; 0: not known */
};

struct bpmn_state {
    int64_t next_key;
    struct vec tokens;   /**< struct bpmn_token *, oldest first */
    struct vec arrivals; /**< struct bpmn_arrival */
    struct vec passed;   /**< struct bpmn_passed: each element once */
    bool ended;
};

/* ---- events ---------------------------------------------------------------------------------- */

enum bpmn_event_kind {
    BPMN_EVENT_START,    /**< element: the process; start: its start event or BPMN_NONE */
    BPMN_EVENT_COMPLETE, /**< key: a token whose work is done */
    BPMN_EVENT_ERROR,    /**< key, name: the work ended with this error code */
    BPMN_EVENT_ESCALATION, /**< key, name */
    BPMN_EVENT_MESSAGE,    /**< name, correlation */
    BPMN_EVENT_SIGNAL,     /**< name */
    BPMN_EVENT_TIMER,      /**< key, element: the event */
    BPMN_EVENT_RETRY,      /**< key: a token with an incident tries again */
    BPMN_EVENT_VARIABLES,  /**< variables of the process change from outside */
    BPMN_EVENT_CANCEL,
};

struct bpmn_event {
    enum bpmn_event_kind kind;
    int64_t key;
    uint32_t element;
    uint32_t start;
    struct str name;
    struct str correlation;
    const struct feel_context *variables; /**< NULL: none */
};

/* ---- effects --------------------------------------------------------------------------------- */

enum bpmn_effect_kind {
    /* what happened, in its order */
    BPMN_ACTIVATED,
    BPMN_COMPLETED,
    BPMN_CANCELLED,
    BPMN_THROWN,
    BPMN_CAUGHT,
    BPMN_ENDED, /**< a process */
    /* what has to be done outside */
    BPMN_OPEN,        /**< work for a person or a worker: key; context: what it may see */
    BPMN_CLOSE,       /**< that work is void: key */
    BPMN_SET_TIMER,   /**< key, event, due */
    BPMN_CLEAR_TIMER, /**< key, event */
    BPMN_PUBLISH,     /**< a message: name, correlation, context; due: kept so long */
    BPMN_SIGNAL_OUT,  /**< a signal: name, context */
    BPMN_SUBSCRIBE,   /**< key, event, name, correlation */
    BPMN_UNSUBSCRIBE, /**< key, event */
    BPMN_INCIDENT,    /**< key, name: why */
};

struct bpmn_effect {
    enum bpmn_effect_kind kind;
    int64_t key;
    int64_t number;   /**< as in the token */
    uint32_t element; /**< of the token */
    uint32_t event;   /**< element waited for */
    struct str name;
    struct str correlation;
    instant_us due;
    const struct feel_context *context;
};

/** What the engine may ask of the outside. */
struct bpmn_port {
    /** Evaluate decision `id`; ERR_INPUT noted if there is none or it fails. */
    enum err (*decide)(void *context, struct str id, const struct feel_context *variables,
                       struct feel_run *run, struct feel_value *out);
    void *context;
};

struct bpmn_step {
    struct arena *arena;
    const struct bpmn_model *model;
    struct bpmn_state *state; /**< changed in place; after an error it is of no use */
    instant_us now;
    struct str zone; /**< IANA zone of local dates; absent: UTC */
    bool
        typed; /**< dates and durations in variables stay what they are; else they become text */
    const struct bpmn_port *port; /**< NULL: decisions cannot be asked */
    struct vec effects;           /**< out: struct bpmn_effect */
    bool matched;                 /**< out: a message or signal found somebody */
};

/** Without a token. */
struct bpmn_state *bpmn_state_new(struct arena *arena);
/**
 * One step. ERR_CONFLICT (noted) when the token is not there or not open (done twice), ERR_LIMITED when
 * the step has no end. What the model itself cannot do is an incident of a token, not an error.
 */
enum err bpmn_step(struct bpmn_step *step, const struct bpmn_event *event) MUST_USE;

/** The stored form: one versioned JSON document. */
#define BPMN_STATE_VERSION 2
struct str bpmn_state_encode(struct arena *arena, const struct bpmn_model *model,
                             const struct bpmn_state *state);
/** ERR_INPUT noted: no state of this model. */
enum err bpmn_state_decode(struct arena *arena, const struct bpmn_model *model,
                           struct str json, struct bpmn_state **out) MUST_USE;

/** The token of a key, NULL if it is gone. */
struct bpmn_token *bpmn_token(const struct bpmn_state *state, int64_t key);
/** All variables that a token sees, the inner ones first. */
const struct feel_context *bpmn_visible(struct arena *arena,
                                        const struct bpmn_model *model,
                                        const struct bpmn_state *state,
                                        const struct bpmn_token *token);

#endif
