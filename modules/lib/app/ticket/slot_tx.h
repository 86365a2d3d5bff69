/* slot_tx.h: what every judgement of a document slot by staff begins and ends with. Private to the files that
 * change slots of submitted requests. */
#ifndef APP_SLOT_TX_H
#define APP_SLOT_TX_H

#include "store/staff_slot.h"
#include "app/ticket/slot_work.h"
#include "app/ticket/staff_tx.h"

/** A slot in hand: request and rows are locked. */
struct slot_hand {
    struct staff_tx tx;
    const struct slot_rule *rule;
    const struct slot_lock *rows;
    size_t row_count;
};
/** Which slot of which request. */
struct slot_place {
    const struct actor *actor;
    const struct staff_env *env;
    struct str reference;
    struct str slot_key;
};
/** First call of a transaction. ERR_NOT_FOUND: no such request, or it does not have such a slot. */
enum err slot_hand_take(const struct slot_place *place, struct db *db,
                        struct arena *arena, struct slot_hand *out) MUST_USE;
/** The row of a document; NULL. */
const struct slot_lock *slot_hand_row(const struct slot_hand *hand, int64_t item);

/** What is in the way of judging the row so, as far as the row says it; VERDICT_DONE: nothing. */
enum staff_verdict slot_may_judge(const struct slot_hand *hand,
                                  const struct slot_lock *row,
                                  const struct slot_judgement *judgement);
/**
 * Write it: row, decision of `kind` ("document" at intake, "correctness"), history, the mail of a rejection, until when
 * an accepted document is good. ERR_INPUT: the reason is none of the slot's.
 */
enum err slot_judge_row(struct slot_hand *hand, const struct slot_lock *row,
                        const struct slot_judgement *judgement,
                        const char *kind) MUST_USE;

/** The customer has done what was asked. */
struct slot_answer {
    struct str team; /**< who goes on with it after the release */
    int64_t count;   /**< documents that were asked for and are there now */
    instant_us at;   /**< when */
};
/**
 * Before the release: once nothing is asked for any more the request goes back into the intake queue, its due time
 * moved by the time it waited. After it: clocks go on, the team is told. The customer status follows.
 */
enum err slot_answered(struct staff_tx *tx, const struct slot_answer *answer) MUST_USE;

#endif
