/* document_expiry.h: until when accepted documents are good: remembered when they are accepted, told before
 * they end. */
#ifndef STORE_DOCUMENT_EXPIRY_H
#define STORE_DOCUMENT_EXPIRY_H

#include "db/db.h"

struct document_expiry_new {
    int64_t slot_id;
    int64_t request_id;
    int64_t company_id;
    int64_t definition_id;
    struct str kind_key;
    struct str title;  /**< of the slot: msgid of the definition */
    day_no expires_on; /**< the last day */
    day_no notice_on;  /**< from then on the company is told */
};
/** The document that counts in the slot now. */
enum err document_expiry_put(struct db *db,
                             const struct document_expiry_new *row) MUST_USE;
/** It was rejected: nothing to remember. */
enum err document_expiry_end(struct db *db, int64_t slot_id, instant_us at) MUST_USE;
/** A new one of the kind replaces those that other requests of the company brought and that end no later. */
enum err document_expiry_replace(struct db *db, const struct document_expiry_new *by,
                                 instant_us at) MUST_USE;

/** One that the company has to be told of. */
struct document_expiry_due {
    int64_t slot_id;
    int64_t request_id;
    int64_t company_id;
    int64_t definition_id;
    struct str title;
    struct str reference;
    struct str request_state;
    struct str company_name;
    bool board; /**< of a board matter */
    day_no expires_on;
};
/** The next one that is due on `today`, locked; what another worker has in hand is passed over.
 *  ERR_NOT_FOUND: none. */
enum err document_expiry_next(struct db *db, struct arena *arena, day_no today,
                              struct document_expiry_due *out) MUST_USE;
/** The company was told. */
enum err document_expiry_told(struct db *db, int64_t slot_id) MUST_USE;
/** People of the company, if it is an active one, with a mail address and one of these roles (joined by ','). Rows of struct
 *  expiry_reader. */
struct expiry_reader {
    int64_t person_id;
    struct str email;
    struct str language; /**< absent: none chosen */
};
enum err document_expiry_readers(struct db *db, struct arena *arena, int64_t company_id,
                                 struct str roles, struct db_rows *out) MUST_USE;

/** What the company's pages say. */
struct document_expiry_notice {
    struct str title;
    int64_t definition_id;
    struct str reference;
    day_no expires_on;
};
/** Those to be told of on `today`, the next to end first, at most 10; of board matters only with `board`. */
enum err document_expiry_list(struct db *db, struct arena *arena, int64_t company_id,
                              bool board, day_no today, struct db_rows *out) MUST_USE;

extern const struct sql *const store_document_expiry_statements[];

#endif
