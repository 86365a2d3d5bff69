/* recovery_code.h: the hashes of a person's recovery codes. */
#ifndef STORE_RECOVERY_CODE_H
#define STORE_RECOVERY_CODE_H

#include "db/db.h"

struct recovery_code_row {
    uint8_t sha256[32];
};
/** Insert all with one statement. */
enum err recovery_code_insert(struct db *db, int64_t person_id,
                              const struct recovery_code_row *rows, size_t count,
                              instant_us now) MUST_USE;
/** True in `*used_out` if the code is one of the person's that was not used before; from now on it was. */
enum err recovery_code_use(struct db *db, int64_t person_id,
                           const uint8_t code_sha256[32], instant_us now,
                           bool *used_out) MUST_USE;
/** All of the person's, used or not. */
enum err recovery_code_remove(struct db *db, int64_t person_id) MUST_USE;

extern const struct sql *const store_recovery_code_statements[];

#endif
