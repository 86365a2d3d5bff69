/* A provider has proved an identity: whose it is, what counts once, and what ends when somebody signs off there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sign_on_fixture.h"

#include "app/sign_on/sign_on_provider.h"
#include "store/session_provider.h"

#define ISSUER "https://idp.example"

static struct oidc_provider provider;
static struct identity proved;
static struct sign_on_entry entry;
static struct sign_on_result result;
/* Rows of identity: the account at the provider, and the person of the directory. */
static struct identity_row account;
static struct identity_row other;

static int setup_provider(void **state)
{
    int failed = setup(state);

    provider = (struct oidc_provider){.key = STR("demo"),
                                      .issuer = STR(ISSUER),
                                      .link = OIDC_LINK_LOGIN,
                                      .link_directory = STR("ldap:main")};
    proved = (struct identity){.issuer = STR(ISSUER),
                               .subject = STR("s-1"),
                               .login = STR("anna"),
                               .display_name = STR("Anna"),
                               .is_customer = true,
                               .password_expires_s = -1,
                               .second_factor = true,
                               .provider_issuer = STR(ISSUER),
                               .provider_subject = STR("s-1"),
                               .provider_sid = STR("sid-1")};
    directory.vouched = true;
    directory.state = DIRECTORY_PRESENT;
    account = (struct identity_row){
        .id = 7, .person_id = 3, .subject = STR("s-1"), .login_key = STR("anna")};
    other = (struct identity_row){
        .id = 8, .person_id = 4, .subject = STR("s-2"), .login_key = STR("anna")};
    entry = (struct sign_on_entry){
        .network = STR("192.0.2.7"), .page_language = STR("de"), .by_provider = true};
    return failed;
}
#define TP(name) cmocka_unit_test_setup_teardown(name, setup_provider, teardown)

#define STEP_BREAKERS STEP("SQL_BREAKERS_OPEN")
#define STEP_BY_SUBJECT(row)                                                             \
    {                                                                                    \
        .expect = "SQL_IDENTITY_BY_SUBJECT", ROWS_OF(row)                                \
    }
#define STEP_NO_SUBJECT STEP("SQL_IDENTITY_BY_SUBJECT")
#define STEP_BY_LOGIN(row)                                                               \
    {                                                                                    \
        .expect = "SQL_IDENTITY_BY_LOGIN", ROWS_OF(row)                                  \
    }

static enum sign_on_verdict enter(const struct fake_step *steps)
{
    struct provider_env env = {&directory, &policy, &provider};

    play(steps);
    result = (struct sign_on_result){.verdict = SIGN_ON_WRONG};
    must(sign_on_by_provider(&actor, &env, &proved, &entry, &result));
    return result.verdict;
}

/* The person of the directory comes in, the account is bound to them, and the session remembers both. */
static void vouches_for_somebody_of_the_directory(void **state)
{
    const struct fake_step steps[] = {STEP_BREAKERS,
                                      STEP_NO_SUBJECT,
                                      STEP("SQL_IDENTITY_BY_LOGIN"),
                                      STEP("begin-write"),
                                      STEP_KNOWN,
                                      STEP_COMPANY,
                                      STEP_PERSON,
                                      STEP_BIND,
                                      STEP_NO_SUBJECT,
                                      {.expect = "SQL_IDENTITY_INSERT", .done = {1, 9}},
                                      STEP_SEEN,
                                      STEP_SESSION,
                                      STEP("SQL_SESSION_PROVIDER_INSERT"),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};
    const struct fake_step again[] = {STEP_BREAKERS,
                                      STEP_BY_SUBJECT(account),
                                      STEP_KNOWN,
                                      STEP("begin-write"),
                                      STEP_KNOWN,
                                      STEP_COMPANY,
                                      STEP_PERSON,
                                      STEP_BIND,
                                      STEP_BY_SUBJECT(account),
                                      STEP_BIND,
                                      STEP_SEEN,
                                      STEP_SESSION,
                                      STEP("SQL_SESSION_PROVIDER_INSERT"),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)state;
    assert_int_equal(enter(steps), SIGN_ON_OK);
    assert_int_equal(result.person_id, 3);
    assert_int_equal(directory.tries, 1);
    assert_int_equal(enter(again), SIGN_ON_OK);
}

static void an_account_is_one_persons_for_good(void **state)
{
    /* Another account with the same login. */
    const struct fake_step taken[] = {STEP_BREAKERS,
                                      STEP_NO_SUBJECT,
                                      STEP_BY_LOGIN(other),
                                      STEP_NO_SUBJECT,
                                      STEP_BY_LOGIN(other),
                                      STEP_AUDIT,
                                      {0}};
    /* The same account with the login of somebody else. */
    const struct fake_step moved[] = {STEP_BREAKERS,
                                      STEP_BY_SUBJECT(account),
                                      STEP_BY_SUBJECT(other),
                                      STEP_BY_SUBJECT(account),
                                      STEP_AUDIT,
                                      {0}};
    /* The directory's entry is a new one: whoever it is, it is not the person of before. */
    const struct fake_step renewed[] = {STEP_BREAKERS,   STEP_BY_SUBJECT(account),
                                        STEP_NO_SUBJECT, STEP_BY_SUBJECT(account),
                                        STEP_AUDIT,      {0}};

    (void)state;
    assert_int_equal(enter(taken), SIGN_ON_NOT_LINKED);
    assert_int_equal(enter(moved), SIGN_ON_NOT_LINKED);
    assert_int_equal(enter(renewed), SIGN_ON_NOT_LINKED);
    assert_null(result.token.ptr);
}

static void the_directory_has_the_word(void **state)
{
    static const struct {
        enum directory_state state;
        enum sign_on_verdict verdict;
    } CASES[] = {{DIRECTORY_GONE, SIGN_ON_NOT_LINKED},
                 {DIRECTORY_DOUBLE, SIGN_ON_NOT_LINKED},
                 {DIRECTORY_DISABLED, SIGN_ON_DISABLED}};
    const struct fake_step steps[] = {
        STEP_BREAKERS, STEP_BY_SUBJECT(account), STEP_AUDIT, {0}};
    const struct fake_step away[] = {STEP_BREAKERS, STEP("SQL_BREAKER_OPEN"), {0}};
    static const struct breaker_row OPEN = {STR("directory:main")};
    const struct fake_step open[] = {{.expect = "SQL_BREAKERS_OPEN", ROWS_OF(OPEN)}, {0}};

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        directory.state = CASES[i].state;
        assert_int_equal(enter(steps), CASES[i].verdict);
    }
    /* Staff by the customers' door. */
    directory.state = DIRECTORY_PRESENT;
    directory.identity.is_staff = true;
    assert_int_equal(enter(steps), SIGN_ON_NOT_LINKED);
    directory.state = DIRECTORY_UNKNOWN;
    assert_int_equal(enter(away), SIGN_ON_UNAVAILABLE);
    directory.look_up = ERR_UNAVAILABLE;
    assert_int_equal(enter(away), SIGN_ON_UNAVAILABLE);
    directory.tries = 0;
    assert_int_equal(enter(open), SIGN_ON_UNAVAILABLE);
    assert_int_equal(directory.tries, 0);
}

static void without_a_directory_the_account_is_the_person(void **state)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_BY_SUBJECT(account),
                                      STEP_COMPANY,
                                      STEP_PERSON,
                                      STEP("SQL_PERSON_UPDATE"),
                                      STEP_BIND,
                                      STEP_SEEN,
                                      STEP_SESSION,
                                      STEP("SQL_SESSION_PROVIDER_INSERT"),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)state;
    provider.link = OIDC_LINK_NONE;
    proved.company_said = true;
    proved.company_key = STR("M-1");
    assert_int_equal(enter(steps), SIGN_ON_OK);
    assert_int_equal(directory.tries, 0);
}

static void a_state_counts_once(void **state)
{
    const struct fake_step first[] = {
        STEP("SQL_USED_TOKEN_INSERT"), STEP("SQL_USED_TOKEN_PURGE"), {0}};
    const struct fake_step again[] = {
        {.expect = "SQL_USED_TOKEN_INSERT", .error_code = 1062}, {0}};

    (void)state;
    play(first);
    must(provider_state_use(&actor, STR("state")));
    play(again);
    assert_int_equal(provider_state_use(&actor, STR("state")), ERR_CONFLICT);
    assert_true(fake_is_done(fake));
}

/* ---- signed off there ------------------------------------------------------------------------- */

static const struct provider_session_row LIVE[] = {{21, 3, 11}, {22, 3, 11}};
static struct oidc_logout logout;

static enum err signed_off(const struct fake_step *steps, size_t *ended)
{
    play(steps);
    return provider_signed_off(&actor, &provider, &logout, ended);
}

static void ends_every_session_of_the_account(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP("SQL_USED_TOKEN_INSERT"),
        {.expect = "SQL_SESSION_PROVIDER_OF_SUBJECT", .rows = LIVE, .row_count = 2},
        STEP("SQL_SESSION_PROVIDER_END"),
        STEP_AUDIT,
        STEP("SQL_SESSION_PROVIDER_END"),
        STEP_AUDIT,
        STEP("SQL_SESSION_PROVIDER_OF_SUBJECT"),
        STEP("SQL_SESSION_PROVIDER_PENDING"),
        STEP("commit"),
        {0}};
    const struct fake_step by_sid[] = {STEP("begin-write"),
                                       STEP("SQL_USED_TOKEN_INSERT"),
                                       STEP("SQL_SESSION_PROVIDER_OF_SID"),
                                       STEP("commit"),
                                       {0}};
    const struct fake_step replayed[] = {
        STEP("begin-write"),
        {.expect = "SQL_USED_TOKEN_INSERT", .error_code = 1062},
        STEP("rollback"),
        {0}};
    size_t ended = 99;

    (void)state;
    logout =
        (struct oidc_logout){.subject = STR("s-1"), .jti = STR("j"), .expires_at = NOW};
    must(signed_off(steps, &ended));
    assert_int_equal(ended, 2);
    logout.subject = STR_NONE;
    logout.sid = STR("sid-1");
    must(signed_off(by_sid, &ended));
    assert_int_equal(ended, 0);
    assert_int_equal(signed_off(replayed, &ended), ERR_CONFLICT);
    assert_true(fake_is_done(fake));
}

/* Each statement fails in turn: an error, a rollback, and the caller's number untouched. */
static void any_failure_rolls_back(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP("SQL_USED_TOKEN_INSERT"),
        {.expect = "SQL_SESSION_PROVIDER_OF_SUBJECT", .rows = LIVE, .row_count = 1},
        STEP("SQL_SESSION_PROVIDER_END"),
        STEP_AUDIT,
        STEP("SQL_SESSION_PROVIDER_OF_SUBJECT"),
        STEP("SQL_SESSION_PROVIDER_PENDING"),
    };
    size_t ended = 99;

    (void)state;
    logout =
        (struct oidc_logout){.subject = STR("s-1"), .jti = STR("j"), .expires_at = NOW};
    for (size_t at = 1; at < sizeof(steps) / sizeof(*steps); at++) {
        struct fake_step broken[sizeof(steps) / sizeof(*steps) + 2] = {0};

        memcpy(broken, steps, sizeof(*steps) * (at + 1));
        broken[at].error_code = 1030;
        broken[at + 1] = (struct fake_step)STEP("rollback");
        assert_int_not_equal(signed_off(broken, &ended), OK);
        assert_true(fake_is_done(fake));
        assert_int_equal(ended, 99);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TP(vouches_for_somebody_of_the_directory),
        TP(an_account_is_one_persons_for_good),
        TP(the_directory_has_the_word),
        TP(without_a_directory_the_account_is_the_person),
        TP(a_state_counts_once),
        TP(ends_every_session_of_the_account),
        TP(any_failure_rolls_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
