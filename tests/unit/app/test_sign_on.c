/* One try: who is asked, what is counted, which verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sign_on_fixture.h"

static struct sign_on_result result;
static struct sign_on_input input;
static instant_us blocked_until;
static struct breaker_row breaker;

static int setup_try(void **state)
{
    input = (struct sign_on_input){
        .login = STR("anna"),
        .password = STR("right"),
        .entry = {.network = STR("192.0.2.7"), .page_language = STR("de")}};
    blocked_until = INSTANT_NONE;
    breaker.name = STR("directory:staff");
    return setup(state);
}

static enum err run(const struct fake_step *steps)
{
    play(steps);
    result = (struct sign_on_result){.verdict = SIGN_ON_WRONG, .wait_s = -1};
    return sign_on(&actor, &directory, &policy, &input, &result);
}

static enum sign_on_verdict verdict(const struct fake_step *steps)
{
    must(run(steps));
    return result.verdict;
}

#define STEP_BLOCKED                                                                     \
    {                                                                                    \
        .expect = "SQL_THROTTLE_BLOCKED", ROWS_OF(blocked_until)                         \
    }
#define STEP_BREAKERS STEP("SQL_BREAKERS_OPEN")
#define STEP_FAIL     STEP("SQL_THROTTLE_FAIL")
#define STEPS_ENTERING                                                                   \
    STEP("begin-write"), STEP_KNOWN, STEP_COMPANY, STEP_PERSON, STEP_BIND, STEP_SEEN,    \
        STEP_SESSION, STEP_AUDIT, STEP("commit")
#define STEPS_PURGE                                                                      \
    STEP("SQL_SESSION_PURGE"), STEP("SQL_PENDING_SIGN_ON_PURGE"),                        \
        STEP("SQL_PARKED_POST_PURGE"), STEP("SQL_THROTTLE_PURGE")

/* ---- right ---------------------------------------------------------------------------- */

static void a_right_password_opens_a_session_and_forgets_failures(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED,   STEP_BREAKERS,
                                      STEPS_ENTERING, STEP("SQL_THROTTLE_CLEAR"),
                                      STEPS_PURGE,    {0}};
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_int_equal(result.person_id, 3);
    assert_int_equal(result.token.len, 43);
    assert_int_equal(directory.tries, 1);
}

/* House-keeping rides along: its failure does not lock anybody out. */
static void a_failed_purge_is_nobodys_problem(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKERS,
                                      STEPS_ENTERING,
                                      STEP("SQL_THROTTLE_CLEAR"),
                                      {.expect = "SQL_SESSION_PURGE", .error_code = 1030},
                                      {0}};
    assert_int_equal(verdict(steps), SIGN_ON_OK);
}

/* Half-way in: nothing is purged for them, the failures are forgotten. */
static void a_second_factor_comes_before_the_session(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKERS,
                                      STEP("begin-write"),
                                      STEP_KNOWN,
                                      STEP_COMPANY,
                                      STEP_PERSON,
                                      STEP_BIND,
                                      STEP("SQL_PENDING_SIGN_ON_INSERT"),
                                      STEP("commit"),
                                      STEP("SQL_THROTTLE_CLEAR"),
                                      {0}};

    person.has_second_factor = true;
    assert_int_equal(verdict(steps), SIGN_ON_SECOND_FACTOR);
    assert_null(result.token.ptr);
    assert_int_equal(result.pending_token.len, 43);
}

/* ---- confirmed and refused ------------------------------------------------------------ */

static void the_directory_says_not_now(void **state)
{
    (void)state;
    static const struct {
        enum auth_verdict asked;
        enum sign_on_verdict told;
    } ROWS[] = {{AUTH_EXPIRED, SIGN_ON_EXPIRED},
                {AUTH_MUST_CHANGE, SIGN_ON_MUST_CHANGE},
                {AUTH_DISABLED, SIGN_ON_DISABLED}};
    const struct fake_step steps[] = {
        STEP_BLOCKED, STEP_BREAKERS, STEP_KNOWN, STEP_AUDIT, {0}};

    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        directory.verdict = ROWS[i].asked;
        assert_int_equal(verdict(steps), ROWS[i].told);
        assert_null(result.token.ptr);
        assert_null(result.pending_token.ptr);
    }
}

/* ---- wrong ---------------------------------------------------------------------------- */

/* Whatever the directory says without confirming the password, the same statements follow. */
static void wrong_costs_the_same(void **state)
{
    (void)state;
    static const enum auth_verdict ROWS[] = {AUTH_WRONG, AUTH_EMPTY_PASSWORD,
                                             AUTH_LOCKED};
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKERS,
                                      STEP_FAIL,
                                      STEP_FAIL,
                                      STEP("SQL_PERSON_ID_OF"),
                                      STEP_AUDIT,
                                      {0}};

    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        directory.verdict = ROWS[i];
        assert_int_equal(verdict(steps), SIGN_ON_WRONG);
        assert_int_equal(directory.tries, i + 1);
    }
}

static void too_many_tries_ask_nobody(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED, {0}};

    blocked_until = NOW + 1500000;
    assert_int_equal(verdict(steps), SIGN_ON_THROTTLED);
    assert_int_equal(result.wait_s, 2);
    assert_int_equal(directory.tries, 0);
}

/* The clock was hours ahead when this was noted, and has been set back. */
static void a_clock_that_was_set_back_locks_nobody_out(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED,   STEP_BREAKERS,
                                      STEPS_ENTERING, STEP("SQL_THROTTLE_CLEAR"),
                                      STEPS_PURGE,    {0}};

    blocked_until = NOW + 901 * US_PER_S;
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    const struct fake_step waits[] = {STEP_BLOCKED, {0}};
    blocked_until = NOW + 900 * US_PER_S;
    assert_int_equal(verdict(waits), SIGN_ON_THROTTLED);
}

/* ---- away ----------------------------------------------------------------------------- */

/* Each directory that is away gets a breaker of its own, and a try with an open one leaves it alone. */
static void a_directory_that_is_away_is_left_alone(void **state)
{
    (void)state;
    const struct fake_step first[] = {
        STEP_BLOCKED, STEP_BREAKERS, STEP("SQL_BREAKER_OPEN"), {0}};
    const struct fake_step next[] = {
        STEP_BLOCKED, {.expect = "SQL_BREAKERS_OPEN", ROWS_OF(breaker)}, {0}};

    directory.verdict = AUTH_UNAVAILABLE;
    directory.away = 1u << 1;
    assert_int_equal(verdict(first), SIGN_ON_UNAVAILABLE);
    assert_string_equal(str_c(arena, fake_params(fake)[0].str), "directory:staff");
    assert_true(fake_params(fake)[1].time == NOW + 10 * US_PER_S);
    assert_int_equal(directory.skipped, 0);
    assert_int_equal(verdict(next), SIGN_ON_UNAVAILABLE);
    assert_int_equal(directory.skipped, 1u << 1);
}

/* One directory away keeps nobody of another one out. */
static void people_of_the_other_directory_come_in(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKERS,
                                      STEP("SQL_BREAKER_OPEN"),
                                      STEPS_ENTERING,
                                      STEP("SQL_THROTTLE_CLEAR"),
                                      STEPS_PURGE,
                                      {0}};

    directory.away = 1u << 1;
    assert_int_equal(verdict(steps), SIGN_ON_OK);
}

/* One account that the directory stumbles over must not keep everybody else out. */
static void a_broken_account_opens_no_breaker(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        STEP_BLOCKED, STEP_BREAKERS, STEP_FAIL, STEP_FAIL, {0}};

    directory.verdict = AUTH_BROKEN;
    assert_int_equal(verdict(steps), SIGN_ON_UNAVAILABLE);
}

/* ---- what shares its tries ------------------------------------------------------------ */

/* The buckets that the look-up asked for: login, then network. */
static void buckets(const char *login, const char *network, char out[64])
{
    /* Cut off at the look-up, so that its parameters are the last ones. */
    const struct fake_step look[] = {
        {.expect = "SQL_THROTTLE_BLOCKED", .error_code = 1030}, {0}};
    const struct db_param *params;

    input.login = str_from(login);
    input.entry.network = str_from(network);
    assert_int_not_equal(run(look), OK);
    params = fake_params(fake);
    assert_int_equal(params[0].str.len, 32);
    assert_int_equal(params[1].str.len, 32);
    memcpy(out, params[0].str.ptr, 32);
    memcpy(out + 32, params[1].str.ptr, 32);
}

static void spellings_of_a_login_share_a_bucket(void **state)
{
    static const char *const SAME[] = {"ANNA",
                                       "Anna ",
                                       "\xEF\xBD\x81nna",
                                       "\xE2\x93\x90nna",
                                       "\xC3\xA0nn\xC4\x83",
                                       "anna\xCC\x81\xCC\x88"};
    char want[64], got[64];

    (void)state;
    buckets("anna", "192.0.2.7", want);
    for (size_t i = 0; i < sizeof(SAME) / sizeof(*SAME); i++) {
        buckets(SAME[i], "192.0.2.7", got);
        assert_memory_equal(got, want, 64);
    }
    buckets("anne", "192.0.2.7", got);
    assert_memory_not_equal(got, want, 32);
    assert_memory_equal(got + 32, want + 32, 32);
}

static void a_network_is_not_one_address(void **state)
{
    char want[64], got[64];

    (void)state;
    buckets("anna", "2001:db8:1:2::1", want);
    buckets("anna", "2001:db8:1:2:ffff::9", got);
    assert_memory_equal(got + 32, want + 32, 32);
    buckets("anna", "2001:db8:1:3::1", got);
    assert_memory_not_equal(got + 32, want + 32, 32);
    buckets("anna", "192.0.2.7", want);
    buckets("anna", "192.0.2.8", got);
    assert_memory_not_equal(got + 32, want + 32, 32);
    buckets("anna", "::ffff:192.0.2.7", want);
    buckets("anna", "::ffff:192.0.2.8", got);
    assert_memory_not_equal(got + 32, want + 32, 32);
}

/* A browser that this login has been used with has tries of its own. */
static void strangers_do_not_hold_up_a_known_device(void **state)
{
    char of_login[64], of_device[64], of_other[64];

    (void)state;
    buckets("anna", "192.0.2.7", of_login);
    input.device_id = STR("0123");
    buckets("anna", "192.0.2.7", of_device);
    assert_memory_not_equal(of_device, of_login, 32);
    assert_memory_equal(of_device + 32, of_login + 32, 32);
    input.device_id = STR("4567");
    buckets("anna", "192.0.2.7", of_other);
    assert_memory_not_equal(of_other, of_device, 32);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup_try, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_right_password_opens_a_session_and_forgets_failures),
        T(a_failed_purge_is_nobodys_problem),
        T(a_second_factor_comes_before_the_session),
        T(the_directory_says_not_now),
        T(wrong_costs_the_same),
        T(too_many_tries_ask_nobody),
        T(a_clock_that_was_set_back_locks_nobody_out),
        T(a_directory_that_is_away_is_left_alone),
        T(people_of_the_other_directory_come_in),
        T(a_broken_account_opens_no_breaker),
        T(spellings_of_a_login_share_a_bucket),
        T(a_network_is_not_one_address),
        T(strangers_do_not_hold_up_a_known_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
