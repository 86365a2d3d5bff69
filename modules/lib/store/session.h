/* session.h: sessions. Only the SHA-256 of a token is stored; the token is in the person's cookie. */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "db/db.h"

/** A live session and who it belongs to, joined in one statement. */
struct session_row {
    int64_t session_id;
    int64_t person_id;
    struct str login;
    struct str display_name;
    struct str email;
    struct str language;
    struct str zone;
    bool is_staff;
    int64_t company_id;
    struct str company_name;
    bool company_active;
    struct str roles;     /**< keys joined by ','; of staff or inside the company */
    struct str team_keys; /**< joined by ',', absent for none */
    instant_us created_at;
    instant_us last_seen_at;
};

/** The session of this token if it has not ended, expired or been idle since before `idle_since`;
 *  else ERR_NOT_FOUND. */
enum err session_live(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                      instant_us now, instant_us idle_since,
                      struct session_row *out) MUST_USE;
/** Whose session this was, live or not; ERR_NOT_FOUND. */
enum err session_owner(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                       int64_t *person_id_out) MUST_USE;
enum err session_insert(struct db *db, const uint8_t token_sha256[32], int64_t person_id,
                        instant_us now, instant_us expires_at,
                        int64_t *session_id_out) MUST_USE;
/** End it if it is live; ending what has ended changes nothing. */
enum err session_end(struct db *db, const uint8_t token_sha256[32],
                     instant_us now) MUST_USE;
enum err session_seen(struct db *db, int64_t session_id, instant_us now) MUST_USE;
/** Remove up to 100 sessions that expired before `before`. */
enum err session_purge(struct db *db, instant_us before) MUST_USE;

extern const struct sql *const store_session_statements[];

#endif
