/* second_factor.h: the second factor of a sign-on and of a step-up: a code of the authenticator app, or a recovery
 * code. What sets one up, takes it away or resets it: second_factor_change.h. */
#ifndef APP_SECOND_FACTOR_H
#define APP_SECOND_FACTOR_H

#include "base/conf.h"
#include "auth/seal.h"
#include "auth/totp.h"
#include "app/actor.h"

/** Process lifetime. */
struct second_factor_policy {
    const struct seal_keys *keys;
    struct str issuer;     /**< what the app shows beside the login */
    struct str language;   /**< of mails to somebody who never chose */
    int64_t tries;         /**< wrong codes of one pending sign-on */
    int64_t absolute_us;   /**< length of a session */
    unsigned required_for; /**< bit set of enum role */
};
/** ERR_INPUT noted (exit status 78) as sign_on_policy_read() does. */
enum err second_factor_policy_read(const struct conf *conf, const struct seal_keys *keys,
                                   struct second_factor_policy *out) MUST_USE;
/** True if one of the roles (keys joined by ',', with or without ":market") needs a second factor. */
bool second_factor_is_required(const struct second_factor_policy *policy,
                               struct str roles);

enum second_factor_verdict {
    SECOND_FACTOR_RIGHT,
    SECOND_FACTOR_WRONG,     /**< also: no code at all */
    SECOND_FACTOR_USED,      /**< a replay */
    SECOND_FACTOR_TOO_OLD,   /**< was right some minutes ago */
    SECOND_FACTOR_NO_SUCH,   /**< no recovery code of this person, or used */
    SECOND_FACTOR_THROTTLED, /**< wait result->wait_s, or use a recovery code */
    SECOND_FACTOR_SEALED, /**< no key opens the secret: only a recovery code or a reset helps */
    SECOND_FACTOR_OVER, /**< this sign-on took too long or had too many tries: the password again */
    SECOND_FACTOR_NONE,   /**< the person has none: set one up */
    SECOND_FACTOR_EXISTS, /**< set-up: the person has one, which comes first */
};

struct second_factor_result {
    enum second_factor_verdict verdict;
    int64_t wait_s;        /**< SECOND_FACTOR_THROTTLED */
    bool by_recovery_code; /**< SECOND_FACTOR_RIGHT: and codes_left are left */
    int64_t codes_left;
    struct str token; /**< of the new session, for the cookie; sign-on only */
    int64_t person_id;
    bool is_staff;
};

/** What somebody typed: one of the two, the other absent. */
struct second_factor_proof {
    struct str code;
    struct str recovery_code;
};

/** A pending sign-on, for its page. */
struct second_factor_waiting {
    int64_t person_id;
    struct str login;
    bool has_one; /**< else it has to be set up */
    int64_t codes_left;
};
/** ERR_NOT_FOUND: none of this token, or it is over. 3 statements. */
enum err second_factor_waiting(const struct actor *actor, struct str pending_token,
                               struct second_factor_waiting *out) MUST_USE;

/**
 * A code for the pending sign-on of this token. One transaction, which locks the pending sign-on and then the
 * factor: a right code makes it a session and is used up; a wrong one is counted for the sign-on and for the person.
 * Errors are the database's.
 */
enum err second_factor_prove(const struct actor *actor,
                             const struct second_factor_policy *policy,
                             struct str pending_token,
                             const struct second_factor_proof *proof,
                             struct second_factor_result *out) MUST_USE;

/** As second_factor_prove() for actor->principal, who is signed on: for a step-up. No session is made. */
enum err second_factor_confirm(const struct actor *actor,
                               const struct second_factor_policy *policy,
                               const struct second_factor_proof *proof,
                               struct second_factor_result *out) MUST_USE;

#endif
