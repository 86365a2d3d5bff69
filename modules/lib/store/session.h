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
    struct str zone; /**< of the person, else of the company; absent for none */
    bool is_staff;
    int64_t company_id;
    struct str company_name;
    struct str company_reference; /**< its member number */
    bool company_active;
    /** Keys joined by ','; of staff or inside the company, there with ":market" behind a role that
     *  was given for one market. */
    struct str roles;
    struct str team_keys; /**< joined by ',', absent for none */
    instant_us created_at;
    instant_us last_seen_at;
    instant_us confirmed_at; /**< INSTANT_NONE for sessions older than the column */
    bool second_factor;
    bool renew;
    int64_t support_company_id; /**< 0: no support view was begun */
    struct str
        support_company_reference; /**< absent: the company is not active any more */
    struct str support_company_name;
    instant_us support_until;
};

struct session_insert_row {
    uint8_t token_sha256[32];
    int64_t person_id;
    int64_t identity_id; /**< 0: none */
    const char *method;  /**< "password", "provider" */
    bool second_factor;
    instant_us now;
    instant_us confirmed_at; /**< the last proof of who it is */
    instant_us expires_at;
    struct str device;  /**< at most 120 characters; never absent */
    struct str network; /**< address; at most 45 bytes; never absent */
};

/** What is kept for signing off at the provider; no string is absent. */
struct session_provider_row {
    struct str issuer;
    struct str subject;
    struct str sid;
};

/** The session of this token if it has not ended, expired or been idle since before `idle_since`;
 *  else ERR_NOT_FOUND. */
enum err session_live(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                      instant_us now, instant_us idle_since,
                      struct session_row *out) MUST_USE;
/** Whose session this was, live or not, also by the token of before its renewal; ERR_NOT_FOUND. */
enum err session_owner(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                       int64_t *person_id_out) MUST_USE;
enum err session_insert(struct db *db, const struct session_insert_row *row,
                        int64_t *session_id_out) MUST_USE;
enum err session_provider_insert(struct db *db, int64_t session_id,
                                 const struct session_provider_row *row) MUST_USE;
struct session_state_row {
    bool ended;
    struct str end_reason; /**< absent: none said */
};
/** What became of the session of this token; ERR_NOT_FOUND. */
enum err session_state(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                       struct session_state_row *out) MUST_USE;
/** The live session of this token gets another one; ERR_NOT_FOUND: none, or it has one already. */
enum err session_renew(struct db *db, const uint8_t token_sha256[32],
                       const uint8_t new_sha256[32]) MUST_USE;
struct session_confirm_row {
    const uint8_t *token_sha256; /**< 32 bytes */
    const uint8_t *new_sha256;   /**< 32 bytes */
    instant_us now;
    bool second_factor; /**< was shown as well */
};
/** As session_renew(), after a new proof of who sits there. */
enum err session_confirm(struct db *db, const struct session_confirm_row *row) MUST_USE;
/** End it if it is live; ending what has ended changes nothing. `reason` is a key: "signed-out",
 *  "replaced" ... */
enum err session_end(struct db *db, const uint8_t token_sha256[32], const char *reason,
                     instant_us now) MUST_USE;
/** End all sessions of a person. */
enum err session_end_all(struct db *db, int64_t person_id, const char *reason,
                         instant_us now) MUST_USE;
enum err session_seen(struct db *db, int64_t session_id, instant_us now) MUST_USE;
/** Remove up to 100 sessions that expired before `before`. */
enum err session_purge(struct db *db, instant_us before) MUST_USE;

extern const struct sql *const store_session_statements[];

#endif
