/* incident.h: what of a request cannot go on by itself, shown at its ticket and in a list, and what staff can do
 * about it. */
#ifndef APP_INCIDENT_H
#define APP_INCIDENT_H

#include "store/incident.h"
#include "store/job.h"
#include "app/actor.h"
#include "app/instance/attribute_change.h"
#include "app/ticket/staff_env.h"
#include "app/ticket/staff_verdict.h"

/** One open incident with what staff decide by. */
struct incident_detail {
    struct incident_row row;
    struct attribute_changes changes; /**< obstacle of master data; count 0: none */
};
/** The open ones of a request, oldest first, at most 200: one statement, and two more for each obstacle. */
enum err incident_details(struct db *db, struct arena *arena,
                          const struct attribute_change_of *of, int64_t request_id,
                          struct db_rows *out) MUST_USE;

struct incident_page {
    const struct incident_item *items;
    size_t count;
    bool more;
};
/** All open ones behind `after_id` (0: from the oldest). RIGHT_TICKET_READ. One statement. */
enum err app_incidents(const struct actor *actor, int64_t after_id, int64_t limit,
                       struct incident_page *out) MUST_USE;

struct incident_again {
    struct str ticket; /**< reference */
    int64_t incident;
    bool force; /**< carry it out although what is on record has changed */
};
/** Try again. RIGHT_JOB_RETRY. VERDICT_REPEATED when it is over already, VERDICT_STUCK when the process has still no
 *  way on. */
enum err app_incident_retry(const struct actor *actor, const struct staff_env *env,
                            const struct incident_again *again,
                            enum staff_verdict *out) MUST_USE;

#endif
