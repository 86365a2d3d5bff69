/* Judging a slot, and the way back to intake when the customer has provided a document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/ticket/intake.h"
#include "staff_fixture.h"
#include "store/job.h"

static struct staff_fixture f;
static struct job_lock job;
static struct slot_lock slot;
static struct slot_judgement judgement;
static instant_us waiting_since;
static enum staff_verdict verdict;

static int setup(void **state)
{
    (void)state;
    staff_fixture_init(&f);
    f.request.open_items = 1;
    job = (struct job_lock){.id = 8, .request_id = 5, .state = STR("queued")};
    waiting_since = FIXTURE_NOW - 3 * 3600 * US_PER_S;
    slot = (struct slot_lock){
        .id = 21, .item = 1, .state = STR("filled"), .version = 2, .document_id = 31};
    judgement = (struct slot_judgement){
        .slot_key = STR("licence"),
        .item = 1,
        .version = 2,
        .reason_key = STR("torn"),
        .reason_text = STR("Please send all of it."),
        .due_on = day_from_civil((struct civil_date){2026, 12, 1})};
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

static void played(void)
{
    if (!fake_is_done(f.base.fake))
        bug("only %s", fake_log(f.base.fake));
}

/* ---- judging -------------------------------------------------------------------------- */

static enum err judge(void)
{
    return app_intake_judge(&f.base.actor, &f.env, f.request.reference, &judgement,
                            &verdict);
}

#define STEPS_JUDGE                                                                      \
    {.expect = "begin-write"}, ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request),     \
        STEP_DEFINITION(&f.base), ONE_ROW("SQL_SLOT_LOCK_ROWS", &slot)
#define REJECT_SCRIPT                                                                    \
    {                                                                                    \
        STEPS_JUDGE, {.expect = "SQL_SLOT_JUDGE"}, {.expect = "SQL_DECISION_INSERT"},    \
            {.expect = "SQL_REQUEST_CHANGE"}, ONE_ROW("SQL_SLOT_TOTALS", &f.totals),     \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"}, {.expect = "SQL_HISTORY_INSERT"},     \
            {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},                      \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void a_rejection_asks_the_customer(void **state)
{
    (void)state;
    const struct fake_step steps[] = REJECT_SCRIPT;
    play(steps);
    assert_int_equal(judge(), OK);
    assert_int_equal(verdict, VERDICT_DONE);
    played();
}

static void a_second_rejection_does_not_ask_twice(void **state)
{
    (void)state;
    f.request.state = STR("waiting_for_customer");
    const struct fake_step steps[] = {STEPS_JUDGE,
                                      {.expect = "SQL_SLOT_JUDGE"},
                                      {.expect = "SQL_DECISION_INSERT"},
                                      ONE_ROW("SQL_SLOT_TOTALS", &f.totals),
                                      {.expect = "SQL_CUSTOMER_STATUS_PUT"},
                                      {.expect = "SQL_HISTORY_INSERT"},
                                      {.expect = "SQL_OUTBOX_INSERT"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "commit"},
                                      {0}};
    play(steps);
    assert_int_equal(judge(), OK);
    played();
}

static void accepting_sends_no_mail(void **state)
{
    (void)state;
    judgement.accept = true;
    const struct fake_step steps[] = {STEPS_JUDGE,
                                      {.expect = "SQL_SLOT_JUDGE"},
                                      {.expect = "SQL_DECISION_INSERT"},
                                      ONE_ROW("SQL_SLOT_TOTALS", &f.totals),
                                      {.expect = "SQL_CUSTOMER_STATUS_PUT"},
                                      {.expect = "SQL_HISTORY_INSERT"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "commit"},
                                      {0}};
    play(steps);
    assert_int_equal(judge(), OK);
    assert_int_equal(verdict, VERDICT_DONE);
    played();
}

static void what_stands_in_the_way(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        const char *slot;
        int64_t version;
        bool accept;
        enum staff_verdict verdict;
    } ROWS[] = {
        {"released", "filled", 2, true, VERDICT_CLOSED},
        {"draft", "filled", 2, false, VERDICT_CLOSED},
        {"submitted", "accepted", 9, true, VERDICT_REPEATED},
        {"submitted", "rejected", 9, false, VERDICT_REPEATED},
        {"submitted", "filled", 3, true, VERDICT_CHANGED},
        {"submitted", "empty", 2, true, VERDICT_CHANGED},
        {"submitted", "rejected", 2, true, VERDICT_CHANGED},
        {"submitted", "accepted", 2, false, VERDICT_CHANGED},
    };
    const struct fake_step steps[] = {STEPS_JUDGE, {.expect = "commit"}, {0}};
    slot.reason_text = judgement.reason_text;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        f.request.state = str_from(ROWS[i].request);
        slot.state = str_from(ROWS[i].slot);
        slot.version = ROWS[i].version;
        judgement.accept = ROWS[i].accept;
        play(steps);
        assert_int_equal(judge(), OK);
        if (verdict != ROWS[i].verdict)
            fail_msg("row %zu: verdict %d", i, (int)verdict);
        played();
    }
    /* Rejected before, but with other words. */
    slot.state = STR("rejected");
    slot.reason_text = STR("Other words.");
    judgement.accept = false;
    play(steps);
    assert_int_equal(judge(), OK);
    assert_int_equal(verdict, VERDICT_CHANGED);
}

static void foreign_keys_are_refused(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        ONE_ROW("SQL_REQUEST_LOCK_BY_REFERENCE", &f.request),
        STEP_DEFINITION(&f.base),
        {.expect = "rollback"},
        {0}};
    const struct fake_step bad_reason[] = {STEPS_JUDGE, {.expect = "rollback"}, {0}};
    judgement.reason_key = STR("not-one-of-them");
    play(bad_reason);
    assert_int_equal(judge(), ERR_INPUT);
    judgement.slot_key = STR("elsewhere");
    play(steps);
    assert_int_equal(judge(), ERR_NOT_FOUND);
    played();
}

static void who_asked_cannot_judge(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        STEPS_JUDGE,
        {.expect = "SQL_SLOT_JUDGE"},
        {.expect = "SQL_DECISION_INSERT",
         .error_code = 4025,
         .error_text = "CONSTRAINT `ck_decision_four_eyes` failed for `k`.`decision`"},
        {.expect = "rollback"},
        {0}};
    play(steps);
    assert_int_equal(judge(), OK);
    assert_int_equal(verdict, VERDICT_FOUR_EYES);
    played();
}

static void judge_must_fail(void)
{
    verdict = VERDICT_CLOSED;
    if (judge() == OK || verdict != VERDICT_CLOSED)
        bug("a failed statement was not told");
}

static void any_failure_of_a_judgement_rolls_back(void **state)
{
    (void)state;
    const struct fake_step steps[] = REJECT_SCRIPT;
    staff_fixture_cut(&f, steps, 0, 12, judge_must_fail);
}

/* ---- document_provided ---------------------------------------------------------------- */

static enum err provided(void)
{
    const struct app_job applied = {.id = 8, .request_id = 5, .payload = STR("{}")};
    return app_document_provided(&f.base.actor, &f.env, &applied);
}

#define STEPS_PROVIDED                                                                   \
    {.expect = "begin-write"}, ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request),            \
        STEP_DEFINITION(&f.base), ONE_ROW("SQL_JOB_LOCK_BY_ID", &job)
#define PROVIDED_SCRIPT                                                                  \
    {                                                                                    \
        STEPS_PROVIDED, ONE_ROW("SQL_SLOT_TOTALS", &f.totals),                           \
            ONE_ROW("SQL_REQUEST_WAITING_SINCE", &waiting_since),                        \
            {.expect = "SQL_REQUEST_CHANGE"}, STEP_TEAMS(&f.base),                       \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"}, {.expect = "SQL_JOB_FINISH"},         \
            {.expect = "SQL_HISTORY_INSERT"},                                            \
            {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},                      \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void the_last_document_leads_back_to_intake(void **state)
{
    (void)state;
    f.request.state = STR("waiting_for_customer");
    const struct fake_step steps[] = PROVIDED_SCRIPT;
    play(steps);
    assert_int_equal(provided(), OK);
    played();
}

/* The time that the customer took is not intake's. */
static void the_clock_stood_still(void **state)
{
    (void)state;
    const struct fake_step steps[] = PROVIDED_SCRIPT;
    struct fake_step cut[9] = {{0}};
    bool found = false;

    f.request.state = STR("waiting_for_customer");
    memcpy(cut, steps, sizeof *cut * 7);
    cut[6].error_code = 1030; /* so that the parameters of the change are the last ones */
    cut[7] = (struct fake_step){.expect = "rollback"};
    play(cut);
    assert_int_not_equal(provided(), OK);
    const struct db_param *params = fake_params(f.base.fake);
    for (int i = 0; i < 10 && !found; i++)
        found = params[i].type == DB_TIME && !params[i].null &&
                params[i].time == FIXTURE_NOW + 3 * 3600 * US_PER_S;
    assert_true(found);
}

static void another_rejected_slot_keeps_it_waiting(void **state)
{
    (void)state;
    f.request.state = STR("waiting_for_customer");
    f.totals.rejected = 1;
    f.request.open_items = 2;
    const struct fake_step steps[] = {STEPS_PROVIDED,
                                      ONE_ROW("SQL_SLOT_TOTALS", &f.totals),
                                      {.expect = "SQL_CUSTOMER_STATUS_PUT"},
                                      {.expect = "SQL_JOB_FINISH"},
                                      {.expect = "SQL_HISTORY_INSERT"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "commit"},
                                      {0}};
    play(steps);
    assert_int_equal(provided(), OK);
    played();
}

/* Withdrawn meanwhile: the event is over, the request stays as it is. */
static void a_request_that_has_ended_is_left_alone(void **state)
{
    (void)state;
    f.request.state = STR("withdrawn");
    const struct fake_step steps[] = {STEPS_PROVIDED,
                                      {.expect = "SQL_JOB_FINISH"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "commit"},
                                      {0}};
    play(steps);
    assert_int_equal(provided(), OK);
    played();
}

static void a_repeat_changes_nothing(void **state)
{
    (void)state;
    job.state = STR("done");
    const struct fake_step steps[] = {STEPS_PROVIDED, {.expect = "commit"}, {0}};
    play(steps);
    assert_int_equal(provided(), OK);
    played();
}

static void provided_must_fail(void)
{
    if (provided() == OK)
        bug("a failed statement was not told");
}

static void any_failure_of_provided_rolls_back(void **state)
{
    (void)state;
    f.request.state = STR("waiting_for_customer");
    const struct fake_step steps[] = PROVIDED_SCRIPT;
    staff_fixture_cut(&f, steps, 0, 13, provided_must_fail);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_rejection_asks_the_customer),
        T(a_second_rejection_does_not_ask_twice),
        T(accepting_sends_no_mail),
        T(what_stands_in_the_way),
        T(foreign_keys_are_refused),
        T(who_asked_cannot_judge),
        T(any_failure_of_a_judgement_rolls_back),
        T(the_last_document_leads_back_to_intake),
        T(the_clock_stood_still),
        T(another_rejected_slot_keeps_it_waiting),
        T(a_request_that_has_ended_is_left_alone),
        T(a_repeat_changes_nothing),
        T(any_failure_of_provided_rolls_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
