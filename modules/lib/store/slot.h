/* slot.h: the rows of one document slot with its request, as uploads reads and fills them. Every call
 * names the company, and the company is in the WHERE clause. (Pages read slots through
 * store/request_slot.h, intake judges them through store/intake.h.) */
#ifndef STORE_SLOT_H
#define STORE_SLOT_H

#include "db/db.h"

/** A row of a slot beside what decides whether it may be filled. */
struct upload_slot {
    int64_t request_id;
    struct str reference;
    struct str request_state; /**< a word of request.state */
    int64_t definition_id;
    struct str company_zone; /**< IANA name: "today" of date rules */
    int64_t id;
    struct str slot_key;
    int64_t item;     /**< from 1: a slot may hold several documents, a row each */
    struct str state; /**< "empty", "filled", "accepted", "rejected" */
    int64_t version;
    int64_t document_id;  /**< that counts now; 0 = none */
    struct str public_id; /**< of that document, absent for none */
    struct str file_name;
    struct str sha256; /**< 32 bytes */
    struct str kind_key;
    day_no issued_on;
};
struct upload_slot_query {
    bool board; /**< whether the person sees board matters */
    struct str reference;
    struct str slot_key;
};
/** Its rows by item, at least one. ERR_NOT_FOUND: this company has no such request or slot. */
enum err upload_slot_list(struct db *db, struct arena *arena, int64_t company_id,
                          const struct upload_slot_query *query,
                          struct db_rows *out) MUST_USE;
/** A further, empty row beside the first one. ERR_CONFLICT: that is not the company's. */
enum err upload_slot_add(struct db *db, int64_t company_id, int64_t first_id,
                         int64_t item, int64_t *id_out) MUST_USE;

/** Lock the request until the end of the transaction (first in the lock order): with it
 *  nobody else changes its slots. ERR_NOT_FOUND. */
enum err upload_request_lock(struct db *db, struct arena *arena, int64_t company_id,
                             bool board, struct str reference) MUST_USE;
/** state filled with `document_id`, or state empty with 0; version + 1. ERR_CONFLICT
 * unless `version` is the stored one. */
enum err upload_slot_fill(struct db *db, int64_t company_id, int64_t slot_id,
                          int64_t version, int64_t document_id) MUST_USE;
/** The request moves up in the company's list. */
enum err upload_request_touch(struct db *db, int64_t company_id, int64_t request_id,
                              instant_us now) MUST_USE;

extern const struct sql *const store_slot_statements[];

#endif
