/* What happens to a running process by itself: a timer, a message. Once each, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/instance/process_jobs.h"
#include "app/instance/process_message.h"
#include "staff_fixture.h"
#include "store/job.h"
#include "store/process_message.h"
#include "store/subscription.h"

/* The invented request type waits for a day, or for a word. */
static const char waiting_bpmn[] =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'>"
    "<process id='P' name='Lend a crane' isExecutable='true'><extensionElements>"
    "<zeebe:properties><zeebe:property name='kontor:action' value='add'/>"
    "<zeebe:property name='kontor:object' value='crane'/>"
    "<zeebe:property name='kontor:summary' value='Cranes by the day.'/>"
    "<zeebe:property name='kontor:intakeTeam' value='harbour'/>"
    "<zeebe:property name='kontor:intakePhase' value='" FIXTURE_PHASE "'/>"
    "<zeebe:property name='kontor:effectiveDateField' value='from'/>"
    "<zeebe:property name='kontor:forms' value='crane'/>"
    "</zeebe:properties></extensionElements>"
    "<startEvent id='S'/><userTask id='T' name='Grease it'><extensionElements>"
    "<zeebe:assignmentDefinition "
    "candidateGroups='harbour'/></extensionElements></userTask>"
    "<boundaryEvent id='B' attachedToRef='T'><timerEventDefinition>"
    "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    "<boundaryEvent id='C' attachedToRef='T'><messageEventDefinition messageRef='M'/>"
    "</boundaryEvent><endEvent id='E'/><endEvent id='F'/><endEvent id='G'/>"
    "<sequenceFlow id='f1' sourceRef='S' targetRef='T'/>"
    "<sequenceFlow id='f2' sourceRef='T' targetRef='E'/>"
    "<sequenceFlow id='f3' sourceRef='B' targetRef='F'/>"
    "<sequenceFlow id='f4' sourceRef='C' targetRef='G'/></process>"
    "<message id='M' name='word'><extensionElements><zeebe:subscription "
    "correlationKey='=quay'/></extensionElements></message></definitions>";

static struct staff_fixture f;
static struct job_lock job;
static struct process_message message;
static struct app_job applied;

static void compile_definition(void)
{
    struct str compiled;
    const struct definition_file files[] = {
        {STR("crane.form"), str_from(fixture_form)},
        {STR("de.po"), str_from(fixture_texts)},
        {STR("documents.json"), str_from(fixture_documents)},
        {STR("process.bpmn"), str_from(waiting_bpmn)},
    };
    if (definition_compile(f.base.process, STR("lend-crane"), files, 4, fixture_problem,
                           NULL, &compiled) != OK)
        bug("fixture: %s", err_text());
    f.base.definition.compiled = compiled;
}

/* The instance as release leaves it. */
static void begin_instance(void)
{
    struct definition *definition;
    struct process_outcome outcome;
    struct feel_entry quay = {STR("quay"), feel_string(STR("East"))};
    struct feel_context variables = {&quay, 1};
    struct process_event event = {.kind = PROCESS_STARTED, .variables = &variables};
    if (definition_load(f.base.process, f.base.definition.compiled, &definition) != OK ||
        process_step(f.base.process, definition, NULL, &event, FIXTURE_NOW, &outcome) !=
            OK)
        bug("fixture: %s", err_text());
    for (size_t i = 0; i < outcome.effect_count; i++)
        if (outcome.effects[i].kind == EFFECT_SET_TIMER)
            job.token = str_format(f.base.process, "%.*s:B",
                                   STR_ARG(outcome.effects[i].activation));
    f.instance.state = process_state_encode(f.base.process, definition, outcome.state);
    f.states[0].activation = str_sub(job.token, 0, job.token.len - 2);
}

static int setup(void **state)
{
    (void)state;
    staff_fixture_init(&f);
    compile_definition();
    job = (struct job_lock){.id = 8,
                            .request_id = 5,
                            .kind = STR("timer"),
                            .payload = STR("{}"),
                            .state = STR("queued")};
    begin_instance();
    f.request.state = STR("released");
    applied = (struct app_job){8, 5, job.payload, job.token};
    message = (struct process_message){
        .id = 90,
        .payload =
            STR("{\"name\":\"word\",\"correlation\":\"East\",\"variables\":{\"n\":1}}"),
        .delivered = STR(",other-type"),
        .expires_at = FIXTURE_NOW,
    };
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

#define LOCKS                                                                            \
    {.expect = "begin-write"}, ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request),            \
        STEP_DEFINITION(&f.base), ONE_ROW("SQL_INSTANCE_LOCK", &f.instance)
#define TRAIL                                                                            \
    {.expect = "SQL_HISTORY_INSERT"},                                                    \
        {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},                          \
    {                                                                                    \
        .expect = "SQL_AUDIT_INSERT"                                                     \
    }

/* ---- a timer ---- */

#define TIMER_SCRIPT                                                                     \
    {                                                                                    \
        LOCKS, ONE_ROW("SQL_JOB_LOCK_BY_ID", &job),                                      \
            ONE_ROW("SQL_SUB_TICKET_STATES", f.states),                                  \
            {.expect = "SQL_SUB_TICKET_CANCEL", .expect_row_count = 1},                  \
            {.expect = "SQL_SUBSCRIPTION_DELETE", .expect_row_count = 1},                \
            {.expect = "SQL_INSTANCE_END"}, {.expect = "SQL_REQUEST_CHANGE"},            \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"}, {.expect = "SQL_JOB_FINISH"}, TRAIL,  \
            {.expect = "commit"},                                                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void a_timer_and_all_that_follows_are_one_transaction(void **state)
{
    (void)state;
    const struct fake_step steps[] = TIMER_SCRIPT;
    play(steps);
    assert_int_equal(app_timer_due(&f.base.actor, &f.env, &applied), OK);
    played();
}

static void a_timer_that_is_cancelled_does_nothing(void **state)
{
    (void)state;
    job.state = STR("cancelled");
    const struct fake_step steps[] = {
        LOCKS, ONE_ROW("SQL_JOB_LOCK_BY_ID", &job), {.expect = "commit"}, {0}};
    play(steps);
    assert_int_equal(app_timer_due(&f.base.actor, &f.env, &applied), OK);
    played();
}

/* The instance waits for it no longer, and its row was missed: it is over, and no failure. */
static void a_timer_of_nothing_is_done(void **state)
{
    (void)state;
    job.token = STR("T#99:B");
    const struct fake_step steps[] = {LOCKS,
                                      ONE_ROW("SQL_JOB_LOCK_BY_ID", &job),
                                      {.expect = "SQL_JOB_FINISH"},
                                      {.expect = "commit"},
                                      {0}};
    play(steps);
    assert_int_equal(app_timer_due(&f.base.actor, &f.env, &applied), OK);
    played();
}

static void timer_must_fail(void)
{
    if (app_timer_due(&f.base.actor, &f.env, &applied) == OK)
        bug("a failed statement was not told");
}

static void any_failure_of_a_timer_rolls_back(void **state)
{
    (void)state;
    const struct fake_step steps[] = TIMER_SCRIPT;
    int commit = 0;
    while (strcmp(steps[commit].expect, "commit") != 0)
        commit++;
    staff_fixture_cut(&f, steps, 0, commit, timer_must_fail);
}

/* ---- a message ---- */

#define MESSAGE_SCRIPT                                                                   \
    {                                                                                    \
        LOCKS, ONE_ROW("SQL_PROCESS_MESSAGE_LOCK", &message),                            \
            ONE_ROW("SQL_SUB_TICKET_STATES", f.states),                                  \
            {.expect = "SQL_SUB_TICKET_CANCEL", .expect_row_count = 1},                  \
            {.expect = "SQL_JOB_CANCEL", .expect_row_count = 1},                         \
            {.expect = "SQL_SUBSCRIPTION_DELETE", .expect_row_count = 1},                \
            {.expect = "SQL_INSTANCE_END"}, {.expect = "SQL_REQUEST_CHANGE"},            \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"},                                       \
            {.expect = "SQL_PROCESS_MESSAGE_DELIVERED"}, TRAIL, {.expect = "commit"},    \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void a_message_notes_whom_it_has_reached(void **state)
{
    (void)state;
    const struct fake_step steps[] = MESSAGE_SCRIPT;
    play(steps);
    assert_int_equal(message_deliver(&f.base.actor, &f.env, &message, 5), OK);
    played();
    assert_true(str_is(message.delivered, ",other-type,lend-crane"));
    assert_true(message_reached(message.delivered, STR("lend-crane")));
    assert_false(message_reached(message.delivered, STR("lend")));
}

static void expect_untouched(void)
{
    const struct fake_step steps[] = {
        LOCKS, ONE_ROW("SQL_PROCESS_MESSAGE_LOCK", &message), {.expect = "commit"}, {0}};
    play(steps);
    assert_int_equal(message_deliver(&f.base.actor, &f.env, &message, 5), OK);
    played();
}

static void a_message_reaches_one_of_a_type(void **state)
{
    (void)state;
    message.delivered = STR(",lend-crane");
    expect_untouched();
}

/* Rows find whom to ask, by the beginning of name and key: the instance decides. */
static void a_message_of_another_key_is_not_taken(void **state)
{
    (void)state;
    message.payload =
        STR("{\"name\":\"word\",\"correlation\":\"West\",\"variables\":{}}");
    expect_untouched();
    assert_true(str_is(message.delivered, ",other-type"));
}

static void message_must_fail(void)
{
    if (message_deliver(&f.base.actor, &f.env, &message, 5) == OK ||
        !str_is(message.delivered, ",other-type"))
        bug("a failed statement was not told");
}

static void any_failure_of_a_message_rolls_back(void **state)
{
    (void)state;
    const struct fake_step steps[] = MESSAGE_SCRIPT;
    int commit = 0;
    while (strcmp(steps[commit].expect, "commit") != 0)
        commit++;
    staff_fixture_cut(&f, steps, 0, commit, message_must_fail);
}

/* ---- a signal ---- */

static void a_signal_becomes_a_job_for_each_who_waits(void **state)
{
    (void)state;
    static const int64_t waiting[] = {11, 12, 13};
    job.payload = STR("{\"name\":\"all\",\"variables\":{}}");
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        ONE_ROW("SQL_JOB_LOCK_BY_ID", &job),
        {.expect = "SQL_SUBSCRIPTION_SIGNALLED", .rows = waiting, .row_count = 3},
        {.expect = "SQL_JOB_INSERT", .expect_row_count = 3},
        {.expect = "SQL_JOB_FINISH"},
        {.expect = "commit"},
        {0}};
    play(steps);
    assert_int_equal(app_signal_thrown(&f.base.actor, &f.env, &applied), OK);
    played();
}

/* A full batch is not the end: the job goes on behind the last one. */
static void a_signal_goes_on_in_batches(void **state)
{
    (void)state;
    static int64_t waiting[200];
    for (int i = 0; i < 200; i++)
        waiting[i] = 100 + i;
    job.payload = STR("{\"name\":\"all\",\"variables\":{}}");
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        ONE_ROW("SQL_JOB_LOCK_BY_ID", &job),
        {.expect = "SQL_SUBSCRIPTION_SIGNALLED", .rows = waiting, .row_count = 200},
        {.expect = "SQL_JOB_INSERT"},
        {.expect = "SQL_JOB_INSERT"},
        {.expect = "SQL_JOB_INSERT"},
        {.expect = "SQL_JOB_INSERT"},
        {.expect = "SQL_JOB_GO_ON"},
        {.expect = "commit"},
        {0}};
    play(steps);
    assert_int_equal(app_signal_thrown(&f.base.actor, &f.env, &applied), OK);
    played();
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_timer_and_all_that_follows_are_one_transaction),
        CASE(a_timer_that_is_cancelled_does_nothing),
        CASE(a_timer_of_nothing_is_done),
        CASE(any_failure_of_a_timer_rolls_back),
        CASE(a_message_notes_whom_it_has_reached),
        CASE(a_message_reaches_one_of_a_type),
        CASE(a_message_of_another_key_is_not_taken),
        CASE(any_failure_of_a_message_rolls_back),
        CASE(a_signal_becomes_a_job_for_each_who_waits),
        CASE(a_signal_goes_on_in_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
