/* Signed tokens: only what verifies with a key of the set, by an algorithm that is allowed, is read at all. */
#include "oidc_world.h"

#include "base/secret.h"

#define ALL  0x1ffu
#define GOOD "{'sub':'anna'}"

static struct jws_keys *keys;

static int up_with_keys(void **state)
{
    (void)up(state);
    return jws_keys_read(world.arena, key_set(&world), &keys) == OK ? 0 : -1;
}

static enum jws_verdict verify(struct str token, unsigned algorithms)
{
    struct jws jws = {0};
    enum jws_verdict verdict = jws_verify(world.arena, token, keys, algorithms, &jws);

    /* Nothing is handed out that was not verified. */
    assert_int_equal(jws.claims != NULL, verdict == JWS_OK);
    return verdict;
}

static struct str rsa(const char *header)
{
    return signed_with(world.arena, world.rsa, header, GOOD);
}

static void accepts_what_it_should(void **state)
{
    static const char *const HEADERS[] = {
        "{'alg':'RS256','kid':'r1'}",
        "{'alg':'RS384','kid':'r1'}",
        "{'alg':'RS512','kid':'r1'}",
        "{'alg':'PS256','kid':'r1'}",
        "{'alg':'PS384','kid':'r1'}",
        "{'alg':'PS512','kid':'r1'}",
        "{'alg':'RS256'}",
        "{'alg':'RS256','kid':'r1','typ':'JWT','jku':'https://evil.example/"
        "k','x5u':'https://evil.example/c',"
        "'jwk':{'kty':'oct','k':'AAAA'}}",
    };
    struct jws jws = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(HEADERS) / sizeof(*HEADERS); i++)
        if (verify(rsa(HEADERS[i]), ALL) != JWS_OK)
            fail_msg("%s", HEADERS[i]);
    assert_int_equal(
        verify(signed_with(world.arena, world.ec, "{'alg':'ES256','kid':'e1'}", GOOD),
               ALL),
        JWS_OK);
    assert_int_equal(jws_verify(world.arena,
                                rsa("{'alg':'RS256','kid':'r1','typ':'JWT'}"), keys,
                                1u << JWS_RS256, &jws),
                     JWS_OK);
    assert_true(str_is(jws.type, "JWT"));
    assert_true(str_is(json_get_str(jws.claims, "sub"), "anna"));
    assert_int_equal(jws.algorithm, JWS_RS256);
}

static void refuses_algorithms(void **state)
{
    struct str key = key_set(&world);
    struct str head = unsigned_token(world.arena, "{'alg':'HS256','kid':'r1'}", GOOD, "");
    uint8_t mac[SHA256_BYTES];

    (void)state;
    head.len--;
    hmac_sha256(key, head, mac);
    /* The key mix-up: an HMAC with what everybody knows. */
    assert_int_equal(verify(str_format(world.arena, "%.*s.%s", STR_ARG(head),
                                       str_base64url(world.arena, mac, sizeof(mac)).ptr),
                            ALL),
                     JWS_ALGORITHM);
    assert_int_equal(verify(unsigned_token(world.arena, "{'alg':'none'}", GOOD, ""), ALL),
                     JWS_ALGORITHM);
    assert_int_equal(verify(unsigned_token(world.arena, "{'alg':'NONE'}", GOOD, ""), ALL),
                     JWS_ALGORITHM);
    assert_int_equal(
        verify(unsigned_token(world.arena, "{'alg':'rs256'}", GOOD, "AA"), ALL),
        JWS_ALGORITHM);
    assert_int_equal(verify(unsigned_token(world.arena, "{'kid':'r1'}", GOOD, "AA"), ALL),
                     JWS_ALGORITHM);
    assert_int_equal(verify(unsigned_token(world.arena, "{'alg':7}", GOOD, "AA"), ALL),
                     JWS_MALFORMED);
    /* Known, but not allowed here. */
    assert_int_equal(verify(rsa("{'alg':'RS256','kid':'r1'}"), 1u << JWS_ES256),
                     JWS_ALGORITHM);
    /* An RSA signature that calls itself elliptic, and the other way round. */
    assert_int_equal(
        verify(unsigned_token(world.arena, "{'alg':'ES256','kid':'r1'}", GOOD, "AAAA"),
               ALL),
        JWS_KEY_UNKNOWN);
    assert_int_equal(
        verify(unsigned_token(world.arena, "{'alg':'RS256','kid':'e1'}", GOOD, "AAAA"),
               ALL),
        JWS_KEY_UNKNOWN);
}

static void refuses_keys_and_extensions(void **state)
{
    cjose_err failure;
    static const uint8_t E[] = {1, 0, 1};
    cjose_jwk_t *other = cjose_jwk_create_RSA_random(2048, E, sizeof(E), &failure);
    struct str own = public_part(world.arena, other, "x");
    struct str header =
        str_format(world.arena, "{\"alg\":\"RS256\",\"kid\":\"r1\",\"jwk\":%s}", own.ptr);

    (void)state;
    assert_int_equal(verify(rsa("{'alg':'RS256','kid':'r2'}"), ALL), JWS_KEY_UNKNOWN);
    assert_int_equal(verify(rsa("{'alg':'RS256','kid':''}"), ALL), JWS_KEY_UNKNOWN);
    /* Signed with a key that the token brings itself. */
    assert_int_equal(verify(signed_with(world.arena, other, header.ptr, GOOD), ALL),
                     JWS_SIGNATURE);
    assert_int_equal(
        verify(rsa("{'alg':'RS256','kid':'r1','crit':['exp'],'exp':1}"), ALL),
        JWS_CRITICAL);
    assert_int_equal(verify(rsa("{'alg':'RS256','kid':'r1','crit':[]}"), ALL),
                     JWS_CRITICAL);
    assert_int_equal(
        verify(rsa("{'alg':'RS256','kid':'r1','b64':false,'crit':['b64']}"), ALL),
        JWS_CRITICAL);
    (void)cjose_jwk_release(other);
}

/* Each byte of each part, changed. */
static void refuses_every_change(void **state)
{
    struct str token = signed_with(world.arena, world.ec, "{'alg':'ES256','kid':'e1'}",
                                   "{'sub':'anna','exp':1}");

    (void)state;
    assert_int_equal(verify(token, ALL), JWS_OK);
    for (size_t i = 0; i < token.len; i++) {
        char *copy = str_c(world.arena, token);

        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        if (verify(str_from(copy), ALL) == JWS_OK)
            fail_msg("byte %zu", i);
        assert_int_not_equal(verify(str_sub(token, 0, i), ALL), JWS_OK);
    }
}

/* Signatures that libraries have been known to take: zeros, the order of the curve, DER instead of the two numbers,
 * too short, too long (after the cases of Project Wycheproof). */
static void refuses_odd_signatures(void **state)
{
    static const uint8_t ORDER[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
                                      0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    struct str good =
        signed_with(world.arena, world.ec, "{'alg':'ES256','kid':'e1'}", GOOD);
    struct str head = str_sub(good, 0, 0);
    struct str real;
    uint8_t odd[8][80] = {{0}};
    size_t length[8] = {64, 64, 64, 64, 70, 63, 65, 0};

    (void)state;
    for (size_t i = 0; i < good.len; i++)
        if (good.ptr[i] == '.')
            head = str_sub(good, 0, i);
    assert_int_equal(
        str_unbase64url(world.arena, str_from_index(good, head.len + 1), &real), OK);
    assert_int_equal(real.len, 64);
    odd[1][31] = odd[1][63] = 1; /* r = s = 1 */
    memcpy(odd[2], ORDER, 32);   /* r = s = n */
    memcpy(odd[2] + 32, ORDER, 32);
    memcpy(odd[3], real.ptr + 32, 32); /* swapped */
    memcpy(odd[3] + 32, real.ptr, 32);
    odd[4][0] = 0x30, odd[4][1] = 0x44; /* DER */
    odd[4][2] = odd[4][36] = 0x02;
    odd[4][3] = odd[4][37] = 0x20;
    memcpy(odd[4] + 4, real.ptr, 32);
    memcpy(odd[4] + 38, real.ptr + 32, 32);
    memcpy(odd[5], real.ptr, 63);
    memcpy(odd[6] + 1, real.ptr, 64); /* a zero before */
    for (size_t i = 0; i < 8; i++) {
        struct str text = str_base64url(world.arena, odd[i], length[i]);

        if (verify(str_format(world.arena, "%.*s.%.*s", STR_ARG(head), STR_ARG(text)),
                   ALL) != JWS_SIGNATURE)
            fail_msg("signature %zu", i);
    }
}

static void refuses_malformed(void **state)
{
    struct str good = rsa("{'alg':'RS256','kid':'r1'}");
    struct str body = str_from_index(good, (size_t)str_index(good, '.') + 1);
    ssize_t dot = str_index(good, '.');
    const struct str cases[] = {
        STR(""),
        STR("."),
        STR(".."),
        STR("..."),
        STR("a.b"),
        str_concat(world.arena, good, STR(".AAAA")), /* four parts */
        str_concat(world.arena, good, STR(".a.b")),  /* encrypted */
        str_concat(world.arena, good, STR("=")),
        str_concat(world.arena, good, STR(" ")),
        str_concat(world.arena, STR(" "), good),
        str_concat(world.arena, good, STR("\n")),
        str_format(world.arena, "%.*s=.%.*s", (int)dot, good.ptr, STR_ARG(body)),
        str_format(world.arena, "%.*s.%.*s", (int)dot - 1, good.ptr, STR_ARG(body)),
        unsigned_token(world.arena, "{'alg':'RS256','alg':'none'}", GOOD, "AA"),
        unsigned_token(world.arena, "['alg']", GOOD, "AA"),
        unsigned_token(world.arena, "{'alg':'RS256'", GOOD, "AA"),
        unsigned_token(world.arena, "{'alg':'RS256','kid':1}", GOOD, "AA"),
        unsigned_token(world.arena, "{'alg':'RS256','kid':['r1']}", GOOD, "AA"),
        unsigned_token(world.arena, "{'alg':'RS256','typ':{}}", GOOD, "AA"),
        {"a\0b.c.d", 7},
    };
    struct str huge = {arena_alloc(world.arena, JWS_BYTES_MAX + 2), JWS_BYTES_MAX + 1};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (verify(cases[i], ALL) != JWS_MALFORMED)
            fail_msg("case %zu: %.*s", i, STR_ARG(cases[i]));
    assert_int_equal(verify(huge, ALL), JWS_MALFORMED);
    assert_int_equal(
        verify(unsigned_token(world.arena, "{'alg':'RS256','kid':'r1'}", GOOD, ""), ALL),
        JWS_SIGNATURE);
    /* Well signed, and still no claims. */
    assert_int_equal(verify(signed_with(world.arena, world.rsa,
                                        "{'alg':'RS256','kid':'r1'}", "['sub']"),
                            ALL),
                     JWS_MALFORMED);
    assert_int_equal(
        verify(signed_with(world.arena, world.rsa, "{'alg':'RS256','kid':'r1'}",
                           "{'sub':'anna','sub':'admin'}"),
               ALL),
        JWS_MALFORMED);
}

static enum err read_set(const char *text, size_t *count_out)
{
    struct jws_keys *set = NULL;
    enum err err = jws_keys_read(world.arena, quoted(world.arena, text), &set);

    err_clear();
    if (err == OK)
        *count_out = jws_keys_count(set);
    return err;
}

static void reads_only_keys_that_verify(void **state)
{
    cjose_err failure;
    static const uint8_t E[] = {1, 0, 1};
    cjose_jwk_t *weak = cjose_jwk_create_RSA_random(1024, E, sizeof(E), &failure);
    char *private = cjose_jwk_to_json(world.rsa, true, &failure);
    struct str good = public_part(world.arena, world.rsa, "r1");
    size_t count = 0;

    (void)state;
    assert_int_equal(read_set("{'keys':[]}", &count), ERR_INPUT);
    assert_int_equal(read_set("{}", &count), ERR_INPUT);
    assert_int_equal(read_set("[]", &count), ERR_INPUT);
    assert_int_equal(read_set("<html>", &count), ERR_INPUT);
    assert_int_equal(read_set("{'keys':[{'kty':'oct','k':'AAAA','kid':'a'}]}", &count),
                     ERR_INPUT);
    assert_int_equal(read_set("{'keys':[{'kty':'RSA','n':'AAAA','e':'AQAB'}]}", &count),
                     ERR_INPUT);
    assert_int_equal(
        read_set("{'keys':[{'kty':'EC','crv':'P-256','x':'AAAA','y':'AAAA','kid':'a'}]}",
                 &count),
        ERR_INPUT);
    assert_int_equal(
        read_set("{'keys':[{'kty':'OKP','crv':'Ed25519','x':'AAAA'}, 7, null]}", &count),
        ERR_INPUT);
    assert_int_equal(read_set(str_format(world.arena, "{\"keys\":[%s]}",
                                         public_part(world.arena, weak, "w").ptr)
                                  .ptr,
                              &count),
                     ERR_INPUT);
    assert_int_equal(
        read_set(str_format(world.arena, "{\"keys\":[%s]}", private).ptr, &count),
        ERR_INPUT);
    assert_int_equal(
        read_set(
            str_format(world.arena,
                       "{\"keys\":[{\"kty\":\"oct\"},%s,{\"use\":\"enc\",%s,{\"key_ops\":"
                       "[\"encrypt\"],%s]}",
                       good.ptr, good.ptr + 1, good.ptr + 1)
                .ptr,
            &count),
        ERR_INPUT); /* "use" twice in one key: the set is no JSON of ours */
    assert_int_equal(read_set(str_format(world.arena,
                                         "{\"keys\":[{\"kty\":\"oct\"},%s,{\"key_ops\":["
                                         "\"encrypt\"],%s]}",
                                         good.ptr, good.ptr + 1)
                                  .ptr,
                              &count),
                     OK);
    assert_int_equal(count, 1);
    free(private);
    (void)cjose_jwk_release(weak);
}

/* Two keys without ids: a token that names none fits both, so it fits none. */
static void does_not_guess_between_keys(void **state)
{
    struct jws_keys *two = NULL;
    struct jws jws;
    struct str set = str_format(world.arena, "{\"keys\":[%s,%s]}",
                                public_part(world.arena, world.rsa, "a").ptr,
                                public_part(world.arena, world.rsa, "b").ptr);

    (void)state;
    assert_int_equal(jws_keys_read(world.arena, set, &two), OK);
    assert_int_equal(jws_verify(world.arena, rsa("{'alg':'RS256'}"), two, ALL, &jws),
                     JWS_KEY_UNKNOWN);
    assert_int_equal(
        jws_verify(world.arena, rsa("{'alg':'RS256','kid':'b'}"), two, ALL, &jws),
        JWS_OK);
}

/* OpenID Connect Core, appendix A.3 (at_hash of an access token with RS256). */
static void halves_hashes(void **state)
{
    struct str token = STR("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");

    (void)state;
    assert_true(
        str_is(jws_half_hash(world.arena, JWS_RS256, token), "77QmUPtjPfzWtF2AnpK9RQ"));
    assert_int_equal(jws_half_hash(world.arena, JWS_ES512, token).len, 43);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_what_it_should),
        cmocka_unit_test(refuses_algorithms),
        cmocka_unit_test(refuses_keys_and_extensions),
        cmocka_unit_test(refuses_every_change),
        cmocka_unit_test(refuses_odd_signatures),
        cmocka_unit_test(refuses_malformed),
        cmocka_unit_test(reads_only_keys_that_verify),
        cmocka_unit_test(does_not_guess_between_keys),
        cmocka_unit_test(halves_hashes),
    };

    return cmocka_run_group_tests(tests, up_with_keys, down);
}
