/* Correctness after the release, and originals on paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define FIXTURE_SLOT "\"form\":\"original\",\"check\":\"correctness\",\"validMonths\":6,"
#include "app/ticket/slot_work.h"
#include "staff_fixture.h"

static struct staff_fixture f;
static struct slot_lock slot;
static struct slot_judgement judgement;
static struct slot_arrival arrival;
static enum staff_verdict verdict;

static day_no day(uint8_t month, uint8_t of_month)
{
    return day_from_civil((struct civil_date){2026, month, of_month});
}

static int setup(void **state)
{
    (void)state;
    staff_fixture_init(&f);
    f.request.state = STR("released");
    f.totals = (struct slot_totals){0};
    slot = (struct slot_lock){.id = 21,
                              .item = 1,
                              .state = STR("accepted"),
                              .correctness = STR("open"),
                              .version = 3,
                              .document_id = 31,
                              .original_on = day(11, 20),
                              .kind_key = STR("old-paper"),
                              .issued_on = day(11, 1)};
    judgement = (struct slot_judgement){.slot_key = STR("licence"),
                                        .item = 1,
                                        .version = 3,
                                        .accept = true,
                                        .reason_key = STR("torn"),
                                        .reason_text = STR("Please send all of it."),
                                        .due_on = day(12, 1)};
    arrival = (struct slot_arrival){STR("licence"), day(11, 21)};
    verdict = VERDICT_DONE;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_fini(&f.base);
    return 0;
}

static void play(const struct fake_step *steps)
{
    f.env.definitions = definitions_new(f.base.process);
    staff_fixture_play(&f, steps);
}

static enum err examine(const struct fake_step *steps)
{
    play(steps);
    enum err err = app_slot_correctness(&f.base.actor, &f.env, f.request.reference,
                                        &judgement, &verdict);
    if (!fake_is_done(f.base.fake))
        bug("only %s", fake_log(f.base.fake));
    return err;
}

static enum err arrive(const struct fake_step *steps)
{
    play(steps);
    enum err err =
        app_slot_original(&f.base.actor, &f.env, f.request.reference, &arrival, &verdict);
    if (!fake_is_done(f.base.fake))
        bug("only %s", fake_log(f.base.fake));
    return err;
}

#define LOCKED                                                                           \
    {.expect = "begin-write"},                                                           \
        {.expect = "SQL_REQUEST_LOCK_BY_REFERENCE", .rows = &f.request, .row_count = 1}, \
        STEP_DEFINITION(&f.base),                                                        \
    {                                                                                    \
        .expect = "SQL_SLOT_LOCK_ROWS", .rows = &slot, .row_count = 1                    \
    }
#define END                                                                              \
    {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                                \
    {                                                                                    \
        0                                                                                \
    }

/* ---- correctness ---- */

static void an_accepted_document_is_remembered_until_it_ends(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        LOCKED,
        {.expect = "SQL_SLOT_JUDGE"},
        {.expect = "SQL_DECISION_INSERT"},
        {.expect = "SQL_DOCUMENT_EXPIRY_PUT"},
        {.expect = "SQL_DOCUMENT_EXPIRY_REPLACE"},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 1},
        END};
    assert_int_equal(examine(steps), OK);
    assert_int_equal(verdict, VERDICT_DONE);
}

static void one_that_is_not_right_is_asked_for_and_the_clock_stands_still(void **state)
{
    (void)state;
    judgement.accept = false;
    const struct fake_step steps[] = {
        LOCKED,
        {.expect = "SQL_SLOT_JUDGE"},
        {.expect = "SQL_DECISION_INSERT"},
        {.expect = "SQL_DOCUMENT_EXPIRY_END"},
        {.expect = "SQL_SUB_TICKET_LOCK_OPEN"},
        {.expect = "SQL_CUSTOMER_STATUS_PUT"},
        {.expect = "SQL_HISTORY_INSERT"},
        {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},
        END};
    assert_int_equal(examine(steps), OK);
    assert_int_equal(verdict, VERDICT_DONE);
}

static void what_stands_in_the_way_of_examining(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        const char *slot;
        const char *correctness;
        int64_t version;
        bool accept;
        bool original;
        enum staff_verdict verdict;
    } ROWS[] = {
        {"submitted", "accepted", "open", 3, true, true, VERDICT_CLOSED},
        {"completed", "accepted", "open", 3, true, true, VERDICT_CLOSED},
        {"released", "accepted", NULL, 3, true, true, VERDICT_CLOSED},
        {"released", "accepted", "accepted", 3, true, true, VERDICT_REPEATED},
        {"released", "accepted", "accepted", 3, false, true, VERDICT_CHANGED},
        {"released", "accepted", "open", 2, true, true, VERDICT_CHANGED},
        {"released", "rejected", "rejected", 3, false, true, VERDICT_REPEATED},
        {"released", "rejected", "rejected", 3, true, true, VERDICT_CHANGED},
        {"released", "filled", "rejected", 3, true, false, VERDICT_ORIGINAL},
        {"released", "filled", "rejected", 2, true, true, VERDICT_CHANGED},
    };
    slot.reason_text = judgement.reason_text;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const struct fake_step steps[] = {LOCKED, {.expect = "commit"}, {0}};
        f.request.state = str_from(ROWS[i].request);
        slot.state = str_from(ROWS[i].slot);
        slot.correctness = ROWS[i].correctness ? str_from(ROWS[i].correctness) : STR_NONE;
        slot.original_on = ROWS[i].original ? day(11, 20) : DAY_NONE;
        judgement.version = ROWS[i].version;
        judgement.accept = ROWS[i].accept;
        assert_int_equal(examine(steps), OK);
        if (verdict != ROWS[i].verdict)
            fail_msg("row %zu: verdict %d", i, (int)verdict);
    }
}

static void another_team_does_not_examine(void **state)
{
    (void)state;
    const struct fake_step steps[] = {LOCKED, {.expect = "rollback"}, {0}};
    f.staff.team_keys = STR("customs");
    assert_int_equal(examine(steps), ERR_DENIED);
}

/* ---- originals ---- */

static void an_original_makes_a_slot_ready_for_its_check(void **state)
{
    (void)state;
    f.request.state = STR("submitted");
    slot = (struct slot_lock){.id = 21,
                              .item = 1,
                              .state = STR("empty"),
                              .version = 1,
                              .original_on = DAY_NONE};
    const struct fake_step steps[] = {
        LOCKED,
        {.expect = "SQL_SLOT_ORIGINAL"},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 2},
        END};
    assert_int_equal(arrive(steps), OK);
    assert_int_equal(verdict, VERDICT_DONE);
}

static void an_original_that_was_asked_for_again_brings_the_request_back(void **state)
{
    (void)state;
    instant_us since = FIXTURE_NOW - US_PER_DAY;
    f.request.state = STR("waiting_for_customer");
    f.request.open_items = 1;
    slot.state = STR("rejected");
    slot.correctness = STR_NONE;
    slot.original_on = DAY_NONE;
    const struct fake_step steps[] = {
        LOCKED,
        {.expect = "SQL_SLOT_ORIGINAL"},
        {.expect = "SQL_SLOT_TOTALS", .rows = &f.totals, .row_count = 1},
        {.expect = "SQL_REQUEST_WAITING_SINCE", .rows = &since, .row_count = 1},
        {.expect = "SQL_REQUEST_CHANGE"},
        STEP_TEAMS(&f.base),
        {.expect = "SQL_CUSTOMER_STATUS_PUT"},
        {.expect = "SQL_HISTORY_INSERT"},
        {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},
        END};
    assert_int_equal(arrive(steps), OK);
    assert_int_equal(verdict, VERDICT_DONE);
}

static void what_stands_in_the_way_of_an_arrival(void **state)
{
    (void)state;
    const struct fake_step nothing[] = {LOCKED, {.expect = "commit"}, {0}};
    const struct fake_step refused[] = {LOCKED, {.expect = "rollback"}, {0}};
    assert_int_equal(arrive(nothing), OK);
    assert_int_equal(verdict, VERDICT_REPEATED);
    slot.original_on = DAY_NONE;
    f.request.state = STR("completed");
    assert_int_equal(arrive(nothing), OK);
    assert_int_equal(verdict, VERDICT_CLOSED);
    f.request.state = STR("released");
    arrival.arrived_on = day(11, 23); /* tomorrow */
    assert_int_equal(arrive(refused), ERR_INPUT);
    f.staff.rights = rights_of_role(ROLE_STAFF_MEMBER);
    f.staff.team_keys = STR("customs");
    arrival.arrived_on = day(11, 21);
    assert_int_equal(arrive(refused), ERR_DENIED);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_accepted_document_is_remembered_until_it_ends),
        T(one_that_is_not_right_is_asked_for_and_the_clock_stands_still),
        T(what_stands_in_the_way_of_examining),
        T(another_team_does_not_examine),
        T(an_original_makes_a_slot_ready_for_its_check),
        T(an_original_that_was_asked_for_again_brings_the_request_back),
        T(what_stands_in_the_way_of_an_arrival),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
