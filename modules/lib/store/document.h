/* document.h: files sent to document slots, accepted and refused ones. Insert-only. */
#ifndef STORE_DOCUMENT_H
#define STORE_DOCUMENT_H

#include "base/secret.h"
#include "db/db.h"

struct document_new {
    struct str public_id; /**< 32 hex digits */
    int64_t slot_id;
    struct str refusal; /**< key of file/type_policy; absent = accepted */
    struct str file_name;
    int64_t size_bytes;
    struct str media_type;
    struct str sha256;   /**< 32 bytes; absent when refused */
    struct str kind_key; /**< absent when the customer named none */
    day_no issued_on;    /**< DAY_NONE: not stated */
    int64_t reused_id;   /**< the document that was chosen again; 0 = a new file */
    int64_t uploaded_by;
    instant_us uploaded_at;
};
/** A file of a slot of the company. ERR_CONFLICT: the slot is not the company's. */
enum err document_insert(struct db *db, int64_t company_id,
                         const struct document_new *document, int64_t *id_out) MUST_USE;

/** An accepted file as it is handed out or used again. */
struct document_file {
    int64_t id;
    int64_t company_id;
    int64_t request_id;
    struct str public_id;
    struct str file_name;
    int64_t size_bytes;
    struct str media_type;
    struct str sha256; /**< 32 bytes */
    struct str kind_key;
    day_no issued_on;
    bool
        spent; /**< rejected, removed or replaced: its slot does not hold it as a good one */
};
/** ERR_NOT_FOUND: unknown, refused, or another company's. */
enum err document_of_company(struct db *db, struct arena *arena, int64_t company_id,
                             bool board, struct str public_id,
                             struct document_file *out) MUST_USE;
/** For staff, who see no drafts and no slots that a request does not have: ERR_NOT_FOUND unless its request was
 *  submitted with it. */
enum err document_for_staff(struct db *db, struct arena *arena, struct str public_id,
                            struct document_file *out) MUST_USE;
/** True if a document has that content. For the janitor. */
enum err document_content_known(struct db *db, struct arena *arena,
                                const uint8_t sha256[SHA256_BYTES],
                                bool *known_out) MUST_USE;

extern const struct sql *const store_document_statements[];

#endif
