/* A session: its plan on the way through a second factor, its beginning, its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/sign_on/account_mail.h"
#include "sign_on_fixture.h"
#include "store/second_factor.h"

static struct session_plan plan;

static int setup_plan(void **state)
{
    plan = (struct session_plan){.person_id = 3,
                                 .company_id = 11,
                                 .identity_id = 5,
                                 .device = STR("Firefox, Windows"),
                                 .network = STR("192.0.2.7")};
    return setup(state);
}

/* ---- the plan ------------------------------------------------------------------------- */

static void a_plan_survives_waiting(void **state)
{
    struct session_plan got;

    (void)state;
    assert_int_equal(session_plan_read(arena, session_plan_json(arena, &plan), &got), OK);
    assert_int_equal(got.person_id, 3);
    assert_int_equal(got.company_id, 11);
    assert_int_equal(got.identity_id, 5);
    assert_false(got.by_provider || got.replaces || got.second_factor || got.returning);
    assert_int_equal(got.known_person_id, 0);
    assert_true(str_eq(got.device, plan.device) && str_eq(got.network, plan.network));
    assert_null(got.issuer.ptr);

    plan.by_provider = plan.replaces = true;
    memset(plan.replaces_sha256, 0xa5, SHA256_BYTES);
    plan.issuer = STR("https://id.example");
    plan.subject = STR("248289761001");
    plan.provider_sid = STR("sid-1");
    plan.returning = true;
    plan.known_person_id = 3;
    plan.proved_at = NOW - US_PER_S;
    assert_int_equal(session_plan_read(arena, session_plan_json(arena, &plan), &got), OK);
    assert_true(got.by_provider && got.replaces && got.returning);
    assert_int_equal(got.known_person_id, 3);
    assert_int_equal(got.proved_at, NOW - US_PER_S);
    assert_memory_equal(got.replaces_sha256, plan.replaces_sha256, SHA256_BYTES);
    assert_true(str_eq(got.issuer, plan.issuer) && str_eq(got.subject, plan.subject));
    assert_true(str_eq(got.provider_sid, plan.provider_sid));
}

static void what_is_no_plan(void **state)
{
    static const char *const ROWS[] = {
        "",
        "{}",
        "null",
        "[1]",
        "{\"person_id\":3}",
        "{\"person_id\":0,\"device\":\"\",\"network\":\"\"}",
        "{\"person_id\":3,\"device\":\"\",\"network\":\"\",\"replaces_sha256\":\"a5\"}"};
    struct session_plan got;

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
        assert_int_equal(session_plan_read(arena, str_from(ROWS[i]), &got), ERR_INTERNAL);
}

/* ---- the beginning -------------------------------------------------------------------- */

static void a_token_is_new_each_time(void **state)
{
    struct session_token a;
    struct session_token b;
    uint8_t digest[SHA256_BYTES];

    (void)state;
    a = session_token_new(arena);
    b = session_token_new(arena);
    assert_int_equal(a.text.len, 43);
    assert_false(str_eq(a.text, b.text));
    sha256(a.text, digest);
    assert_memory_equal(digest, a.sha256, SHA256_BYTES);
}

static void what_a_session_is_made_of(void **state)
{
    const struct fake_step plain[] = {STEP_SESSION, STEP_AUDIT, {0}};
    const struct fake_step full[] = {STEP("SQL_SESSION_END"),
                                     STEP_SESSION,
                                     STEP("SQL_SESSION_PROVIDER_INSERT"),
                                     STEP_AUDIT,
                                     {0}};
    const struct fake_step cut[] = {{.expect = "SQL_SESSION_INSERT", .error_code = 1030},
                                    {0}};
    struct session_token token;
    const struct db_param *params;

    (void)state;
    token = session_token_new(arena);
    play(plain);
    must(session_open(&actor, &plan, &token, policy.absolute_us));
    plan.by_provider = plan.replaces = true;
    plan.issuer = plan.subject = STR("x");
    play(full);
    must(session_open(&actor, &plan, &token, policy.absolute_us));
    plan.replaces = false;
    plan.second_factor = true;
    play(cut);
    assert_int_not_equal(session_open(&actor, &plan, &token, policy.absolute_us), OK);
    params = fake_params(fake);
    assert_memory_equal(params[0].str.ptr, token.sha256,
                        SHA256_BYTES); /* the hash only */
    assert_int_equal(params[1].i64, 3);
    assert_int_equal(params[2].i64, 5);
    assert_string_equal(str_c(arena, params[3].str), "provider");
    assert_int_equal(params[4].i64, 1);
    assert_true(params[8].time == NOW + policy.absolute_us);
    assert_string_equal(str_c(arena, params[9].str), "Firefox, Windows");
    assert_string_equal(str_c(arena, params[10].str), "192.0.2.7");
}

/* ---- from somewhere new --------------------------------------------------------------- */

static const bool never = false;
static const struct second_factor_owner owner = {
    STR("anna"), STR("Anna"), STR("a@x.example"), STR("de"), 11, false};
#define STEP_UNSEEN                                                                      \
    {                                                                                    \
        .expect = "SQL_SESSION_DEVICE_SEEN", ROWS_OF(never)                              \
    }
#define STEP_OWNER                                                                       \
    {                                                                                    \
        .expect = "SQL_SECOND_FACTOR_OWNER", ROWS_OF(owner)                              \
    }

/* Who was asked by the provider an hour ago has proved it an hour ago; nobody will prove it later. */
static void since_when_it_is_proved(void **state)
{
    const struct {
        instant_us said;
        instant_us want;
    } ROWS[] = {{0, NOW}, {NOW - 1, NOW - 1}, {NOW + 1, NOW}, {-1, NOW}};
    const struct fake_step cut[] = {{.expect = "SQL_SESSION_INSERT", .error_code = 1030},
                                    {0}};
    struct session_token token = session_token_new(arena);

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        plan.proved_at = ROWS[i].said;
        play(cut);
        assert_int_not_equal(session_open(&actor, &plan, &token, policy.absolute_us), OK);
        assert_int_equal(fake_params(fake)[5].time, NOW);
        assert_int_equal(fake_params(fake)[6].time, ROWS[i].want);
        assert_int_equal(fake_params(fake)[7].time, NOW);
    }
}

static void a_sign_on_from_somewhere_new_is_told(void **state)
{
    const struct fake_step first[] = {STEP_SESSION, STEP_AUDIT, {0}};
    const struct fake_step seen[] = {STEP_SEEN, STEP_SESSION, STEP_AUDIT, {0}};
    const struct fake_step told[] = {STEP_UNSEEN,  STEP_OWNER, STEP("SQL_OUTBOX_INSERT"),
                                     STEP_SESSION, STEP_AUDIT, {0}};
    const struct fake_step cut[] = {STEP_UNSEEN,
                                    STEP_OWNER,
                                    {.expect = "SQL_OUTBOX_INSERT", .error_code = 1030},
                                    {0}};
    struct session_token token;
    struct str payload;

    (void)state;
    token = session_token_new(arena);
    play(first); /* nobody is told of their first sign-on */
    must(session_open(&actor, &plan, &token, policy.absolute_us));
    plan.returning = true;
    play(seen);
    must(session_open(&actor, &plan, &token, policy.absolute_us));
    play(told);
    must(session_open(&actor, &plan, &token, policy.absolute_us));
    play(cut);
    assert_int_not_equal(session_open(&actor, &plan, &token, policy.absolute_us), OK);
    payload = fake_params(fake)[4].str;
    assert_true(str_find(payload, STR("Firefox, Windows")) > 0);
    assert_true(str_find(payload, STR("192.0.2.")) > 0);
    assert_true(str_find(payload, STR("192.0.2.7")) < 0);
    /* This person's browser; another person's is none. */
    plan.known_person_id = 4;
    play(told);
    must(session_open(&actor, &plan, &token, policy.absolute_us));
    plan.known_person_id = 3;
    play(first);
    must(session_open(&actor, &plan, &token, policy.absolute_us));
}

static void an_address_is_shortened(void **state)
{
    static const struct {
        const char *address;
        const char *shown;
    } ROWS[] = {{"192.0.2.7", "192.0.2.…"},
                {"::ffff:192.0.2.7", "192.0.2.…"},
                {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2:…"},
                {"::1", "0:0:0:0:…"},
                {"", ""},
                {"anna' OR 1=1", ""},
                {"192.0.2.7.8", ""}};

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
        assert_string_equal(str_c(arena, network_short(arena, str_from(ROWS[i].address))),
                            ROWS[i].shown);
}

/* ---- the end -------------------------------------------------------------------------- */

static void leaving_ends_the_session_or_says_so(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"), STEP("SQL_SESSION_END"), STEP_AUDIT, STEP("commit"), {0}};
    struct principal who = {.person_id = 3, .company_id = 11};
    struct fake_step cut[6];

    (void)state;
    play(steps);
    actor.principal = &who;
    must(sign_off(&actor, STR("x")));
    for (size_t n = 0; n < 4; n++) {
        memcpy(cut, steps, sizeof(*cut) * (n + 1));
        cut[n].error_code = 1030;
        cut[n + 1] = (struct fake_step){.expect = n > 0 ? "rollback" : NULL};
        cut[n + 2] = (struct fake_step){0};
        play(cut);
        actor.principal = &who;
        assert_int_not_equal(sign_off(&actor, STR("x")), OK);
        assert_true(fake_is_done(fake));
    }
}

static void what_is_kept_is_kept_for_its_writer(void **state)
{
    struct parked_post_row row = {STR("/requests"), STR("a=b")}, got;
    const struct fake_step steps[] = {{.expect = "SQL_PARKED_POST_FIND", ROWS_OF(row)},
                                      {0}};
    struct principal who = {.person_id = 3};
    const struct db_param *params;

    (void)state;
    play(steps);
    actor.principal = &who;
    must(sign_on_kept(&actor, STR("key"), &got));
    params = fake_params(fake);
    assert_int_equal(params[0].str.len, 32); /* the key's hash, never the key */
    assert_int_equal(params[1].i64, 3);
    assert_true(params[2].time == NOW - 30 * 60 * US_PER_S);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup_plan, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_plan_survives_waiting),
        T(what_is_no_plan),
        T(a_token_is_new_each_time),
        T(what_a_session_is_made_of),
        T(since_when_it_is_proved),
        T(a_sign_on_from_somewhere_new_is_told),
        T(an_address_is_shortened),
        T(leaving_ends_the_session_or_says_so),
        T(what_is_kept_is_kept_for_its_writer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
