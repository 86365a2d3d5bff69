/* publish_names.h: what a definition names and the operator has entered: only the database knows whether it is there. */
#ifndef APP_PUBLISH_NAMES_H
#define APP_PUBLISH_NAMES_H

#include "db/db.h"
#include "process/definition/definition.h"

/** Teams, types of sub-tickets with their default teams, business calendars. ERR_INPUT after the problems were
 *  reported. */
enum err publish_check_names(struct db *db, struct arena *arena,
                             const struct definition *definition,
                             definition_problem_fn problem,
                             void *problem_context) MUST_USE;

#endif
