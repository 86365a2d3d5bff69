/* seal.h: audit events and the hash chain over them. */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "db/db.h"

/** One audit event with every column but `unsealed`. */
struct audit_event_row {
    int64_t id;
    instant_us at;
    struct str program;
    struct str trace_id;
    struct str action;
    int64_t person_id; /**< 0 = NULL */
    int64_t company_id;
    int64_t request_id;
    struct str object;
    struct str detail;
};
struct audit_seal_row {
    int64_t sequence; /**< 1, 2, 3 ... without a gap */
    int64_t audit_event_id;
    struct str sha256; /**< 32 bytes */
};
/** An event with its seal (sequence 0 = none), for verification and export. */
struct sealed_event_row {
    struct audit_event_row event;
    int64_t sequence;
    struct str sha256;
};

/** The newest seal, locked: whoever holds it is the one sealer. ERR_NOT_FOUND = empty
 * chain. */
enum err seal_head_lock(struct db *db, struct arena *arena,
                        struct audit_seal_row *out) MUST_USE;
/** The newest seal without a lock. */
enum err seal_head(struct db *db, struct arena *arena,
                   struct audit_seal_row *out) MUST_USE;
/** The oldest `limit` events that have no seal yet (audit_event_row). */
enum err seal_pending(struct db *db, struct arena *arena, int64_t limit,
                      struct db_rows *out) MUST_USE;
/** `count` seals in one execution. */
enum err seal_insert(struct db *db, struct arena *arena,
                     const struct audit_seal_row *rows, size_t count) MUST_USE;
/** Take the events of these seals off the list of the unsealed. */
enum err seal_mark(struct db *db, struct arena *arena, const struct audit_seal_row *rows,
                   size_t count) MUST_USE;
/** Chain from `after` on (sealed_event_row), at most `limit` rows. */
enum err seal_chain(struct db *db, struct arena *arena, int64_t after, int64_t limit,
                    struct db_rows *out) MUST_USE;

struct seal_sums {
    int64_t seals;
    int64_t events;
    int64_t unsealed;        /**< waiting for the worker */
    int64_t marked_unsealed; /**< marked as sealed, but without a seal: tampered */
};
enum err seal_sums(struct db *db, struct arena *arena, struct seal_sums *out) MUST_USE;

extern const struct sql *const store_seal_statements[];

#endif
