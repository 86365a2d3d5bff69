/* Instances that began before there was an engine for all of BPMN go on: states of version 1, as they stand in the
 * database of that release. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bpmn/engine.h"
#include "bpmn/read.h"
#include "process/definition/definition_read.h"
#include "process/step.h"

#define USER(id)                                                                         \
    "<userTask id='" id "' name='" id                                                    \
    "'><extensionElements><zeebe:assignmentDefinition candidateGroups='it'/>"            \
    "</extensionElements></userTask>"
#define FLOW(id, from, to)                                                               \
    "<sequenceFlow id='" id "' sourceRef='" from "' targetRef='" to "'/>"

static const char PROCESS[] =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'><process id='P' "
    "isExecutable='true'><startEvent id='S'/><parallelGateway id='F'/>" USER("A")
        USER("B") "<parallelGateway id='J'/><serviceTask id='T'><extensionElements>"
                  "<zeebe:taskDefinition type='master-data.apply'/><zeebe:ioMapping>"
                  "<zeebe:input source='=effectiveOn' target='validFrom'/>"
                  "<zeebe:input source='=base.address.city + request.reference + "
                  "string(request.effectiveOn + duration(\"P1D\")) + A.outcome' "
                  "target='attributes'/>"
                  "</zeebe:ioMapping></extensionElements></serviceTask><endEvent "
                  "id='E'/>" FLOW("f1", "S", "F") FLOW("f2", "F", "A")
                      FLOW("f3", "F", "B") FLOW("f4", "A", "J") FLOW("f5", "B", "J")
                          FLOW("f6", "J", "T")
                              FLOW("f7", "T", "E") "</process></definitions>";

#define VARIABLES                                                                        \
    "\"variables\":{\"base\":{\"address.city\":\"Hamburg\"},\"effectiveOn\":"            \
    "\"2026-12-12\",\"A\":{\"outcome\":\"approved\"},\"request\":{\"company\":\"Probe "  \
    "GmbH\",\"effectiveOn\":\"2026-12-12\",\"reference\":\"R-1\",\"submittedAt\":"       \
    "\"2026-11-22T10:39:45.894296Z\",\"type\":\"t\"}}}"

static struct arena *arena;
static struct definition definition;

static int setup(void **state)
{
    static const struct form_field fields[] = {
        {.key = {"effectiveOn", 11}, .kind = FORM_DATE}};
    static const struct form form = {.fields = (struct form_field *)(uintptr_t)fields,
                                     .field_count = 1};
    struct bpmn_problems problems = {0};
    struct bpmn_model *model;

    (void)state;
    arena = arena_new(64 << 20);
    problems.arena = arena;
    if (bpmn_read(arena, str_from(PROCESS), &problems, &model) != OK)
        fail_msg("%.*s", STR_ARG(VEC_AT(&problems.list, struct bpmn_problem, 0)->reason));
    definition = (struct definition){.model = model,
                                     .process = definition_process(model),
                                     .forms = (struct form *)(uintptr_t)&form,
                                     .form_count = 1};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct process_state *read(const char *json)
{
    struct process_state *state = NULL;

    if (process_state_decode(arena, &definition, str_from(json), &state) != OK)
        fail_msg("%s", err_text());
    return state;
}

static enum err complete(struct process_state *state, const char *activation,
                         bool service, struct process_outcome *out)
{
    struct process_event event = {.kind = service ? PROCESS_SERVICE_COMPLETED
                                                  : PROCESS_TASK_COMPLETED,
                                  .activation = str_from(activation)};
    enum err err = process_step(arena, &definition, state, &event, US_PER_S, out);

    if (err != OK)
        err_clear();
    return err;
}

/* Between two transactions. */
static struct process_state *again(const struct process_outcome *outcome)
{
    struct str text = process_state_encode(arena, &definition, outcome->state);

    return read(str_c(arena, text));
}

static void open_is(struct process_state *state, const char *expected)
{
    struct str *open;
    size_t count = process_open(arena, &definition, state, &open);
    struct str all = STR("");

    for (size_t i = 0; i < count; i++)
        all = str_format(arena, "%.*s%.*s ", STR_ARG(all), STR_ARG(open[i]));
    assert_string_equal(str_c(arena, all), expected);
}

static const char BOTH_OPEN[] =
    "{\"completed\":[],\"counters\":{\"A\":1,\"B\":1},\"joins\":{},\"tokens\":["
    "{\"activation\":\"A#1\",\"element\":\"A\"},{\"activation\":\"B#1\",\"element\":"
    "\"B\"}],"
    "\"v\":1," VARIABLES;

/* Both tasks are number 1, as their sub-tickets are called. */
static void test_goes_on_to_its_end(void **unused)
{
    struct process_state *state = read(BOTH_OPEN);
    struct process_outcome outcome;

    (void)unused;
    open_is(state, "A#1 B#1 ");
    assert_int_equal(complete(state, "A#1", false, &outcome), OK);
    state = again(&outcome);
    open_is(state, "B#1 ");
    assert_int_equal(complete(state, "A#1", false, &outcome), ERR_CONFLICT);
    state = read(BOTH_OPEN);
    assert_int_equal(complete(state, "A#1", false, &outcome), OK);
    assert_int_equal(complete(again(&outcome), "B#1", false, &outcome), OK);
    assert_int_equal(outcome.effect_count, 1);
    const struct process_effect *service = &outcome.effects[0];
    assert_int_equal(service->kind, EFFECT_RUN_SERVICE);
    assert_string_equal(str_c(arena, json_write(arena, service->inputs)),
                        "{\"attributes\":\"HamburgR-12026-12-13approved\","
                        "\"validFrom\":\"2026-12-12\"}");
    state = again(&outcome);
    assert_int_equal(complete(state, str_c(arena, service->activation), true, &outcome),
                     OK);
    assert_true(outcome.ended);
}

/* What waits at the join, and what was done, is known. */
static void test_a_join_and_a_service(void **unused)
{
    struct process_state *state = read(
        "{\"completed\":[\"A\"],\"counters\":{\"A\":2,\"B\":3},\"joins\":{\"f4\":1},"
        "\"tokens\":[{\"activation\":\"B#3\",\"element\":\"B\"}],\"v\":1," VARIABLES);
    const struct vec *passed = &process_tokens(state)->passed;
    struct process_outcome outcome;

    (void)unused;
    assert_int_equal(passed->count, 1);
    assert_int_equal(VEC_AT(passed, struct bpmn_passed, 0)->count, 2);
    /* No number that was given before is a key now. */
    for (int n = 1; n <= 3; n++)
        assert_int_equal(
            complete(state, str_c(arena, str_format(arena, "A#%d", n)), false, &outcome),
            ERR_CONFLICT);
    assert_int_equal(complete(state, "B#3", false, &outcome), OK);
    assert_int_equal(outcome.effects[0].kind, EFFECT_RUN_SERVICE);

    state = read("{\"completed\":[\"A\",\"B\"],\"counters\":{\"A\":1,\"B\":1,\"T\":1},"
                 "\"joins\":{},\"tokens\":[{\"activation\":\"T#1\",\"element\":\"T\"}],"
                 "\"v\":1," VARIABLES);
    assert_int_equal(complete(state, "T#1", true, &outcome), OK);
    assert_true(outcome.ended);
}

static void test_ended(void **unused)
{
    struct process_state *state =
        read("{\"completed\":[\"A\"],\"counters\":{\"A\":1},\"joins\":{},\"tokens\":[],"
             "\"v\":1,\"variables\":{}}");

    (void)unused;
    assert_true(process_tokens(state)->ended);
    assert_int_equal(process_tokens(state)->tokens.count, 0);
    assert_int_equal(process_tokens(state)->passed.count, 1);
}

static void test_of_another_process(void **unused)
{
    static const char *const REFUSED[] = {
        "{}",
        "{\"v\":3,\"tokens\":[]}",
        "{\"v\":1,\"tokens\":[{\"activation\":\"X#1\",\"element\":\"X\"}],\"counters\":"
        "{\"X\":1}}",
        "{\"v\":1,\"tokens\":[{\"activation\":\"A#2\",\"element\":\"A\"}],\"counters\":"
        "{\"A\":1}}",
        "{\"v\":1,\"tokens\":[{\"activation\":\"A\",\"element\":\"A\"}],\"counters\":"
        "{\"A\":1}}",
        "{\"v\":1,\"tokens\":[{\"activation\":\"A#1\",\"element\":\"A\"}],\"counters\":"
        "{\"A\":1},\"joins\":{\"f99\":1}}",
        "{\"v\":1,\"tokens\":[],\"completed\":[\"X\"]}",
    };
    struct process_state *state;

    (void)unused;
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
        assert_int_equal(
            process_state_decode(arena, &definition, str_from(REFUSED[i]), &state),
            ERR_INPUT);
        err_clear();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_goes_on_to_its_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_join_and_a_service, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ended, setup, teardown),
        cmocka_unit_test_setup_teardown(test_of_another_process, setup, teardown),
    };

    return cmocka_run_group_tests_name("process/state_first", tests, NULL, NULL);
}
