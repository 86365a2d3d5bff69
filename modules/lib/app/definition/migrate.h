/* migrate.h: running instances go on by another version of their definition: for kontorctl publish --migrate. Each is
 * one transaction, so that a run that was ended in between goes on where it stopped: what has arrived is not touched
 * again. */
#ifndef APP_MIGRATE_H
#define APP_MIGRATE_H

#include "process/version/migration.h"
#include "app/actor.h"
#include "app/ticket/staff_env.h"

/** What the operator is told; `problem`: it cannot be, else what it does. `reference` absent: about the plan. */
typedef void (*migrate_say_fn)(void *context, bool problem, struct str reference,
                               struct str text);

struct migrate_run {
    const struct actor *actor;
    const struct staff_env *env;
    struct str request_type;
    int64_t definition_id;       /**< the version to go to; 0: it is not published yet */
    int64_t version;             /**< its number */
    const struct definition *to; /**< the same, loaded */
    const struct migration_plan *plan;
    struct str plan_text; /**< the same, for the record */
    struct str by;        /**< who types */
    migrate_say_fn say;
    void *say_context;
};
struct migrate_count {
    int64_t running; /**< instances on other versions */
    int64_t moved;
    int64_t refused; /**< they stay where they are */
};

/** What would happen to every running instance, read only. `refused` > 0, or a problem of the plan alone (counted
 *  there as well): nothing should be published. */
enum err migrate_check(const struct migrate_run *run, struct migrate_count *out) MUST_USE;
/** Do it. One that cannot go stays, is said and counted. */
enum err migrate_all(const struct migrate_run *run, struct migrate_count *out) MUST_USE;

#endif
