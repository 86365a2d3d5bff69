/* request.h: requests as the customer's side reads and changes them. Every call names the
 * company, and the company is in the WHERE clause: another company's request does not
 * exist here. Nor does a board matter for who does not see them: `board` is true for those
 * who do (RIGHT_BOARD_READ), and stands in the WHERE clause like the company. */
#ifndef STORE_REQUEST_H
#define STORE_REQUEST_H

#include "db/db.h"

enum request_state {
    REQUEST_DRAFT,
    REQUEST_DISCARDED,
    REQUEST_SUBMITTED,
    REQUEST_WAITING_FOR_CUSTOMER,
    REQUEST_RELEASED,
    REQUEST_COMPLETED,
    REQUEST_DECLINED,
    REQUEST_WITHDRAWN,
    REQUEST_STATE_COUNT
};
/** "draft" ...: the words of request.state. */
const char *request_state_key(enum request_state state);
/** A word that is not in the table is a bug(): the column is an ENUM. */
enum request_state request_state_from_key(struct str key);

/** One request with its company and what the customer sees of its progress. */
struct request_row {
    int64_t id;
    struct str reference;
    int64_t company_id;
    struct str company_name;
    struct str company_zone; /**< the company's calendar: "today" of its validations */
    struct str request_type;
    int64_t definition_id;
    struct str state;   /**< see request_state_from_key */
    struct str answers; /**< JSON object: form field -> value */
    struct str base;    /**< JSON object: attribute -> value when the draft began */
    struct str
        facts; /**< JSON object, as app/request/facts.h said at submission; absent = none */
    day_no effective_date;
    int64_t created_by;
    instant_us created_at;
    instant_us changed_at;
    struct str submitted_by_name;
    instant_us submitted_at; /**< INSTANT_NONE before */
    instant_us ended_at;
    struct str decline_reason; /**< written for the customer */
    int64_t version;
    struct str phase; /**< customer_status; absent before submission */
    struct str
        steps; /**< as app/instance/customer_steps.h wrote them; absent before release */
    struct str department_keys; /**< team keys joined by ',' */
    struct str contact_team;
    instant_us since_at;
    int64_t open_items;
    bool board; /**< a board matter */
};

/** ERR_NOT_FOUND: no such request of this company. */
enum err request_get(struct db *db, struct arena *arena, int64_t company_id, bool board,
                     struct str reference, struct request_row *out) MUST_USE;
/** Lock the row until the end of the transaction; first in the lock order. ERR_NOT_FOUND.
 */
enum err request_lock(struct db *db, struct arena *arena, int64_t company_id, bool board,
                      struct str reference, int64_t *id_out) MUST_USE;

struct request_new {
    struct str reference;
    struct str request_type;
    int64_t definition_id;
    bool board; /**< a board matter */
    struct str base;
    struct str open_object; /**< absent: any number may be open */
    uint8_t creation_key[16];
    int64_t created_by;
    instant_us created_at;
};
/** A draft without answers. ERR_CONFLICT: db_last_key() says which key exists already. */
enum err request_insert(struct db *db, int64_t company_id, const struct request_new *row,
                        int64_t *id_out) MUST_USE;

/** Reference and type of a request found by another key. */
struct request_found {
    int64_t id;
    struct str reference;
    struct str request_type;
    struct str state;
    bool board; /**< visibility "board" */
};
/** The draft that the form with this key made. ERR_NOT_FOUND. */
enum err request_by_creation_key(struct db *db, struct arena *arena, int64_t company_id,
                                 const uint8_t creation_key[16],
                                 struct request_found *out) MUST_USE;
/** The one request of the company that has `open_object` open. ERR_NOT_FOUND. */
enum err request_open_for(struct db *db, struct arena *arena, int64_t company_id,
                          struct str open_object, struct request_found *out) MUST_USE;

struct request_answers_row {
    int64_t id;
    int64_t version; /**< as read */
    struct str answers;
    day_no effective_date;
    instant_us now;
};
/** New answers of a draft. ERR_CONFLICT when `version` is not the stored one any more. */
enum err request_update_answers(struct db *db, int64_t company_id,
                                const struct request_answers_row *row) MUST_USE;

struct request_submission {
    int64_t id;
    int64_t version; /**< as read under the lock */
    int64_t person_id;
    instant_us now;
    instant_us intake_due_at;
    struct str
        facts; /**< JSON object of app/request/facts.h; absent = the type asks for none */
    struct str answers; /**< JSON object, as the forms were resolved last */
    day_no effective_date;
};
/** draft -> submitted, into the intake queue. ERR_CONFLICT when it is no draft of that
 * version. */
enum err request_update_submitted(struct db *db, int64_t company_id,
                                  const struct request_submission *submission) MUST_USE;
/** draft -> discarded, or submitted / waiting -> withdrawn: out of the queue, object free
 * again. */
enum err request_update_ended(struct db *db, int64_t company_id, int64_t id,
                              int64_t version, enum request_state state,
                              instant_us now) MUST_USE;
/** Something happened: it moves up in the company's list. */
enum err request_touch(struct db *db, int64_t company_id, int64_t id,
                       instant_us now) MUST_USE;

extern const struct sql *const store_request_statements[];

#endif
