/* password.h: a new password in the directory where the old one is, for somebody who has to choose one before they can
 * sign on, and for somebody who wants one. Kontor itself keeps no password. */
#ifndef APP_PASSWORD_H
#define APP_PASSWORD_H

#include "app/sign_on/sign_on_try.h"

enum password_verdict {
    PASSWORD_CHANGED,
    PASSWORD_WRONG,       /**< the old one */
    PASSWORD_WEAK,        /**< the new one, for the directory: result->weakness */
    PASSWORD_TOO_YOUNG,   /**< the old one was set too short a time ago */
    PASSWORD_NOT_ALLOWED, /**< by the directory */
    PASSWORD_AWAY,        /**< no answer: the old one may still hold, or not any more */
    PASSWORD_THROTTLED,   /**< wait result->wait_s */
};

struct password_result {
    enum password_verdict verdict;
    enum directory_weakness weakness;
    int64_t wait_s;
    int64_t ended; /**< other sessions that ended */
};

struct password_input {
    struct str issuer; /**< directory */
    struct str login;
    struct str old_password;
    struct str new_password;
    struct str network;
    struct str device_id; /**< as in struct sign_on_attempt */
};

/**
 * Throttled and counted like a sign-on. Changed: audit event "password.changed", a mail to the person. For
 * actor->principal, who is signed on, all their other sessions end; without one the person is found by the login.
 * Blocks on the directory.
 */
enum err password_change(const struct actor *actor, struct directory_set *directory,
                         const struct sign_on_policy *policy,
                         const struct password_input *input,
                         struct password_result *out) MUST_USE;

/** Where the password of actor->principal is. */
struct password_home {
    bool here;         /**< a directory that lets it be changed through Kontor */
    struct str issuer; /**< of that directory */
    struct str login;
};
/** 1 statement. */
enum err password_home(const struct actor *actor, const struct directory_set *directory,
                       struct password_home *out) MUST_USE;

#endif
