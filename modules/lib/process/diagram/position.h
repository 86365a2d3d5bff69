/* position.h: where an instance stands, element by element, for people: the list of steps, the diagram, the
 * customer's steps. Pure. */
#ifndef PROCESS_POSITION_H
#define PROCESS_POSITION_H

#include "base/clock.h"
#include "bpmn/engine.h"

enum position_state {
    POSITION_AHEAD,    /**< not reached, or reached and taken back */
    POSITION_NOW,      /**< somebody works on it, or it waits */
    POSITION_DONE,     /**< completed at least once and not open now */
    POSITION_INCIDENT, /**< cannot go on */
};
struct position {
    enum position_state state;
    int64_t open;         /**< tokens that work or wait here */
    int64_t passed;       /**< how often it was completed */
    instant_us passed_at; /**< the last time; INSTANT_NONE: never, or not known */
    instant_us due_at;    /**< the next timer that it waits for; INSTANT_NONE: none */
    int64_t
        instances; /**< multi-instance activity at work: how many in all; 0: not at work */
    int64_t instances_done;
    struct str incident; /**< why */
};

/** One per element of the model, in its order. */
struct position *positions(struct arena *arena, const struct bpmn_model *model,
                           const struct bpmn_state *state);

/**
 * The elements that a list of steps shows, in the order of the flows: activities and events that wait; boundary
 * events and what begins an event sub-process only when they have happened (`at` not NULL).
 */
size_t position_order(struct arena *arena, const struct bpmn_model *model,
                      const struct position *at, uint32_t **out);

/**
 * The elements with a customer's text ("kontor:customerStep") that an instance of `process` is bound to reach from
 * `from` (elements; none: from the beginning), in the order of the flows: none that some way to an end avoids. Ends
 * that decline the request ("kontor:outcome") are left out of account.
 * Processes of more than 400 elements have none; the first 50 steps with a text are looked at.
 */
size_t position_certain(struct arena *arena, const struct bpmn_model *model,
                        uint32_t process, const uint32_t *from, size_t from_count,
                        uint32_t **out);

#endif
