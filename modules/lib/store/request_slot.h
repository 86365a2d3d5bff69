/* request_slot.h: the document slots of a request with the file that counts now, for the
 * customer's side. (What staff and uploads do with documents is store/document.h.) */
#ifndef STORE_REQUEST_SLOT_H
#define STORE_REQUEST_SLOT_H

#include "db/db.h"

struct request_slot_row {
    int64_t id;
    struct str slot_key;
    int64_t item; /**< from 1: a slot may hold several documents */
    bool required;
    bool applies;          /**< the request has the slot; of a draft its answers say it */
    struct str state;      /**< "empty", "filled", "accepted", "rejected" */
    struct str reason_key; /**< of the last rejection */
    struct str reason_text; /**< written for the customer */
    instant_us asked_at;    /**< intake asked for it: INSTANT_NONE = never */
    instant_us due_at;
    int64_t version;
    day_no original_on; /**< the paper arrived; DAY_NONE: not yet, or none is asked for */
    struct str
        correctness; /**< "open", "accepted", "rejected"; absent: not checked a second time */
    int64_t document_id; /**< 0 = none */
    struct str public_id;
    struct str file_name;
    int64_t size_bytes;
    struct str media_type;
    struct str kind_key;
    day_no issued_on;
    instant_us uploaded_at;
    struct str uploaded_by_name;
};
/** All slots in their order. */
enum err request_slot_list(struct db *db, struct arena *arena, int64_t company_id,
                           int64_t request_id, struct db_rows *out) MUST_USE;

/** At submission: which slots (keys joined by ',') the request has, and which rows (ids) have to be accepted. */
enum err request_slot_decide(struct db *db, int64_t company_id, int64_t request_id,
                             struct str applies, struct str required) MUST_USE;

struct request_slot_new {
    struct str slot_key;
    bool required;
};
/** The slots of a new draft, all empty, with one statement. count 0 runs nothing. */
enum err request_slot_insert(struct db *db, struct arena *arena, int64_t company_id,
                             int64_t request_id, const struct request_slot_new *slots,
                             size_t count) MUST_USE;

/** A file that was refused at upload, newest first. */
struct slot_attempt_row {
    struct str file_name;
    struct str refusal; /**< key of file/type_policy */
    instant_us uploaded_at;
    struct str kind_key; /**< as stated with the file; absent when none was */
    day_no issued_on;    /**< DAY_NONE: not stated */
};
/** Refused files sent to the slot after document `after_document_id`; at most 5. */
enum err request_slot_attempts(struct db *db, struct arena *arena, int64_t company_id,
                               int64_t slot_id, int64_t after_document_id,
                               struct db_rows *out) MUST_USE;

/** An accepted file of the company that may serve again. */
struct slot_reusable_row {
    struct str public_id;
    struct str file_name;
    int64_t size_bytes;
    struct str media_type;
    struct str kind_key;
    day_no issued_on;
    instant_us uploaded_at;
    struct str sha256;    /**< 32 bytes */
    struct str reference; /**< request that it was sent for */
    struct str state;     /**< of its slot: "accepted", "filled" */
};
struct slot_reuse_query {
    bool board;           /**< with documents of board matters */
    struct str kind_keys; /**< joined by ',' */
    int64_t request_id;   /**< the slot that is to be filled: its own are left out */
    struct str slot_key;
};
/** The newest 20 of these kinds that nobody has rejected. */
enum err request_slot_reusable(struct db *db, struct arena *arena, int64_t company_id,
                               const struct slot_reuse_query *query,
                               struct db_rows *out) MUST_USE;

extern const struct sql *const store_request_slot_statements[];

#endif
