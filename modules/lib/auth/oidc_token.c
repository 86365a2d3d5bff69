#include "base/secret.h"
#include "auth/oidc_own.h"

#define JTI_MAX 255

static const char *const REASONS[OIDC_VERDICT_COUNT] = {
    [OIDC_OK] = "ok",
    [OIDC_AWAY] = "provider-away",
    [OIDC_GARBAGE] = "provider-garbage",
    [OIDC_DISCOVERY_ISSUER] = "discovery-issuer",
    [OIDC_DISCOVERY_ENDPOINT] = "discovery-endpoint",
    [OIDC_DISCOVERY_UNFIT] = "discovery-unfit",
    [OIDC_CLIENT_REFUSED] = "client-refused",
    [OIDC_STATE] = "state",
    [OIDC_ISS_MISSING] = "iss-missing",
    [OIDC_ISS_WRONG] = "iss-wrong",
    [OIDC_DENIED] = "access-denied",
    [OIDC_PROVIDER_ERROR] = "provider-error",
    [OIDC_CODE_MISSING] = "code-missing",
    [OIDC_CODE_REFUSED] = "code-refused",
    [OIDC_TOKEN_MISSING] = "token-missing",
    [OIDC_TOKEN_MALFORMED] = "token-malformed",
    [OIDC_TOKEN_ALGORITHM] = "token-algorithm",
    [OIDC_TOKEN_CRITICAL] = "token-critical",
    [OIDC_TOKEN_KEY] = "token-key",
    [OIDC_TOKEN_SIGNATURE] = "token-signature",
    [OIDC_TOKEN_TYPE] = "token-type",
    [OIDC_TOKEN_ISSUER] = "token-issuer",
    [OIDC_TOKEN_AUDIENCE] = "token-audience",
    [OIDC_TOKEN_AZP] = "token-azp",
    [OIDC_TOKEN_EXPIRED] = "token-expired",
    [OIDC_TOKEN_NOT_YET] = "token-not-yet",
    [OIDC_TOKEN_ISSUED_AT] = "token-issued-at",
    [OIDC_TOKEN_NONCE] = "token-nonce",
    [OIDC_TOKEN_SUBJECT] = "token-subject",
    [OIDC_TOKEN_AT_HASH] = "token-at-hash",
    [OIDC_TOKEN_ACR] = "token-acr",
    [OIDC_TOKEN_AUTH_TIME] = "token-auth-time",
    [OIDC_TOKEN_CLAIM] = "token-claim",
    [OIDC_LOGOUT_EVENTS] = "logout-events",
    [OIDC_LOGOUT_NONCE] = "logout-nonce",
    [OIDC_LOGOUT_JTI] = "logout-jti",
    [OIDC_LOGOUT_WHO] = "logout-who",
};

const char *oidc_reason(enum oidc_verdict verdict)
{
    return REASONS[verdict];
}

/* ---- signature ------------------------------------------------------------------------------ */

static enum oidc_verdict verdict_of(enum jws_verdict verdict)
{
    switch (verdict) {
    case JWS_OK:
        return OIDC_OK;
    case JWS_MALFORMED:
        return OIDC_TOKEN_MALFORMED;
    case JWS_ALGORITHM:
        return OIDC_TOKEN_ALGORITHM;
    case JWS_CRITICAL:
        return OIDC_TOKEN_CRITICAL;
    case JWS_KEY_UNKNOWN:
        return OIDC_TOKEN_KEY;
    case JWS_SIGNATURE:
        return OIDC_TOKEN_SIGNATURE;
    }
    bug("verdict of a signature");
}

enum oidc_verdict oidc_token_verify(const struct oidc_call *call, struct arena *arena,
                                    struct str token, struct jws *out)
{
    unsigned algorithms = call->provider->algorithms;
    const struct jws_keys *keys = NULL;
    enum oidc_verdict verdict = oidc_keys(call, false, &keys);
    enum jws_verdict signature;

    if (verdict != OIDC_OK)
        return verdict;
    signature = jws_verify(arena, token, keys, algorithms, out);
    if (signature == JWS_KEY_UNKNOWN) {
        verdict = oidc_keys(call, true, &keys);
        if (verdict != OIDC_OK)
            return verdict;
        signature = jws_verify(arena, token, keys, algorithms, out);
    }
    return verdict_of(signature);
}

/* ---- claims --------------------------------------------------------------------------------- */

/* NumericDate: seconds, perhaps with a fraction. A string is no number. */
static bool read_time(const json_t *claims, const char *name, instant_us *out)
{
    const json_t *value = json_object_get(claims, name);
    double seconds = json_is_number(value) ? json_number_value(value) : -1;

    if (seconds < 0 || seconds > 253402300799.0) /* end of the year 9999 */
        return false;
    *out = (instant_us)seconds * US_PER_S;
    return true;
}

/* Our client id as a string, or as the only item of an array: another audience is somebody we do not know. */
static bool is_for_us(const struct oidc_provider *provider, const json_t *claims)
{
    const json_t *audience = json_object_get(claims, "aud");

    if (json_is_array(audience) && json_array_size(audience) == 1)
        audience = json_array_get(audience, 0);
    return json_is_string(audience) &&
           str_eq((struct str){json_string_value(audience), json_string_length(audience)},
                  provider->client_id);
}

/* What ID tokens and logout tokens have in common. */
static enum oidc_verdict check_common(const struct oidc_provider *provider,
                                      const json_t *claims, instant_us now)
{
    const json_t *azp = json_object_get(claims, "azp");
    struct str issuer = json_get_str(claims, "iss");
    instant_us at = 0;

    if (!issuer.ptr || !str_eq(issuer, provider->issuer))
        return OIDC_TOKEN_ISSUER;
    if (!is_for_us(provider, claims))
        return OIDC_TOKEN_AUDIENCE;
    if (azp && !str_eq(json_get_str(claims, "azp"), provider->client_id))
        return OIDC_TOKEN_AZP;
    if (!read_time(claims, "exp", &at) || at + provider->skew_us <= now)
        return OIDC_TOKEN_EXPIRED;
    if (json_object_get(claims, "nbf") &&
        (!read_time(claims, "nbf", &at) || at > now + provider->skew_us))
        return OIDC_TOKEN_NOT_YET;
    if (!read_time(claims, "iat", &at) || at > now + provider->skew_us)
        return OIDC_TOKEN_ISSUED_AT;
    return OIDC_OK;
}

static bool is_subject(struct str subject)
{
    if (subject.len == 0 || subject.len > OIDC_SUBJECT_MAX)
        return false;
    for (size_t i = 0; i < subject.len; i++)
        if ((unsigned char)subject.ptr[i] < ' ' || subject.ptr[i] == 0x7f)
            return false;
    return true;
}

static enum oidc_verdict check_at_hash(struct arena *arena, const struct jws *token,
                                       struct str access_token)
{
    const json_t *hash = json_object_get(token->claims, "at_hash");

    if (!hash || !access_token.ptr)
        return OIDC_OK;
    return json_is_string(hash) &&
                   secret_eq(json_get_str(token->claims, "at_hash"),
                             jws_half_hash(arena, token->algorithm, access_token))
               ? OIDC_OK
               : OIDC_TOKEN_AT_HASH;
}

/* How and when the person was asked. */
static enum oidc_verdict check_how(const struct oidc_provider *provider,
                                   const json_t *claims,
                                   const struct oidc_expected *expected)
{
    instant_us oldest = INSTANT_NONE;
    instant_us at = 0;

    if (provider->required_acr.count > 0 &&
        !oidc_list_has(&provider->required_acr, json_get_str(claims, "acr")))
        return OIDC_TOKEN_ACR;
    if (expected->one->purpose == OIDC_STEP_UP)
        oldest = expected->one->began_at - provider->skew_us;
    else if (provider->max_age_us > 0)
        oldest = expected->now - provider->max_age_us - provider->skew_us;
    if (oldest != INSTANT_NONE && (!read_time(claims, "auth_time", &at) || at < oldest ||
                                   at > expected->now + provider->skew_us))
        return OIDC_TOKEN_AUTH_TIME;
    return OIDC_OK;
}

enum oidc_verdict oidc_id_token_check(const struct oidc_provider *provider,
                                      struct arena *arena, const struct jws *token,
                                      const struct oidc_expected *expected)
{
    const json_t *claims = token->claims;
    enum oidc_verdict verdict;
    instant_us issued_at = 0;

    /* A token of another kind (logout+jwt, at+jwt) is no ID token, whoever signed it. */
    if (token->type.ptr && !str_eq_nocase(token->type, STR("JWT")))
        return OIDC_TOKEN_TYPE;
    verdict = check_common(provider, claims, expected->now);
    if (verdict != OIDC_OK)
        return verdict;
    /* It answers this try, so it cannot be older. */
    if (!read_time(claims, "iat", &issued_at) ||
        issued_at < expected->one->began_at - provider->skew_us - US_PER_S)
        return OIDC_TOKEN_ISSUED_AT;
    if (!secret_eq(json_get_str(claims, "nonce"), expected->one->nonce))
        return OIDC_TOKEN_NONCE;
    if (!is_subject(json_get_str(claims, "sub")))
        return OIDC_TOKEN_SUBJECT;
    verdict = check_at_hash(arena, token, expected->access_token);
    return verdict == OIDC_OK ? check_how(provider, claims, expected) : verdict;
}

/* ---- logout token (Back-Channel Logout 1.0, section 2.6) ------------------------------------ */

#define LOGOUT_EVENT "http://schemas.openid.net/event/backchannel-logout"
/* A logout token without use for longer than this is nobody's news. */
#define LOGOUT_AGE_US (10 * 60 * US_PER_S)

static enum oidc_verdict check_logout(const struct oidc_provider *provider,
                                      const struct jws *token, instant_us now,
                                      struct oidc_logout *out)
{
    const json_t *claims = token->claims;
    enum oidc_verdict verdict;
    instant_us issued_at = 0;

    if (token->type.ptr && !str_eq_nocase(token->type, STR("logout+jwt")) &&
        !str_eq_nocase(token->type, STR("JWT")))
        return OIDC_TOKEN_TYPE;
    verdict = check_common(provider, claims, now);
    if (verdict != OIDC_OK)
        return verdict;
    if (!read_time(claims, "iat", &issued_at) ||
        issued_at < now - LOGOUT_AGE_US - provider->skew_us)
        return OIDC_TOKEN_ISSUED_AT;
    /* An ID token has a nonce and no events: it cannot be sent here to end sessions. */
    if (json_object_get(claims, "nonce"))
        return OIDC_LOGOUT_NONCE;
    if (!json_is_object(json_object_get(json_object_get(claims, "events"), LOGOUT_EVENT)))
        return OIDC_LOGOUT_EVENTS;
    out->jti = json_get_str(claims, "jti");
    if (out->jti.len == 0 || out->jti.len > JTI_MAX)
        return OIDC_LOGOUT_JTI;
    out->subject = json_get_str(claims, "sub");
    out->sid = json_get_str(claims, "sid");
    if ((json_object_get(claims, "sub") && !is_subject(out->subject)) ||
        (json_object_get(claims, "sid") && !is_subject(out->sid)) ||
        (!out->subject.ptr && !out->sid.ptr))
        return OIDC_LOGOUT_WHO;
    (void)read_time(claims, "exp", &out->expires_at);
    out->expires_at += provider->skew_us;
    return OIDC_OK;
}

enum oidc_verdict oidc_logout_check(struct oidc *oidc, struct arena *arena,
                                    const struct oidc_provider *provider,
                                    struct str token, instant_us now,
                                    struct oidc_logout *out)
{
    struct oidc_call call = oidc_call_begin(oidc, provider);
    struct oidc_logout logout = {0};
    struct jws jws = {0};
    enum oidc_verdict verdict = oidc_token_verify(&call, arena, token, &jws);

    if (verdict == OIDC_OK)
        verdict = check_logout(provider, &jws, now, &logout);
    if (verdict == OIDC_OK)
        *out = logout;
    return verdict;
}
