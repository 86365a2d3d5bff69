/* oidc.h: sign-on by OpenID Connect (Core 1.0; authorization code with PKCE, RFC 7636; iss parameter, RFC 9207;
 * back-channel logout 1.0). What a provider says in, a named verdict and an identity out; no database, no cookie,
 * no page. What is kept between calls are caches of public documents (discovery, keys).
 *
 * The life of one try:
 *   1. oidc_try_begin() draws state, nonce and code verifier; oidc_begin() makes the address to send the browser
 *      to; the try itself goes along sealed (oidc_try_seal) in a cookie of that browser;
 *   2. the browser comes back: oidc_try_open() the cookie, oidc_answer_check() state and iss; the caller sees to
 *      it that a state is used once;
 *   3. oidc_finish() redeems the code and judges the ID token.
 * Tokens never leave this layer. */
#ifndef AUTH_OIDC_H
#define AUTH_OIDC_H

#include "base/clock.h"
#include "base/conf.h"
#include "auth/fetch.h"
#include "auth/identity.h"
#include "auth/seal.h"

/** A try that is older is over. */
#define OIDC_TRY_US        (10 * 60 * US_PER_S)
#define OIDC_SUBJECT_MAX   255
#define OIDC_LIST_MAX      8 /**< values in lists of the configuration */
#define OIDC_PROVIDERS_MAX 8

/** Each way in which a sign-on by a provider can end. oidc_reason() names it for the log. */
enum oidc_verdict {
    OIDC_OK,
    /* the provider itself; err_text() has the cause */
    OIDC_AWAY,             /**< no answer in time */
    OIDC_GARBAGE,          /**< an answer that cannot be used */
    OIDC_DISCOVERY_ISSUER, /**< its document is another issuer's */
    OIDC_DISCOVERY_ENDPOINT, /**< an endpoint without https or on a host that is not allowed */
    OIDC_DISCOVERY_UNFIT, /**< no code flow, no S256, no algorithm in common */
    OIDC_CLIENT_REFUSED,  /**< it does not know our client or secret */
    /* what the browser brought back */
    OIDC_STATE,          /**< not the state of this browser's try */
    OIDC_ISS_MISSING,    /**< the provider promises an iss parameter, and there is none */
    OIDC_ISS_WRONG,      /**< another provider's answer (mix-up) */
    OIDC_DENIED,         /**< error=access_denied: the person said no, or may not */
    OIDC_PROVIDER_ERROR, /**< any other error parameter */
    OIDC_CODE_MISSING,
    OIDC_CODE_REFUSED, /**< invalid_grant: used before, too old, not ours */
    /* the token */
    OIDC_TOKEN_MISSING,
    OIDC_TOKEN_MALFORMED,
    OIDC_TOKEN_ALGORITHM,
    OIDC_TOKEN_CRITICAL,
    OIDC_TOKEN_KEY,
    OIDC_TOKEN_SIGNATURE,
    OIDC_TOKEN_TYPE,
    OIDC_TOKEN_ISSUER,
    OIDC_TOKEN_AUDIENCE,
    OIDC_TOKEN_AZP,
    OIDC_TOKEN_EXPIRED,
    OIDC_TOKEN_NOT_YET,
    OIDC_TOKEN_ISSUED_AT,
    OIDC_TOKEN_NONCE,
    OIDC_TOKEN_SUBJECT,
    OIDC_TOKEN_AT_HASH,
    OIDC_TOKEN_ACR,       /**< none of required_acr */
    OIDC_TOKEN_AUTH_TIME, /**< the person was not asked as lately as we want */
    OIDC_TOKEN_CLAIM, /**< a claim that the configuration needs is missing or no text */
    /* a logout token */
    OIDC_LOGOUT_EVENTS,
    OIDC_LOGOUT_NONCE,
    OIDC_LOGOUT_JTI,
    OIDC_LOGOUT_WHO, /**< neither sub nor sid */
    OIDC_VERDICT_COUNT
};
/** "token-audience": short, stable, for logs and the audit trail. */
const char *oidc_reason(enum oidc_verdict verdict);

/** How an identity becomes a person whom Kontor knows. */
enum oidc_link {
    OIDC_LINK_NONE,
    OIDC_LINK_INVITATION, /**< the person who was invited by that login, or by the link of the mail */
    OIDC_LINK_LOGIN, /**< the person of that login in a directory, which says all about them */
};

/** Blank-separated values of one key. */
struct oidc_list {
    struct str items[OIDC_LIST_MAX];
    size_t count;
};

struct oidc_role_map {
    struct str group;
    enum role role;
};

struct oidc_cache;

/** One [provider.KEY]. Process lifetime; read only but for the cache. */
struct oidc_provider {
    struct str key;
    struct str issuer;
    struct str client_id;
    const struct secret *client_secret; /**< NULL: a public client */
    bool for_staff;
    struct str label_de;
    struct str label_en;
    struct str scopes;
    const char *ca_file;
    struct oidc_list hosts; /**< "host[:port]" of endpoints, the issuer's first */
    enum fetch_reach reach;
    int64_t timeout_us;
    unsigned algorithms; /**< bit set of enum jws_algorithm */
    int64_t skew_us;
    struct oidc_list required_acr;
    struct oidc_list second_factor_acr;
    struct oidc_list second_factor_amr;
    int64_t max_age_us; /**< 0: not asked for */
    bool userinfo;
    const char *login_claim;
    const char *name_claim;
    const char *mail_claim;
    const char *company_claim; /**< "" for none, as the next two */
    const char *role_claim;
    const char *team_claim;
    struct oidc_role_map role_map[32];
    size_t role_map_count;
    enum oidc_link link;
    struct str link_directory; /**< OIDC_LINK_LOGIN: "ldap:main", "ldap:staff" */
    bool logout;
    struct oidc_cache *cache;
};

/** The outside world; oidc_open() brings the real one, unit tests their own. */
struct oidc_port {
    enum fetch_outcome (*fetch)(void *context, struct arena *arena,
                                const struct fetch_request *request,
                                struct fetch_answer *out);
    int64_t (*ticks_us)(void *context); /**< as clock_monotonic_us() */
    void *context;
};

/** All providers of the configuration. */
struct oidc;

/** Read [provider.*] (none is fine). ERR_INPUT or ERR_UNAVAILABLE noted: exit status 78. Asks no provider anything. */
enum err oidc_open(struct arena *arena, const struct conf *conf,
                   struct oidc **out) MUST_USE;
/** As oidc_open on another world. */
enum err oidc_open_with(struct arena *arena, const struct conf *conf,
                        const struct oidc_port *port, struct oidc **out) MUST_USE;
size_t oidc_count(const struct oidc *oidc);
/** In the order of the file. */
const struct oidc_provider *oidc_at(const struct oidc *oidc, size_t index);
/** NULL for an unknown key. */
const struct oidc_provider *oidc_find(const struct oidc *oidc, struct str key);
/** NULL for none of ours. */
const struct oidc_provider *oidc_of_issuer(const struct oidc *oidc, struct str issuer);

/* ---- a try ---------------------------------------------------------------------------------- */

enum oidc_purpose {
    OIDC_SIGN_ON,
    OIDC_STEP_UP, /**< the provider asks the signed-in person again */
};

struct oidc_try {
    enum oidc_purpose purpose;
    struct str provider; /**< key */
    struct str state;    /**< 43 characters */
    struct str nonce;
    struct str verifier;  /**< code verifier of PKCE */
    struct str return_to; /**< empty for none; checked by the caller */
    int64_t person_id;    /**< OIDC_STEP_UP: who is asked */
    instant_us began_at;
};

/** Fill what is drawn: state, nonce, verifier (256 random bits each). */
void oidc_try_begin(struct arena *arena, const struct oidc_provider *provider,
                    instant_us now, struct oidc_try *out);
/** For the cookie. */
struct str oidc_try_seal(struct arena *arena, const struct seal_keys *keys,
                         const struct oidc_try *one);
/** ERR_INPUT, unnoted, unless sealed by us. Says nothing about its age. */
enum err oidc_try_open(struct arena *arena, const struct seal_keys *keys, struct str text,
                       struct oidc_try *out) MUST_USE;
/** Too old, or from the future. */
bool oidc_try_is_over(const struct oidc_try *one, instant_us now);

/** The part of the state that the name of its cookie carries: what is no state of ours gives absent text. */
struct str oidc_state_mark(struct str state);

/* ---- steps ---------------------------------------------------------------------------------- */

struct oidc_place {
    struct str redirect_uri; /**< absolute, registered with the provider */
    struct str ui_locale;    /**< "de", "en" */
};

/** The address to send the browser to. Blocks for discovery, at most timeout_ms. */
enum oidc_verdict oidc_begin(struct oidc *oidc, struct arena *arena,
                             const struct oidc_try *one, const struct oidc_place *place,
                             struct str *url_out) MUST_USE;

/** Query of the callback; absent what did not come. */
struct oidc_answer {
    struct str state;
    struct str code;
    struct str iss;
    struct str error;
};

/** State and issuer, then what the provider says. Asks nobody, but for discovery when the cache is empty. */
enum oidc_verdict oidc_answer_check(struct oidc *oidc, struct arena *arena,
                                    const struct oidc_try *one,
                                    const struct oidc_answer *answer) MUST_USE;

/** Who signed on, by the provider's word, and how. */
struct oidc_proof {
    struct identity identity; /**< its strings live in the arena of the call */
    instant_us signed_on_at;  /**< auth_time; INSTANT_NONE if not given */
};

/** Redeem the code and judge the ID token. Blocks at most timeout_ms in all. */
enum oidc_verdict oidc_finish(struct oidc *oidc, struct arena *arena,
                              const struct oidc_try *one, const struct oidc_place *place,
                              struct str code, instant_us now,
                              struct oidc_proof *out) MUST_USE;

/* ---- leaving -------------------------------------------------------------------------------- */

/**
 * RP-initiated logout: address that ends the session at the provider and comes back to `return_uri`. Absent text when the
 * provider offers none (or cannot be asked now). No token goes along: the provider asks the person.
 */
struct str oidc_logout_url(struct oidc *oidc, struct arena *arena,
                           const struct oidc_provider *provider,
                           const struct oidc_place *place);

struct oidc_logout {
    struct str subject; /**< absent: all sessions of sid */
    struct str sid;     /**< absent: all sessions of subject */
    struct str jti;
    instant_us expires_at; /**< until then the jti has to be remembered */
};
/** Judge a logout token. The caller sees to it that a jti counts once. */
enum oidc_verdict oidc_logout_check(struct oidc *oidc, struct arena *arena,
                                    const struct oidc_provider *provider,
                                    struct str token, instant_us now,
                                    struct oidc_logout *out) MUST_USE;

/* ---- for the operator ----------------------------------------------------------------------- */

/** What `kontorctl doctor` shows of a provider. */
struct oidc_probe {
    bool
        discovered; /**< its discovery document is good; else all that follows is empty */
    size_t key_count;
    bool has_logout;
    bool has_iss_parameter;
    int64_t took_us;
    bool has_date;
    int64_t clock_ahead_s;       /**< its clock against ours, by the Date of an answer */
    int64_t certificate_until_s; /**< seconds since 1970; 0 for unknown */
};
/** Fetch discovery and keys now, past the caches. The verdict's cause is in err_text(); `out` is filled as far as it
 *  came. */
enum oidc_verdict oidc_probe(struct oidc *oidc, struct arena *arena,
                             const struct oidc_provider *provider,
                             struct oidc_probe *out) MUST_USE;

#endif
