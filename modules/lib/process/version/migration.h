/* migration.h: a running instance goes on by another version of its definition. Pure: says what would happen, why it
 * cannot, and makes the new state.
 *
 * A plan is JSON: {"elements": {"Task_Old": "Task_New", "Timer_Old": null}, "flows": {"Flow_1": "Flow_2"}}. What it
 * does not name goes to what has the same id; null drops what was waited for. */
#ifndef PROCESS_MIGRATION_H
#define PROCESS_MIGRATION_H

#include "base/map.h"
#include "base/vec.h"
#include "process/definition/definition.h"
#include "process/diagram/position.h"

struct migration_plan {
    const struct map
        *elements; /**< old id -> struct str *: new id, absent text for null */
    const struct map *flows;
};
/** ERR_INPUT noted: no plan. */
enum err migration_plan_read(struct arena *arena, struct str json,
                             struct migration_plan *out) MUST_USE;

struct migration {
    struct arena *arena;
    const struct definition *from;
    const struct definition *to;
    const struct migration_plan *plan; /**< NULL: everything keeps its id */
    struct vec problems;               /**< struct str: why it cannot be */
    struct vec notes;                  /**< struct str: what it does */
};
struct migration migration_of(struct arena *arena, const struct definition *from,
                              const struct definition *to,
                              const struct migration_plan *plan);

/** What is wrong with the plan itself: ids that `to` does not have, two that become one of another kind. */
void migration_check_plan(struct migration *m);
/** True if `from` has an element or flow of this id. */
bool migration_knows(const struct definition *from, struct str id);
/** Where an element goes; BPMN_NONE: nowhere. */
uint32_t migration_target(const struct migration *m, uint32_t element);
/**
 * The state in the new version: tokens keep their keys and variables. False, and NULL, when there are
 * problems: an instance stands at what the new version has not, or has as something else.
 */
bool migration_state(struct migration *m, const struct bpmn_state *before,
                     struct bpmn_state **out);
/** "Task_1#3" or "Task_1#3:Timer_1" in the new version; absent: it is not there any more. */
struct str migration_token(const struct migration *m, struct str token);

#endif
