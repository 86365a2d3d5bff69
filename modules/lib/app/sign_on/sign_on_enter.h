/* sign_on_enter.h: a source has proved who somebody is; may they come in, and what is written then.
 * The same for every source: app/sign_on/sign_on.c (password), the provider pages of modules/login. */
#ifndef APP_SIGN_ON_ENTER_H
#define APP_SIGN_ON_ENTER_H

#include "base/conf.h"
#include "auth/identity.h"
#include "app/actor.h"

/** Limits from the configuration. */
struct sign_on_policy {
    int64_t per_login;
    int64_t per_network;
    int64_t window_us;
    int64_t absolute_us;          /**< length of a session */
    unsigned second_factor_roles; /**< bit set of enum role: these need a second factor */
    struct str site_language;     /**< of mails to somebody who never chose one */
};
/** ERR_INPUT noted for an unknown role in [second_factor] required_for. */
enum err sign_on_policy_read(const struct conf *conf,
                             struct sign_on_policy *out) MUST_USE;

enum sign_on_verdict {
    SIGN_ON_OK,
    SIGN_ON_SECOND_FACTOR, /**< first proof is right; no session yet: result->pending_token */
    SIGN_ON_WRONG,         /**< unknown login or wrong password; the two are one */
    SIGN_ON_UNAVAILABLE, /**< the directory cannot be asked now */
    SIGN_ON_THROTTLED,   /**< wait result->wait_s */
    /* the source has confirmed the person, and still: (CU-01; said to them and recorded) */
    SIGN_ON_EXPIRED,     /**< the password is over */
    SIGN_ON_MUST_CHANGE, /**< the directory wants a new password first */
    SIGN_ON_DISABLED,    /**< the account is switched off in the directory */
    SIGN_ON_NOT_LINKED, /**< the provider's account is nobody's whom the directory knows */
    SIGN_ON_NO_COMPANY,      /**< linked to no member company that Kontor knows */
    SIGN_ON_COMPANY_DIFFERS, /**< invited by one company, and the source says another */
    SIGN_ON_COMPANY_ENDED,
    SIGN_ON_COMPANY_SUSPENDED,
    SIGN_ON_COMPANY_CANDIDATE, /**< not admitted yet */
    SIGN_ON_NO_ROLE,           /**< the company's coordinator has given no role */
    SIGN_ON_STAFF_NO_ROLE,     /**< in none of the source's role groups */
};

/** What came along with the proof. */
struct sign_on_entry {
    struct str network; /**< address of the client */
    struct str device;  /**< "Firefox, Windows"; absent: unknown */
    /** session cookie that came along, absent for none: it ends */
    struct str presented_token;
    struct str invitation_token; /**< of an invitation's link; absent for none */
    struct str language;         /**< "de", "en": chosen by cookie; absent: not chosen */
    /** of the page they signed in on: for mails to somebody who never chose */
    struct str page_language;
    bool by_provider;
    instant_us
        proved_at; /**< when the provider asked who it is (auth_time); 0: not said, or by password: now */
    int64_t known_person_id; /**< of the browser's cookie, known_device.h; 0 for none */
};

struct sign_on_result {
    enum sign_on_verdict verdict;
    int64_t wait_s;           /**< SIGN_ON_THROTTLED */
    struct str token;         /**< SIGN_ON_OK: for the cookie; stored nowhere */
    struct str pending_token; /**< SIGN_ON_SECOND_FACTOR: for its cookie */
    int64_t person_id;
    bool is_staff;
    struct str company_name; /**< of a refused customer, if known */
    struct str issuer; /**< SIGN_ON_EXPIRED, SIGN_ON_MUST_CHANGE: where the password is */
};

/** A pending sign-on ends after this long. */
#define SIGN_ON_PENDING_US (10 * 60 * US_PER_S)

/**
 * One transaction: person and identity, staff roles and teams where they differ; then the session,
 * or, where a second factor is due, a pending sign-on; audit event. Somebody of a company without a
 * role is written too, so that the coordinator sees who asked, and is told once. The verdict is no error; errors are
 * those of the database. actor->principal is not used.
 */
enum err sign_on_enter(const struct actor *actor, const struct sign_on_policy *policy,
                       const struct identity *identity, const struct sign_on_entry *entry,
                       struct sign_on_result *out) MUST_USE;

/** The audit event and log line of a refusal that was decided elsewhere (expired, disabled). */
enum err sign_on_refused(const struct actor *actor, const struct identity *identity,
                         enum sign_on_verdict verdict) MUST_USE;

#endif
