/* Release and decline: whole or not at all, and once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/ticket/release.h"
#include "staff_fixture.h"

static struct staff_fixture f;
static struct str ticket;
static enum staff_verdict verdict;

static int setup(void **state)
{
    (void)state;
    staff_fixture_init(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_fini(&f.base);
    return 0;
}

static enum err release(void)
{
    return app_release(&f.base.actor, &f.env, f.request.reference, &ticket, &verdict);
}

#define RELEASE_SCRIPT                                                                   \
    {                                                                                    \
        {.expect = "begin-write"}, ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request), \
            STEP_DEFINITION(&f.base), ONE_ROW("SQL_SLOT_TOTALS", &f.totals),             \
            {.expect = "SQL_DECISION_INSERT"}, {.expect = "SQL_REQUEST_CHANGE"},         \
            INSERTED("SQL_INSTANCE_INSERT", 50), INSERTED("SQL_TICKET_INSERT", 60),      \
            STEP_TEAMS(&f.base),                                                         \
            {.expect = "SQL_SUB_TICKET_INSERT", .expect_row_count = 1},                  \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"},                                       \
            {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 4},                     \
            {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},                      \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void makes_everything_in_one_transaction(void **state)
{
    (void)state;
    const struct fake_step steps[] = RELEASE_SCRIPT;
    staff_fixture_play(&f, steps);
    assert_int_equal(release(), OK);
    assert_int_equal(verdict, VERDICT_DONE);
    assert_true(str_starts(ticket, STR("T-")));
    assert_true(fake_is_done(f.base.fake));
}

static void must_fail(void)
{
    verdict = VERDICT_CLOSED;
    if (release() == OK || verdict != VERDICT_CLOSED)
        bug("a failed statement was not told");
}

static void any_failure_rolls_back(void **state)
{
    (void)state;
    const struct fake_step steps[] = RELEASE_SCRIPT;
    staff_fixture_cut(&f, steps, 0, 14, must_fail);
}

static void a_second_press_finds_the_ticket(void **state)
{
    (void)state;
    f.request.state = STR("released");
    const struct fake_step steps[] = {
        {.expect = "begin-write"}, ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request),
        STEP_DEFINITION(&f.base),  ONE_ROW("SQL_TICKET_LOCK_BY_REQUEST", &f.ticket),
        {.expect = "commit"},      {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(release(), OK);
    assert_int_equal(verdict, VERDICT_REPEATED);
    assert_true(str_is(ticket, "T-1"));
}

static void waits_for_required_documents(void **state)
{
    (void)state;
    f.totals.required_open = 1;
    const struct fake_step steps[] = {
        {.expect = "begin-write"}, ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request),
        STEP_DEFINITION(&f.base),  ONE_ROW("SQL_SLOT_TOTALS", &f.totals),
        {.expect = "commit"},      {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(release(), OK);
    assert_int_equal(verdict, VERDICT_INCOMPLETE);
}

static void who_asked_cannot_release(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request),
        STEP_DEFINITION(&f.base),
        ONE_ROW("SQL_SLOT_TOTALS", &f.totals),
        {.expect = "SQL_DECISION_INSERT",
         .error_code = 4025,
         .error_text = "CONSTRAINT `ck_decision_four_eyes` failed for `k`.`decision`"},
        {.expect = "rollback"},
        {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(release(), OK);
    assert_int_equal(verdict, VERDICT_FOUR_EYES);
}

static void a_drawn_reference_that_exists_is_drawn_again(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request),
        STEP_DEFINITION(&f.base),
        ONE_ROW("SQL_SLOT_TOTALS", &f.totals),
        {.expect = "SQL_DECISION_INSERT"},
        {.expect = "SQL_REQUEST_CHANGE"},
        INSERTED("SQL_INSTANCE_INSERT", 50),
        {.expect = "SQL_TICKET_INSERT",
         .error_code = 1062,
         .error_text = "Duplicate entry 'T-1' for key 'uq_ticket_reference'"},
        {.expect = "rollback"},
        {.expect = "begin-write"},
        ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request),
        ONE_ROW("SQL_SLOT_TOTALS", &f.totals),
        {.expect = "SQL_DECISION_INSERT"},
        {.expect = "SQL_REQUEST_CHANGE"},
        INSERTED("SQL_INSTANCE_INSERT", 50),
        INSERTED("SQL_TICKET_INSERT", 60),
        STEP_TEAMS(&f.base),
        {.expect = "SQL_SUB_TICKET_INSERT"},
        {.expect = "SQL_CUSTOMER_STATUS_PUT"},
        {.expect = "SQL_HISTORY_INSERT"},
        {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"},
        {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(release(), OK);
    assert_int_equal(verdict, VERDICT_DONE);
    assert_true(fake_is_done(f.base.fake));
}

static void decline_ends_the_request(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request),
        STEP_DEFINITION(&f.base),
        {.expect = "SQL_DECISION_INSERT"},
        {.expect = "SQL_REQUEST_CHANGE"},
        {.expect = "SQL_CUSTOMER_STATUS_PUT"},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 4},
        {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"},
        {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(app_decline(&f.base.actor, &f.env, f.request.reference,
                                 STR("Not a crane"), &verdict),
                     OK);
    assert_int_equal(verdict, VERDICT_DONE);
    assert_true(fake_is_done(f.base.fake));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(makes_everything_in_one_transaction),
        CASE(any_failure_rolls_back),
        CASE(a_second_press_finds_the_ticket),
        CASE(waits_for_required_documents),
        CASE(who_asked_cannot_release),
        CASE(a_drawn_reference_that_exists_is_drawn_again),
        CASE(decline_ends_the_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
