/* sub_ticket_clock.h: when a sub-ticket is due, and why: clocks that start, stand still while the customer is asked, and
 * go on with what was left. */
#ifndef APP_SUB_TICKET_CLOCK_H
#define APP_SUB_TICKET_CLOCK_H

#include "process/user_task.h"
#include "store/sub_ticket.h"
#include "store/sub_ticket_clock.h"
#include "app/ticket/staff_tx.h"

/** "No target" sorts behind every date: 9999-12-31. */
instant_us clock_no_target(void);
bool clock_has_target(instant_us due_at);

/** A clock that starts now: when it is due, and how that was found (JSON, absent without a target). */
struct clock_start {
    instant_us due_at;
    struct str clock;
};
enum err clock_start(struct staff_tx *tx, const struct user_task *task,
                     struct clock_start *out) MUST_USE;

/** Why a clock stops, goes on or changes; "question" ... of sub_ticket_clock.cause. */
struct clock_change {
    struct str cause;
    struct str reason; /**< absent: none given */
};
/** Stop the clock of a locked sub-ticket that runs. `waiting_for`: "answer", "document". 2 statements and history. */
enum err clock_pause(struct staff_tx *tx, const struct sub_ticket_lock *sub_ticket,
                     struct str waiting_for, struct clock_change change) MUST_USE;
/** Let it go on: what was left when it stopped is left now. 2 statements and history. */
enum err clock_resume(struct staff_tx *tx, const struct sub_ticket_lock *sub_ticket,
                      struct clock_change change) MUST_USE;

/** Another target for a clock that runs: closing time of `day`. 2 statements and history. VERDICT_PAST (nothing is written)
 *  when that has passed. */
enum err clock_set_due(struct staff_tx *tx, const struct sub_ticket_lock *sub_ticket,
                       day_no day, struct str reason, enum staff_verdict *out) MUST_USE;

/** A document was rejected after the release: the clocks of the team's open sub-tickets stop (absent: of all). */
enum err clock_pause_for_document(struct staff_tx *tx, struct str team_key) MUST_USE;
/** What a customer's sign of life lets go on. */
enum clock_answer {
    CLOCK_MESSAGE,       /**< what waits for an answer */
    CLOCK_DOCUMENT,      /**< a document came, others are still asked for: the same */
    CLOCK_ALL_DOCUMENTS, /**< and nothing is asked for any more: all that waits */
};
/** Only what has waited since before `at` goes on. `questions_out`: how many of these waited for an answer. */
enum err clock_answered(struct staff_tx *tx, enum clock_answer answer, instant_us at,
                        int64_t *questions_out) MUST_USE;

/** How a due time was found, read again for the page that explains it. */
struct clock_reason {
    struct str takes;       /**< ISO duration; absent: what was left after a pause */
    int64_t remaining_s;    /**< then */
    struct str calendar;    /**< key; absent: every hour counts */
    instant_us from;        /**< counted from here: the next office hour */
    const json_t *left_out; /**< array of {"day", "en"?, "de"?}: no business days */
    int64_t more;           /**< left out beside these */
};
/** The due time before a change of target, out of that event's JSON; INSTANT_NONE: it had none. */
instant_us clock_due_before(struct arena *arena, struct str json);
/** False for what is none of ours. */
bool clock_reason_read(struct arena *arena, struct str json, struct clock_reason *out);

#endif
