/* sync.h: what login-sync reads and writes: people with live sessions by the directory they came
 * from, the end of their sessions, and what is known of each directory. */
#ifndef STORE_SYNC_H
#define STORE_SYNC_H

#include "db/db.h"

/** Somebody with a live session, and what Kontor believes of them. */
struct sync_person_row {
    int64_t identity_id;
    struct str subject;
    struct str login_key; /**< absent when the login is somebody else's */
    int64_t person_id;
    struct str login;
    struct str display_name;
    struct str email;
    bool is_staff;
    struct str company_reference; /**< absent for none */
    struct str roles;     /**< staff: keys joined by ',' in order, absent for none */
    struct str team_keys; /**< joined by ',' in order, absent for none */
};

#define SYNC_PAGE 50

/** Sessions count as live that have not ended, expired, or been idle since before `idle_since`. */
struct sync_page {
    struct str issuer;
    int64_t after_identity_id;
    instant_us now;
    instant_us idle_since;
};
/** The next people of an issuer in the order of their identities, at most SYNC_PAGE. */
enum err sync_people(struct db *db, struct arena *arena, const struct sync_page *page,
                     struct sync_person_row **out, size_t *count_out) MUST_USE;

/** An identity as it is now, for somebody who holds the person's lock. */
struct sync_identity_row {
    struct str login_key;
    instant_us last_sign_on_at; /**< INSTANT_NONE: never */
    /** The person's last sign-on was by this identity: name, roles and teams are its word. */
    bool is_newest;
};
/** ERR_NOT_FOUND. */
enum err sync_identity(struct db *db, struct arena *arena, int64_t identity_id,
                       struct sync_identity_row *out) MUST_USE;
/** This login is nobody else's at the issuer, then it is this identity's (absent: nobody's). */
enum err sync_login_free(struct db *db, struct str issuer, struct str login_key,
                         int64_t identity_id) MUST_USE;
enum err sync_login_take(struct db *db, int64_t identity_id,
                         struct str login_key) MUST_USE;

/** End what is live of an identity; `only_weak`: those without a second factor. */
enum err sync_sessions_end(struct db *db, int64_t identity_id, bool only_weak,
                           instant_us now, int64_t *ended_out) MUST_USE;
/** The next page of each session of this person gives out a new token. */
enum err sync_sessions_renew(struct db *db, int64_t person_id) MUST_USE;

/* ---- one row per directory ------------------------------------------------------------------- */

struct sync_state_row {
    struct str issuer;
    instant_us due_at;
    instant_us lease_until; /**< INSTANT_NONE: nobody asks */
    instant_us finished_at; /**< of the last whole round; INSTANT_NONE: never */
    int64_t took_ms;
    int64_t asked; /**< people in that round, as the three below */
    int64_t changed;
    int64_t ended;
    int64_t unclear;
    instant_us away_since; /**< INSTANT_NONE: it answers */
    struct str away_reason;
};
/** ERR_NOT_FOUND. */
enum err sync_state(struct db *db, struct arena *arena, struct str issuer,
                    struct sync_state_row *out) MUST_USE;
/** All rows in the order of their issuers, at most 50. */
enum err sync_states(struct db *db, struct arena *arena, struct sync_state_row **out,
                     size_t *count_out) MUST_USE;
/** A directory that is new. ERR_CONFLICT: it is there. */
enum err sync_state_insert(struct db *db, struct str issuer, instant_us due_at) MUST_USE;
/** Take the lease if a round is due and nobody has it. */
enum err sync_lease(struct db *db, struct str issuer, instant_us now, instant_us until,
                    bool *taken_out) MUST_USE;
/** Keep it longer; false: it ran out and somebody else has it. */
enum err sync_lease_extend(struct db *db, struct str issuer, instant_us held_until,
                           instant_us until, bool *held_out) MUST_USE;
/** A whole round: give the lease back. `row` without lease_until and away_*. */
enum err sync_finished(struct db *db, const struct sync_state_row *row,
                       instant_us held_until) MUST_USE;
/** The directory did not answer: give the lease back. The first `away_since` stays. */
enum err sync_away(struct db *db, const struct sync_state_row *row,
                   instant_us held_until) MUST_USE;

extern const struct sql *const store_sync_statements[];

#endif
