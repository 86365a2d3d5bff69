/* ticket_work_tx.h: what every change of a sub-ticket by the person who works on it begins with. Private to ticket_*.c. */
#ifndef APP_TICKET_WORK_TX_H
#define APP_TICKET_WORK_TX_H

#include "process/user_task.h"
#include "app/ticket/staff_tx.h"
#include "app/ticket/ticket_work.h"

struct work_context {
    const struct actor *actor;
    const struct staff_env *env;
    const struct sub_ticket_home *home;
    int64_t version;
    const void *change; /**< what the one change needs beside these */
    enum staff_verdict verdict;
};

/** A sub-ticket in hand: request and sub-ticket are locked. */
struct work_hand {
    struct staff_tx tx;
    struct sub_ticket_lock sub_ticket;
};
/** Lock; ERR_DENIED for other teams. */
enum err work_lock(const struct work_context *c, struct db *db, struct arena *arena,
                   struct work_hand *out) MUST_USE;

/** Done, or not needed any more. */
bool work_is_over(const struct sub_ticket_lock *sub_ticket);
/** Done by its owner or by who may assign; the lead may finish what nobody has taken. */
bool work_is_owner_or_lead(const struct actor *actor,
                           const struct sub_ticket_lock *sub_ticket);
/** What stands in the way of a change by its owner or the lead; VERDICT_DONE: nothing. */
enum staff_verdict work_may_change(const struct work_context *c,
                                   const struct sub_ticket_lock *sub_ticket);
/** What the definition says about its step; all absent when the definition lost it. */
struct user_task work_task(const struct staff_tx *tx,
                           const struct sub_ticket_lock *sub_ticket);
/** May this person decide after those who decided the step's first steps: VERDICT_DONE, or what is in the way. One
 *  statement where the step asks for it. */
enum err work_second_person(struct staff_tx *tx, const struct user_task *task,
                            enum staff_verdict *out) MUST_USE;

/** Find the sub-ticket's home and run `fn` with a struct work_context. `change` becomes its member. */
struct work_call {
    const struct actor *actor;
    const struct staff_env *env;
    const struct sub_ticket_work *work;
    const void *change;
    tx_fn fn;
};
enum err work_run(const struct work_call *call, struct str *ticket_out,
                  enum staff_verdict *out) MUST_USE;

#endif
