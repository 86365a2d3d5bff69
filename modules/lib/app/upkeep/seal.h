/* seal.h: the audit chain: sealing by the worker, verification by kontorctl.
 *
 * seal(n) = SHA-256(seal(n-1) || canonical(event n)); seal(0) is 32 zero bytes. */
#ifndef APP_SEAL_H
#define APP_SEAL_H

#include "store/seal.h"

/** The canonical text of an event: JSON, keys sorted, NULL columns left out. Never
 * changes. */
struct str seal_canonical(struct arena *arena, const struct audit_event_row *event);
/** One link of the chain. */
void seal_link(const uint8_t previous[32], struct str canonical, uint8_t out[32]);

/**
 * Seal the oldest events without a seal, at most 200, in one transaction. `*sealed_out`
 * is how many; 0 = nothing to do. Several callers at once are safe: the newest seal is
 * the lock.
 */
enum err app_seal_batch(struct db *db, struct arena *arena, size_t *sealed_out) MUST_USE;

struct seal_report {
    int64_t checked;    /**< links that hold */
    int64_t unsealed;   /**< events the worker has not reached yet */
    int64_t broken_at;  /**< sequence of the first link that does not hold; 0 = none */
    const char *reason; /**< why, or NULL */
    uint8_t head[32];   /**< last good link */
};
/** Compute the whole chain again. OK also for a broken chain: the report says so. */
enum err app_seal_verify(struct db *db, struct arena *arena,
                         struct seal_report *out) MUST_USE;

#endif
