/* Somebody and their own sessions and their own password: theirs alone, at once, and all of it or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/sign_on/password.h"
#include "app/sign_on/sessions.h"
#include "store/second_factor.h"
#include "store/session.h"
#include "sign_on_fixture.h"

static struct principal who;

static int setup_sessions(void **state)
{
    who = (struct principal){
        .session_id = 9, .person_id = 3, .login = STR("anna"), .company_id = 11};
    return setup(state);
}

static void begin(const struct fake_step *steps)
{
    play(steps);
    actor.principal = &who;
}

/* ---- ending --------------------------------------------------------------------------- */

static void one_of_ones_own(void **state)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      {.expect = "SQL_SESSION_END_OWN", .done = {1, 0}},
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};
    const struct fake_step not_mine[] = {
        STEP("begin-write"), STEP("SQL_SESSION_END_OWN"), STEP("rollback"), {0}};
    const struct fake_step none[] = {{0}};

    (void)state;
    begin(steps);
    must(sessions_end(&actor, 8));
    begin(not_mine);
    assert_int_equal(sessions_end(&actor, 8), ERR_NOT_FOUND);
    assert_true(fake_is_done(fake));
    /* The person is part of the question: a number alone ends nobody's session. */
    assert_int_equal(fake_params(fake)[2].i64, 8);
    assert_int_equal(fake_params(fake)[3].i64, 3);
    begin(none);
    assert_int_equal(sessions_end(&actor, 0), ERR_NOT_FOUND);
    assert_int_equal(sessions_end(&actor, -1), ERR_NOT_FOUND);
}

static void all_others_and_what_waits(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"),
        {.expect = "SQL_SESSION_END_OTHERS", .done = {4, 0}},
        STEP("SQL_PENDING_SIGN_ON_REMOVE_ALL"),
        STEP_AUDIT,
        STEP("commit"),
        {0}};
    const struct fake_step cut[] = {
        STEP("begin-write"),
        {.expect = "SQL_SESSION_END_OTHERS", .error_code = 1030},
        STEP("rollback"),
        {0}};
    int64_t count = -1;

    (void)state;
    begin(steps);
    must(sessions_end_others(&actor, &count));
    assert_int_equal(count, 4);
    count = -1;
    begin(cut);
    assert_int_not_equal(sessions_end_others(&actor, &count), OK);
    assert_int_equal(count, -1);
    assert_int_equal(fake_params(fake)[2].i64, 3);
    assert_int_equal(fake_params(fake)[3].i64, 9); /* this one is spared */
}

/* ---- a new token ---------------------------------------------------------------------- */

static void a_new_token_once(void **state)
{
    const struct fake_step steps[] = {{.expect = "SQL_SESSION_RENEW", .done = {1, 0}},
                                      {0}};
    const struct fake_step late[] = {STEP("SQL_SESSION_RENEW"), {0}};
    struct str token = STR_NONE;
    uint8_t digest[SHA256_BYTES];

    (void)state;
    begin(steps);
    must(session_token_renew(&actor, STR("old"), &token));
    assert_int_equal(token.len, 43);
    sha256(token, digest);
    assert_memory_equal(fake_params(fake)[0].str.ptr, digest, SHA256_BYTES);
    sha256(STR("old"), digest);
    assert_memory_equal(fake_params(fake)[1].str.ptr, digest, SHA256_BYTES);
    token = STR_NONE;
    begin(late);
    assert_int_equal(session_token_renew(&actor, STR("old"), &token), ERR_NOT_FOUND);
    assert_null(token.ptr);
}

/* ---- what became of it ---------------------------------------------------------------- */

static void why_a_session_ended(void **state)
{
    static const struct {
        bool ended;
        const char *reason;
        enum session_past past;
    } ROWS[] = {
        {false, NULL, SESSION_PAST_IDLE},
        {true, "signed-out", SESSION_PAST_NONE},
        {true, "replaced", SESSION_PAST_NONE},
        {true, "ended-by-person", SESSION_PAST_ENDED_BY_PERSON},
        {true, "ended-by-coordinator", SESSION_PAST_ENDED_BY_COORDINATOR},
        {true, "ended-by-staff", SESSION_PAST_ENDED_BY_STAFF},
        {true, "operator", SESSION_PAST_ENDED_BY_STAFF},
        {true, "second-factor-reset", SESSION_PAST_ENDED_BY_STAFF},
        {true, "directory", SESSION_PAST_ENDED_BY_SOURCE},
        {true, "provider", SESSION_PAST_ENDED_BY_SOURCE},
        {true, "role-change", SESSION_PAST_ROLES},
        {true, "password-changed", SESSION_PAST_PASSWORD},
        {true, "something-new", SESSION_PAST_OTHER},
        {true, NULL, SESSION_PAST_OTHER},
    };
    const struct fake_step unknown[] = {STEP("SQL_SESSION_STATE"), {0}};
    enum session_past past = SESSION_PAST_OTHER;

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        struct session_state_row row = {ROWS[i].ended, str_from(ROWS[i].reason)};
        const struct fake_step steps[] = {{.expect = "SQL_SESSION_STATE", ROWS_OF(row)},
                                          {0}};

        begin(steps);
        must(session_past(&actor, STR("token"), &past));
        assert_int_equal(past, ROWS[i].past);
    }
    begin(unknown); /* a token that nobody was given tells a stranger nothing */
    must(session_past(&actor, STR("token"), &past));
    assert_int_equal(past, SESSION_PAST_NONE);
}

/* ---- a new password ------------------------------------------------------------------- */

static const instant_us free_now = INSTANT_NONE;
static const struct second_factor_owner owner = {.login = STR("anna"),
                                                 .email = STR("a@x.example")};
static struct password_result changed;
#define STEP_FREE                                                                        \
    {                                                                                    \
        .expect = "SQL_THROTTLE_BLOCKED", ROWS_OF(free_now)                              \
    }
#define STEP_OWNER                                                                       \
    {                                                                                    \
        .expect = "SQL_SECOND_FACTOR_OWNER", ROWS_OF(owner)                              \
    }

static enum password_verdict change(const struct fake_step *steps)
{
    struct password_input input = {.issuer = STR("ldap:main"),
                                   .login = STR("Anna"),
                                   .old_password = STR("old"),
                                   .new_password = STR("new"),
                                   .network = STR("192.0.2.7")};

    begin(steps);
    must(password_change(&actor, &directory, &policy, &input, &changed));
    return changed.verdict;
}

static void a_new_password_ends_the_other_sessions(void **state)
{
    const struct fake_step steps[] = {
        STEP_FREE,
        STEP("begin-write"),
        {.expect = "SQL_IDENTITY_BY_LOGIN", ROWS_OF(known)},
        {.expect = "SQL_SESSION_END_OTHERS", .done = {2, 0}},
        STEP("SQL_PENDING_SIGN_ON_REMOVE_ALL"),
        STEP_AUDIT,
        STEP_OWNER,
        STEP("SQL_OUTBOX_INSERT"),
        STEP("commit"),
        STEP("SQL_THROTTLE_CLEAR"),
        {0}};
    const struct fake_step outside[] = {
        STEP_FREE,
        STEP("begin-write"),
        {.expect = "SQL_IDENTITY_BY_LOGIN", ROWS_OF(known)},
        {.expect = "SQL_SESSION_END_OTHERS", .done = {2, 0}},
        STEP("SQL_PENDING_SIGN_ON_REMOVE_ALL"),
        STEP_AUDIT,
        STEP_OWNER,
        STEP("SQL_OUTBOX_INSERT"),
        STEP("commit"),
        STEP("SQL_THROTTLE_CLEAR"),
        {0}};
    const struct fake_step nobody_yet[] = {
        STEP_FREE,  STEP("begin-write"), STEP("SQL_IDENTITY_BY_LOGIN"),
        STEP_AUDIT, STEP("commit"),      STEP("SQL_THROTTLE_CLEAR"),
        {0}};

    (void)state;
    assert_int_equal(change(steps), PASSWORD_CHANGED);
    assert_int_equal(changed.ended, 2);
    who = (struct principal){0}; /* before the sign-on */
    assert_int_equal(change(outside), PASSWORD_CHANGED);
    assert_int_equal(change(nobody_yet), PASSWORD_CHANGED);
    who.person_id = 4; /* somebody else is signed on in that browser */
    assert_int_equal(change(outside), PASSWORD_CHANGED);
    assert_int_equal(change(nobody_yet), PASSWORD_CHANGED);
}

/* It is changed in the directory, whatever our own database does: nobody is told otherwise. */
static void a_changed_password_is_changed(void **state)
{
    const struct fake_step steps[] = {
        STEP_FREE,
        STEP("begin-write"),
        {.expect = "SQL_IDENTITY_BY_LOGIN", ROWS_OF(known)},
        {.expect = "SQL_SESSION_END_OTHERS", .error_code = 1030},
        STEP("rollback"),
        STEP("SQL_THROTTLE_CLEAR"),
        {0}};

    (void)state;
    assert_int_equal(change(steps), PASSWORD_CHANGED);
}

static void what_the_directory_says_to_a_new_password(void **state)
{
    static const struct {
        enum directory_change asked;
        enum password_verdict told;
    } ROWS[] = {{DIRECTORY_CHANGE_WEAK, PASSWORD_WEAK},
                {DIRECTORY_CHANGE_TOO_YOUNG, PASSWORD_TOO_YOUNG},
                {DIRECTORY_CHANGE_NOT_ALLOWED, PASSWORD_NOT_ALLOWED},
                {DIRECTORY_CHANGE_AWAY, PASSWORD_AWAY}};
    const struct fake_step steps[] = {STEP_FREE, {0}};
    const struct fake_step wrong[] = {
        STEP_FREE, STEP_AUDIT, STEP("SQL_THROTTLE_FAIL"), STEP("SQL_THROTTLE_FAIL"), {0}};

    (void)state;
    directory.weakness = DIRECTORY_WEAK_USED;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        directory.change = ROWS[i].asked;
        assert_int_equal(change(steps), ROWS[i].told);
        assert_int_equal(changed.weakness, DIRECTORY_WEAK_USED);
    }
    directory.change = DIRECTORY_CHANGE_WRONG;
    assert_int_equal(change(wrong), PASSWORD_WRONG);
    directory.change = DIRECTORY_CHANGE_LOCKED;
    assert_int_equal(change(wrong), PASSWORD_WRONG);
}

static void guesses_at_a_password_wait(void **state)
{
    const instant_us later = NOW + 7 * US_PER_S;
    const struct fake_step steps[] = {{.expect = "SQL_THROTTLE_BLOCKED", ROWS_OF(later)},
                                      {0}};

    (void)state;
    assert_int_equal(change(steps), PASSWORD_THROTTLED);
    assert_int_equal(changed.wait_s, 7);
    assert_int_equal(directory.tries, 0);
}

static void where_the_password_is(void **state)
{
    struct session_proof_row proof = {
        .issuer = STR("ldap:main"), .subject = STR("f81d4fae"), .login_key = STR("anna")};
    const struct fake_step steps[] = {{.expect = "SQL_SESSION_PROOF", ROWS_OF(proof)},
                                      {0}};
    struct password_home home;

    (void)state;
    begin(steps);
    must(password_home(&actor, &directory, &home));
    assert_false(home.here); /* the directory does not take it from us */
    directory.changes_passwords = true;
    begin(steps);
    must(password_home(&actor, &directory, &home));
    assert_true(home.here);
    assert_true(str_is(home.login, "anna"));
    proof.by_provider = true;
    begin(steps);
    must(password_home(&actor, &directory, &home));
    assert_false(home.here);
    proof = (struct session_proof_row){.issuer = STR("ldap:main")};
    begin(steps);
    must(password_home(&actor, &directory, &home));
    assert_false(home.here);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup_sessions, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(one_of_ones_own),
        T(all_others_and_what_waits),
        T(a_new_token_once),
        T(why_a_session_ended),
        T(a_new_password_ends_the_other_sessions),
        T(a_changed_password_is_changed),
        T(what_the_directory_says_to_a_new_password),
        T(guesses_at_a_password_wait),
        T(where_the_password_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
