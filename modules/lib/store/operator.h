/* operator.h: what kontorctl asks about people and their sessions, and the end of sessions at the
 * operator's word. */
#ifndef STORE_OPERATOR_H
#define STORE_OPERATOR_H

#include "db/db.h"

/** Everything about a person that says what they may do. */
struct operator_person_row {
    int64_t id;
    struct str login;
    struct str display_name;
    struct str email;
    bool is_staff;
    int64_t company_id;
    struct str company_reference; /**< absent for none, as the two below */
    struct str company_name;
    struct str company_state;
    struct str
        roles; /**< of staff or in the company, joined by ',', with ":market" behind */
    struct str team_keys;
    bool has_second_factor;
    int64_t recovery_codes; /**< not used yet */
};
/** People of that login: of a person's own, or of one of their identities (`login_key` is the folded
 *  login). `issuer`: with an identity there; empty: of any. At most 20. */
enum err operator_people(struct db *db, struct arena *arena, struct str login,
                         struct str login_key, struct str issuer,
                         struct operator_person_row **out, size_t *count_out) MUST_USE;

struct operator_identity_row {
    struct str issuer;
    struct str subject;   /**< absent: invited, never signed on */
    struct str login_key; /**< absent: somebody else has the login now */
    instant_us last_sign_on_at;
};
/** At most 50. */
enum err operator_identities(struct db *db, struct arena *arena, int64_t person_id,
                             struct operator_identity_row **out,
                             size_t *count_out) MUST_USE;

struct operator_session_row {
    int64_t id;
    struct str issuer; /**< absent: the session is older than identities */
    struct str method;
    bool second_factor;
    instant_us created_at;
    instant_us last_seen_at;
    struct str device;
    struct str network;
};
/** Live ones, the newest first, at most 100. */
enum err operator_sessions(struct db *db, struct arena *arena, int64_t person_id,
                           instant_us now, instant_us idle_since,
                           struct operator_session_row **out, size_t *count_out) MUST_USE;

/** Live sessions by issuers, "" for those without an identity; at most 50. */
struct operator_issuer_row {
    struct str issuer;
    int64_t sessions;
};
enum err operator_issuers(struct db *db, struct arena *arena, instant_us now,
                          instant_us idle_since, struct operator_issuer_row **out,
                          size_t *count_out) MUST_USE;

/** ERR_NOT_FOUND. */
enum err operator_company(struct db *db, struct arena *arena, struct str reference,
                          int64_t *company_id_out) MUST_USE;

/** Whose sessions end: exactly one is set, or none for everybody's. */
struct operator_scope {
    int64_t person_id;
    int64_t company_id;
    struct str issuer; /**< absent: not by issuer */
};
/** End what has neither ended nor expired; end_reason "operator". Sign-ons that wait for a second factor go, too, and are not
 *  counted. */
enum err operator_sessions_end(struct db *db, const struct operator_scope *scope,
                               instant_us now, int64_t *ended_out) MUST_USE;

/** The database's clock. */
enum err operator_clock(struct db *db, struct arena *arena, instant_us *now_out) MUST_USE;

/** When the certificate of the server ends: its own words, and the instant (INSTANT_NONE: it has none, or they
 *  cannot be read). */
enum err operator_certificate(struct db *db, struct arena *arena, struct str *text_out,
                              instant_us *until_out) MUST_USE;

extern const struct sql *const store_operator_statements[];

#endif
