/* decision.h: who decided what and why. Insert-only; the table itself refuses a decider who asked for it, as the one who
 * submitted the request or edited it (ck_decision_four_eyes), one who decided a step that a second person has to follow
 * (ck_decision_second_person), and a second judgement of the same document or sub-ticket. */
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
    /** ids of the steps that somebody else must have decided, joined by ','; absent: none */
    struct str first_steps;
    struct str answers; /**< JSON object of the step's form; absent: none */
};
enum err decision_insert(struct db *db, const struct decision_new *decision) MUST_USE;

/** What somebody has had to do with a request. */
struct decision_person {
    bool asked;   /**< submitted, began or edited it */
    bool decided; /**< one of `first_steps` */
};
enum err decision_same_person(struct db *db, struct arena *arena, int64_t request_id,
                              struct str first_steps, int64_t person_id,
                              struct decision_person *out) MUST_USE;

extern const struct sql *const store_decision_statements[];

#endif
