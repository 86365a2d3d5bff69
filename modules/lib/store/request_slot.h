/* request_slot.h: the document slots of a request with the file that counts now, for the
 * customer's side. (What staff and uploads do with documents is store/document.h.) */
#ifndef STORE_REQUEST_SLOT_H
#define STORE_REQUEST_SLOT_H

#include "db/db.h"

struct request_slot_row {
    int64_t id;
    struct str slot_key;
    bool required;
    struct str state;       /**< "empty", "filled", "accepted", "rejected" */
    struct str reason_key;  /**< of the last rejection */
    struct str reason_text; /**< written for the customer */
    instant_us asked_at;    /**< intake asked for it: INSTANT_NONE = never */
    instant_us due_at;
    int64_t version;
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
    struct str sha256; /**< 32 bytes */
};
/** Newest 20 of the kinds in `kind_keys` (joined by ','), not those of slot `slot_id`. */
enum err request_slot_reusable(struct db *db, struct arena *arena, int64_t company_id,
                               bool board, struct str kind_keys, int64_t slot_id,
                               struct db_rows *out) MUST_USE;

extern const struct sql *const store_request_slot_statements[];

#endif
