/* session_list.h: the live sessions of one person, for that person. */
#ifndef STORE_SESSION_LIST_H
#define STORE_SESSION_LIST_H

#include "db/db.h"

struct session_list_row {
    int64_t id;
    instant_us created_at;
    instant_us last_seen_at;
    bool by_provider;
    bool second_factor;
    struct str device;  /**< "Firefox, Windows"; empty: unknown */
    struct str network; /**< address; empty: unknown */
};
/** Those neither ended nor expired nor idle since before `idle_since`; used last first, at most
 *  100. */
enum err session_list(struct db *db, struct arena *arena, int64_t person_id,
                      instant_us now, instant_us idle_since,
                      struct db_rows *out) MUST_USE;
/** End one of the person's own; ERR_NOT_FOUND: not theirs, or it has ended. */
enum err session_end_own(struct db *db, int64_t person_id, int64_t session_id,
                         const char *reason, instant_us now) MUST_USE;
/** End all of the person's but one (0: none is spared); `*count_out` says how many. */
enum err session_end_others(struct db *db, int64_t person_id, int64_t spared_id,
                            const char *reason, instant_us now,
                            int64_t *count_out) MUST_USE;

/** Where the proof of a session came from, for proving it again. */
struct session_proof_row {
    bool by_provider;
    struct str issuer; /**< of its identity; absent for sessions from before identities */
    struct str subject;   /**< absent: never bound */
    struct str login_key; /**< folded; absent: somebody else's by now */
};
/** ERR_NOT_FOUND. */
enum err session_proof(struct db *db, struct arena *arena, int64_t session_id,
                       struct session_proof_row *out) MUST_USE;
/** True if the person had a session with this device from this network before. Sessions are kept for
 *  some days after their end. */
enum err session_device_seen(struct db *db, struct arena *arena, int64_t person_id,
                             struct str device, struct str network, bool *out) MUST_USE;

extern const struct sql *const store_session_list_statements[];

#endif
