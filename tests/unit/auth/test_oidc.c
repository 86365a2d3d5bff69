/* A sign-on by a provider, without network: what is sent there, and each way in which an answer may be wrong. */
#include "oidc_world.h"

#include "base/secret.h"

static struct oidc *oidc;
static struct oidc_try attempt;
static const struct oidc_place PLACE = {{"https://k.example/cb", 20}, {"de", 2}};

static void begin(const char *more_conf, const char *more_discovery)
{
    world.page_count = 0;
    world_documents(&world, more_discovery);
    oidc = world_open(&world, more_conf);
    attempt = (struct oidc_try){0};
    oidc_try_begin(world.arena, oidc_at(oidc, 0), NOW, &attempt);
}

/* ---- there ---------------------------------------------------------------------------------- */

static bool has(struct str url, const char *part)
{
    return str_find(url, str_from(part)) >= 0;
}

static void asks_for_all_it_needs(void **state)
{
    struct str url;
    uint8_t digest[SHA256_BYTES];

    (void)state;
    begin("required_acr = a b\nmax_age_minutes = 5\n", "");
    assert_int_equal(oidc_begin(oidc, world.arena, &attempt, &PLACE, &url), OIDC_OK);
    assert_true(
        str_starts(url, STR(ISSUER "/auth?response_type=code&client_id=kontor&")));
    assert_true(has(url, "&redirect_uri=https%3A%2F%2Fk.example%2Fcb&"));
    assert_true(has(url, "&scope=openid%20profile%20email&"));
    assert_true(has(url, "&code_challenge_method=S256&ui_locales=de&acr_values=a%20b&"));
    assert_true(has(url, "&max_age=300"));
    assert_true(has(url, str_format(world.arena, "&state=%s&", attempt.state.ptr).ptr));
    assert_true(has(url, str_format(world.arena, "&nonce=%s&", attempt.nonce.ptr).ptr));
    sha256(attempt.verifier, digest);
    assert_true(has(url, str_base64url(world.arena, digest, sizeof(digest)).ptr));
    assert_false(has(url, attempt.verifier.ptr));
    assert_int_equal(attempt.state.len, 43);
    assert_false(str_eq(attempt.state, attempt.nonce));
    assert_false(str_eq(attempt.nonce, attempt.verifier));
    attempt.purpose = OIDC_STEP_UP;
    assert_int_equal(oidc_begin(oidc, world.arena, &attempt, &PLACE, &url), OIDC_OK);
    assert_true(has(url, "&prompt=login&max_age=0"));
}

static void a_try_lives_sealed(void **state)
{
    struct conf *conf = NULL;
    struct seal_keys *keys = NULL;
    struct oidc_try back = {0};
    struct str text;
    char path[] = "/tmp/kontor-oidc-key-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd,
                           "00112233445566778899aabbccddeeff00112233445566778899aabbccdd"
                           "eeff\n",
                           65),
                     65);
    assert_int_equal(close(fd), 0);
    begin("", "");
    assert_int_equal(
        world_conf(world.arena,
                   str_format(world.arena, "[login]\nkey_file = %s\n", path).ptr, &conf),
        OK);
    assert_int_equal(seal_keys_open(world.arena, conf, &keys), OK);
    assert_int_equal(unlink(path), 0);
    attempt.return_to = STR("/requests/R-1?x=ü");
    attempt.person_id = 42;
    attempt.purpose = OIDC_STEP_UP;
    text = oidc_try_seal(world.arena, keys, &attempt);
    assert_true(str_find(text, attempt.verifier) < 0);
    assert_int_equal(oidc_try_open(world.arena, keys, text, &back), OK);
    assert_true(str_eq(back.state, attempt.state) && str_eq(back.nonce, attempt.nonce) &&
                str_eq(back.verifier, attempt.verifier) &&
                str_eq(back.return_to, attempt.return_to) &&
                str_eq(back.provider, STR("demo")));
    assert_int_equal(back.person_id, 42);
    assert_int_equal(back.purpose, OIDC_STEP_UP);
    assert_int_equal(back.began_at, NOW);
    text.len--;
    assert_int_not_equal(oidc_try_open(world.arena, keys, text, &back), OK);
    assert_int_not_equal(oidc_try_open(world.arena, keys, STR("x"), &back), OK);
    assert_false(oidc_try_is_over(&attempt, NOW + OIDC_TRY_US));
    assert_true(oidc_try_is_over(&attempt, NOW + OIDC_TRY_US + 1));
    assert_true(oidc_try_is_over(&attempt, NOW - 60 * US_PER_S));
    assert_int_equal(oidc_state_mark(attempt.state).len, 8);
    assert_null(oidc_state_mark(STR("short")).ptr);
    assert_null(oidc_state_mark(STR("....;....=.............................1234")).ptr);
}

/* ---- back: the query -------------------------------------------------------------------------- */

static enum oidc_verdict answer(struct str state, const char *code, const char *iss,
                                const char *error)
{
    struct oidc_answer query = {state, str_from(code), str_from(iss), str_from(error)};

    return oidc_answer_check(oidc, world.arena, &attempt, &query);
}

static void checks_the_query(void **state)
{
    (void)state;
    begin("", "");
    assert_int_equal(answer(attempt.state, "c", NULL, NULL), OIDC_OK);
    assert_int_equal(answer(attempt.state, "c", ISSUER, NULL), OIDC_OK);
    assert_int_equal(answer(STR_NONE, "c", NULL, NULL), OIDC_STATE);
    assert_int_equal(answer(STR(""), "c", NULL, NULL), OIDC_STATE);
    assert_int_equal(answer(attempt.nonce, "c", NULL, NULL), OIDC_STATE);
    assert_int_equal(answer(str_sub(attempt.state, 0, 42), "c", NULL, NULL), OIDC_STATE);
    assert_int_equal(answer(attempt.state, "c", ISSUER "/", NULL), OIDC_ISS_WRONG);
    assert_int_equal(answer(attempt.state, "c", "https://evil.example", NULL),
                     OIDC_ISS_WRONG);
    assert_int_equal(answer(attempt.state, NULL, NULL, NULL), OIDC_CODE_MISSING);
    assert_int_equal(answer(attempt.state, "", NULL, NULL), OIDC_CODE_MISSING);
    assert_int_equal(answer(attempt.state, NULL, NULL, "access_denied"), OIDC_DENIED);
    assert_int_equal(answer(attempt.state, "c", NULL, "server_error"),
                     OIDC_PROVIDER_ERROR);
    begin("", ",'authorization_response_iss_parameter_supported':true");
    assert_int_equal(answer(attempt.state, "c", ISSUER, NULL), OIDC_OK);
    assert_int_equal(answer(attempt.state, "c", NULL, NULL), OIDC_ISS_MISSING);
    assert_int_equal(answer(attempt.state, NULL, NULL, "access_denied"),
                     OIDC_ISS_MISSING);
}

/* ---- back: the token -------------------------------------------------------------------------- */

/* Claims of a good token; %s take what a case changes. A member that comes twice would be malformed, so a case
 * names what it leaves out. */
static struct str claims(const char *without, const char *more)
{
    const char *const members[][2] = {
        {"iss", "'iss':'" ISSUER "'"},
        {"aud", "'aud':'" CLIENT "'"},
        {"sub", "'sub':'s-1'"},
        {"nonce", NULL},
        {"exp", "'exp':1790000300"},
        {"iat", "'iat':1790000000"},
        {"login", "'preferred_username':'anna'"},
        {"groups", "'groups':['admin','x']"},
    };
    struct buf text = buf_init(world.arena, 1 << 20);

    buf_put_c(&text, "{");
    for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
        if (strcmp(members[i][0], without) == 0)
            continue;
        if (text.len > 1)
            buf_put_char(&text, ',');
        if (members[i][1])
            buf_put_c(&text, members[i][1]);
        else
            buf_format(&text, "'nonce':'%.*s'", STR_ARG(attempt.nonce));
    }
    if (*more)
        buf_format(&text, ",%s", more);
    buf_put_c(&text, "}");
    return str_copy(world.arena, buf_str(&text));
}

static struct oidc_proof proof;

static enum oidc_verdict finish_with(struct str token, const char *access_token,
                                     instant_us now)
{
    struct world_page *page = world_page(&world, ISSUER "/token");

    page->status = 200;
    page->body = str_format(world.arena,
                            "{\"token_type\":\"Bearer\",\"access_token\":\"%s\",\"id_"
                            "token\":\"%.*s\"}",
                            access_token, STR_ARG(token));
    proof = (struct oidc_proof){0};
    return oidc_finish(oidc, world.arena, &attempt, &PLACE, STR("the code"), now, &proof);
}

static enum oidc_verdict finish(const char *without, const char *more)
{
    enum oidc_verdict verdict =
        finish_with(signed_with(world.arena, world.rsa, "{'alg':'RS256','kid':'r1'}",
                                claims(without, more).ptr),
                    "at", NOW);

    assert_int_equal(proof.identity.subject.ptr != NULL, verdict == OIDC_OK);
    return verdict;
}

static void redeems_the_code(void **state)
{
    struct world_page *page;

    (void)state;
    begin("", "");
    assert_int_equal(finish("", ""), OIDC_OK);
    page = world_page(&world, ISSUER "/token");
    assert_true(has(page->form, "grant_type=authorization_code&code=the%20code&"));
    assert_true(
        has(page->form, str_format(world.arena, "code_verifier=%s&client_id=kontor",
                                   attempt.verifier.ptr)
                            .ptr));
    assert_null(page->authorization.ptr);
    assert_true(str_is(proof.identity.issuer, ISSUER));
    assert_true(str_is(proof.identity.subject, "s-1"));
    assert_true(str_is(proof.identity.provider_issuer, ISSUER));
    assert_true(str_is(proof.identity.login, "anna"));
    assert_true(proof.identity.is_staff);
    assert_int_equal(proof.identity.roles, 1u << ROLE_STAFF_ADMIN);
    assert_false(proof.identity.second_factor);
    assert_int_equal(proof.signed_on_at, INSTANT_NONE);

    page->status = 400;
    page->body = STR("{\"error\":\"invalid_grant\"}");
    assert_int_equal(
        oidc_finish(oidc, world.arena, &attempt, &PLACE, STR("c"), NOW, &proof),
        OIDC_CODE_REFUSED);
    page->status = 401;
    page->body = STR("{\"error\":\"invalid_client\"}");
    assert_int_equal(
        oidc_finish(oidc, world.arena, &attempt, &PLACE, STR("c"), NOW, &proof),
        OIDC_CLIENT_REFUSED);
    page->status = 200;
    page->body = STR("{}");
    assert_int_equal(
        oidc_finish(oidc, world.arena, &attempt, &PLACE, STR("c"), NOW, &proof),
        OIDC_TOKEN_MISSING);
    page->body = STR("[]");
    assert_int_equal(
        oidc_finish(oidc, world.arena, &attempt, &PLACE, STR("c"), NOW, &proof),
        OIDC_GARBAGE);
    page->status = 503;
    assert_int_equal(
        oidc_finish(oidc, world.arena, &attempt, &PLACE, STR("c"), NOW, &proof),
        OIDC_AWAY);
    page->status = 302;
    page->body = STR("");
    assert_int_equal(
        oidc_finish(oidc, world.arena, &attempt, &PLACE, STR("c"), NOW, &proof),
        OIDC_GARBAGE);
}

static void checks_each_claim(void **state)
{
    static const struct {
        const char *without;
        const char *more;
        enum oidc_verdict verdict;
    } CASES[] = {
        {"iss", "'iss':'" ISSUER "/'", OIDC_TOKEN_ISSUER},
        {"iss", "'iss':'https://evil.example'", OIDC_TOKEN_ISSUER},
        {"iss", "'iss':['" ISSUER "']", OIDC_TOKEN_ISSUER},
        {"iss", "", OIDC_TOKEN_ISSUER},
        {"aud", "", OIDC_TOKEN_AUDIENCE},
        {"aud", "'aud':'other'", OIDC_TOKEN_AUDIENCE},
        {"aud", "'aud':['" CLIENT "','other']", OIDC_TOKEN_AUDIENCE},
        {"aud", "'aud':[]", OIDC_TOKEN_AUDIENCE},
        {"aud", "'aud':['" CLIENT "']", OIDC_OK},
        {"", "'azp':'other'", OIDC_TOKEN_AZP},
        {"", "'azp':7", OIDC_TOKEN_AZP},
        {"", "'azp':'" CLIENT "'", OIDC_OK},
        {"exp", "", OIDC_TOKEN_EXPIRED},
        {"exp", "'exp':'1790000300'", OIDC_TOKEN_EXPIRED},
        {"exp", "'exp':1789999940", OIDC_TOKEN_EXPIRED},
        {"exp", "'exp':1789999941", OIDC_OK},
        {"exp", "'exp':-1", OIDC_TOKEN_EXPIRED},
        {"exp", "'exp':1e300", OIDC_TOKEN_EXPIRED},
        {"exp", "'exp':1790000300.75", OIDC_OK},
        {"", "'nbf':1790000061", OIDC_TOKEN_NOT_YET},
        {"", "'nbf':1790000060", OIDC_OK},
        {"", "'nbf':'soon'", OIDC_TOKEN_NOT_YET},
        {"iat", "", OIDC_TOKEN_ISSUED_AT},
        {"iat", "'iat':1790000061", OIDC_TOKEN_ISSUED_AT},
        {"iat", "'iat':1789999900", OIDC_TOKEN_ISSUED_AT},
        {"nonce", "", OIDC_TOKEN_NONCE},
        {"nonce", "'nonce':'x'", OIDC_TOKEN_NONCE},
        {"nonce", "'nonce':null", OIDC_TOKEN_NONCE},
        {"sub", "", OIDC_TOKEN_SUBJECT},
        {"sub", "'sub':''", OIDC_TOKEN_SUBJECT},
        {"sub", "'sub':7", OIDC_TOKEN_SUBJECT},
        {"sub", "'sub':'a\\u0001'", OIDC_TOKEN_SUBJECT},
        {"", "'at_hash':'AAAA'", OIDC_TOKEN_AT_HASH},
        {"", "'at_hash':7", OIDC_TOKEN_AT_HASH},
    };

    (void)state;
    begin("", "");
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        enum oidc_verdict verdict = finish(CASES[i].without, CASES[i].more);

        if (verdict != CASES[i].verdict)
            fail_msg("without %s, with %s: %s", CASES[i].without, CASES[i].more,
                     oidc_reason(verdict));
    }
    {
        char *sub = arena_alloc(world.arena, 300);

        memset(sub, 's', 256);
        assert_int_equal(finish("sub", str_format(world.arena, "'sub':'%s'", sub).ptr),
                         OIDC_TOKEN_SUBJECT);
        sub[255] = '\0';
        assert_int_equal(finish("sub", str_format(world.arena, "'sub':'%s'", sub).ptr),
                         OIDC_OK);
    }
    assert_int_equal(
        finish("", str_format(world.arena, "'at_hash':'%s'",
                              jws_half_hash(world.arena, JWS_RS256, STR("at")).ptr)
                       .ptr),
        OIDC_OK);
}

static void checks_the_header(void **state)
{
    struct str good;
    struct str body;
    char *changed;

    (void)state;
    begin("", "");
    good = claims("", "");
    assert_int_equal(
        finish_with(signed_with(world.arena, world.rsa,
                                "{'alg':'RS256','kid':'r1','typ':'JWT'}", good.ptr),
                    "at", NOW),
        OIDC_OK);
    assert_int_equal(
        finish_with(signed_with(world.arena, world.rsa,
                                "{'alg':'RS256','kid':'r1','typ':'logout+jwt'}",
                                good.ptr),
                    "at", NOW),
        OIDC_TOKEN_TYPE);
    assert_int_equal(
        finish_with(signed_with(world.arena, world.rsa,
                                "{'alg':'RS256','kid':'r1','typ':'at+jwt'}", good.ptr),
                    "at", NOW),
        OIDC_TOKEN_TYPE);
    assert_int_equal(
        finish_with(unsigned_token(world.arena, "{'alg':'none'}", good.ptr, ""), "at",
                    NOW),
        OIDC_TOKEN_ALGORITHM);
    assert_int_equal(finish_with(signed_with(world.arena, world.rsa,
                                             "{'alg':'RS384','kid':'r1'}", good.ptr),
                                 "at", NOW),
                     OIDC_TOKEN_ALGORITHM);
    assert_int_equal(
        finish_with(signed_with(world.arena, world.rsa,
                                "{'alg':'RS256','kid':'r1','crit':['x']}", good.ptr),
                    "at", NOW),
        OIDC_TOKEN_CRITICAL);
    body = signed_with(world.arena, world.rsa, "{'alg':'RS256','kid':'r1'}", good.ptr);
    body = str_copy(world.arena, body);
    /* Another letter of the alphabet: a token that cannot be read is another matter. */
    changed = (char *)(uintptr_t)body.ptr + body.len - 20;
    *changed = *changed == 'B' ? 'C' : 'B';
    assert_int_equal(finish_with(body, "at", NOW), OIDC_TOKEN_SIGNATURE);
    assert_int_equal(finish_with(STR("a.b.c"), "at", NOW), OIDC_TOKEN_MALFORMED);
    assert_int_equal(finish_with(signed_with(world.arena, world.ec,
                                             "{'alg':'ES256','kid':'e1'}", good.ptr),
                                 "at", NOW),
                     OIDC_OK);
}

static void checks_how_the_person_was_asked(void **state)
{
    (void)state;
    begin("required_acr = gold silver\n", "");
    assert_int_equal(finish("", ""), OIDC_TOKEN_ACR);
    assert_int_equal(finish("", "'acr':'bronze'"), OIDC_TOKEN_ACR);
    assert_int_equal(finish("", "'acr':['gold']"), OIDC_TOKEN_ACR);
    assert_int_equal(finish("", "'acr':'silver'"), OIDC_OK);

    begin("second_factor_acr = gold\nsecond_factor_amr = mfa otp\n", "");
    assert_int_equal(finish("", "'acr':'silver','amr':['pwd']"), OIDC_OK);
    assert_false(proof.identity.second_factor);
    assert_int_equal(finish("", "'acr':'gold'"), OIDC_OK);
    assert_true(proof.identity.second_factor);
    assert_int_equal(finish("", "'amr':['pwd','otp']"), OIDC_OK);
    assert_true(proof.identity.second_factor);
    assert_int_equal(finish("", "'amr':{'otp':true}"), OIDC_OK);
    assert_false(proof.identity.second_factor);

    begin("max_age_minutes = 10\n", "");
    assert_int_equal(finish("", ""), OIDC_TOKEN_AUTH_TIME);
    assert_int_equal(finish("", "'auth_time':1789999339"), OIDC_TOKEN_AUTH_TIME);
    assert_int_equal(finish("", "'auth_time':1789999340"), OIDC_OK);
    assert_int_equal(finish("", "'auth_time':1790000061"), OIDC_TOKEN_AUTH_TIME);
    assert_int_equal(proof.signed_on_at, 0);

    begin("", "");
    attempt.purpose = OIDC_STEP_UP;
    assert_int_equal(finish("", ""), OIDC_TOKEN_AUTH_TIME);
    assert_int_equal(finish("", "'auth_time':1789999939"), OIDC_TOKEN_AUTH_TIME);
    assert_int_equal(finish("", "'auth_time':1790000000"), OIDC_OK);
    assert_int_equal(proof.signed_on_at, NOW);
}

/* ---- who it is ------------------------------------------------------------------------------ */

static void maps_roles(void **state)
{
    (void)state;
    begin("role_map = grp-desk=intake CN=x=lead\nteam_claim = teams\n", "");
    assert_int_equal(finish("groups", "'groups':['admin','grp-desk','CN=x'],'teams':"
                                      "['service',7,'it']"),
                     OIDC_OK);
    assert_int_equal(proof.identity.roles,
                     1u << ROLE_STAFF_INTAKE | 1u << ROLE_STAFF_LEAD);
    assert_int_equal(proof.identity.team_count, 2);
    assert_int_equal(finish("groups", "'groups':'grp-desk'"), OIDC_OK);
    assert_int_equal(proof.identity.roles, 1u << ROLE_STAFF_INTAKE);
    assert_int_equal(finish("groups", "'groups':{'grp-desk':1}"), OIDC_OK);
    assert_int_equal(proof.identity.roles, 0);

    /* Roles of a company are nobody's to say. */
    begin("", "");
    assert_int_equal(finish("groups", "'groups':['coordinator','applicant']"), OIDC_OK);
    assert_int_equal(proof.identity.roles, 0);

    world.page_count = 0;
    world_documents(&world, "");
    {
        struct oidc_port port = world_port(&world);
        struct conf *conf = NULL;

        assert_int_equal(world_conf(world.arena,
                                    "[provider.demo]\nissuer = " ISSUER
                                    "\nclient_id = " CLIENT
                                    "\nside = staff\nrole_claim = realm_access.roles\n",
                                    &conf),
                         OK);
        assert_int_equal(oidc_open_with(world.arena, conf, &port, &oidc), OK);
    }
    assert_int_equal(finish("", "'realm_access':{'roles':['lead']}"), OIDC_OK);
    assert_int_equal(proof.identity.roles, 1u << ROLE_STAFF_LEAD);
}

static void takes_no_mail_that_is_not_confirmed(void **state)
{
    (void)state;
    begin("", "");
    assert_int_equal(finish("", "'email':'a@b.example'"), OIDC_OK);
    assert_true(str_is(proof.identity.email, "a@b.example"));
    assert_int_equal(finish("", "'email':'a@b.example','email_verified':false"), OIDC_OK);
    assert_null(proof.identity.email.ptr);
    /* A login that is a mail address has to be one that the provider has seen work. */
    begin("login_claim = email\n", "");
    assert_int_equal(finish("", "'email':'a@b.example'"), OIDC_OK);
    assert_null(proof.identity.login.ptr);
    assert_int_equal(finish("", "'email':'a@b.example','email_verified':true"), OIDC_OK);
    assert_true(str_is(proof.identity.login, "a@b.example"));
}

static void asks_userinfo_for_what_is_missing(void **state)
{
    (void)state;
    begin("userinfo = yes\n", "");
    world_page(&world, ISSUER "/me")->body =
        STR("{\"sub\":\"s-1\",\"name\":\"Anna\",\"email\":\"a@b.example\",\"groups\":["
            "\"lead\"]}");
    assert_int_equal(finish("", ""), OIDC_OK);
    assert_true(str_is(proof.identity.display_name, "Anna"));
    assert_int_equal(proof.identity.roles, 1u << ROLE_STAFF_ADMIN); /* the token's word */
    assert_true(str_is(world_page(&world, ISSUER "/me")->authorization, "Bearer at"));
    world_page(&world, ISSUER "/me")->body = STR("{\"sub\":\"s-2\",\"name\":\"Eva\"}");
    assert_int_equal(finish("", ""), OIDC_TOKEN_SUBJECT);
    world_page(&world, ISSUER "/me")->status = 401;
    assert_int_equal(finish("", ""), OIDC_GARBAGE);
}

/* ---- logout tokens ---------------------------------------------------------------------------- */

#define EVENTS "'events':{'http://schemas.openid.net/event/backchannel-logout':{}}"

static enum oidc_verdict logout(const char *header, const char *text,
                                struct oidc_logout *out)
{
    struct str all = str_format(world.arena,
                                "{'iss':'" ISSUER "','aud':'" CLIENT
                                "','iat':1790000000,'exp':1790000120%s%s}",
                                *text ? "," : "", text);

    return oidc_logout_check(oidc, world.arena, oidc_at(oidc, 0),
                             signed_with(world.arena, world.rsa, header, all.ptr), NOW,
                             out);
}

static void judges_logout_tokens(void **state)
{
    static const char HEADER[] = "{'alg':'RS256','kid':'r1','typ':'logout+jwt'}";
    struct oidc_logout out = {0};

    (void)state;
    begin("", "");
    assert_int_equal(logout(HEADER, "'jti':'j','sub':'s-1','sid':'x'," EVENTS, &out),
                     OIDC_OK);
    assert_true(str_is(out.jti, "j") && str_is(out.subject, "s-1") &&
                str_is(out.sid, "x"));
    assert_int_equal(out.expires_at, (NOW_S + 120 + 60) * US_PER_S);
    assert_int_equal(
        logout("{'alg':'RS256','kid':'r1'}", "'jti':'j','sid':'x'," EVENTS, &out),
        OIDC_OK);
    assert_null(out.subject.ptr);
    assert_int_equal(logout(HEADER, "'jti':'j','sub':'s-1','nonce':'n'," EVENTS, &out),
                     OIDC_LOGOUT_NONCE);
    assert_int_equal(logout(HEADER, "'jti':'j','sub':'s-1'", &out), OIDC_LOGOUT_EVENTS);
    assert_int_equal(logout(HEADER, "'jti':'j','sub':'s-1','events':{}", &out),
                     OIDC_LOGOUT_EVENTS);
    assert_int_equal(
        logout(HEADER,
               "'jti':'j','sub':'s-1','events':['http://schemas.openid.net/event/"
               "backchannel-logout']",
               &out),
        OIDC_LOGOUT_EVENTS);
    assert_int_equal(logout(HEADER, "'sub':'s-1'," EVENTS, &out), OIDC_LOGOUT_JTI);
    assert_int_equal(logout(HEADER, "'jti':'j'," EVENTS, &out), OIDC_LOGOUT_WHO);
    assert_int_equal(logout(HEADER, "'jti':'j','sub':''," EVENTS, &out), OIDC_LOGOUT_WHO);
    assert_int_equal(logout("{'alg':'RS256','kid':'r1','typ':'at+jwt'}",
                            "'jti':'j','sub':'s-1'," EVENTS, &out),
                     OIDC_TOKEN_TYPE);
    /* An ID token ends no session. */
    assert_int_equal(
        oidc_logout_check(oidc, world.arena, oidc_at(oidc, 0),
                          signed_with(world.arena, world.rsa,
                                      "{'alg':'RS256','kid':'r1'}", claims("", "").ptr),
                          NOW, &out),
        OIDC_LOGOUT_NONCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_for_all_it_needs),
        cmocka_unit_test(a_try_lives_sealed),
        cmocka_unit_test(checks_the_query),
        cmocka_unit_test(redeems_the_code),
        cmocka_unit_test(checks_each_claim),
        cmocka_unit_test(checks_the_header),
        cmocka_unit_test(checks_how_the_person_was_asked),
        cmocka_unit_test(maps_roles),
        cmocka_unit_test(takes_no_mail_that_is_not_confirmed),
        cmocka_unit_test(asks_userinfo_for_what_is_missing),
        cmocka_unit_test(judges_logout_tokens),
    };

    return cmocka_run_group_tests(tests, up, down);
}
