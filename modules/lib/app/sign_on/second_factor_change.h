/* second_factor_change.h: setting up, replacing, removing and resetting second factors. Each change is one transaction
 * with an audit event and a mail to the person. */
#ifndef APP_SECOND_FACTOR_CHANGE_H
#define APP_SECOND_FACTOR_CHANGE_H

#include "auth/qr.h"
#include "auth/recovery.h"
#include "app/sign_on/second_factor.h"

/**
 * A secret that is offered and not yet anybody's. It is stored nowhere: a function of the key, the person, their
 * present factor and the place where it is offered, so that the page can be shown again with the same secret.
 */
struct second_factor_offer {
    struct str secret_text; /**< base32 in groups of four */
    struct str link;        /**< otpauth://totp/... */
    struct qr qr;
};
/** `place`: the token of the pending sign-on, or second_factor_place() of a session. 1 statement. */
enum err second_factor_offer(const struct actor *actor,
                             const struct second_factor_policy *policy, struct str place,
                             const struct second_factor_waiting *who,
                             struct second_factor_offer *out) MUST_USE;

/** What a set-up gives: codes to be shown once. */
struct second_factor_set_up {
    struct second_factor_result result;
    struct recovery_code_new codes[RECOVERY_CODES]; /**< SECOND_FACTOR_RIGHT */
};
/**
 * The first factor of a pending sign-on: a right code of the offered secret stores it with new recovery codes and
 * makes the sign-on a session (result.token). SECOND_FACTOR_EXISTS for somebody who has one: a password alone
 * replaces nothing.
 */
enum err second_factor_begin(const struct actor *actor,
                             const struct second_factor_policy *policy,
                             struct str pending_token, struct str code,
                             struct second_factor_set_up *out) MUST_USE;
/** The place of the session of actor->principal: the same after a step-up, which gives out a new token. */
struct str second_factor_place(const struct actor *actor);
/** As second_factor_begin() for actor->principal; a factor that exists is replaced. */
enum err second_factor_replace(const struct actor *actor,
                               const struct second_factor_policy *policy, struct str code,
                               struct second_factor_set_up *out) MUST_USE;
/** New recovery codes for actor->principal; the old ones are void. ERR_NOT_FOUND without a second factor. */
enum err
second_factor_new_codes(const struct actor *actor,
                        const struct second_factor_policy *policy,
                        struct recovery_code_new codes_out[RECOVERY_CODES]) MUST_USE;

/** For the page of actor->principal. */
struct second_factor_status {
    bool has_one;
    bool required; /**< by one of the person's roles */
    instant_us since;
    int64_t codes_left;
};
enum err second_factor_status(const struct actor *actor,
                              const struct second_factor_policy *policy,
                              struct second_factor_status *out) MUST_USE;
/** Take the factor of actor->principal away. ERR_DENIED where a role requires one, ERR_NOT_FOUND without one. */
enum err second_factor_remove_own(const struct actor *actor,
                                  const struct second_factor_policy *policy) MUST_USE;

/**
 * Somebody's phone and recovery codes are gone: a coordinator of their company (RIGHT_COMPANY_PEOPLE) or staff with
 * RIGHT_PEOPLE_WORK takes the factor away and ends all their sessions; whom a role requires one sets up a new one at
 * the next sign-on. Nobody resets their own, and no customer somebody of staff: ERR_DENIED. ERR_NOT_FOUND for
 * somebody of another company. False in `*had_one_out`: there was none, and nothing was changed. `language` is for
 * a mail to somebody who never chose one. The only function of this file for the account program: it needs no key.
 */
enum err second_factor_reset(const struct actor *actor, int64_t person_id,
                             struct str language, bool *had_one_out) MUST_USE;
/**
 * As second_factor_reset(), at the operator's word (kontorctl): for anybody, also the last administrator. Nobody is
 * signed on; the audit event has the name of who typed it.
 */
enum err second_factor_reset_by_operator(const struct actor *actor, int64_t person_id,
                                         struct str language, struct str operator,
                                         bool * had_one_out) MUST_USE;

#endif
