/* decision.h: who decided what and why. Insert-only; the table itself refuses a decider
 * who is the requester (ck_decision_four_eyes) and a second judgement of the same
 * document or sub-ticket. */
#ifndef STORE_DECISION_H
#define STORE_DECISION_H

#include "db/db.h"

struct decision_new {
    int64_t request_id;
    int64_t slot_id; /**< 0 = none; with document_id */
    int64_t document_id;
    int64_t sub_ticket_id; /**< 0 = none */
    struct str kind;       /**< "document", "release", "decline", "sub_ticket" */
    struct str outcome;    /**< "accepted", "rejected", "released", "approved" ... */
    struct str reason;     /**< absent = none given */
    int64_t requester_id;
    int64_t decider_id;
    instant_us decided_at;
};
enum err decision_insert(struct db *db, const struct decision_new *decision) MUST_USE;

extern const struct sql *const store_decision_statements[];

#endif
