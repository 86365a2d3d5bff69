/* Taking and completing sub-tickets: one owner, one decision, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/ticket_work.h"
#include "staff_fixture.h"

static struct staff_fixture f;
static struct str ticket;
static enum staff_verdict verdict;

static int teardown(void **state)
{
    (void)state;
    fixture_fini(&f.base);
    return 0;
}

/* The instance as release leaves it: one open task. */
static int setup(void **state)
{
    (void)state;
    staff_fixture_init(&f);
    struct definition *definition;
    struct process_outcome outcome;
    struct process_event event = {.kind = PROCESS_STARTED};
    if (definition_load(f.base.process, f.base.definition.compiled, &definition) != OK ||
        process_step(f.base.process, definition, NULL, &event, FIXTURE_NOW, &outcome) !=
            OK)
        bug("fixture: %s", err_text());
    f.instance.state = process_state_encode(f.base.process, definition, outcome.state);
    f.sub_ticket.activation = outcome.effects[0].activation;
    f.request.state = STR("released");
    f.states[0].is_open = false;
    return 0;
}

static enum err complete(void)
{
    struct sub_ticket_outcome outcome = {.work = {STR("T-1-1"), 2},
                                         .outcome = STR("approved")};
    return app_sub_ticket_complete(&f.base.actor, &f.env, &outcome, &ticket, &verdict);
}

#define LOCKS                                                                            \
    ONE_ROW("SQL_SUB_TICKET_FIND", &f.home), {.expect = "begin-write"},                  \
        ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request), STEP_DEFINITION(&f.base),         \
        ONE_ROW("SQL_INSTANCE_LOCK", &f.instance),                                       \
        ONE_ROW("SQL_SUB_TICKET_LOCK", &f.sub_ticket)
#define COMPLETE_SCRIPT                                                                  \
    {                                                                                    \
        LOCKS, {.expect = "SQL_SUB_TICKET_END"}, {.expect = "SQL_DECISION_INSERT"},      \
            {.expect = "SQL_INSTANCE_UPDATE"},                                           \
            ONE_ROW("SQL_SUB_TICKET_STATES", f.states), {.expect = "SQL_TICKET_END"},    \
            {.expect = "SQL_REQUEST_CHANGE"}, {.expect = "SQL_CUSTOMER_STATUS_PUT"},     \
            {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 6},                     \
            {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},                      \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void the_last_one_completes_the_request(void **state)
{
    (void)state;
    const struct fake_step steps[] = COMPLETE_SCRIPT;
    staff_fixture_play(&f, steps);
    assert_int_equal(complete(), OK);
    assert_int_equal(verdict, VERDICT_DONE);
    assert_true(str_is(ticket, "T-1"));
    assert_true(fake_is_done(f.base.fake));
}

static void must_fail(void)
{
    verdict = VERDICT_CLOSED;
    if (complete() == OK || verdict != VERDICT_CLOSED)
        bug("a failed statement was not told");
}

static void any_failure_rolls_back(void **state)
{
    (void)state;
    const struct fake_step steps[] = COMPLETE_SCRIPT;
    staff_fixture_cut(&f, steps, 1, 17, must_fail);
}

static void expect_only(enum staff_verdict expected)
{
    const struct fake_step steps[] = {LOCKS, {.expect = "commit"}, {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(complete(), OK);
    assert_int_equal(verdict, expected);
    assert_true(fake_is_done(f.base.fake));
}

static void a_second_time_changes_nothing(void **state)
{
    (void)state;
    f.sub_ticket.state = STR("done");
    f.sub_ticket.ended_by = f.staff.person_id;
    expect_only(VERDICT_REPEATED);
}

static void done_by_somebody_else_is_told(void **state)
{
    (void)state;
    f.sub_ticket.state = STR("done");
    f.sub_ticket.ended_by = 41;
    expect_only(VERDICT_CLOSED);
}

static void only_the_owner_completes(void **state)
{
    (void)state;
    f.sub_ticket.owner_id = 41;
    expect_only(VERDICT_NOT_OWNER);
}

static void an_old_page_changes_nothing(void **state)
{
    (void)state;
    f.sub_ticket.version = 3;
    expect_only(VERDICT_CHANGED);
}

static void another_team_is_refused(void **state)
{
    (void)state;
    f.sub_ticket.team_key = STR("quay");
    const struct fake_step steps[] = {LOCKS, {.expect = "rollback"}, {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(complete(), ERR_DENIED);
    assert_true(fake_is_done(f.base.fake));
}

static enum staff_verdict take_with(int64_t owner_id, int64_t version, bool changes)
{
    f.sub_ticket.owner_id = owner_id;
    f.sub_ticket.state = owner_id == 0 ? STR("open") : STR("in_progress");
    f.sub_ticket.version = version;
    const struct fake_step taken[] = {
        ONE_ROW("SQL_SUB_TICKET_FIND", &f.home),
        {.expect = "begin-write"},
        ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request),
        STEP_DEFINITION(&f.base),
        ONE_ROW("SQL_SUB_TICKET_LOCK", &f.sub_ticket),
        {.expect = "SQL_SUB_TICKET_OWN"},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 2},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"},
        {0}};
    struct fake_step steps[sizeof taken / sizeof *taken];
    memcpy(steps, taken, sizeof taken);
    if (!changes) {
        steps[5] = (struct fake_step){.expect = "commit"};
        steps[6] = (struct fake_step){0};
    }
    struct sub_ticket_work work = {STR("T-1-1"), 1};
    f.env.definitions = definitions_new(f.base.process);
    staff_fixture_play(&f, steps);
    assert_int_equal(app_sub_ticket_take(&f.base.actor, &f.env, &work, &ticket, &verdict),
                     OK);
    assert_true(fake_is_done(f.base.fake));
    return verdict;
}

static void one_of_two_takers_wins(void **state)
{
    (void)state;
    assert_int_equal(take_with(0, 1, true), VERDICT_DONE);
    assert_int_equal(take_with(40, 2, false), VERDICT_REPEATED);
    assert_int_equal(take_with(41, 2, false), VERDICT_TAKEN);
    assert_int_equal(take_with(0, 3, false), VERDICT_CHANGED);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(the_last_one_completes_the_request),
        CASE(any_failure_rolls_back),
        CASE(a_second_time_changes_nothing),
        CASE(done_by_somebody_else_is_told),
        CASE(only_the_owner_completes),
        CASE(an_old_page_changes_nothing),
        CASE(another_team_is_refused),
        CASE(one_of_two_takers_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
