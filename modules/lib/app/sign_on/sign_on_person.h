/* sign_on_person.h: an identity from outside becomes the person Kontor knows, with the roles and
 * teams that the source says. Used by sign-ons and by login-sync. */
#ifndef APP_SIGN_ON_PERSON_H
#define APP_SIGN_ON_PERSON_H

#include "base/secret.h"
#include "auth/identity.h"
#include "store/identity.h"
#include "store/person.h"
#include "app/actor.h"

/** Where an identity leads. */
struct sign_on_match {
    struct identity_row identity; /**< id 0: not known yet */
    int64_t person_id;            /**< 0: nobody yet */
    int64_t moved_identity_id; /**< this one's login is now somebody else's; 0 for none */
    int64_t invitation_id;     /**< was opened by its link; 0 for none */
    bool has_second_factor;    /**< filled by sign_on_write_person() */
};

/**
 * Find the person of an identity: by subject; else, where the source allows it, by the login of an
 * invitation (or of a person of the source's link_issuer), or by the invitation's token
 * (`invitation_sha256`, NULL for none). Reads only; 1 to 4 statements.
 */
enum err sign_on_match(struct db *db, struct arena *arena,
                       const struct identity *identity, const uint8_t *invitation_sha256,
                       instant_us now, struct sign_on_match *out) MUST_USE;

/** Folded as identity.login_key stores it; absent for an empty login. */
struct str sign_on_login_key(struct arena *arena, struct str login);

/** What the caller decides about a person. */
struct sign_on_person {
    int64_t company_id;           /**< 0 for staff */
    struct str language;          /**< chosen; absent: keep */
    struct str fallback_language; /**< where none is there yet; absent: none */
};

/**
 * Inside a transaction: insert or update the person, bind the identity, use up the invitation, write
 * staff roles and teams where they differ. Fills `match` with the ids of new rows. Restarts the
 * transaction when another process was faster.
 */
enum err sign_on_write_person(const struct actor *actor, struct arena *arena,
                              const struct identity *identity,
                              const struct sign_on_person *decided,
                              struct sign_on_match *match) MUST_USE;
/** The person's row as the source describes them now; cut to what the columns hold. */
struct person_row sign_on_person_row(const struct identity *identity,
                                     const struct sign_on_person *decided,
                                     const struct person_row *was);
/** Nothing of a person's own row differs. */
bool sign_on_same_person(const struct person_row *a, const struct person_row *b);

/** Staff roles and teams as the source has them now; true in `changed_out` if rows changed. */
enum err sign_on_write_staff(struct db *db, struct arena *arena,
                             const struct identity *identity,
                             const struct person_row *person, bool *changed_out) MUST_USE;

#endif
