/* Who is on the line: rights by session row. The clock of a session is in its one statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/guard_port.h"
#include "db/fake.h"
#include "store/session.h"

#define NOW  (INT64_C(1795305600) * US_PER_S)
#define IDLE (30 * 60 * US_PER_S)

static const uint8_t TOKEN[32] = {1, 2, 3};
static struct arena *arena;
static struct fake *fake;
static struct session_row row;
static struct principal who;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)1 << 20);
    row = (struct session_row){.session_id = 9,
                               .person_id = 3,
                               .login = STR("anna"),
                               .display_name = STR("Anna"),
                               .email = STR("a@x.example"),
                               .zone = STR("Europe/Berlin"),
                               .company_id = 11,
                               .company_name = STR("Kran AG"),
                               .company_active = true,
                               .roles = STR("applicant"),
                               .created_at = NOW - US_PER_S,
                               .last_seen_at = NOW - 5};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static enum err load(void)
{
    const struct fake_step steps[] = {
        {.expect = "SQL_SESSION_LIVE", .rows = &row, .row_count = 1}, {0}};

    err_clear();
    who = (struct principal){0};
    return app_guard_port.session_load(db_open_fake(arena, steps, &fake), arena, TOKEN,
                                       NOW, IDLE, &who);
}

static void a_customer(void **state)
{
    (void)state;
    assert_int_equal(load(), OK);
    assert_int_equal(who.session_id, 9);
    assert_int_equal(who.person_id, 3);
    assert_int_equal(who.company_id, 11);
    assert_true(str_is(who.company_name, "Kran AG"));
    assert_int_equal(who.rights, rights_of_role(ROLE_APPLICANT));
    assert_null(who.team_keys.ptr);
    /* Two roles are the sum of both. */
    row.roles = STR("coordinator,readonly");
    assert_int_equal(load(), OK);
    assert_int_equal(who.rights,
                     rights_of_role(ROLE_COORDINATOR) | rights_of_role(ROLE_READONLY));
}

/* Absolute age and idleness: both ends go into the statement; the row's absence is the answer. */
static void a_session_that_is_over(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "SQL_SESSION_LIVE"}, {0}};
    enum err err = app_guard_port.session_load(db_open_fake(arena, steps, &fake), arena,
                                               TOKEN, NOW, IDLE, &who);
    const struct db_param *params = fake_params(fake);

    assert_int_equal(err, ERR_AUTH);
    assert_int_equal(params[0].str.len, 32);
    assert_memory_equal(params[0].str.ptr, TOKEN, 32);
    assert_true(params[1].time == NOW);        /* expires_at is later */
    assert_true(params[2].time == NOW - IDLE); /* last_seen_at is later */
}

static void an_absent_database_is_no_sign_out(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "SQL_SESSION_LIVE", .error_code = 1203},
                                      {0}};

    assert_int_equal(app_guard_port.session_load(db_open_fake(arena, steps, &fake), arena,
                                                 TOKEN, NOW, IDLE, &who),
                     ERR_UNAVAILABLE);
}

/* The membership ended during the session: the person is known and may do nothing. */
static void a_company_that_has_ended(void **state)
{
    (void)state;
    row.company_active = false;
    row.roles = STR("coordinator,applicant");
    assert_int_equal(load(), OK);
    assert_int_equal(who.person_id, 3);
    assert_int_equal(who.rights, 0);
}

static void staff(void **state)
{
    (void)state;
    row.is_staff = true;
    row.company_active = false; /* they have none */
    row.roles = STR("member,intake");
    row.team_keys = STR("it,credit");
    assert_int_equal(load(), OK);
    assert_int_equal(who.company_id, 0); /* whatever the row says */
    assert_null(who.company_name.ptr);
    assert_int_equal(who.rights, rights_of_role(ROLE_STAFF_MEMBER) |
                                     rights_of_role(ROLE_STAFF_INTAKE));
    assert_true(str_is(who.team_keys, "it,credit"));
}

/* The view's company comes with the session; entering it is the guard's. */
static void staff_with_a_support_view(void **state)
{
    (void)state;
    row.is_staff = true;
    row.roles = STR("lead");
    row.support_company_id = 5;
    row.support_company_reference = STR("M-5");
    row.support_company_name = STR("Kran AG");
    row.support_until = NOW + 1;
    assert_int_equal(load(), OK);
    assert_int_equal(who.support_company_id, 5);
    assert_true(str_is(who.support_company_reference, "M-5"));
    assert_true(who.support_until == NOW + 1);
    assert_true(principal_support_runs(&who, NOW));
    assert_false(principal_support_runs(&who, NOW + 1));
    assert_false(who.support);
    assert_int_equal(who.company_id, 0);
    /* The columns of a customer's session mean nothing. */
    row.is_staff = false;
    assert_int_equal(load(), OK);
    assert_int_equal(who.support_company_id, 0);
}

/* The tables of company roles and staff roles cannot lend each other rights. */
static void roles_of_the_other_side_give_nothing(void **state)
{
    (void)state;
    row.roles = STR("admin,lead,intake,auditor");
    assert_int_equal(load(), OK);
    assert_int_equal(who.rights, 0);
    row.is_staff = true;
    row.roles = STR("coordinator,signatory");
    assert_int_equal(load(), OK);
    assert_int_equal(who.rights, 0);
    row.roles = STR("emperor,,member ");
    assert_int_equal(load(), OK);
    assert_int_equal(who.rights, 0);
    row.roles = STR_NONE;
    assert_int_equal(load(), OK);
    assert_int_equal(who.rights, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_customer),
        T(a_session_that_is_over),
        T(an_absent_database_is_no_sign_out),
        T(a_company_that_has_ended),
        T(staff),
        T(staff_with_a_support_view),
        T(roles_of_the_other_side_give_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
