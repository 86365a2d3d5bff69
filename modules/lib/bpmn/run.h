/* run.h: private to the files of the engine: one step while it runs. */
#ifndef BPMN_RUN_H
#define BPMN_RUN_H

#include "bpmn/engine.h"

enum op_kind {
    OP_FLOW,     /**< a token runs along a flow of a scope */
    OP_ACTIVATE, /**< an element of a scope begins */
};

struct op {
    enum op_kind kind;
    uint32_t index;
    int64_t scope; /**< key */
};

struct run {
    struct bpmn_step *step;
    const struct bpmn_model *model;
    struct bpmn_state *state;
    struct arena *arena;
    const struct feel_context *brought; /**< for the output mapping of the start event */
    struct vec agenda;                  /**< struct op, worked off in order */
    size_t agenda_at;
    size_t activations;
    bool exhausted;
};

static inline const struct bpmn_element *run_element(const struct run *run,
                                                     const struct bpmn_token *token)
{
    return &run->model->elements[token->element];
}

/* ---- token.c ---- */

/** At the end of the state's tokens, with a key of its own. */
struct bpmn_token *run_new_token(struct run *run, uint32_t element, int64_t parent);
/** It alone; what is inside of it has to be gone (run_cancel). */
void run_remove_token(struct run *run, struct bpmn_token *token);
/** NULL for the process. */
struct bpmn_token *run_parent(const struct run *run, const struct bpmn_token *token);
/** One more effect, for the caller to complete. */
struct bpmn_effect *run_effect(struct run *run, enum bpmn_effect_kind kind,
                               const struct bpmn_token *token);
/** The token cannot go on; the text says why. */
void run_incident(struct run *run, struct bpmn_token *token, const char *format, ...)
    PRINTF_LIKE(3, 4);
/** Set where the name is known, else in the process. */
void run_set(struct run *run, struct bpmn_token *token, struct str name,
             struct feel_value value);
/** Set here. The target may be a path. */
void run_set_local(struct run *run, struct bpmn_token *token, struct str target,
                   struct feel_value value);
/** Value of an expression as this token sees things. False after an incident. */
bool run_value(struct run *run, struct bpmn_token *token,
               const struct bpmn_expression *expression, struct feel_value *out);
/** As run_value, as text; "" for null. */
bool run_text(struct run *run, struct bpmn_token *token,
              const struct bpmn_expression *expression, struct str *out);
/** As run_value; anything but true and false is an incident. */
bool run_condition(struct run *run, struct bpmn_token *token,
                   const struct bpmn_expression *expression, bool *out);
/** Later in this step. */
void run_push(struct run *run, enum op_kind kind, uint32_t index, int64_t scope);

/* ---- activate.c ---- */

/** A token at an element of a scope. */
void run_activate(struct run *run, uint32_t element, struct bpmn_token *scope);
/** What a new or retried token does. */
void run_begin(struct run *run, struct bpmn_token *token);
/** What happens at the end of a flow. */
void run_flow(struct run *run, uint32_t flow, struct bpmn_token *scope);
/** Wait for the event sub-processes of a scope, then begin at `start`. */
void run_scope(struct run *run, struct bpmn_token *token, uint32_t start);

/* ---- complete.c ---- */

/** `variables` come with the completion; NULL for none. */
void run_complete(struct run *run, struct bpmn_token *token,
                  const struct feel_context *variables);
/** End a token and all inside of it. */
void run_cancel(struct run *run, struct bpmn_token *token);
void run_cancel_inside(struct run *run, struct bpmn_token *scope);
/** Instances of a body that are to begin now. */
void run_body(struct run *run, struct bpmn_token *body);

/* ---- wait.c ---- */

/** Begin to wait for an event. False after an incident. */
bool run_wait_for(struct run *run, struct bpmn_token *token, uint32_t event);
void run_stop_waits(struct run *run, struct bpmn_token *token);
/** A wait of a token comes true. */
void run_trigger(struct run *run, struct bpmn_token *token, size_t wait,
                 const struct feel_context *variables);
/** The wait for this event; -1 for none. */
ssize_t run_find_wait(const struct bpmn_token *token, uint32_t event);
/** False if nobody catches it. */
bool run_throw(struct run *run, struct bpmn_token *from, enum bpmn_trigger trigger,
               struct str code, const struct feel_context *variables);
/** Everybody who waits for the signal. */
bool run_broadcast(struct run *run, struct str name,
                   const struct feel_context *variables);
/** Conditions that have become true; true if one was triggered. */
bool run_conditions(struct run *run);

/* ---- join.c ---- */

/** An inclusive join that need not wait any longer goes on; true if one did. */
bool run_inclusive_joins(struct run *run);
int64_t run_arrived(const struct run *run, int64_t scope, uint32_t flow);
void run_arrive(struct run *run, int64_t scope, uint32_t flow, int64_t count);

#endif
