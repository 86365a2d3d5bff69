/* release.h: the two ends of intake: a request is released to the departments or
 * declined. */
#ifndef APP_RELEASE_H
#define APP_RELEASE_H

#include "app/actor.h"
#include "app/ticket/staff_env.h"
#include "app/ticket/staff_verdict.h"

/**
 * Release: in one transaction the process instance, the ticket, its sub-tickets and jobs,
 * decision, history, audit, customer status and one mail per sub-ticket to its team. Only
 * from state submitted with every required slot accepted; else VERDICT_INCOMPLETE
 * (VERDICT_CLOSED when the request is over). Pressed twice, or by two people at once:
 * VERDICT_REPEATED. With DONE and REPEATED `ticket_out` is the ticket's reference.
 */
enum err app_release(const struct actor *actor, const struct staff_env *env,
                     struct str reference, struct str *ticket_out,
                     enum staff_verdict *out) MUST_USE;

/** Decline a request that is in intake; `reason` is shown to the customer. */
enum err app_decline(const struct actor *actor, const struct staff_env *env,
                     struct str reference, struct str reason,
                     enum staff_verdict *out) MUST_USE;

#endif
