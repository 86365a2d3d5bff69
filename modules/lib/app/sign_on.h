/* sign_on.h: who may come in, and what is written when somebody does. */
#ifndef APP_SIGN_ON_H
#define APP_SIGN_ON_H

#include "base/conf.h"
#include "auth/directory.h"
#include "store/parked_post.h"
#include "app/actor.h"

/** Limits from the configuration. */
struct sign_on_policy {
    int64_t per_login;
    int64_t per_network;
    int64_t window_us;
    int64_t absolute_us; /**< length of a session */
};
struct sign_on_policy sign_on_policy_of(const struct conf *conf);

enum sign_on_verdict {
    SIGN_ON_OK,
    SIGN_ON_WRONG,       /**< unknown login or wrong password; the two are one */
    SIGN_ON_UNAVAILABLE, /**< the directory cannot be asked now */
    SIGN_ON_THROTTLED,   /**< wait result->wait_s */
    /* the password was right, and still: (CU-01; said to the person and recorded) */
    SIGN_ON_NO_COMPANY, /**< linked to no member company that Kontor knows */
    SIGN_ON_COMPANY_ENDED,
    SIGN_ON_COMPANY_SUSPENDED,
    SIGN_ON_COMPANY_CANDIDATE, /**< not admitted yet */
    SIGN_ON_NO_ROLE,           /**< the company's coordinator has given no role */
    SIGN_ON_STAFF_NO_ROLE,     /**< in none of the directory's role groups */
};

struct sign_on_input {
    struct str login;
    struct str password;
    struct str network; /**< address of the client */
    /** session cookie that came along, absent for none: it ends */
    struct str presented_token;
    struct str language; /**< "de", "en": chosen by cookie; absent: not chosen */
    /** of the page they signed in on: for mails to somebody who never chose */
    struct str page_language;
};

struct sign_on_result {
    enum sign_on_verdict verdict;
    int64_t wait_s;   /**< SIGN_ON_THROTTLED */
    struct str token; /**< SIGN_ON_OK: for the cookie; stored nowhere */
    int64_t person_id;
    bool is_staff;
    struct str company_name; /**< of a refused customer, if known */
};

/**
 * One try. Throttle and circuit breaker first, then the directory (at most its time-out), then one
 * transaction: person, staff roles and teams where they differ, end of the presented session, new
 * session, audit event. The verdict is no error; errors are those of the database. actor->principal
 * is not used.
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
