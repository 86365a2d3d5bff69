/* What is believed of a provider: configuration, discovery, keys and their caches. */
#include "oidc_world.h"

/* ---- configuration -------------------------------------------------------------------------- */

static void refuses_bad_configuration(void **state)
{
    static const struct {
        const char *text; /* of the section's body */
        const char *says;
    } CASES[] = {
        {"issuer = http://idp.example.org\n", "issuer: no https address"},
        {"issuer = https://idp.example.org?x=1\n", "issuer: no https address"},
        {"issuer = https://u@idp.example.org\n", "issuer: no https address"},
        {"issuer = https://idp.example.org:0\n", "issuer: no https address"},
        {"issuer = https://\n", "issuer: no https address"},
        {"client_id = \n", "client_id: empty"},
        {"scopes = profile\n", "scopes: must begin with openid"},
        {"scopes = openidx\n", "scopes: must begin with openid"},
        {"algorithms = RS256 none\n", "algorithms: only RS, PS, ES"},
        {"algorithms = HS256\n", "algorithms: only RS, PS, ES"},
        {"algorithms = \n", "algorithms: none given"},
        {"hosts = https://other.example\n", "hosts: not host[:port]"},
        {"hosts = Other.example\n", "hosts: not host[:port]"},
        {"role_map = admins\n", "role_map: not group=role"},
        {"role_map = admins=boss\n", "role_map: unknown role"},
        {"role_map = admins=coordinator\n", "role_map: unknown role"},
        {"link = login:main\n", "link: neither none"},
        {"link = both\n", "link: neither none"},
        {"link = invitation\n", "link: staff is not invited"},
        {"role_claim = \n", "link: staff needs role_claim"},
        {"company_claim = o\n", "company_claim: staff has no company"},
        {"client_secret_file = /nonexistent/secret\n", "/nonexistent/secret"},
        {"ca_file = /nonexistent/ca.crt\n", "ca_file: No such file"},
    };
    struct oidc_port port = world_port(&world);

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        struct conf *conf = NULL;
        struct oidc *oidc = NULL;
        struct str text = STR("[provider.demo]\n");
        const char *const defaults[][2] = {{"issuer", "issuer = " ISSUER "\n"},
                                           {"client_id", "client_id = k\n"},
                                           {"role_claim", "role_claim = g\n"},
                                           {"side", "side = staff\n"}};

        for (size_t k = 0; k < 4; k++)
            if (!str_starts(str_from(CASES[i].text), str_from(defaults[k][0])))
                text = str_concat(world.arena, text, str_from(defaults[k][1]));
        text = str_concat(world.arena, text, str_from(CASES[i].text));
        err_clear();
        assert_int_equal(world_conf(world.arena, text.ptr, &conf), OK);
        if (oidc_open_with(world.arena, conf, &port, &oidc) == OK ||
            !strstr(err_text(), CASES[i].says))
            fail_msg("%s: %s", CASES[i].text, err_text());
    }
}

static void names_place_and_reason(void **state)
{
    struct oidc_port port = world_port(&world);
    struct conf *conf = NULL;
    struct oidc *oidc = NULL;

    (void)state;
    err_clear();
    assert_int_equal(world_conf(world.arena, SECTION "algorithms = HS256\n", &conf), OK);
    assert_int_equal(oidc_open_with(world.arena, conf, &port, &oidc), ERR_INPUT);
    assert_non_null(strstr(err_text(), ":6: [provider.demo] algorithms: only"));
}

static void reads_several(void **state)
{
    struct oidc_port port = world_port(&world);
    struct conf *conf = NULL;
    struct oidc *oidc = NULL;

    (void)state;
    err_clear();
    assert_int_equal(
        world_conf(world.arena,
                   SECTION "[provider.b]\nissuer = https://b.example\nclient_id = x\n"
                           "side = customers\nlink = invitation\nlabel_de = Bé\n",
                   &conf),
        OK);
    assert_int_equal(oidc_open_with(world.arena, conf, &port, &oidc), OK);
    assert_int_equal(oidc_count(oidc), 2);
    assert_true(str_is(oidc_at(oidc, 1)->label_de, "Bé"));
    assert_true(str_is(oidc_at(oidc, 1)->label_en, "b"));
    assert_ptr_equal(oidc_find(oidc, STR("b")), oidc_at(oidc, 1));
    assert_ptr_equal(oidc_of_issuer(oidc, STR(ISSUER)), oidc_at(oidc, 0));
    assert_null(oidc_find(oidc, STR("c")));
    assert_int_equal(world_conf(world.arena,
                                SECTION
                                "[provider.b]\nissuer = " ISSUER
                                "\nclient_id = x\nside = customers\ncompany_claim = o\n",
                                &conf),
                     OK);
    assert_int_equal(oidc_open_with(world.arena, conf, &port, &oidc), ERR_INPUT);
    assert_non_null(strstr(err_text(), "second provider with this issuer"));
}

/* ---- discovery ------------------------------------------------------------------------------ */

static enum oidc_verdict discover(const char *document, const char *conf)
{
    struct oidc *oidc;
    struct oidc_call call;
    const struct oidc_metadata *metadata = NULL;

    world.page_count = 0;
    world_page(&world, ISSUER "/.well-known/openid-configuration")->body =
        quoted(world.arena, document);
    oidc = world_open(&world, conf);
    call = oidc_call_begin(oidc, oidc_at(oidc, 0));
    return oidc_metadata(&call, &metadata);
}

/* The good document with one text replaced. */
static const char *with(const char *old, const char *new)
{
    struct str text = str_format(world.arena, DISCOVERY, "");
    ssize_t at = str_find(text, str_from(old));

    assert_true(at >= 0);
    return str_format(world.arena, "%.*s%s%s", (int)at, text.ptr, new,
                      text.ptr + at + strlen(old))
        .ptr;
}

static void judges_discovery(void **state)
{
    (void)state;
    assert_int_equal(discover(with("code'", "code'"), ""), OIDC_OK);
    assert_int_equal(discover(with(ISSUER "'", ISSUER "/'"), ""), OIDC_DISCOVERY_ISSUER);
    assert_int_equal(discover(with("'issuer'", "'issuex'"), ""), OIDC_DISCOVERY_ISSUER);
    assert_int_equal(discover(with(ISSUER "/token", "http://idp.example.org/token"), ""),
                     OIDC_DISCOVERY_ENDPOINT);
    assert_int_equal(discover(with(ISSUER "/token", "https://evil.example/token"), ""),
                     OIDC_DISCOVERY_ENDPOINT);
    assert_int_equal(discover(with(ISSUER "/token", "https://idp.example.org:444/t"), ""),
                     OIDC_DISCOVERY_ENDPOINT);
    assert_int_equal(
        discover(with(ISSUER "/token", "https://idp.example.org@evil.example/"), ""),
        OIDC_DISCOVERY_ENDPOINT);
    assert_int_equal(
        discover(with(ISSUER "/token", "https://evil.example\\\\@idp.example.org/"), ""),
        OIDC_DISCOVERY_ENDPOINT);
    assert_int_equal(
        discover(with(ISSUER "/token", "https://t.example/token"), "hosts = t.example\n"),
        OIDC_OK);
    assert_int_equal(discover(with(ISSUER "/token", "https://idp.example.org:443/t"), ""),
                     OIDC_OK);
    assert_int_equal(discover(with("'jwks_uri'", "'jwks'"), ""), OIDC_DISCOVERY_ENDPOINT);
    assert_int_equal(discover(with(ISSUER "/end", "https://evil.example/end"), ""),
                     OIDC_DISCOVERY_ENDPOINT);
    /* What is not used may be anywhere. */
    assert_int_equal(
        discover(with(ISSUER "/end", "https://evil.example/end"), "logout = no\n"),
        OIDC_OK);
    assert_int_equal(discover(with(ISSUER "/me", "https://graph.example/me"), ""),
                     OIDC_OK);
    assert_int_equal(
        discover(with(ISSUER "/me", "https://graph.example/me"), "userinfo = yes\n"),
        OIDC_DISCOVERY_ENDPOINT);
    assert_int_equal(discover(with("'S256'", "'plain'"), ""), OIDC_DISCOVERY_UNFIT);
    assert_int_equal(discover(with("['code']", "['token']"), ""), OIDC_DISCOVERY_UNFIT);
    assert_int_equal(discover(with("['RS256','ES256']", "['HS256','none']"), ""),
                     OIDC_DISCOVERY_UNFIT);
    assert_int_equal(discover("{'issuer':'a','issuer':'" ISSUER "'}", ""), OIDC_GARBAGE);
    assert_int_equal(discover("<html>", ""), OIDC_GARBAGE);
    assert_int_equal(discover("", ""), OIDC_GARBAGE);
}

/* ---- caches --------------------------------------------------------------------------------- */

#define SECONDS(n) (INT64_C(n) * US_PER_S)

static void keeps_documents_for_a_while(void **state)
{
    struct oidc *oidc;
    struct oidc_call call;
    const struct oidc_metadata *metadata = NULL;
    const struct jws_keys *keys = NULL;
    struct world_page *discovery;
    struct world_page *jwks;

    (void)state;
    world.page_count = 0;
    world.ticks = SECONDS(1000);
    world_documents(&world, "");
    discovery = world_page(&world, ISSUER "/.well-known/openid-configuration");
    jwks = world_page(&world, ISSUER "/keys");
    discovery->max_age_s = 120;
    oidc = world_open(&world, "");
    call = oidc_call_begin(oidc, oidc_at(oidc, 0));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(oidc_metadata(&call, &metadata), OIDC_OK);
        assert_int_equal(oidc_keys(&call, false, &keys), OIDC_OK);
    }
    assert_int_equal(discovery->asked, 1);
    assert_int_equal(jwks->asked, 1);
    world.ticks += SECONDS(121);
    assert_int_equal(oidc_keys(&call, false, &keys), OIDC_OK);
    assert_int_equal(discovery->asked, 2);
    assert_int_equal(jwks->asked, 1);
    world.ticks += SECONDS(600);
    assert_int_equal(oidc_keys(&call, false, &keys), OIDC_OK);
    assert_int_equal(jwks->asked, 2);
}

static void asks_for_an_unknown_key_now_and_then(void **state)
{
    struct oidc *oidc;
    struct oidc_call call;
    struct jws token;
    struct world_page *jwks;
    struct str rotated = str_format(world.arena, "{\"keys\":[%s]}",
                                    public_part(world.arena, world.rsa, "r2").ptr);
    struct str by_new =
        signed_with(world.arena, world.rsa, "{'alg':'RS256','kid':'r2'}", "{'sub':'x'}");
    struct str by_none =
        signed_with(world.arena, world.rsa, "{'alg':'RS256','kid':'r3'}", "{'sub':'x'}");

    (void)state;
    world.page_count = 0;
    world.ticks = SECONDS(1000);
    world_documents(&world, "");
    jwks = world_page(&world, ISSUER "/keys");
    oidc = world_open(&world, "");
    call = oidc_call_begin(oidc, oidc_at(oidc, 0));
    /* The first fetch is just now: nothing newer can be there. */
    assert_int_equal(oidc_token_verify(&call, world.arena, by_new, &token),
                     OIDC_TOKEN_KEY);
    assert_int_equal(jwks->asked, 1);
    world.ticks += SECONDS(10);
    jwks->body = rotated;
    assert_int_equal(oidc_token_verify(&call, world.arena, by_new, &token), OIDC_OK);
    assert_int_equal(jwks->asked, 2);
    /* A flood of tokens with unknown keys is one question in 10 seconds. */
    for (int i = 0; i < 50; i++)
        assert_int_equal(oidc_token_verify(&call, world.arena, by_none, &token),
                         OIDC_TOKEN_KEY);
    assert_int_equal(jwks->asked, 2);
    world.ticks += SECONDS(10);
    assert_int_equal(oidc_token_verify(&call, world.arena, by_none, &token),
                     OIDC_TOKEN_KEY);
    assert_int_equal(jwks->asked, 3);
}

static void leaves_alone_what_is_away(void **state)
{
    struct oidc *oidc;
    struct oidc_call call;
    const struct oidc_metadata *metadata = NULL;
    struct world_page *discovery;

    (void)state;
    world.page_count = 0;
    world.ticks = SECONDS(1000);
    world_documents(&world, "");
    discovery = world_page(&world, ISSUER "/.well-known/openid-configuration");
    discovery->outcome = FETCH_AWAY;
    oidc = world_open(&world, "");
    call = oidc_call_begin(oidc, oidc_at(oidc, 0));
    for (int i = 0; i < 5; i++)
        assert_int_equal(oidc_metadata(&call, &metadata), OIDC_AWAY);
    assert_int_equal(discovery->asked, 1);
    world.ticks += SECONDS(5);
    discovery->outcome = FETCH_DONE;
    discovery->status = 302;
    assert_int_equal(oidc_metadata(&call, &metadata), OIDC_GARBAGE);
    world.ticks += SECONDS(5);
    discovery->status = 200;
    assert_int_equal(oidc_metadata(&call, &metadata), OIDC_OK);
    /* Good documents do not outlive their time because newer ones cannot be had. */
    world.ticks += SECONDS(3601);
    discovery->outcome = FETCH_AWAY;
    assert_int_equal(oidc_metadata(&call, &metadata), OIDC_AWAY);
}

static void probes_past_the_caches(void **state)
{
    struct oidc *oidc;
    struct oidc_probe probe = {0};

    (void)state;
    world.page_count = 0;
    world_documents(&world, "");
    oidc = world_open(&world, "");
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(oidc_probe(oidc, world.arena, oidc_at(oidc, 0), &probe),
                         OIDC_OK);
        assert_int_equal(world_page(&world, ISSUER "/keys")->asked, i);
    }
    assert_int_equal(probe.key_count, 2);
    assert_true(probe.has_logout);
    assert_false(probe.has_iss_parameter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_bad_configuration),
        cmocka_unit_test(names_place_and_reason),
        cmocka_unit_test(reads_several),
        cmocka_unit_test(judges_discovery),
        cmocka_unit_test(keeps_documents_for_a_while),
        cmocka_unit_test(asks_for_an_unknown_key_now_and_then),
        cmocka_unit_test(leaves_alone_what_is_away),
        cmocka_unit_test(probes_past_the_caches),
    };

    return cmocka_run_group_tests(tests, up, down);
}
