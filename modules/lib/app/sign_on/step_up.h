/* step_up.h: somebody who is signed on proves once more that it is them, before a delicate act: with the password of
 * the session's own identity, or at its provider; and with the second factor, if they have one. It never makes
 * somebody else of the session. */
#ifndef APP_STEP_UP_H
#define APP_STEP_UP_H

#include "app/sign_on/second_factor.h"
#include "app/sign_on/sign_on_try.h"

/** Process lifetime. */
struct step_up_env {
    struct directory_set *directory;
    const struct sign_on_policy *policy;
    const struct second_factor_policy *second_factor;
};

/** What the proof consists of. */
struct step_up_needs {
    bool by_provider;   /**< at the provider, else by password */
    bool second_factor; /**< a code as well */
};
/** For the session of actor->principal. 2 statements. */
enum err step_up_needs(const struct actor *actor, struct step_up_needs *out) MUST_USE;

enum step_up_verdict {
    STEP_UP_DONE,
    STEP_UP_WRONG,        /**< the password */
    STEP_UP_CODE,         /**< the code: result->factor says what of it */
    STEP_UP_OTHER_PERSON, /**< right, but of an account that is not the session's */
    STEP_UP_EXPIRED,      /**< right, but the directory wants a new one */
    STEP_UP_DISABLED,     /**< right, but switched off */
    STEP_UP_THROTTLED,    /**< wait result->wait_s */
    STEP_UP_UNAVAILABLE,  /**< the directory cannot be asked now */
    STEP_UP_AT_PROVIDER,  /**< this session has no password */
};

struct step_up_result {
    enum step_up_verdict verdict;
    int64_t wait_s;                     /**< STEP_UP_THROTTLED */
    struct second_factor_result factor; /**< STEP_UP_CODE */
    struct str token; /**< STEP_UP_DONE: the session's new one, for the cookie */
};

struct step_up_input {
    struct str token;    /**< of the session */
    struct str password; /**< not for a session from a provider */
    struct second_factor_proof code;
    struct str network;
    struct str device_id; /**< as in struct sign_on_attempt */
};

/**
 * By password, and by code where there is a second factor. Wrong tries count in the throttle of sign-ons. Done: the
 * session has a new token and a fresh confirmed_at; audit event "session.confirmed". Errors are those of the database;
 * ERR_AUTH: the session ended meanwhile. Blocks on the directory.
 */
enum err step_up_by_password(const struct actor *actor, const struct step_up_env *env,
                             const struct step_up_input *input,
                             struct step_up_result *out) MUST_USE;
/** What is left when the provider has proved that it is them: the code, if `needs_code`; else done. */
enum err step_up_after_provider(const struct actor *actor, const struct step_up_env *env,
                                const struct step_up_input *input, bool needs_code,
                                struct step_up_result *out) MUST_USE;

#endif
