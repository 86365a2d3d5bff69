/* scenario_run.h: one run of a scenario. Private to the files of scenarios. */
#ifndef PROCESS_SCENARIO_RUN_H
#define PROCESS_SCENARIO_RUN_H

#include "base/map.h"
#include "base/vec.h"
#include "process/definition/json_source.h"
#include "process/scenario/scenario.h"
#include "process/values.h"

struct scenario {
    struct arena *arena;
    const struct definition *definition;
    struct json_source source;
    struct request_facts facts; /**< answers: what was accepted so far */
    struct str zone;
    instant_us now;
    struct process_state *state;
    struct vec aliases; /**< struct scenario_alias */
    struct vec timers;  /**< struct scenario_timer: those that are set */
};

/** Answers to all forms, as the customer fills them in one after the other; false if there are errors (expected or
 *  not: what differs is reported). */
bool scenario_answers(struct scenario *s, const json_t *root);
/** Answers to the form of a user task. `*out` is what was accepted; false if there are errors. */
bool scenario_task_answers(struct scenario *s, const struct json_at *at,
                           const json_t *step, const struct form *form, json_t **out);
/** Documents and rules as they are for the answers; false if a rule refuses. */
bool scenario_rules(struct scenario *s, const json_t *root);

#endif
