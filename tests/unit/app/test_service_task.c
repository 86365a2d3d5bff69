/* A service task of a process: master data written once, conflicts set aside, nothing half-written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "app/instance/service_task.h"
#include "formats/json.h"
#include "process/values.h"
#include "staff_fixture.h"
#include "store/job.h"
#include "store/master_data.h"

/* The invented request type with a step that Kontor does itself. */
static const char service_bpmn[] =
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
    "<startEvent id='S'/><serviceTask id='T' name='Grease it'><extensionElements>"
    "<zeebe:taskDefinition type='master-data.apply'/><zeebe:ioMapping>"
    "<zeebe:input source='={\"home.quay\": quay}' target='attributes'/>"
    "<zeebe:input source='=from' target='validFrom'/></zeebe:ioMapping>"
    "</extensionElements></serviceTask>"
    "<endEvent id='E'/><sequenceFlow id='f1' sourceRef='S' targetRef='T'/>"
    "<sequenceFlow id='f2' sourceRef='T' targetRef='E'/></process></definitions>";

static struct staff_fixture f;
static struct job_lock job;
static struct master_data_row current;
static struct app_job applied;
static enum service_verdict verdict;

static void compile_definition(void)
{
    struct str compiled;
    const struct definition_file files[] = {
        {STR("crane.form"), str_from(fixture_form)},
        {STR("de.po"), str_from(fixture_texts)},
        {STR("documents.json"), str_from(fixture_documents)},
        {STR("process.bpmn"), str_from(service_bpmn)},
    };
    if (definition_compile(f.base.process, STR("lend-crane"), files, 4, fixture_problem,
                           NULL, &compiled) != OK)
        bug("fixture: %s", err_text());
    f.base.definition.compiled = compiled;
}

/* The instance as release leaves it, and the job that release wrote. */
static void begin_instance(void)
{
    struct definition *definition;
    struct process_outcome outcome;
    json_t *variables = json_new_object(f.base.process);
    json_set_str(variables, "quay", STR("East"));
    json_set_str(variables, "from", STR("2026-12-01"));
    struct process_event event = {.kind = PROCESS_STARTED,
                                  .variables =
                                      value_from_json(f.base.process, variables).context};
    if (definition_load(f.base.process, f.base.definition.compiled, &definition) != OK ||
        process_step(f.base.process, definition, NULL, &event, FIXTURE_NOW, &outcome) !=
            OK)
        bug("fixture: %s", err_text());
    const struct process_effect *effect = &outcome.effects[0];
    json_t *payload = json_new_object(f.base.process);
    job.token = effect->activation;
    json_set_str(payload, "type", effect->service_type);
    json_object_set(payload, "inputs", effect->inputs);
    job.payload = json_write(f.base.process, payload);
    f.instance.state = process_state_encode(f.base.process, definition, outcome.state);
}

static int setup(void **state)
{
    (void)state;
    staff_fixture_init(&f);
    compile_definition();
    job = (struct job_lock){.id = 8, .request_id = 5, .state = STR("queued")};
    begin_instance();
    f.request.state = STR("released");
    applied = (struct app_job){8, 5, job.payload, job.token};
    current = (struct master_data_row){STR("home.quay"),
                                       day_from_civil((struct civil_date){2020, 1, 1}),
                                       STR("West"), STR_NONE};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_fini(&f.base);
    return 0;
}

static enum err run(const struct fake_step *steps)
{
    f.env.definitions = definitions_new(f.base.process);
    staff_fixture_play(&f, steps);
    verdict = SERVICE_REPEATED;
    return app_service_task(&f.base.actor, &f.env, &applied, &verdict);
}

static void played(void)
{
    if (!fake_is_done(f.base.fake))
        bug("only %s", fake_log(f.base.fake));
}

#define STEPS_OPEN                                                                       \
    {.expect = "begin-write"}, ONE_ROW("SQL_REQUEST_LOCK_BY_ID", &f.request),            \
        STEP_DEFINITION(&f.base), ONE_ROW("SQL_INSTANCE_LOCK", &f.instance),             \
        ONE_ROW("SQL_JOB_LOCK_BY_ID", &job)
#define SCRIPT                                                                           \
    {                                                                                    \
        STEPS_OPEN, ONE_ROW("SQL_MASTER_DATA_LIST", &current),                           \
            {.expect = "SQL_MASTER_DATA_INSERT", .expect_row_count = 1},                 \
            {.expect = "SQL_INSTANCE_END"}, {.expect = "SQL_REQUEST_CHANGE"},            \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"}, {.expect = "SQL_JOB_FINISH"},         \
            {.expect = "SQL_HISTORY_INSERT"},                                            \
            {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},                      \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }
enum { LAST_BEFORE_COMMIT = 14 };

static void the_values_and_the_end_are_one_transaction(void **state)
{
    (void)state;
    const struct fake_step steps[] = SCRIPT;
    assert_int_equal(run(steps), OK);
    assert_int_equal(verdict, SERVICE_DONE);
    played();
}

static void a_repeat_changes_nothing(void **state)
{
    (void)state;
    job.state = STR("done");
    const struct fake_step steps[] = {STEPS_OPEN, {.expect = "commit"}, {0}};
    assert_int_equal(run(steps), OK);
    assert_int_equal(verdict, SERVICE_REPEATED);
    played();
}

/* Somebody else's value since the request began: staff decide. */
static void a_changed_base_is_a_conflict(void **state)
{
    (void)state;
    current.value = STR("South");
    const struct fake_step steps[] = {STEPS_OPEN,
                                      ONE_ROW("SQL_MASTER_DATA_LIST", &current),
                                      {.expect = "SQL_JOB_FAIL"},
                                      {.expect = "SQL_INCIDENT_INSERT"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "commit"},
                                      {0}};
    assert_int_equal(run(steps), OK);
    assert_int_equal(verdict, SERVICE_CONFLICT);
    played();
    /* "Apply anyway", which a lead has put into the row that is locked, not into what was leased. */
    json_t *payload;
    assert_int_equal(json_parse(f.base.process, job.payload, &payload), OK);
    json_object_set_new(payload, "force", json_true());
    job.payload = json_write(f.base.process, payload);
    const struct fake_step forced[] = SCRIPT;
    assert_int_equal(run(forced), OK);
    assert_int_equal(verdict, SERVICE_DONE);
    played();
}

static void an_unknown_service_is_refused(void **state)
{
    (void)state;
    job.payload = STR("{\"type\":\"coffee.make\",\"activation\":\"T#1\"}");
    const struct fake_step steps[] = {STEPS_OPEN, {.expect = "rollback"}, {0}};
    assert_int_equal(run(steps), ERR_INPUT);
    played();
    job.payload = STR("not JSON");
    assert_int_equal(run(steps), ERR_INPUT);
}

/* Ending no product is not what a process wanted whose list came to null. */
static void an_input_that_came_to_null_is_refused(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEPS_OPEN, {.expect = "rollback"}, {0}};
    job.payload = STR("{\"type\":\"entitlement.end\",\"activation\":\"T#1\","
                      "\"inputs\":{\"entries\":null}}");
    assert_int_equal(run(steps), ERR_INPUT);
    assert_non_null(strstr(err_text(), "entries is null"));
    played();
    job.payload = STR("{\"type\":\"entitlement.end\",\"activation\":\"T#1\"}");
    assert_int_equal(run(steps), ERR_INPUT);
    played();
}

static void a_date_that_is_none_is_refused(void **state)
{
    (void)state;
    job.payload = STR("{\"type\":\"master-data.apply\",\"activation\":\"T#1\","
                      "\"inputs\":{\"validFrom\":\"2026-13-01\",\"attributes\":{}}}");
    const struct fake_step steps[] = {STEPS_OPEN, {.expect = "rollback"}, {0}};
    assert_int_equal(run(steps), ERR_INPUT);
    played();
}

/* An activation that is not under way: the engine refuses, the values are rolled back. */
static void an_old_activation_writes_nothing(void **state)
{
    (void)state;
    job.payload = STR("{\"type\":\"master-data.apply\","
                      "\"inputs\":{\"attributes\":{\"home.quay\":\"East\"}}}");
    job.token = STR("T#99");
    const struct fake_step steps[] = {STEPS_OPEN,
                                      ONE_ROW("SQL_MASTER_DATA_LIST", &current),
                                      {.expect = "SQL_MASTER_DATA_INSERT"},
                                      {.expect = "rollback"},
                                      {0}};
    assert_int_not_equal(run(steps), OK);
    assert_int_equal(verdict, SERVICE_REPEATED); /* untouched */
    played();
}

static void a_deadlock_starts_again(void **state)
{
    (void)state;
    const struct fake_step all[] = SCRIPT;
    struct fake_step steps[40] = {{0}};
    memcpy(steps, all, 7 * sizeof *steps);
    steps[6].error_code = 1213; /* at SQL_MASTER_DATA_INSERT */
    steps[7] = (struct fake_step){.expect = "rollback"};
    steps[8] = all[0];
    steps[9] = all[1]; /* the definition is known by now */
    memcpy(steps + 10, all + 3, sizeof all - 3 * sizeof *all);
    assert_int_equal(run(steps), OK);
    assert_int_equal(verdict, SERVICE_DONE);
    played();
}

static void must_fail(void)
{
    verdict = SERVICE_REPEATED;
    if (app_service_task(&f.base.actor, &f.env, &applied, &verdict) == OK ||
        verdict != SERVICE_REPEATED)
        bug("a failed statement was not told");
}

static void any_failure_rolls_back(void **state)
{
    (void)state;
    const struct fake_step steps[] = SCRIPT;
    assert_string_equal(steps[LAST_BEFORE_COMMIT].expect, "commit");
    staff_fixture_cut(&f, steps, 0, LAST_BEFORE_COMMIT, must_fail);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_values_and_the_end_are_one_transaction),
        T(a_repeat_changes_nothing),
        T(a_changed_base_is_a_conflict),
        T(an_unknown_service_is_refused),
        T(an_input_that_came_to_null_is_refused),
        T(a_date_that_is_none_is_refused),
        T(an_old_activation_writes_nothing),
        T(a_deadlock_starts_again),
        T(any_failure_rolls_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
