/* Taking and completing sub-tickets: one owner, one decision, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/ticket/ticket_work.h"
#include "store/job.h"
#include "store/work_rules.h"
#include "staff_fixture.h"

static struct staff_fixture f;
static struct request_released released; /* what the lock of a completion reads */
static struct form_result form;
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

static enum err complete_with(struct str word, struct str reason)
{
    struct sub_ticket_outcome outcome = {
        .work = {STR("T-1-1"), 2}, .outcome = word, .reason = reason};
    return app_sub_ticket_complete(&f.base.actor, &f.env, &outcome, &form, &ticket,
                                   &verdict);
}

static enum err complete(void)
{
    return complete_with(STR("approved"), STR_NONE);
}

static struct request_released *locked(void)
{
    released = (struct request_released){f.request, f.instance};
    return &released;
}

#define LOCKS                                                                            \
    ONE_ROW("SQL_SUB_TICKET_FIND", &f.home), {.expect = "begin-write"},                  \
        ONE_ROW("SQL_REQUEST_LOCK_RELEASED", locked()), STEP_DEFINITION(&f.base),        \
        ONE_ROW("SQL_SUB_TICKET_LOCK_ALL", &f.sub_ticket)
#define COMPLETE_SCRIPT                                                                  \
    {                                                                                    \
        LOCKS, {.expect = "SQL_SUB_TICKET_END"}, {.expect = "SQL_DECISION_INSERT"},      \
            {.expect = "SQL_INSTANCE_END"}, {.expect = "SQL_REQUEST_CHANGE"},            \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"},                                       \
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
    staff_fixture_cut(&f, steps, 1, 13, must_fail);
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

static void what_the_step_does_not_offer_is_refused(void **state)
{
    (void)state;
    const struct fake_step steps[] = {LOCKS, {.expect = "rollback"}, {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(complete_with(STR("rejected"), STR("no")), ERR_INPUT);
    f.env.definitions = definitions_new(f.base.process);
    staff_fixture_play(&f, steps);
    assert_int_equal(complete_with(STR("remark"), STR_NONE), ERR_INPUT);
    assert_true(fake_is_done(f.base.fake));
}

/* The table compares who decides with who decided before and with who edited. */
static void the_table_wants_another_person(void **state)
{
    static const struct {
        const char *key;
        enum staff_verdict verdict;
    } KEYS[] = {{"ck_decision_second_person", VERDICT_SECOND_PERSON},
                {"ck_decision_four_eyes", VERDICT_FOUR_EYES},
                {"uq_decision_sub_ticket", VERDICT_REPEATED}};
    (void)state;
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const struct fake_step steps[] = {
            LOCKS,
            {.expect = "SQL_SUB_TICKET_END"},
            {.expect = "SQL_DECISION_INSERT",
             .error_code = 4025,
             .error_text = str_c(f.base.process,
                                 str_format(f.base.process,
                                            "CONSTRAINT `%s` failed for `k`.`decision`",
                                            KEYS[i].key))},
            {.expect = "rollback"},
            {0}};
        f.env.definitions = definitions_new(f.base.process);
        staff_fixture_play(&f, steps);
        assert_int_equal(complete(), OK);
        assert_int_equal(verdict, KEYS[i].verdict);
        assert_true(fake_is_done(f.base.fake));
    }
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

/* ---- waiting for the customer ----------------------------------------------------------------------- */

#define CHANGE_LOCKS                                                                     \
    ONE_ROW("SQL_SUB_TICKET_FIND", &f.home), {.expect = "begin-write"},                  \
        ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request), STEP_DEFINITION(&f.base),         \
        ONE_ROW("SQL_SUB_TICKET_LOCK", &f.sub_ticket)
#define WAIT_SCRIPT                                                                      \
    {                                                                                    \
        CHANGE_LOCKS, INSERTED("SQL_MESSAGE_INSERT", 80),                                \
            {.expect = "SQL_SUB_TICKET_CLOCK_PUT"},                                      \
            {.expect = "SQL_SUB_TICKET_CLOCK_INSERT"},                                   \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"},                                       \
            {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 3},                     \
            {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},                      \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static enum err wait_for_customer(void)
{
    struct sub_ticket_work work = {STR("T-1-1"), 2};
    struct staff_text question = {.body = STR("Why?"), .form_key = {1}};
    return app_sub_ticket_wait(&f.base.actor, &f.env, &work, &question, &ticket,
                               &verdict);
}

static void must_not_wait(void)
{
    verdict = VERDICT_CLOSED;
    if (wait_for_customer() == OK || verdict != VERDICT_CLOSED)
        bug("a failed statement was not told");
}

static void a_question_stops_the_clock(void **state)
{
    (void)state;
    f.sub_ticket.due_at = f.sub_ticket.paused_at = INSTANT_NONE;
    const struct fake_step steps[] = WAIT_SCRIPT;
    staff_fixture_play(&f, steps);
    assert_int_equal(wait_for_customer(), OK);
    assert_int_equal(verdict, VERDICT_DONE);
    assert_true(fake_is_done(f.base.fake));
    staff_fixture_cut(&f, steps, 1, 12, must_not_wait);
}

/* The form came twice: the first has changed the version. */
static void the_same_question_is_asked_once(void **state)
{
    static const int64_t yes = 1;
    (void)state;
    f.sub_ticket.version = 3;
    f.sub_ticket.waiting_for = STR("answer");
    const struct fake_step steps[] = {
        CHANGE_LOCKS, ONE_ROW("SQL_MESSAGE_FORM_TAKEN", &yes), {.expect = "commit"}, {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(wait_for_customer(), OK);
    assert_int_equal(verdict, VERDICT_REPEATED);
    assert_true(fake_is_done(f.base.fake));
}

static void only_what_waits_goes_on(void **state)
{
    struct sub_ticket_work work = {STR("T-1-1"), 2};
    (void)state;
    const struct fake_step steps[] = {CHANGE_LOCKS, {.expect = "commit"}, {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(
        app_sub_ticket_resume(&f.base.actor, &f.env, &work, &ticket, &verdict), OK);
    assert_int_equal(verdict, VERDICT_REPEATED);
    assert_true(fake_is_done(f.base.fake));
}

/* ---- the customer has written ---------------------------------------------------------------------- */

static struct job_lock job = {.id = 90, .request_id = 5, .state = STR("queued")};

static enum err written(const char *payload)
{
    const struct app_job leased = {
        .id = 90, .request_id = 5, .payload = str_from(payload)};
    return app_message_written(&f.base.actor, &f.env, &leased);
}

static void must_not_go_on(void)
{
    if (written("{}") == OK)
        bug("a failed statement was not told");
}

static void an_answer_lets_the_clock_go_on(void **state)
{
    (void)state;
    f.request.open_items = 1;
    f.sub_ticket.waiting_for = STR("answer");
    f.sub_ticket.due_at = f.sub_ticket.paused_at = FIXTURE_NOW - US_PER_DAY;
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request),
        STEP_DEFINITION(&f.base),
        ONE_ROW("SQL_JOB_LOCK_BY_ID", &job),
        ONE_ROW("SQL_SUB_TICKET_LOCK_OPEN", &f.sub_ticket),
        {.expect = "SQL_SUB_TICKET_CLOCK_PUT"},
        {.expect = "SQL_SUB_TICKET_CLOCK_INSERT"},
        {.expect = "SQL_CUSTOMER_STATUS_PUT"},
        {.expect = "SQL_JOB_FINISH"},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 2},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"},
        {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(written("{}"), OK);
    assert_true(fake_is_done(f.base.fake));
    staff_fixture_cut(&f, steps, 0, 11, must_not_go_on);
}

/* A question that came after the message is not answered by it; a document is another matter. */
static void it_answers_what_was_asked_before(void **state)
{
    (void)state;
    struct fake_step steps[] = {{.expect = "begin-write"},
                                ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request),
                                STEP_DEFINITION(&f.base),
                                ONE_ROW("SQL_JOB_LOCK_BY_ID", &job),
                                ONE_ROW("SQL_SUB_TICKET_LOCK_OPEN", &f.sub_ticket),
                                {.expect = "SQL_JOB_FINISH"},
                                {.expect = "SQL_AUDIT_INSERT"},
                                {.expect = "commit"},
                                {0}};
    f.sub_ticket.waiting_for = STR("answer");
    f.sub_ticket.paused_at = FIXTURE_NOW;
    staff_fixture_play(&f, steps);
    struct str before =
        str_format(f.base.process, "{\"written_us\":%lld}", (long long)FIXTURE_NOW - 1);
    assert_int_equal(written(str_c(f.base.process, before)), OK);
    f.sub_ticket.waiting_for = STR("document");
    f.env.definitions = definitions_new(f.base.process);
    staff_fixture_play(&f, steps);
    assert_int_equal(written("{}"), OK);
    assert_true(fake_is_done(f.base.fake));
}

static void a_job_that_is_done_does_nothing(void **state)
{
    struct job_lock done = job;
    (void)state;
    done.state = STR("done");
    const struct fake_step steps[] = {
        {.expect = "begin-write"}, ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request),
        STEP_DEFINITION(&f.base),  ONE_ROW("SQL_JOB_LOCK_BY_ID", &done),
        {.expect = "commit"},      {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(written("{}"), OK);
    assert_true(fake_is_done(f.base.fake));
}

/* ---- phases ------------------------------------------------------------------------------------------ */

static const struct sub_ticket_type_row TYPES[] = {
    {STR("painting"), STR("Painting"), STR("Anstrich"), STR("harbour"), STR("scrape"),
     STR("Scrape"), STR("Abkratzen")},
    {STR("painting"), STR("Painting"), STR("Anstrich"), STR("harbour"), STR("prime"),
     STR("Prime"), STR("Grundieren")},
    {STR("painting"), STR("Painting"), STR("Anstrich"), STR("harbour"), STR("paint"),
     STR("Paint"), STR("Streichen")},
};

static enum err go_to(const char *phase, const struct fake_step *end, size_t count)
{
    struct sub_ticket_work work = {STR("T-1-1"), 2};
    struct fake_step steps[16] = {
        CHANGE_LOCKS,
        {.expect = "SQL_CALENDAR_ROWS"},
        {.expect = "SQL_SUB_TICKET_TYPES", .rows = TYPES, .row_count = 3}};
    memcpy(&steps[7], end, count * sizeof *end);
    f.env.definitions = definitions_new(f.base.process);
    staff_fixture_play(&f, steps);
    enum err err = app_sub_ticket_phase(&f.base.actor, &f.env, &work, str_from(phase),
                                        &ticket, &verdict);
    assert_true(fake_is_done(f.base.fake));
    return err;
}

static void phases_go_forward_one_by_one(void **state)
{
    static const struct fake_step moved[] = {
        {.expect = "SQL_SUB_TICKET_SET_PHASE"},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 1},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"}};
    static const struct fake_step stayed[] = {{.expect = "commit"}};
    static const struct fake_step refused[] = {{.expect = "rollback"}};
    (void)state;
    f.sub_ticket.type_key = STR("painting");
    f.sub_ticket.phase = STR("scrape");
    assert_int_equal(go_to("prime", moved, 4), OK);
    assert_int_equal(verdict, VERDICT_DONE);
    assert_int_equal(go_to("paint", stayed, 1), OK);
    assert_int_equal(verdict, VERDICT_PHASE);
    assert_int_equal(go_to("scrape", stayed, 1), OK);
    assert_int_equal(verdict, VERDICT_REPEATED);
    assert_int_equal(go_to("gild", refused, 1), ERR_INPUT);
    f.sub_ticket.phase = STR("paint");
    assert_int_equal(go_to("scrape", stayed, 1), OK);
    assert_int_equal(verdict, VERDICT_PHASE);
}

/* Done in its last phase; a rejection ends it wherever it is, where the step has one. */
static void the_last_phase_completes(void **state)
{
    (void)state;
    f.sub_ticket.type_key = STR("painting");
    f.sub_ticket.phase = STR("prime");
    const struct fake_step steps[] = {
        LOCKS,
        {.expect = "SQL_CALENDAR_ROWS"},
        {.expect = "SQL_SUB_TICKET_TYPES", .rows = TYPES, .row_count = 3},
        {.expect = "commit"},
        {0}};
    staff_fixture_play(&f, steps);
    assert_int_equal(complete(), OK);
    assert_int_equal(verdict, VERDICT_PHASE);
    assert_true(fake_is_done(f.base.fake));
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
        CASE(what_the_step_does_not_offer_is_refused),
        CASE(the_table_wants_another_person),
        CASE(an_old_page_changes_nothing),
        CASE(another_team_is_refused),
        CASE(one_of_two_takers_wins),
        CASE(a_question_stops_the_clock),
        CASE(the_same_question_is_asked_once),
        CASE(only_what_waits_goes_on),
        CASE(an_answer_lets_the_clock_go_on),
        CASE(it_answers_what_was_asked_before),
        CASE(a_job_that_is_done_does_nothing),
        CASE(phases_go_forward_one_by_one),
        CASE(the_last_phase_completes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
