/* customer_steps.h: the steps of a process that its customer may know: those with a text for customers
 * ("kontor:customerStep"). The staff's side and the worker write them beside the state of the process; the
 * customers' side, which has no right on instances, reads what they wrote. */
#ifndef APP_CUSTOMER_STEPS_H
#define APP_CUSTOMER_STEPS_H

#include "process/definition/definition.h"
#include "process/diagram/position.h"

/** More are not kept. */
#define CUSTOMER_STEPS_MAX 50

struct customer_step {
    struct str text;           /**< msgid of the definition */
    enum position_state state; /**< what is stopped is under way for a customer */
    instant_us at; /**< done: the last time; INSTANT_NONE: not known, not done */
};

/** The stored form, for customer_status.steps: what is done and under way, and what is bound to come. */
struct str customer_steps_write(struct arena *arena, const struct definition *definition,
                                const struct bpmn_state *state);
/**
 * What was written; absent: a request that no process runs for yet, so all that is bound to come. `over`: nothing
 * is to come any more. What cannot be read is left out.
 */
size_t customer_steps_read(struct arena *arena, const struct definition *definition,
                           struct str stored, bool over, struct customer_step **out);

#endif
