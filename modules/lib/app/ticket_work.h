/* ticket_work.h: what departments do with their sub-tickets. */
#ifndef APP_TICKET_WORK_H
#define APP_TICKET_WORK_H

#include "store/sub_ticket.h"
#include "app/actor.h"
#include "app/staff_env.h"
#include "app/staff_verdict.h"

/** A member works in the own teams, the lead in all. */
bool may_work(const struct principal *principal, struct str team_key);

/** One change of one sub-ticket, as the page showed it. */
struct sub_ticket_work {
    struct str reference;
    int64_t version;
};

/* All: ERR_NOT_FOUND, ERR_DENIED (a team the person does not belong to). `ticket_out`:
 * the ticket's reference, set whenever the call returns OK. */

/** Become the owner. Two at once: one wins, the other gets VERDICT_TAKEN. */
enum err app_sub_ticket_take(const struct actor *actor, const struct staff_env *env,
                             const struct sub_ticket_work *work, struct str *ticket_out,
                             enum staff_verdict *out) MUST_USE;
/** Put it back into the team's queue: its owner or the lead. */
enum err app_sub_ticket_return(const struct actor *actor, const struct staff_env *env,
                               const struct sub_ticket_work *work, struct str *ticket_out,
                               enum staff_verdict *out) MUST_USE;

struct sub_ticket_outcome {
    struct sub_ticket_work work;
    struct str outcome; /**< "approved" or "remark" */
    struct str reason;  /**< absent = none */
};
/**
 * Complete: its owner or the lead. Decision, step of the process and everything that
 * follows from it in one transaction. The process sees variables <element id>.outcome and
 * .reason.
 */
enum err app_sub_ticket_complete(const struct actor *actor, const struct staff_env *env,
                                 const struct sub_ticket_outcome *outcome,
                                 struct str *ticket_out,
                                 enum staff_verdict *out) MUST_USE;

#endif
