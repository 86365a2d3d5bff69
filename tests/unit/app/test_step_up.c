/* The same person once more: which proof counts, and that nobody else comes in by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/sign_on/step_up.h"
#include "store/second_factor.h"
#include "store/session_list.h"
#include "sign_on_fixture.h"

static struct step_up_result result;
static struct step_up_input input;
static struct session_proof_row proof;
static struct principal who;
static instant_us blocked_until;
static struct second_factor_policy factor_policy;

static int setup_proof(void **state)
{
    input = (struct step_up_input){
        .token = STR("token"), .password = STR("right"), .network = STR("192.0.2.7")};
    proof = (struct session_proof_row){
        .issuer = STR("ldap:main"), .subject = STR("f81d4fae"), .login_key = STR("anna")};
    who = (struct principal){
        .session_id = 9, .person_id = 3, .login = STR("Anna"), .company_id = 11};
    blocked_until = INSTANT_NONE;
    return setup(state);
}

static enum err run(const struct fake_step *steps)
{
    struct step_up_env env = {&directory, &policy, &factor_policy};

    play(steps);
    actor.principal = &who;
    result = (struct step_up_result){.verdict = STEP_UP_WRONG, .wait_s = -1};
    return step_up_by_password(&actor, &env, &input, &result);
}

static enum step_up_verdict verdict(const struct fake_step *steps)
{
    must(run(steps));
    return result.verdict;
}

#define STEP_PROOF                                                                       \
    {                                                                                    \
        .expect = "SQL_SESSION_PROOF", ROWS_OF(proof)                                    \
    }
#define STEP_BLOCKED                                                                     \
    {                                                                                    \
        .expect = "SQL_THROTTLE_BLOCKED", ROWS_OF(blocked_until)                         \
    }
#define STEP_BREAKERS STEP("SQL_BREAKERS_OPEN")
#define STEPS_ASKED   STEP_PROOF, STEP_BLOCKED, STEP_BREAKERS
#define STEP_CONFIRM                                                                     \
    {                                                                                    \
        .expect = "SQL_SESSION_CONFIRM", .done = { 1, 0 }                                \
    }
/* What second_factor_confirm() asks for somebody who has none. */
#define STEPS_NO_FACTOR                                                                  \
    STEP("begin-write"), STEP("SQL_SECOND_FACTOR_LOCK"), STEP("commit")

static void the_password_again(void **state)
{
    const struct fake_step steps[] = {STEPS_ASKED,     STEP("SQL_THROTTLE_CLEAR"),
                                      STEPS_NO_FACTOR, STEP("begin-write"),
                                      STEP_CONFIRM,    STEP_AUDIT,
                                      STEP("commit"),  {0}};

    (void)state;
    assert_int_equal(verdict(steps), STEP_UP_DONE);
    assert_int_equal(result.token.len, 43);
}

/* A password that is right proves nothing where its account is not the session's. */
static void another_account_is_nobody_here(void **state)
{
    static const char *const SUBJECTS[] = {"somebody-else", ""};
    const struct fake_step steps[] = {STEPS_ASKED, STEP_AUDIT, {0}};

    (void)state;
    for (size_t i = 0; i < sizeof(SUBJECTS) / sizeof(*SUBJECTS); i++) {
        proof.subject = str_from(SUBJECTS[i]);
        assert_int_equal(verdict(steps), STEP_UP_OTHER_PERSON);
        assert_null(result.token.ptr);
    }
    proof.subject = STR("f81d4fae");
    proof.issuer = STR("ldap:staff");
    assert_int_equal(verdict(steps), STEP_UP_OTHER_PERSON);
    /* The login was given to somebody else: nobody is asked at all. */
    const struct fake_step gone[] = {STEP_PROOF, {0}};
    proof.issuer = STR("ldap:main");
    proof.login_key = STR_NONE;
    directory.tries = 0;
    assert_int_equal(verdict(gone), STEP_UP_OTHER_PERSON);
    assert_int_equal(directory.tries, 0);
}

static void a_wrong_password_is_counted(void **state)
{
    const struct fake_step steps[] = {STEPS_ASKED,
                                      STEP("SQL_THROTTLE_FAIL"),
                                      STEP("SQL_THROTTLE_FAIL"),
                                      STEP_AUDIT,
                                      {0}};
    const struct fake_step waits[] = {STEP_PROOF, STEP_BLOCKED, {0}};

    (void)state;
    directory.verdict = AUTH_WRONG;
    assert_int_equal(verdict(steps), STEP_UP_WRONG);
    directory.verdict = AUTH_EMPTY_PASSWORD;
    assert_int_equal(verdict(steps), STEP_UP_WRONG);
    blocked_until = NOW + 3 * US_PER_S;
    directory.tries = 0;
    assert_int_equal(verdict(waits), STEP_UP_THROTTLED);
    assert_int_equal(result.wait_s, 3);
    assert_int_equal(directory.tries, 0);
}

static void what_the_directory_says_besides(void **state)
{
    static const struct {
        enum auth_verdict asked;
        enum step_up_verdict told;
    } ROWS[] = {{AUTH_EXPIRED, STEP_UP_EXPIRED},
                {AUTH_MUST_CHANGE, STEP_UP_EXPIRED},
                {AUTH_DISABLED, STEP_UP_DISABLED},
                {AUTH_UNAVAILABLE, STEP_UP_UNAVAILABLE}};
    const struct fake_step steps[] = {STEPS_ASKED, {0}};

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        directory.verdict = ROWS[i].asked;
        assert_int_equal(verdict(steps), ROWS[i].told);
    }
}

static void a_session_from_a_provider_has_no_password(void **state)
{
    const struct fake_step steps[] = {STEP_PROOF, {0}};

    (void)state;
    proof.by_provider = true;
    assert_int_equal(verdict(steps), STEP_UP_AT_PROVIDER);
    assert_int_equal(directory.tries, 0);
}

/* Who has a second factor shows it as well; the password alone confirms nothing. */
static void the_code_belongs_to_it(void **state)
{
    const struct second_factor_row factor = {.id = 2, .secret = STR("sealed")};
    const struct second_factor_owner owner = {.login = STR("anna")};
    const struct fake_step steps[] = {
        STEPS_ASKED,
        STEP("SQL_THROTTLE_CLEAR"),
        STEP("begin-write"),
        {.expect = "SQL_SECOND_FACTOR_LOCK", ROWS_OF(factor)},
        {.expect = "SQL_SECOND_FACTOR_OWNER", ROWS_OF(owner)},
        STEP_BLOCKED,
        STEP("SQL_THROTTLE_FAIL"),
        STEP_AUDIT,
        STEP("commit"),
        {0}};

    (void)state;
    input.code.code = STR("no digits");
    assert_int_equal(verdict(steps), STEP_UP_CODE);
    assert_int_equal(result.factor.verdict, SECOND_FACTOR_WRONG);
    assert_null(result.token.ptr);
}

static void after_the_provider(void **state)
{
    const struct fake_step plain[] = {
        STEP("begin-write"), STEP_CONFIRM, STEP_AUDIT, STEP("commit"), {0}};
    const struct fake_step code[] = {STEPS_NO_FACTOR, STEP("begin-write"), STEP_CONFIRM,
                                     STEP_AUDIT,      STEP("commit"),      {0}};
    struct step_up_env env = {&directory, &policy, &factor_policy};

    (void)state;
    play(plain);
    actor.principal = &who;
    must(step_up_after_provider(&actor, &env, &input, false, &result));
    assert_int_equal(result.verdict, STEP_UP_DONE);
    play(code);
    actor.principal = &who;
    must(step_up_after_provider(&actor, &env, &input, true, &result));
    assert_int_equal(result.verdict, STEP_UP_DONE);
}

/* Ended from elsewhere while the password was typed: signed out, not confirmed. */
static void a_session_that_is_over_stays_over(void **state)
{
    const struct fake_step steps[] = {STEPS_ASKED,
                                      STEP("SQL_THROTTLE_CLEAR"),
                                      STEPS_NO_FACTOR,
                                      STEP("begin-write"),
                                      STEP("SQL_SESSION_CONFIRM"),
                                      STEP("rollback"),
                                      {0}};

    (void)state;
    assert_int_equal(run(steps), ERR_AUTH);
    assert_true(fake_is_done(fake));
    assert_int_equal(result.wait_s, -1); /* untouched */
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup_proof, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_password_again),
        T(another_account_is_nobody_here),
        T(a_wrong_password_is_counted),
        T(what_the_directory_says_besides),
        T(a_session_from_a_provider_has_no_password),
        T(the_code_belongs_to_it),
        T(after_the_provider),
        T(a_session_that_is_over_stays_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
