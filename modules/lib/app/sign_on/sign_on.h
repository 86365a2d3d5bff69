/* sign_on.h: one try to sign on with a password, and leaving. */
#ifndef APP_SIGN_ON_H
#define APP_SIGN_ON_H

#include "auth/directory.h"
#include "store/parked_post.h"
#include "app/sign_on/sign_on_try.h"

struct sign_on_input {
    struct str login;
    struct str password;
    struct str device_id; /**< as in struct sign_on_attempt */
    struct sign_on_entry entry;
};

/**
 * One try. Throttle and circuit breaker first, then the directory (at most its time-out), then one
 * transaction: sign_on_enter(). The verdict is no error; errors are those of the database.
 * actor->principal is not used.
 */
enum err sign_on(const struct actor *actor, struct directory_set *directory,
                 const struct sign_on_policy *policy, const struct sign_on_input *input,
                 struct sign_on_result *out) MUST_USE;

/** End the session of this token at once (audited for actor->principal). */
enum err sign_off(const struct actor *actor, struct str token) MUST_USE;

/** What this person's expired session left behind: a parked POST of the last 30 minutes by the key
 *  of the cookie. ERR_NOT_FOUND for anybody else's. */
enum err sign_on_kept(const struct actor *actor, struct str key,
                      struct parked_post_row *out) MUST_USE;

#endif
