/* slot_work.h: what staff do with document slots of submitted requests: completeness at intake, originals on paper,
 * correctness by a department after the release. */
#ifndef APP_SLOT_WORK_H
#define APP_SLOT_WORK_H

#include "process/definition/definition.h"
#include "app/actor.h"
#include "app/ticket/staff_env.h"
#include "app/ticket/staff_verdict.h"

/** Judgement of one present document of a slot. */
struct slot_judgement {
    struct str slot_key;
    int64_t item;    /**< from 1 */
    int64_t version; /**< of the row, as the page showed it */
    bool accept;
    struct str reason_key;  /**< reject: one of the slot's reasons */
    struct str reason_text; /**< reject: for the customer */
    day_no due_on;          /**< reject: the customer should answer by this day */
};
/**
 * Completeness: accept or reject. A rejection asks the customer again: slot, decision, request state
 * waiting_for_customer, customer status, history, audit and mail in one transaction.
 * VERDICT_REPEATED when the same judgement of the same document is already there, VERDICT_ORIGINAL when a document
 * is to be accepted whose original has not arrived.
 */
enum err app_intake_judge(const struct actor *actor, const struct staff_env *env,
                          struct str reference, const struct slot_judgement *judgement,
                          enum staff_verdict *out) MUST_USE;

/**
 * Correctness, after the release: the slot's team (or the lead) accepts, or asks the customer again; then the clocks of
 * the team's sub-tickets stand still. ERR_DENIED: of another team. VERDICT_CLOSED: the slot is not checked a second
 * time, or not now.
 */
enum err app_slot_correctness(const struct actor *actor, const struct staff_env *env,
                              struct str reference,
                              const struct slot_judgement *judgement,
                              enum staff_verdict *out) MUST_USE;

struct slot_arrival {
    struct str slot_key;
    day_no arrived_on; /**< not in the future */
};
/**
 * The paper original of a slot has arrived: intake says so, after the release also the team that checks the slot.
 * What was rejected can be judged again. ERR_DENIED; ERR_NOT_FOUND: the slot takes files only.
 */
enum err app_slot_original(const struct actor *actor, const struct staff_env *env,
                           struct str reference, const struct slot_arrival *arrival,
                           enum staff_verdict *out) MUST_USE;

/** May the person say that an original of the slot has arrived, or judge its correctness, in that state of the request? */
bool slot_may_arrive(const struct principal *principal, struct str request_state,
                     const struct slot_rule *rule);
bool slot_may_examine(const struct principal *principal, struct str request_state,
                      const struct slot_rule *rule);
/** Keys of the definition's slots with a second check, joined by ','; of one team, or of all (absent). */
struct str slot_examined_keys(struct arena *arena, const struct definition *definition,
                              struct str team);

#endif
