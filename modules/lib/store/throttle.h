/* throttle.h: failed sign-ins per bucket, and circuit breakers of what does not answer. */
#ifndef STORE_THROTTLE_H
#define STORE_THROTTLE_H

#include "db/db.h"

/** Until when a sign-in must wait; INSTANT_NONE for "need not". One statement for both buckets. */
enum err throttle_blocked_until(struct db *db, struct arena *arena,
                                const uint8_t login_sha256[32],
                                const uint8_t network_sha256[32], instant_us now,
                                instant_us *until_out) MUST_USE;

struct throttle_rule {
    int64_t free_failures; /**< this many within the window cost nothing */
    int64_t first_delay_s; /**< after the next one; doubles with each further */
    int64_t longest_delay_s;
    int64_t window_us; /**< a failure older than this is forgotten */
};
/** Count one failure. */
enum err throttle_fail(struct db *db, const uint8_t bucket_sha256[32],
                       const struct throttle_rule *rule, instant_us now) MUST_USE;
/** Forget a bucket after a success. */
enum err throttle_clear(struct db *db, const uint8_t bucket_sha256[32]) MUST_USE;
/** Remove up to 100 buckets not touched since `before`. */
enum err throttle_purge(struct db *db, instant_us before) MUST_USE;

struct breaker_row {
    struct str name;
};
/** All breakers that are open at `now`, at most 50. */
enum err breakers_open(struct db *db, struct arena *arena, instant_us now,
                       struct breaker_row **out, size_t *count_out) MUST_USE;
/** Open it until `until` (never shortens). */
enum err breaker_open(struct db *db, const char *name, instant_us until) MUST_USE;

extern const struct sql *const store_throttle_statements[];

#endif
