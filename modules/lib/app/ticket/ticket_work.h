/* ticket_work.h: what departments do with their sub-tickets. */
#ifndef APP_TICKET_WORK_H
#define APP_TICKET_WORK_H

#include "process/form/form.h"
#include "store/sub_ticket.h"
#include "app/actor.h"
#include "app/ticket/staff_env.h"
#include "app/ticket/staff_text.h"
#include "app/ticket/staff_verdict.h"

/** A member works in the own teams, the lead in all. */
bool may_work(const struct principal *principal, struct str team_key);

/** One change of one sub-ticket, as the page showed it. */
struct sub_ticket_work {
    struct str reference;
    int64_t version;
};

/* All: ERR_NOT_FOUND, ERR_DENIED (a team the person does not belong to). `ticket_out`:
 * the ticket's reference, set whenever the call returns OK. */

/** Become the owner. Two at once: one wins, the other gets VERDICT_TAKEN. A step that needs a second person is refused
 *  to whom decided the first (VERDICT_SECOND_PERSON), the lead as anybody else. */
enum err app_sub_ticket_take(const struct actor *actor, const struct staff_env *env,
                             const struct sub_ticket_work *work, struct str *ticket_out,
                             enum staff_verdict *out) MUST_USE;
/** Put it back into the team's queue: its owner or the lead. */
enum err app_sub_ticket_return(const struct actor *actor, const struct staff_env *env,
                               const struct sub_ticket_work *work, struct str *ticket_out,
                               enum staff_verdict *out) MUST_USE;
/** On to `phase`, which must be the next one of its type (else VERDICT_PHASE): its owner or the lead. */
enum err app_sub_ticket_phase(const struct actor *actor, const struct staff_env *env,
                              const struct sub_ticket_work *work, struct str phase,
                              struct str *ticket_out, enum staff_verdict *out) MUST_USE;

struct sub_ticket_target {
    day_no day;
    struct str reason;
};
/** Due at closing time of another day: the lead (RIGHT_TICKET_ASSIGN), with a reason; not while it waits (VERDICT_CLOSED). */
enum err app_sub_ticket_due(const struct actor *actor, const struct staff_env *env,
                            const struct sub_ticket_work *work,
                            const struct sub_ticket_target *target,
                            struct str *ticket_out, enum staff_verdict *out) MUST_USE;

/** Ask the customer and stop the clock until the answer is there: its owner or the lead. The same form twice asks once. */
enum err app_sub_ticket_wait(const struct actor *actor, const struct staff_env *env,
                             const struct sub_ticket_work *work,
                             const struct staff_text *question, struct str *ticket_out,
                             enum staff_verdict *out) MUST_USE;
/** Go on without the answer: its owner or the lead. */
enum err app_sub_ticket_resume(const struct actor *actor, const struct staff_env *env,
                               const struct sub_ticket_work *work, struct str *ticket_out,
                               enum staff_verdict *out) MUST_USE;
/** Worker, job kind message_written: what waits for an answer goes on. Marks the job done in the same transaction. */
enum err app_message_written(const struct actor *actor, const struct staff_env *env,
                             const struct app_job *job) MUST_USE;

struct sub_ticket_outcome {
    struct sub_ticket_work work;
    struct str outcome;       /**< one of the step's: "approved", "remark", "rejected" */
    struct str reason;        /**< absent = none */
    const struct map *posted; /**< of the step's form: name -> struct str * */
    char decimal_sign;        /**< of `posted`: form_world of process/form/form.h */
};
/**
 * Complete: its owner or the lead. Decision, step of the process and everything that follows from it in one transaction.
 * VERDICT_PHASE unless it is in the last phase of its type (or rejected), VERDICT_FORM when answers of its form are
 * wrong or missing (`form_out`), VERDICT_SECOND_PERSON as above. ERR_INPUT: the step has no such outcome. `form_out` is
 * empty without a form.
 *
 * The process sees <element id>.outcome, .reason, .by, .at and the answers of the form.
 */
enum err app_sub_ticket_complete(const struct actor *actor, const struct staff_env *env,
                                 const struct sub_ticket_outcome *outcome,
                                 struct form_result *form_out, struct str *ticket_out,
                                 enum staff_verdict *out) MUST_USE;

#endif
