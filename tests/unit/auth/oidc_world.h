/* A provider made of text for unit tests: documents by address, tokens signed with keys of its own, a clock that
 * stands where the test puts it. Private to tests of auth/oidc*. */
#ifndef TESTS_OIDC_WORLD_H
#define TESTS_OIDC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjose/cjose.h>
#include <cmocka.h>

#include "auth/oidc_own.h"

#define ISSUER    "https://idp.example.org/realm"
#define CLIENT    "kontor"
#define NOW       (INT64_C(1790000000) * US_PER_S)
#define NOW_S     INT64_C(1790000000)
#define PAGES_MAX 8

/** What the provider answers at an address. */
struct world_page {
    const char *url;
    enum fetch_outcome outcome;
    int status;
    struct str body;
    int64_t max_age_s;
    int asked; /**< how often */
    struct str form;
    struct str authorization;
};

struct world {
    struct arena *arena;
    struct world_page pages[PAGES_MAX];
    size_t page_count;
    int64_t ticks;
    cjose_jwk_t *rsa;
    cjose_jwk_t *ec;
};

static inline struct world_page *world_page(struct world *world, const char *url)
{
    for (size_t i = 0; i < world->page_count; i++)
        if (strcmp(world->pages[i].url, url) == 0)
            return &world->pages[i];
    assert_true(world->page_count < PAGES_MAX);
    world->pages[world->page_count] = (struct world_page){
        .url = url, .outcome = FETCH_DONE, .status = 200, .max_age_s = -1};
    return &world->pages[world->page_count++];
}

static inline enum fetch_outcome world_fetch(void *context, struct arena *arena,
                                             const struct fetch_request *request,
                                             struct fetch_answer *out)
{
    struct world *world = context;

    for (size_t i = 0; i < world->page_count; i++) {
        struct world_page *page = &world->pages[i];

        if (!str_is(request->url, page->url))
            continue;
        page->asked++;
        page->form = request->form.ptr ? str_copy(world->arena, request->form) : STR_NONE;
        page->authorization = request->authorization.ptr
                                  ? str_copy(world->arena, request->authorization)
                                  : STR_NONE;
        *out = (struct fetch_answer){.status = page->status,
                                     .body = str_copy(arena, page->body),
                                     .max_age_s = page->max_age_s};
        return page->outcome;
    }
    return FETCH_AWAY;
}

static inline int64_t world_ticks(void *context)
{
    return ((struct world *)context)->ticks;
}

static inline struct oidc_port world_port(struct world *world)
{
    return (struct oidc_port){world_fetch, world_ticks, world};
}

/** Any JSON in quotes that are easy to write in C: ' becomes ". */
static inline struct str quoted(struct arena *arena, const char *text)
{
    char *copy = str_c(arena, str_from(text));

    for (char *c = copy; *c; c++)
        if (*c == '\'')
            *c = '"';
    return str_from(copy);
}

static inline struct str public_part(struct arena *arena, const cjose_jwk_t *key,
                                     const char *kid)
{
    cjose_err failure;
    char *json = cjose_jwk_to_json(key, false, &failure);
    struct str text;

    assert_non_null(json);
    text = str_format(arena, "{\"kid\":\"%s\",\"use\":\"sig\",%s", kid, json + 1);
    free(json);
    return text;
}

/** Compact token of a header and claims as JSON text. */
static inline struct str signed_with(struct arena *arena, const cjose_jwk_t *key,
                                     const char *header_text, const char *claims_text)
{
    cjose_err failure = {0};
    struct str claims = quoted(arena, claims_text);
    struct str text;
    json_t *header = NULL;
    cjose_jws_t *jws;
    const char *compact = NULL;

    assert_int_equal(json_parse(arena, quoted(arena, header_text), &header), OK);
    jws = cjose_jws_sign(key, header, (const uint8_t *)claims.ptr, claims.len, &failure);
    assert_non_null(jws);
    assert_true(cjose_jws_export(jws, &compact, &failure));
    text = str_copy(arena, str_from(compact));
    cjose_jws_release(jws);
    return text;
}

/** Header and claims as text, and what stands for the signature. */
static inline struct str unsigned_token(struct arena *arena, const char *header,
                                        const char *claims, const char *signature)
{
    struct str h = quoted(arena, header);
    struct str c = quoted(arena, claims);

    return str_format(arena, "%s.%s.%s", str_base64url(arena, h.ptr, h.len).ptr,
                      str_base64url(arena, c.ptr, c.len).ptr, signature);
}

static inline void world_keys(struct world *world)
{
    static const uint8_t E[] = {1, 0, 1};
    cjose_err failure;

    world->rsa = cjose_jwk_create_RSA_random(2048, E, sizeof(E), &failure);
    world->ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &failure);
    assert_non_null(world->rsa);
    assert_non_null(world->ec);
}

static inline void world_end(struct world *world)
{
    (void)cjose_jwk_release(world->rsa);
    (void)cjose_jwk_release(world->ec);
    arena_free(&world->arena);
}

static inline struct str key_set(const struct world *world)
{
    return str_format(world->arena, "{\"keys\":[%s,%s]}",
                      public_part(world->arena, world->rsa, "r1").ptr,
                      public_part(world->arena, world->ec, "e1").ptr);
}

#define DISCOVERY                                                                        \
    "{'issuer':'" ISSUER "','authorization_endpoint':'" ISSUER                           \
    "/auth','token_endpoint':'" ISSUER "/token','jwks_uri':'" ISSUER                     \
    "/keys','userinfo_endpoint':'" ISSUER "/me','end_session_endpoint':'" ISSUER         \
    "/end','response_types_supported':['code'],"                                         \
    "'code_challenge_methods_supported':['S256'],"                                       \
    "'id_token_signing_alg_values_supported':['RS256','ES256']%s}"

/** A provider that works. `more` is appended to its discovery document. */
static inline void world_documents(struct world *world, const char *more)
{
    world_page(world, ISSUER "/.well-known/openid-configuration")->body =
        quoted(world->arena, str_format(world->arena, DISCOVERY, more).ptr);
    world_page(world, ISSUER "/keys")->body = key_set(world);
    world_page(world, ISSUER "/token")->body = STR("{}");
    world_page(world, ISSUER "/me")->body = STR("{}");
}

/** Configuration from text, in a file of its own. */
static inline enum err world_conf(struct arena *arena, const char *text,
                                  struct conf **out)
{
    char path[] = "/tmp/kontor-oidc-XXXXXX";
    int fd = mkstemp(path);
    struct str all = str_from(text);
    enum err err;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, all.ptr, all.len), (ssize_t)all.len);
    assert_int_equal(close(fd), 0);
    err = conf_load(arena, path, out);
    assert_int_equal(unlink(path), 0);
    return err;
}

#define SECTION                                                                          \
    "[provider.demo]\nissuer = " ISSUER "\nclient_id = " CLIENT                          \
    "\nside = staff\nrole_claim = groups\n"

static inline struct oidc *world_open(struct world *world, const char *more)
{
    struct oidc_port port = world_port(world);
    struct conf *conf = NULL;
    struct oidc *oidc = NULL;

    err_clear();
    assert_int_equal(
        world_conf(world->arena, str_format(world->arena, SECTION "%s", more).ptr, &conf),
        OK);
    if (oidc_open_with(world->arena, conf, &port, &oidc) != OK)
        fail_msg("%s", err_text());
    return oidc;
}

static struct world world;

static int up(void **state)
{
    (void)state;
    world.arena = arena_new(256 << 20);
    world_keys(&world);
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_end(&world);
    return 0;
}

#endif
