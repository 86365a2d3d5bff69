/* A source has said who somebody is: may they come in, and is it all written or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sign_on_fixture.h"

#define OLD_TOKEN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct sign_on_result result;
static struct sign_on_entry entry;

static int setup_entry(void **state)
{
    entry = (struct sign_on_entry){.network = STR("192.0.2.7"),
                                   .device = STR("Firefox, Windows"),
                                   .page_language = STR("de")};
    return setup(state);
}

static enum err run(const struct fake_step *steps)
{
    play(steps);
    result = (struct sign_on_result){.verdict = SIGN_ON_WRONG, .wait_s = -1};
    return sign_on_enter(&actor, &policy, &directory.identity, &entry, &result);
}

static enum sign_on_verdict verdict(const struct fake_step *steps)
{
    must(run(steps));
    return result.verdict;
}

/* ---- in ------------------------------------------------------------------------------- */

static void a_known_customer_needs_no_update(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"), STEP_KNOWN,   STEP_COMPANY, STEP_PERSON,    STEP_BIND,
        STEP_SEEN,           STEP_SESSION, STEP_AUDIT,   STEP("commit"), {0}};
    struct str first;

    (void)state;
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_int_equal(result.person_id, 3);
    assert_int_equal(result.token.len, 43);
    assert_false(result.is_staff);
    first = str_copy(arena, result.token);
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_false(str_eq(first, result.token));
}

static void the_session_that_came_along_ends(void **state)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_KNOWN,
                                      STEP_COMPANY,
                                      STEP_PERSON,
                                      STEP_BIND,
                                      STEP_SEEN,
                                      STEP("SQL_SESSION_END"),
                                      STEP_SESSION,
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)state;
    entry.presented_token = STR(OLD_TOKEN);
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    /* Fixation: what the browser brought is never what it gets. */
    assert_false(str_eq(result.token, entry.presented_token));
}

static void staff_come_in_by_their_groups(void **state)
{
    static const struct team_key_row TEAMS[] = {{STR("credit")}, {STR("it")}};
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP_KNOWN,
        STEP_PERSON,
        STEP_BIND,
        {.expect = "SQL_TEAM_KEYS", .rows = TEAMS, .row_count = 2},
        STEP_SEEN,
        STEP_SESSION,
        STEP_AUDIT,
        STEP("commit"),
        {0}};

    (void)state;
    make_staff();
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_true(result.is_staff);
}

/* Where the source does not say which company, Kontor's own row does. */
static void the_company_may_be_kontors_to_say(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP_KNOWN,
        STEP_PERSON,
        {.expect = "SQL_PERSON_COMPANY_BY_ID", ROWS_OF(company)},
        STEP_PERSON,
        STEP_BIND,
        STEP_SEEN,
        STEP_SESSION,
        STEP_AUDIT,
        STEP("commit"),
        {0}};

    (void)state;
    directory.identity.company_said = false;
    directory.identity.company_key = STR_NONE;
    assert_int_equal(verdict(steps), SIGN_ON_OK);
}

/* ---- a second factor first ------------------------------------------------------------ */

static const struct fake_step PENDING[] = {
    STEP("begin-write"), STEP_KNOWN, STEP_COMPANY,
    STEP_PERSON,         STEP_BIND,  STEP("SQL_PENDING_SIGN_ON_INSERT"),
    STEP("commit"),      {0}};

static void who_has_a_second_factor_shows_it(void **state)
{
    const struct db_param *params;
    struct session_plan plan;

    (void)state;
    person.has_second_factor = true;
    entry.presented_token = STR(OLD_TOKEN);
    assert_int_equal(verdict(PENDING), SIGN_ON_SECOND_FACTOR);
    assert_null(result.token.ptr);
    assert_int_equal(result.pending_token.len, 43);
    params = fake_params(fake);
    assert_int_equal(params[1].i64, 3);
    assert_int_equal(session_plan_read(arena, params[2].str, &plan), OK);
    assert_true(
        plan.replaces); /* the old session ends when the new one begins, not now */
    assert_true(str_is(plan.device, "Firefox, Windows"));
}

static void a_role_may_ask_for_a_second_factor(void **state)
{
    (void)state;
    policy.second_factor_roles = 1u << ROLE_APPLICANT;
    assert_int_equal(verdict(PENDING), SIGN_ON_SECOND_FACTOR);
    company.roles = STR("readonly,applicant");
    assert_int_equal(verdict(PENDING), SIGN_ON_SECOND_FACTOR);
}

static void one_shown_at_the_provider_is_enough(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"), STEP_KNOWN,   STEP_COMPANY, STEP_PERSON,    STEP_BIND,
        STEP_SEEN,           STEP_SESSION, STEP_AUDIT,   STEP("commit"), {0}};

    (void)state;
    policy.second_factor_roles = 1u << ROLE_APPLICANT;
    person.has_second_factor = true;
    directory.identity.second_factor = true;
    assert_int_equal(verdict(steps), SIGN_ON_OK);
}

/* ---- out ------------------------------------------------------------------------------ */

static void refused_with_the_reason(void **state)
{
    static const struct {
        const char *company_state;
        enum sign_on_verdict verdict;
    } ROWS[] = {
        {"ended", SIGN_ON_COMPANY_ENDED},
        {"suspended", SIGN_ON_COMPANY_SUSPENDED},
        {"candidate", SIGN_ON_COMPANY_CANDIDATE},
        {"something-new", SIGN_ON_COMPANY_CANDIDATE},
    };
    const struct fake_step steps[] = {STEP("begin-write"), STEP_KNOWN,     STEP_COMPANY,
                                      STEP_AUDIT,          STEP("commit"), {0}};

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        company.state = str_from(ROWS[i].company_state);
        assert_int_equal(verdict(steps), ROWS[i].verdict);
        assert_null(result.token.ptr);
        assert_true(str_is(result.company_name, "Kran AG"));
    }
}

/* Invited by one company, and the directory says another: who comes is somebody else, and the login theirs. */
static void invited_by_another_company(void **state)
{
    struct identity_row invited = {.id = 6, .person_id = 3, .login_key = STR("anna")};
    struct sign_on_company_row own = {
        .id = 11, .name = STR("Kran AG"), .state = STR("active"), .roles = STR("")};
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP("SQL_IDENTITY_BY_SUBJECT"),
        {.expect = "SQL_IDENTITY_BY_LOGIN", ROWS_OF(invited)},
        STEP_COMPANY,
        STEP_PERSON,
        {.expect = "SQL_PERSON_COMPANY", ROWS_OF(own)},
        {.expect = "SQL_PERSON_INSERT", .done = {1, 21}},
        STEP("SQL_IDENTITY_LOSE_LOGIN"),
        {.expect = "SQL_IDENTITY_INSERT", .done = {1, 31}},
        STEP("SQL_PERSON_ACCESS_READERS"),
        STEP_AUDIT,
        STEP("commit"),
        {0}};

    (void)state;
    person.company_id = 12;
    assert_int_equal(verdict(steps), SIGN_ON_NO_ROLE);
    assert_int_equal(result.person_id, 21);
    assert_null(result.token.ptr);
}

/* With the link of that invitation nothing is bound, and nothing moves. */
static void the_link_of_another_company(void **state)
{
    struct identity_row invited = {.id = 6, .person_id = 3, .login_key = STR("anna")};
    struct invitation_row link = {.id = 8, .person_id = 3};
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP("SQL_IDENTITY_BY_SUBJECT"),
        {.expect = "SQL_IDENTITY_BY_LOGIN", ROWS_OF(invited)},
        {.expect = "SQL_INVITATION_OPEN", ROWS_OF(link)},
        STEP_COMPANY,
        STEP_PERSON,
        STEP_AUDIT,
        STEP("commit"),
        {0}};

    (void)state;
    person.company_id = 12;
    entry.invitation_token = STR("token");
    assert_int_equal(verdict(steps), SIGN_ON_COMPANY_DIFFERS);
    assert_null(result.token.ptr);
}

/* Written all the same: the coordinator sees who asked. */
static void no_role_yet(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"), STEP_KNOWN,     STEP_COMPANY,
        STEP_PERSON,         STEP_BIND,      STEP("SQL_PERSON_ACCESS_READERS"),
        STEP_AUDIT,          STEP("commit"), {0}};

    (void)state;
    company.roles = STR("");
    assert_int_equal(verdict(steps), SIGN_ON_NO_ROLE);
    assert_null(result.token.ptr);
}

static void no_company(void **state)
{
    const struct fake_step unknown[] = {
        STEP("begin-write"), STEP_KNOWN,     STEP("SQL_PERSON_COMPANY"),
        STEP_AUDIT,          STEP("commit"), {0}};
    const struct fake_step none[] = {
        STEP("begin-write"), STEP_KNOWN, STEP_AUDIT, STEP("commit"), {0}};
    const struct fake_step stranger[] = {STEP("begin-write"),
                                         STEP("SQL_IDENTITY_BY_SUBJECT"),
                                         STEP("SQL_IDENTITY_BY_LOGIN"),
                                         STEP_AUDIT,
                                         STEP("commit"),
                                         {0}};

    (void)state;
    assert_int_equal(verdict(unknown), SIGN_ON_NO_COMPANY);
    directory.identity.company_key = STR_NONE;
    assert_int_equal(verdict(none), SIGN_ON_NO_COMPANY);
    directory.identity.company_said = false;
    assert_int_equal(verdict(stranger), SIGN_ON_NO_COMPANY);
    /* Neither staff nor customer: a company's name in the entry does not help. */
    directory.identity.company_said = true;
    directory.identity.company_key = STR("M-1");
    directory.identity.is_customer = false;
    assert_int_equal(verdict(none), SIGN_ON_NO_COMPANY);
}

/* What they had before is gone at once, in every session. */
static void staff_without_a_role_group(void **state)
{
    static const struct team_key_row TEAMS[] = {{STR("credit")}, {STR("it")}};
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP_KNOWN,
        STEP_PERSON,
        {.expect = "SQL_TEAM_KEYS", .rows = TEAMS, .row_count = 2},
        STEP("SQL_STAFF_ROLE_CLEAR"),
        STEP_AUDIT,
        STEP("commit"),
        {0}};
    const struct fake_step stranger[] = {STEP("begin-write"),
                                         STEP("SQL_IDENTITY_BY_SUBJECT"),
                                         STEP("SQL_IDENTITY_BY_LOGIN"),
                                         STEP_AUDIT,
                                         STEP("commit"),
                                         {0}};

    (void)state;
    make_staff();
    directory.identity.roles = 0;
    assert_int_equal(verdict(steps), SIGN_ON_STAFF_NO_ROLE);
    assert_int_equal(verdict(stranger), SIGN_ON_STAFF_NO_ROLE);
}

/* ---- all or nothing ------------------------------------------------------------------- */

/* Every statement failing once: no token leaves the function, nothing is committed. */
static void any_failure_rolls_back(void **state)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_KNOWN,
                                      STEP_COMPANY,
                                      STEP_PERSON,
                                      STEP("SQL_PERSON_UPDATE"),
                                      STEP_BIND,
                                      STEP_SEEN,
                                      STEP("SQL_SESSION_END"),
                                      STEP_SESSION,
                                      STEP("SQL_SESSION_PROVIDER_INSERT"),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};
    struct fake_step cut[20];

    (void)state;
    entry.presented_token = STR(OLD_TOKEN);
    entry.by_provider = true;
    person.display_name = STR("Anna Before");
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    for (size_t n = 0; n <= 11; n++) { /* the last one is the commit */
        memcpy(cut, steps, sizeof(*cut) * (n + 1));
        cut[n].error_code = 1030;
        cut[n + 1] = (struct fake_step){.expect = n > 0 ? "rollback" : NULL};
        cut[n + 2] = (struct fake_step){0};
        assert_int_not_equal(run(cut), OK);
        assert_true(fake_is_done(fake));
        assert_int_equal(result.wait_s, -1); /* untouched */
        assert_null(result.token.ptr);
    }
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup_entry, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_known_customer_needs_no_update),
        T(the_session_that_came_along_ends),
        T(staff_come_in_by_their_groups),
        T(the_company_may_be_kontors_to_say),
        T(who_has_a_second_factor_shows_it),
        T(a_role_may_ask_for_a_second_factor),
        T(one_shown_at_the_provider_is_enough),
        T(refused_with_the_reason),
        T(invited_by_another_company),
        T(the_link_of_another_company),
        T(no_role_yet),
        T(no_company),
        T(staff_without_a_role_group),
        T(any_failure_rolls_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
