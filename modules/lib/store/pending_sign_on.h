/* pending_sign_on.h: sign-ons whose first proof was right and whose second factor is to come. No
 * session exists for them. */
#ifndef STORE_PENDING_SIGN_ON_H
#define STORE_PENDING_SIGN_ON_H

#include "db/db.h"

struct pending_sign_on_row {
    int64_t id;
    int64_t person_id;
    struct str payload; /**< JSON: what the session will be made of */
    int64_t tries;
    instant_us created_at;
};

/** tries and id are not used. */
enum err pending_sign_on_insert(struct db *db, const uint8_t token_sha256[32],
                                const struct pending_sign_on_row *row, instant_us now,
                                instant_us expires_at) MUST_USE;
/** The one of this token that is not over; locked inside a transaction. ERR_NOT_FOUND. */
enum err pending_sign_on_lock(struct db *db, struct arena *arena,
                              const uint8_t token_sha256[32], instant_us now,
                              struct pending_sign_on_row *out) MUST_USE;
/** One wrong code more. */
enum err pending_sign_on_try(struct db *db, int64_t pending_id) MUST_USE;
/** Whatever waits for this person's second factor is over. */
enum err pending_sign_on_remove_all(struct db *db, int64_t person_id) MUST_USE;
/** It has become a session, or is given up. */
enum err pending_sign_on_remove(struct db *db, int64_t pending_id) MUST_USE;
/** Remove up to 100 that were over before `before`. */
enum err pending_sign_on_purge(struct db *db, instant_us before) MUST_USE;

extern const struct sql *const store_pending_sign_on_statements[];

#endif
