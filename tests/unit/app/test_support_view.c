/* The support view: what beginning and ending one writes; whatever fails, nothing is half begun. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/sign_on/support_view.h"
#include "scripted.h"

#define NOW  (INT64_C(1795305600) * US_PER_S)
#define HALF (30 * 60 * US_PER_S)

static struct principal who;
static struct companies_row company;
static const struct support_view_start START = {STR("M-5"), STR("\"why\""), HALF};

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)1 << 20);
    who = (struct principal){.session_id = 7,
                             .person_id = 9,
                             .is_staff = true,
                             .rights = rights_of_role(ROLE_STAFF_INTAKE)};
    company = (struct companies_row){
        .id = 5, .reference = STR("M-5"), .name = STR("Kran AG"), .state = STR("active")};
    return 0;
}

static void play(const struct fake_step *steps)
{
    play_as("account", NOW, steps);
    actor.principal = &who;
}

#define STARTING                                                                         \
    {.expect = "begin-write"}, {.expect = "SQL_SUPPORT_SESSION_CLEAR"},                  \
        {.expect = "SQL_COMPANIES_BY_REFERENCE", .rows = &company, .row_count = 1},      \
        {.expect = "SQL_SUPPORT_VISIT_END"},                                             \
        {.expect = "SQL_SUPPORT_VISIT_INSERT", .done = {1, 44}},                         \
        {.expect = "SQL_SUPPORT_SESSION_SET", .done = {.affected = 1}},                  \
        {.expect = "SQL_AUDIT_INSERT"}, {.expect = "SQL_ACCESS_LOG_INSERT"},             \
    {                                                                                    \
        .expect = "commit"                                                               \
    }
#define STARTING_COUNT 9

static void begins_as_a_whole(void **state)
{
    const struct fake_step steps[] = {STARTING, {0}};
    struct fake_step cut[STARTING_COUNT + 2];

    (void)state;
    play(steps);
    assert_int_equal(support_view_start(&actor, &START), OK);
    assert_true(fake_is_done(fake));
    for (size_t n = 1; n + 1 < STARTING_COUNT; n++) {
        memcpy(cut, steps, sizeof(*cut) * (n + 1));
        cut[n].error_code = 1030;
        cut[n + 1] = (struct fake_step){.expect = "rollback"};
        cut[n + 2] = (struct fake_step){0};
        play(cut);
        assert_int_not_equal(support_view_start(&actor, &START), OK);
        assert_true(fake_is_done(fake));
    }
}

/* The session row says which company, which visit and until when. */
static void the_session_becomes_the_view(void **state)
{
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_SUPPORT_SESSION_CLEAR"},
        {.expect = "SQL_COMPANIES_BY_REFERENCE", .rows = &company, .row_count = 1},
        {.expect = "SQL_SUPPORT_VISIT_END"},
        {.expect = "SQL_SUPPORT_VISIT_INSERT", .done = {1, 44}},
        {.expect = "SQL_SUPPORT_SESSION_SET"},
        {.expect = "rollback"},
        {0}};
    const struct db_param *params;

    (void)state;
    play(steps); /* no row was affected: the session has ended meanwhile */
    assert_int_equal(support_view_start(&actor, &START), ERR_CONFLICT);
    params = fake_params(fake);
    assert_int_equal(params[0].i64, 5);
    assert_true(params[1].time == NOW + HALF);
    assert_int_equal(params[2].i64, 44);
    assert_int_equal(params[3].i64, 7);
}

static void is_for_active_companies(void **state)
{
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_SUPPORT_SESSION_CLEAR"},
        {.expect = "SQL_COMPANIES_BY_REFERENCE", .rows = &company, .row_count = 1},
        {.expect = "rollback"},
        {0}};
    const struct fake_step unknown[] = {{.expect = "begin-write"},
                                        {.expect = "SQL_SUPPORT_SESSION_CLEAR"},
                                        {.expect = "SQL_COMPANIES_BY_REFERENCE"},
                                        {.expect = "rollback"},
                                        {0}};

    (void)state;
    company.state = STR("suspended");
    play(steps);
    assert_int_equal(support_view_start(&actor, &START), ERR_CONFLICT);
    assert_true(fake_is_done(fake));
    play(unknown);
    assert_int_equal(support_view_start(&actor, &START), ERR_NOT_FOUND);
}

static void is_for_those_with_the_right_and_a_reason(void **state)
{
    static const enum role OTHERS[] = {ROLE_STAFF_MEMBER, ROLE_STAFF_AUDITOR,
                                       ROLE_COORDINATOR};
    struct support_view_start silent = START;
    const struct fake_step none[] = {{0}};

    (void)state;
    play(none);
    for (size_t i = 0; i < 3; i++) {
        who.rights = rights_of_role(OTHERS[i]);
        assert_int_equal(support_view_start(&actor, &START), ERR_DENIED);
    }
    who.rights = rights_of_role(ROLE_STAFF_LEAD);
    who.is_staff = false;
    assert_int_equal(support_view_start(&actor, &START), ERR_DENIED);
    who.is_staff = true;
    silent.reason = STR("");
    assert_int_equal(support_view_start(&actor, &silent), ERR_INPUT);
}

static void ends_once(void **state)
{
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      {.expect = "SQL_SUPPORT_SESSION_CLEAR"},
                                      {.expect = "SQL_SUPPORT_VISIT_END"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "commit"},
                                      {0}};
    const struct fake_step none[] = {{0}};

    (void)state;
    play(none);
    assert_int_equal(support_view_end(&actor), OK); /* none runs */
    who.support_company_id = 5;
    who.support_until = NOW;
    assert_int_equal(support_view_end(&actor), OK); /* it is over */
    who.support_until = NOW + 1;
    play(steps);
    assert_int_equal(support_view_end(&actor), OK);
    assert_true(fake_is_done(fake));
    /* Who has lost the right meanwhile may end it all the same. */
    who.rights = 0;
    play(steps);
    assert_int_equal(support_view_end(&actor), OK);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(begins_as_a_whole),
        T(the_session_becomes_the_view),
        T(is_for_active_companies),
        T(is_for_those_with_the_right_and_a_reason),
        T(ends_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
