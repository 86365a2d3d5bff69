#include "auth/oidc_own.h"

#define DOCUMENT_MAX  (64 * 1024)
#define KEY_SET_MAX   (256 * 1024)
#define CACHE_LIMIT   ((size_t)4 << 20)
#define TTL_MIN_S     60
#define TTL_MAX_S     3600
#define TTL_DEFAULT_S 600
/* A provider that did not answer is left alone for a moment, so that people who wait for it do not block the
 * others of this process. */
#define AWAY_US (5 * US_PER_S)
/* A token with an unknown key fetches keys no more often than this, whoever sends such tokens. */
#define AGAIN_US (10 * US_PER_S)

/* Public documents of one provider, in an arena that is made new with each. */
struct document {
    struct arena *arena;
    int64_t fresh_until; /* ticks */
};

struct oidc_cache {
    struct document discovery;
    struct document keys;
    struct oidc_metadata metadata;
    struct jws_keys *jwks;
    int64_t keys_asked_at;    /* ticks; INT64_MIN: never */
    int64_t away_until;       /* ticks */
    enum oidc_verdict away;   /* what was wrong */
    struct fetch_answer seen; /* of the discovery document, without its body */
    instant_us seen_at;
};

static void cache_end(void *handle)
{
    struct oidc_cache *cache = handle;

    arena_free(&cache->discovery.arena);
    arena_free(&cache->keys.arena);
}

struct oidc_cache *oidc_cache_new(struct arena *arena)
{
    struct oidc_cache *cache = ARENA_NEW(arena, struct oidc_cache);

    cache->keys_asked_at = INT64_MIN;
    cache->away_until = INT64_MIN;
    arena_on_end(arena, cache_end, cache);
    return cache;
}

static void forget(const struct oidc_provider *provider)
{
    struct oidc_cache *cache = provider->cache;

    cache_end(cache);
    *cache = (struct oidc_cache){.keys_asked_at = INT64_MIN, .away_until = INT64_MIN};
}

static int64_t ticks(const struct oidc_call *call)
{
    return call->oidc->port.ticks_us(call->oidc->port.context);
}

struct oidc_call oidc_call_begin(struct oidc *oidc, const struct oidc_provider *provider)
{
    struct oidc_call call = {oidc, provider, 0};

    call.deadline_us = ticks(&call) + provider->timeout_us;
    return call;
}

static int64_t ttl_us(int64_t max_age_s)
{
    if (max_age_s < 0)
        return TTL_DEFAULT_S * US_PER_S;
    return (max_age_s < TTL_MIN_S   ? TTL_MIN_S
            : max_age_s > TTL_MAX_S ? TTL_MAX_S
                                    : max_age_s) *
           US_PER_S;
}

/* ---- asking --------------------------------------------------------------------------------- */

static enum oidc_verdict send(const struct oidc_call *call, struct arena *arena,
                              struct fetch_request *request, struct fetch_answer *out)
{
    const struct oidc_provider *provider = call->provider;

    request->ca_file = provider->ca_file;
    request->reach = provider->reach;
    request->deadline_us = call->deadline_us;
    switch (call->oidc->port.fetch(call->oidc->port.context, arena, request, out)) {
    case FETCH_DONE:
        return OIDC_OK;
    case FETCH_AWAY:
        return OIDC_AWAY;
    case FETCH_REFUSED:
        return OIDC_GARBAGE;
    }
    bug("outcome of a fetch");
}

enum oidc_verdict oidc_ask(const struct oidc_call *call, struct arena *arena,
                           struct fetch_request request, int *status_out, json_t **out)
{
    struct fetch_answer answer = {0};
    json_t *value = NULL;
    enum oidc_verdict verdict = send(call, arena, &request, &answer);

    if (verdict != OIDC_OK)
        return verdict;
    *status_out = answer.status;
    *out = NULL;
    if (answer.status >= 500) {
        (void)err_note(ERR_UNAVAILABLE, "status %d", answer.status);
        return OIDC_AWAY;
    }
    if (answer.body.len == 0)
        return OIDC_OK;
    if (json_parse(arena, answer.body, &value) != OK || !json_is_object(value)) {
        (void)err_note(ERR_UNAVAILABLE, "no JSON object");
        return OIDC_GARBAGE;
    }
    *out = value;
    return OIDC_OK;
}

/* A public document: text in `document`'s new arena. */
static enum oidc_verdict get_document(const struct oidc_call *call, struct str url,
                                      size_t max, struct arena *arena,
                                      struct fetch_answer *out)
{
    struct fetch_request request = {.url = url, .answer_max = max, .inspect = true};
    enum oidc_verdict verdict = send(call, arena, &request, out);

    if (verdict == OIDC_OK && out->status != 200) {
        (void)err_note(ERR_UNAVAILABLE, "a document has status %d", out->status);
        return out->status >= 500 ? OIDC_AWAY : OIDC_GARBAGE;
    }
    return verdict;
}

/* ---- discovery ------------------------------------------------------------------------------ */

static bool lists(const json_t *document, const char *member, const char *value,
                  bool if_absent)
{
    const json_t *list = json_object_get(document, member);

    if (!list)
        return if_absent;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *item = json_string_value(json_array_get(list, i));

        if (item && strcmp(item, value) == 0)
            return true;
    }
    return false;
}

static bool has_algorithm(const struct oidc_provider *provider, const json_t *document)
{
    for (int i = 0; i < JWS_ALGORITHM_COUNT; i++)
        if (provider->algorithms >> i & 1u &&
            lists(document, "id_token_signing_alg_values_supported",
                  jws_algorithm_name((enum jws_algorithm)i), false))
            return true;
    return false;
}

static enum oidc_verdict unfit(const char *why)
{
    (void)err_note(ERR_UNAVAILABLE, "discovery: %s", why);
    return OIDC_DISCOVERY_UNFIT;
}

static enum oidc_verdict read_abilities(const struct oidc_provider *provider,
                                        const json_t *document, struct oidc_metadata *out)
{
    static const char AUTH[] = "token_endpoint_auth_methods_supported";
    bool basic = lists(document, AUTH, "client_secret_basic", true);

    if (!lists(document, "response_types_supported", "code", false))
        return unfit("no response type code");
    if (!lists(document, "code_challenge_methods_supported", "S256", true))
        return unfit("no PKCE with S256");
    if (!has_algorithm(provider, document))
        return unfit("no signature algorithm in common (algorithms = ...)");
    out->iss_parameter =
        json_get_bool(document, "authorization_response_iss_parameter_supported", false);
    out->secret_in_body = !basic && lists(document, AUTH, "client_secret_post", false);
    if (provider->client_secret && !basic && !out->secret_in_body)
        return unfit("no way to authenticate by secret");
    return OIDC_OK;
}

/* Every endpoint that is asked or browsed to has to be where the operator said; what is not used is not looked at (Entra ID has its
 * userinfo on another host). */
static enum oidc_verdict read_endpoints(const struct oidc_provider *provider,
                                        struct arena *arena, const json_t *document,
                                        struct oidc_metadata *out)
{
    const struct endpoint {
        const char *member;
        struct str *target;
        bool used;
        bool required;
    } endpoints[] = {
        {"authorization_endpoint", &out->authorization_endpoint, true, true},
        {"token_endpoint", &out->token_endpoint, true, true},
        {"jwks_uri", &out->jwks_uri, true, true},
        {"userinfo_endpoint", &out->userinfo_endpoint, provider->userinfo, true},
        {"end_session_endpoint", &out->end_session_endpoint, provider->logout, false},
    };

    for (size_t i = 0; i < sizeof(endpoints) / sizeof(*endpoints); i++) {
        struct str url = json_get_str(document, endpoints[i].member);

        if (!endpoints[i].used || (!url.ptr && !endpoints[i].required))
            continue;
        if (!oidc_may_ask(provider, url)) {
            (void)err_note(ERR_UNAVAILABLE,
                           "discovery: %s is missing, not https, or on a host that is "
                           "not in hosts = ...",
                           endpoints[i].member);
            return OIDC_DISCOVERY_ENDPOINT;
        }
        *endpoints[i].target = str_copy(arena, url);
    }
    return OIDC_OK;
}

static enum oidc_verdict read_discovery(const struct oidc_provider *provider,
                                        struct arena *arena, struct str text,
                                        struct oidc_metadata *out)
{
    json_t *document = NULL;
    struct str issuer;
    enum oidc_verdict verdict;

    if (json_parse(arena, text, &document) != OK || !json_is_object(document))
        return OIDC_GARBAGE;
    issuer = json_get_str(document, "issuer");
    /* Byte for byte (OpenID Connect Discovery 4.3): a slash more is another issuer. */
    if (!issuer.ptr || !str_eq(issuer, provider->issuer)) {
        (void)err_note(ERR_UNAVAILABLE,
                       "discovery: issuer is not the configured one, byte for byte");
        return OIDC_DISCOVERY_ISSUER;
    }
    verdict = read_endpoints(provider, arena, document, out);
    return verdict == OIDC_OK ? read_abilities(provider, document, out) : verdict;
}

static enum oidc_verdict fetch_discovery(const struct oidc_call *call)
{
    static const struct str TAIL = {"/.well-known/openid-configuration", 33};
    struct oidc_cache *cache = call->provider->cache;
    struct arena *arena = arena_new(CACHE_LIMIT);
    struct str base = call->provider->issuer;
    struct fetch_answer answer = {0};
    struct oidc_metadata metadata = {0};
    enum oidc_verdict verdict;

    if (str_ends(base, STR("/")))
        base.len--;
    verdict =
        get_document(call, str_concat(arena, base, TAIL), DOCUMENT_MAX, arena, &answer);
    if (verdict == OIDC_OK)
        verdict = read_discovery(call->provider, arena, answer.body, &metadata);
    if (verdict != OIDC_OK) {
        arena_free(&arena);
        return verdict;
    }
    /* Keys are those of this document. */
    if (!cache->discovery.arena || !str_eq(metadata.jwks_uri, cache->metadata.jwks_uri)) {
        arena_free(&cache->keys.arena);
        cache->jwks = NULL;
    }
    arena_free(&cache->discovery.arena);
    cache->discovery = (struct document){arena, ticks(call) + ttl_us(answer.max_age_s)};
    cache->metadata = metadata;
    cache->seen = answer;
    cache->seen.body = STR_NONE;
    cache->seen_at = clock_now(&clock_system);
    return OIDC_OK;
}

/* What was wrong a moment ago, or OIDC_OK: then it may be asked. */
static enum oidc_verdict just_away(const struct oidc_call *call)
{
    const struct oidc_cache *cache = call->provider->cache;

    if (ticks(call) >= cache->away_until)
        return OIDC_OK;
    (void)err_note(ERR_UNAVAILABLE, "%s a moment ago", oidc_reason(cache->away));
    return cache->away;
}

static enum oidc_verdict remember(const struct oidc_call *call, enum oidc_verdict verdict)
{
    struct oidc_cache *cache = call->provider->cache;

    if (verdict != OIDC_OK) {
        cache->away = verdict;
        cache->away_until = ticks(call) + AWAY_US;
    }
    return verdict;
}

enum oidc_verdict oidc_metadata(const struct oidc_call *call,
                                const struct oidc_metadata **out)
{
    struct oidc_cache *cache = call->provider->cache;
    enum oidc_verdict verdict = OIDC_OK;

    if (!cache->discovery.arena || ticks(call) >= cache->discovery.fresh_until) {
        verdict = just_away(call);
        if (verdict == OIDC_OK)
            verdict = remember(call, fetch_discovery(call));
        if (verdict != OIDC_OK)
            return verdict;
    }
    *out = &cache->metadata;
    return OIDC_OK;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static enum oidc_verdict fetch_keys(const struct oidc_call *call, struct str url)
{
    struct oidc_cache *cache = call->provider->cache;
    struct arena *arena = arena_new(CACHE_LIMIT);
    struct fetch_answer answer = {0};
    struct jws_keys *keys = NULL;
    enum oidc_verdict verdict;

    cache->keys_asked_at = ticks(call);
    verdict = get_document(call, url, KEY_SET_MAX, arena, &answer);
    if (verdict == OIDC_OK && jws_keys_read(arena, answer.body, &keys) != OK)
        verdict = OIDC_GARBAGE;
    if (verdict != OIDC_OK) {
        arena_free(&arena);
        return verdict;
    }
    arena_free(&cache->keys.arena);
    cache->keys = (struct document){arena, ticks(call) + ttl_us(answer.max_age_s)};
    cache->jwks = keys;
    return OIDC_OK;
}

enum oidc_verdict oidc_keys(const struct oidc_call *call, bool again,
                            const struct jws_keys **out)
{
    struct oidc_cache *cache = call->provider->cache;
    const struct oidc_metadata *metadata = NULL;
    enum oidc_verdict verdict = oidc_metadata(call, &metadata);
    int64_t now = ticks(call);

    if (verdict != OIDC_OK)
        return verdict;
    if (!cache->jwks || now >= cache->keys.fresh_until ||
        (again && now - cache->keys_asked_at >= AGAIN_US)) {
        verdict = just_away(call);
        if (verdict == OIDC_OK)
            verdict = remember(call, fetch_keys(call, metadata->jwks_uri));
        if (verdict != OIDC_OK)
            return verdict;
    }
    *out = cache->jwks;
    return OIDC_OK;
}

enum oidc_verdict oidc_probe(struct oidc *oidc, struct arena *arena,
                             const struct oidc_provider *provider, struct oidc_probe *out)
{
    struct oidc_call call = oidc_call_begin(oidc, provider);
    const struct oidc_metadata *metadata = NULL;
    const struct jws_keys *keys = NULL;
    int64_t began = ticks(&call);
    enum oidc_verdict verdict;

    (void)arena;
    forget(provider);
    verdict = oidc_metadata(&call, &metadata);
    *out = (struct oidc_probe){.discovered = verdict == OIDC_OK};
    if (verdict == OIDC_OK) {
        const struct fetch_answer *seen = &provider->cache->seen;

        out->has_logout = metadata->end_session_endpoint.ptr != NULL;
        out->has_iss_parameter = metadata->iss_parameter;
        out->has_date = seen->date_s != 0;
        out->clock_ahead_s =
            seen->date_s ? seen->date_s - provider->cache->seen_at / US_PER_S : 0;
        out->certificate_until_s = seen->certificate_until_s;
        verdict = oidc_keys(&call, false, &keys);
    }
    out->key_count = verdict == OIDC_OK ? jws_keys_count(keys) : 0;
    out->took_us = ticks(&call) - began;
    return verdict;
}
