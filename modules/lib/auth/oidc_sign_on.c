#include "base/secret.h"
#include "auth/oidc_own.h"

#define URL_MAX    4096
#define FORM_MAX   8192
#define ANSWER_MAX (64 * 1024)
#define CODE_MAX   2048

/* ---- to the provider ------------------------------------------------------------------------ */

static void put(struct buf *out, const char *name, struct str value)
{
    if (!value.ptr)
        return;
    if (out->len > 0 && out->ptr[out->len - 1] != '?')
        buf_put_char(out, '&');
    buf_put_c(out, name);
    buf_put_char(out, '=');
    fetch_put_value(out, value);
}

static struct str joined(struct arena *arena, const struct oidc_list *list)
{
    struct buf text = buf_init(arena, 4096);

    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_put_char(&text, ' ');
        buf_put(&text, list->items[i]);
    }
    return list->count > 0 ? buf_str(&text) : STR_NONE;
}

/* An endpoint may have a query of its own (RFC 6749 section 3.1). */
static struct buf url_begin(struct arena *arena, struct str endpoint)
{
    struct buf url = buf_init(arena, URL_MAX);

    buf_put(&url, endpoint);
    if (str_index(endpoint, '?') < 0)
        buf_put_c(&url, "?");
    return url;
}

static struct str challenge_of(struct arena *arena, struct str verifier)
{
    uint8_t digest[SHA256_BYTES];

    sha256(verifier, digest);
    return str_base64url(arena, digest, sizeof(digest));
}

enum oidc_verdict oidc_begin(struct oidc *oidc, struct arena *arena,
                             const struct oidc_try *one, const struct oidc_place *place,
                             struct str *url_out)
{
    const struct oidc_provider *provider = oidc_find(oidc, one->provider);
    struct oidc_call call = oidc_call_begin(oidc, provider);
    const struct oidc_metadata *metadata = NULL;
    enum oidc_verdict verdict = oidc_metadata(&call, &metadata);
    struct buf url;

    if (verdict != OIDC_OK)
        return verdict;
    url = url_begin(arena, metadata->authorization_endpoint);
    put(&url, "response_type", STR("code"));
    put(&url, "client_id", provider->client_id);
    put(&url, "redirect_uri", place->redirect_uri);
    put(&url, "scope", provider->scopes);
    put(&url, "state", one->state);
    put(&url, "nonce", one->nonce);
    put(&url, "code_challenge", challenge_of(arena, one->verifier));
    put(&url, "code_challenge_method", STR("S256"));
    put(&url, "ui_locales", place->ui_locale);
    put(&url, "acr_values", joined(arena, &provider->required_acr));
    if (one->purpose == OIDC_STEP_UP) {
        put(&url, "prompt", STR("login"));
        put(&url, "max_age", STR("0"));
    } else if (provider->max_age_us > 0) {
        put(&url, "max_age",
            str_format(arena, "%lld", (long long)(provider->max_age_us / US_PER_S)));
    }
    if (buf_check(&url) != OK) {
        (void)err_note(ERR_UNAVAILABLE, "address over %d bytes", URL_MAX);
        return OIDC_GARBAGE;
    }
    *url_out = buf_str(&url);
    return OIDC_OK;
}

/* ---- back from the provider ----------------------------------------------------------------- */

enum oidc_verdict oidc_answer_check(struct oidc *oidc, struct arena *arena,
                                    const struct oidc_try *one,
                                    const struct oidc_answer *answer)
{
    const struct oidc_provider *provider = oidc_find(oidc, one->provider);
    struct oidc_call call = oidc_call_begin(oidc, provider);
    const struct oidc_metadata *metadata = NULL;
    enum oidc_verdict verdict;

    (void)arena;
    if (!answer->state.ptr || !secret_eq(answer->state, one->state))
        return OIDC_STATE;
    /* Mix-up defence: what another provider sent is not shown to this one (RFC 9207 section 2.4). */
    if (answer->iss.ptr && !str_eq(answer->iss, provider->issuer))
        return OIDC_ISS_WRONG;
    verdict = oidc_metadata(&call, &metadata);
    if (verdict != OIDC_OK)
        return verdict;
    if (metadata->iss_parameter && !answer->iss.ptr)
        return OIDC_ISS_MISSING;
    if (answer->error.ptr)
        return str_is(answer->error, "access_denied") ? OIDC_DENIED : OIDC_PROVIDER_ERROR;
    if (answer->code.len == 0 || answer->code.len > CODE_MAX)
        return OIDC_CODE_MISSING;
    return OIDC_OK;
}

/* Base64 with padding, of the base64url that base/ has. */
static struct str base64(struct arena *arena, struct str bytes)
{
    struct str url = str_base64url(arena, bytes.ptr, bytes.len);
    struct buf out = buf_init(arena, FORM_MAX);

    for (size_t i = 0; i < url.len; i++)
        buf_put_char(&out, url.ptr[i] == '-'   ? '+'
                           : url.ptr[i] == '_' ? '/'
                                               : url.ptr[i]);
    while (out.len % 4 != 0)
        buf_put_char(&out, '=');
    return buf_str(&out);
}

/* Basic of RFC 6749 section 2.3.1: both parts escaped like form values first. */
static struct str basic(struct arena *arena, const struct oidc_provider *provider)
{
    struct buf pair = buf_init(arena, FORM_MAX);

    fetch_put_value(&pair, provider->client_id);
    buf_put_char(&pair, ':');
    fetch_put_value(&pair, secret_str(provider->client_secret));
    return str_concat(arena, STR("Basic "), base64(arena, buf_str(&pair)));
}

/* RFC 6749 section 5.2. */
static enum oidc_verdict refused(const json_t *answer, int status)
{
    struct str error = answer ? json_get_str(answer, "error") : STR_NONE;

    if (str_is(error, "invalid_grant"))
        return OIDC_CODE_REFUSED;
    if (str_is(error, "invalid_client") || str_is(error, "unauthorized_client") ||
        status == 401 || status == 403) {
        (void)err_note(ERR_UNAVAILABLE, "token endpoint refuses client_id or secret");
        return OIDC_CLIENT_REFUSED;
    }
    (void)err_note(ERR_UNAVAILABLE, "token endpoint: status %d", status);
    return OIDC_GARBAGE;
}

struct tokens {
    struct str id_token;
    struct str access_token; /* absent if none */
};

static enum oidc_verdict redeem(const struct oidc_call *call, struct arena *arena,
                                const struct oidc_try *one,
                                const struct oidc_place *place, struct str code,
                                struct tokens *out)
{
    const struct oidc_provider *provider = call->provider;
    const struct oidc_metadata *metadata = NULL;
    struct fetch_request request = {.answer_max = ANSWER_MAX};
    struct buf form = buf_init(arena, FORM_MAX);
    json_t *answer = NULL;
    int status = 0;
    enum oidc_verdict verdict = oidc_metadata(call, &metadata);

    if (verdict != OIDC_OK)
        return verdict;
    buf_put_c(&form, "grant_type=authorization_code");
    put(&form, "code", code);
    put(&form, "redirect_uri", place->redirect_uri);
    put(&form, "code_verifier", one->verifier);
    if (provider->client_secret && !metadata->secret_in_body)
        request.authorization = basic(arena, provider);
    else
        put(&form, "client_id", provider->client_id);
    if (provider->client_secret && metadata->secret_in_body)
        put(&form, "client_secret", secret_str(provider->client_secret));
    if (buf_check(&form) != OK)
        return OIDC_CODE_REFUSED;
    request.url = metadata->token_endpoint;
    request.form = buf_str(&form);
    verdict = oidc_ask(call, arena, request, &status, &answer);
    if (verdict != OIDC_OK)
        return verdict;
    if (status != 200)
        return refused(answer, status);
    out->id_token = json_get_str(answer, "id_token");
    out->access_token = json_get_str(answer, "access_token");
    return out->id_token.len > 0 ? OIDC_OK : OIDC_TOKEN_MISSING;
}

/* Claims that the ID token lacks; those of another subject would be somebody else's (Core 5.3.2). */
static enum oidc_verdict ask_more(const struct oidc_call *call, struct arena *arena,
                                  const struct tokens *tokens, struct str subject,
                                  json_t **out)
{
    const struct oidc_metadata *metadata = NULL;
    struct fetch_request request = {.answer_max = ANSWER_MAX};
    int status = 0;
    enum oidc_verdict verdict = oidc_metadata(call, &metadata);

    if (verdict != OIDC_OK)
        return verdict;
    if (tokens->access_token.len == 0 || tokens->access_token.len > JWS_BYTES_MAX ||
        !metadata->userinfo_endpoint.ptr)
        return OIDC_TOKEN_CLAIM;
    for (size_t i = 0; i < tokens->access_token.len; i++)
        if (tokens->access_token.ptr[i] <= ' ' || tokens->access_token.ptr[i] > '~')
            return OIDC_GARBAGE;
    request.url = metadata->userinfo_endpoint;
    request.authorization = str_concat(arena, STR("Bearer "), tokens->access_token);
    verdict = oidc_ask(call, arena, request, &status, out);
    if (verdict == OIDC_OK && (status != 200 || !*out)) {
        (void)err_note(ERR_UNAVAILABLE, "userinfo: status %d", status);
        verdict = OIDC_GARBAGE;
    }
    if (verdict == OIDC_OK && !str_eq(json_get_str(*out, "sub"), subject))
        verdict = OIDC_TOKEN_SUBJECT;
    return verdict;
}

enum oidc_verdict oidc_finish(struct oidc *oidc, struct arena *arena,
                              const struct oidc_try *one, const struct oidc_place *place,
                              struct str code, instant_us now, struct oidc_proof *out)
{
    const struct oidc_provider *provider = oidc_find(oidc, one->provider);
    struct oidc_call call = oidc_call_begin(oidc, provider);
    struct oidc_expected expected = {.one = one, .now = now};
    struct tokens tokens = {0};
    struct jws token = {0};
    json_t *more = NULL;
    enum oidc_verdict verdict = redeem(&call, arena, one, place, code, &tokens);

    if (verdict == OIDC_OK)
        verdict = oidc_token_verify(&call, arena, tokens.id_token, &token);
    expected.access_token = tokens.access_token;
    if (verdict == OIDC_OK)
        verdict = oidc_id_token_check(provider, arena, &token, &expected);
    if (verdict == OIDC_OK && oidc_wants_more(provider, token.claims))
        verdict =
            ask_more(&call, arena, &tokens, json_get_str(token.claims, "sub"), &more);
    if (verdict == OIDC_OK)
        verdict = oidc_identity_read(provider, token.claims, more, out);
    return verdict;
}

/* ---- leaving -------------------------------------------------------------------------------- */

struct str oidc_logout_url(struct oidc *oidc, struct arena *arena,
                           const struct oidc_provider *provider,
                           const struct oidc_place *place)
{
    struct oidc_call call = oidc_call_begin(oidc, provider);
    const struct oidc_metadata *metadata = NULL;
    struct buf url;

    if (!provider->logout || oidc_metadata(&call, &metadata) != OIDC_OK ||
        !metadata->end_session_endpoint.ptr)
        return STR_NONE;
    url = url_begin(arena, metadata->end_session_endpoint);
    put(&url, "client_id", provider->client_id);
    put(&url, "post_logout_redirect_uri", place->redirect_uri);
    put(&url, "ui_locales", place->ui_locale);
    return buf_check(&url) == OK ? buf_str(&url) : STR_NONE;
}
