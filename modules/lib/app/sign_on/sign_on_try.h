/* sign_on_try.h: one password at the directories, behind the throttle: the part that a sign-on, a step-up and a change
 * of password have in common. */
#ifndef APP_SIGN_ON_TRY_H
#define APP_SIGN_ON_TRY_H

#include "auth/directory.h"
#include "app/sign_on/sign_on_enter.h"

struct sign_on_attempt {
    struct str login;
    struct str password;
    struct str network; /**< address of the client */
    /** From a cookie that this browser got after a right password for this login (known_device.h): it has tries of
     *  its own, whatever strangers do to the login. Absent: none. */
    struct str device_id;
};

struct sign_on_answer {
    int64_t wait_s; /**< > 0: throttled, nobody was asked */
    enum auth_verdict verdict;
    struct identity identity; /**< as directory_login() fills it */
};

/** Seconds until the next try, 0 for none. 1 statement. */
enum err sign_on_wait(const struct actor *actor, const struct sign_on_attempt *attempt,
                      int64_t *wait_s_out) MUST_USE;
/** Count a failure, for the login (or the device) and for the network. 2 statements. */
enum err sign_on_count(const struct actor *actor, const struct sign_on_policy *policy,
                       const struct sign_on_attempt *attempt) MUST_USE;
/** Forget the failures of the login (or the device) after a success. */
enum err sign_on_forget(const struct actor *actor,
                        const struct sign_on_attempt *attempt) MUST_USE;

/**
 * Throttle, circuit breakers, directories; a wrong password is counted, a directory that is away gets its breaker and a
 * log line. The answer is no error; errors are those of the database. Blocks as directory_login().
 */
enum err sign_on_try(const struct actor *actor, struct directory_set *directory,
                     const struct sign_on_policy *policy,
                     const struct sign_on_attempt *attempt,
                     struct sign_on_answer *out) MUST_USE;

#endif
