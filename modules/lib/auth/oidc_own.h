/* oidc_own.h: what the files of oidc.h share. */
#ifndef AUTH_OIDC_OWN_H
#define AUTH_OIDC_OWN_H

#include "auth/jws.h"
#include "auth/oidc.h"

/** What is used of a discovery document. */
struct oidc_metadata {
    struct str authorization_endpoint;
    struct str token_endpoint;
    struct str jwks_uri;
    struct str userinfo_endpoint;    /**< absent if none */
    struct str end_session_endpoint; /**< absent if none */
    bool iss_parameter;              /**< every answer has one (RFC 9207) */
    bool secret_in_body;             /**< client_secret_post is all it takes */
};

struct oidc {
    struct oidc_provider providers[OIDC_PROVIDERS_MAX];
    size_t count;
    struct oidc_port port;
};

/** One step's requests to the provider have one deadline. */
struct oidc_call {
    struct oidc *oidc;
    const struct oidc_provider *provider;
    int64_t deadline_us;
};
/** The deadline counts from now. */
struct oidc_call oidc_call_begin(struct oidc *oidc, const struct oidc_provider *provider);

/** Process lifetime. */
struct oidc_cache *oidc_cache_new(struct arena *arena);
/** Discovery, from the cache or the provider. Valid until the next call for this provider. */
enum oidc_verdict oidc_metadata(const struct oidc_call *call,
                                const struct oidc_metadata **out) MUST_USE;
/** Keys, from the cache or the provider. `again`: a token names a key that they lack: fetched again unless that was done
 *  just now. Valid until the next call for this provider. */
enum oidc_verdict oidc_keys(const struct oidc_call *call, bool again,
                            const struct jws_keys **out) MUST_USE;

/** One request to an endpoint of the provider; JSON object out for status 200, else NULL and the status. */
enum oidc_verdict oidc_ask(const struct oidc_call *call, struct arena *arena,
                           struct fetch_request request, int *status_out,
                           json_t **out) MUST_USE;

/** https, and on a host of the provider's list. */
bool oidc_may_ask(const struct oidc_provider *provider, struct str url);

/** Signature and header, fetching keys again for an unknown one. */
enum oidc_verdict oidc_token_verify(const struct oidc_call *call, struct arena *arena,
                                    struct str token, struct jws *out) MUST_USE;
/** What the claims of an ID token are held against. */
struct oidc_expected {
    const struct oidc_try *one;
    struct str access_token; /**< absent if none came */
    instant_us now;
};
enum oidc_verdict oidc_id_token_check(const struct oidc_provider *provider,
                                      struct arena *arena, const struct jws *token,
                                      const struct oidc_expected *expected) MUST_USE;

/** Claims to identity; `more` (userinfo) may be NULL. Strings are those of the claims. */
enum oidc_verdict oidc_identity_read(const struct oidc_provider *provider,
                                     const json_t *claims, const json_t *more,
                                     struct oidc_proof *out) MUST_USE;
/** The ID token lacks a claim that is configured. */
bool oidc_wants_more(const struct oidc_provider *provider, const json_t *claims);

/** True for a value of the list. */
bool oidc_list_has(const struct oidc_list *list, struct str value);

#endif
