/* incident.h: a failed job of a request, shown at its ticket, and what staff can do about
 * it. */
#ifndef APP_INCIDENT_H
#define APP_INCIDENT_H

#include "app/actor.h"
#include "app/staff_env.h"
#include "app/staff_verdict.h"

/** Queue the failed job of a ticket again. RIGHT_JOB_RETRY. `force`: apply although the
 * master data have changed. VERDICT_REPEATED when there is none (any more). */
enum err app_incident_retry(const struct actor *actor, const struct staff_env *env,
                            struct str ticket_reference, bool force,
                            enum staff_verdict *out) MUST_USE;

#endif
