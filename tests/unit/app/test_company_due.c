/* What was decided about a company for a later day becomes true on its own calendar's day, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/upkeep/company_due.h"
#include "store/master_data.h"
#include "store/register.h"
#include "scripted.h"

/* 2026-11-21T23:30Z: in Berlin it is the 22nd already. */
#define NOW    (INT64_C(1795303800) * US_PER_S)
#define BERLIN ((day_no)20779)

static struct register_company company;
static int64_t due = 11;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)16 << 20);
    company = (struct register_company){.name = STR("Kran AG"),
                                        .state = STR("active"),
                                        .zone = STR("Europe/Berlin"),
                                        .ends_on = DAY_NONE,
                                        .changes_on = BERLIN,
                                        .version = 3};
    return 0;
}

static size_t run(const struct fake_step *steps)
{
    size_t changed = 99;

    play_as("worker", NOW, steps);
    must(app_company_due(&actor, &changed));
    return changed;
}

#define BEGIN                                                                            \
    {.expect = "SQL_REGISTER_COMPANIES_DUE", .rows = &due, .row_count = 1},              \
        STEP("begin-write"),                                                             \
    {                                                                                    \
        .expect = "SQL_REGISTER_COMPANY_LOCK", ROWS_OF(company)                          \
    }
#define NAMES(rows_)                                                                     \
    {                                                                                    \
        .expect = "SQL_MASTER_DATA_LIST", .rows = (rows_),                               \
        .row_count = sizeof(rows_) / sizeof(*(rows_))                                    \
    }

static void the_last_day_is_a_day_of_membership(void **state)
{
    (void)state;
    company.ends_on = BERLIN;
    const struct fake_step early[] = {BEGIN,
                                      STEP("SQL_MASTER_DATA_LIST"),
                                      STEP("SQL_REGISTER_COMPANY_PUT"),
                                      STEP("commit"),
                                      {0}};
    assert_int_equal(run(early), 0);
    company.ends_on = BERLIN - 1;
    const struct fake_step over[] = {BEGIN,
                                     STEP("SQL_MASTER_DATA_LIST"),
                                     STEP("SQL_REGISTER_COMPANY_PUT"),
                                     STEP_AUDIT,
                                     STEP("commit"),
                                     {0}};
    assert_int_equal(run(over), 1);
    company.state = STR("ended");
    company.changes_on = DAY_NONE;
    const struct fake_step again[] = {
        BEGIN, STEP("SQL_MASTER_DATA_LIST"), STEP("commit"), {0}};
    assert_int_equal(run(again), 0);
}

/* The days of the rows are days of the company, not of UTC. */
static void the_new_name_comes_on_its_day_and_the_next_is_waited_for(void **state)
{
    (void)state;
    const struct master_data_row rows[] = {
        {STR("address.city"), BERLIN, STR("Bremen"), STR_NONE},
        {STR(COMPANY_NAME_ATTRIBUTE), BERLIN, STR("Boot AG"), STR_NONE},
        {STR(COMPANY_NAME_ATTRIBUTE), BERLIN + 9, STR("Schiff AG"), STR_NONE},
    };
    const struct fake_step steps[] = {
        BEGIN,      NAMES(rows),    STEP("SQL_REGISTER_COMPANY_PUT"),
        STEP_AUDIT, STEP("commit"), {0}};
    assert_int_equal(run(steps), 1);
    company.name = STR("Boot AG");
    company.changes_on = BERLIN + 9;
    const struct fake_step later[] = {BEGIN, NAMES(rows), STEP("commit"), {0}};
    assert_int_equal(run(later), 0);
}

static void it_stays_active_until_somebody_could_write(void **state)
{
    (void)state;
    size_t changed = 99;
    company.ends_on = BERLIN - 1;
    const struct fake_step steps[] = {
        BEGIN,
        STEP("SQL_MASTER_DATA_LIST"),
        {.expect = "SQL_REGISTER_COMPANY_PUT", .error_code = 1030, .error_text = "full"},
        STEP("rollback"),
        {0}};
    play_as("worker", NOW, steps);
    assert_int_not_equal(app_company_due(&actor, &changed), OK);
    assert_true(fake_is_done(fake));
    assert_int_equal(changed, 99);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_last_day_is_a_day_of_membership),
        T(the_new_name_comes_on_its_day_and_the_next_is_waited_for),
        T(it_stays_active_until_somebody_could_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
