/* parked_post.h: a POST whose session had ended, kept for the person who sent it. */
#ifndef STORE_PARKED_POST_H
#define STORE_PARKED_POST_H

#include "db/db.h"

struct parked_post_row {
    struct str path; /**< below the prefix, as sent */
    struct str body; /**< application/x-www-form-urlencoded */
};
/** So many of one person are kept at a time: more within the half hour are refused. */
#define PARKED_POSTS_MAX 10
#define PARKED_POSTS_US  (30 * 60 * US_PER_S)
/** ERR_LIMITED when the person has PARKED_POSTS_MAX already. */
enum err parked_post_insert(struct db *db, const uint8_t key_sha256[32],
                            int64_t person_id, struct str path, struct str body,
                            instant_us now) MUST_USE;
/** Of this person and not older than `since`; else ERR_NOT_FOUND. */
enum err parked_post_find(struct db *db, struct arena *arena,
                          const uint8_t key_sha256[32], int64_t person_id,
                          instant_us since, struct parked_post_row *out) MUST_USE;
/** Remove up to 100 that are older than `before`. */
enum err parked_post_purge(struct db *db, instant_us before) MUST_USE;

extern const struct sql *const store_parked_post_statements[];

#endif
