/* identity.h: who somebody at a directory or provider is here: (issuer, subject) -> person. */
#ifndef STORE_IDENTITY_H
#define STORE_IDENTITY_H

#include "db/db.h"

struct identity_row {
    int64_t id;
    int64_t person_id;
    struct str subject;   /**< absent: invited, never signed on */
    struct str login_key; /**< folded login; absent when another subject took it over */
    bool is_staff;        /**< the person is; read only */
};

/** By what the issuer calls them for ever; ERR_NOT_FOUND. */
enum err identity_by_subject(struct db *db, struct arena *arena, struct str issuer,
                             struct str subject, struct identity_row *out) MUST_USE;
/** By the folded login at the issuer; ERR_NOT_FOUND. */
enum err identity_by_login(struct db *db, struct arena *arena, struct str issuer,
                           struct str login_key, struct identity_row *out) MUST_USE;
/** The invited identity of a person at this issuer (no subject yet); ERR_NOT_FOUND. */
enum err identity_invited(struct db *db, struct arena *arena, struct str issuer,
                          int64_t person_id, struct identity_row *out) MUST_USE;
/** ERR_CONFLICT when subject or login exist at the issuer. An absent login_key or subject is none;
 *  `signed_on_at` INSTANT_NONE for an invitation. */
enum err identity_insert(struct db *db, const struct identity_row *row, struct str issuer,
                         instant_us created_at, instant_us signed_on_at,
                         int64_t *identity_id_out) MUST_USE;
/** A sign-on: bind the subject, note the login and the time. */
enum err identity_signed_on(struct db *db, const struct identity_row *row,
                            instant_us now) MUST_USE;
/** This login is somebody else's from now on. */
enum err identity_lose_login(struct db *db, int64_t identity_id) MUST_USE;

/** An invitation by mail that is not used and not over; ERR_NOT_FOUND. */
struct invitation_row {
    int64_t id;
    int64_t person_id;
};
enum err invitation_open(struct db *db, struct arena *arena,
                         const uint8_t token_sha256[32], instant_us now,
                         struct invitation_row *out) MUST_USE;
enum err invitation_use(struct db *db, int64_t invitation_id, instant_us now) MUST_USE;

extern const struct sql *const store_identity_statements[];

#endif
