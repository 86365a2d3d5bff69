/* What a step says to the application: timers, messages, signals, the end, and values that stay what they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bpmn/read.h"
#include "process/definition/definition_read.h"
#include "process/definition/profile.h"
#include "process/step.h"

#define HEAD                                                                             \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "                  \
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'><process id='P' "                 \
    "isExecutable='true'>"
#define FLOW(id, from, to)                                                               \
    "<sequenceFlow id='" id "' sourceRef='" from "' targetRef='" to "'/>"
#define PROPERTY(name, value)                                                            \
    "<zeebe:properties><zeebe:property name='" name "' value='" value                    \
    "'/></zeebe:properties>"
#define USER(id, inner)                                                                  \
    "<userTask id='" id "' name='" id                                                    \
    "'><extensionElements><zeebe:assignmentDefinition "                                  \
    "candidateGroups='it'/>" inner "</extensionElements></userTask>"
#define TIMER(kind, text)                                                                \
    "<timerEventDefinition><" kind ">" text "</" kind "></timerEventDefinition>"

static struct arena *arena;
static struct definition definition;
static struct process_outcome outcome;
static instant_us now;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    now = INT64_C(1767225600) * US_PER_S; /* 2026-01-01 */
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void read(const char *xml)
{
    struct bpmn_problems problems = {.arena = arena};
    struct bpmn_model *model;

    if (bpmn_read(arena, str_from(xml), &problems, &model) != OK)
        fail_msg("%.*s", STR_ARG(VEC_AT(&problems.list, struct bpmn_problem, 0)->reason));
    definition =
        (struct definition){.model = model, .process = definition_process(model)};
}

/* The state goes through its stored form, as it does between two transactions. */
static enum err step(struct process_event event)
{
    struct process_state *state = NULL;
    enum err err;

    if (event.kind != PROCESS_STARTED &&
        process_state_decode(arena, &definition,
                             process_state_encode(arena, &definition, outcome.state),
                             &state) != OK)
        fail_msg("%s", err_text());
    event.zone = STR("Europe/Berlin");
    err = process_step(arena, &definition, state, &event, now, &outcome);
    if (err != OK)
        err_clear();
    return err;
}

static const struct process_effect *effect(enum process_effect_kind kind)
{
    for (size_t i = 0; i < outcome.effect_count; i++)
        if (outcome.effects[i].kind == kind)
            return &outcome.effects[i];
    return NULL;
}

static size_t count(enum process_effect_kind kind)
{
    size_t found = 0;

    for (size_t i = 0; i < outcome.effect_count; i++)
        found += outcome.effects[i].kind == kind;
    return found;
}

static void due(const struct process_effect *timer)
{
    assert_non_null(timer);
    assert_int_equal(step((struct process_event){.kind = PROCESS_TIMER_DUE,
                                                 .activation = timer->activation,
                                                 .event_id = timer->event_id}),
                     OK);
}

static void a_timer_of_a_task_is_set_and_cleared(void **state)
{
    (void)state;
    read(HEAD "<startEvent id='S'/>" USER(
        "T", "") "<boundaryEvent id='B' "
                 "attachedToRef='T'>" TIMER(
                     "timeDuration", "PT1H") "</boundaryEvent><endEvent "
                                             "id='E'/><endEvent "
                                             "id='F'/>" FLOW("1", "S", "T")
                                                 FLOW("2", "T", "E")
                                                     FLOW("3", "B", "F") "</process></"
                                                                         "definitions>");
    assert_int_equal(step((struct process_event){.kind = PROCESS_STARTED}), OK);
    struct process_effect timer = *effect(EFFECT_SET_TIMER);
    assert_true(timer.due_at == now + 3600 * US_PER_S);
    assert_true(str_is(timer.event_id, "B"));
    struct str task = effect(EFFECT_OPEN_TASK)->activation;
    assert_true(str_eq(task, timer.activation));
    now += 3600 * US_PER_S;
    due(&timer);
    assert_int_equal(count(EFFECT_CLOSE_TASK), 1);
    assert_true(outcome.ended);
    /* It came twice, or the person was faster. */
    assert_int_equal(step((struct process_event){.kind = PROCESS_TIMER_DUE,
                                                 .activation = timer.activation,
                                                 .event_id = timer.event_id}),
                     ERR_CONFLICT);
}

#define CYCLE                                                                            \
    HEAD "<startEvent id='S'/>" USER(                                                    \
        "T",                                                                             \
        "") "<boundaryEvent id='B' attachedToRef='T' "                                   \
            "cancelActivity='false'>" TIMER(                                             \
                "timeCycle",                                                             \
                "R/PT1M") "</boundaryEvent>" USER("R",                                   \
                                                  "") "<endEvent id='E'/><endEvent "     \
                                                      "id='F'/>" FLOW("1", "S", "T")     \
                                                          FLOW("2", "T",                 \
                                                               "E") FLOW("3", "B", "R")  \
                                                              FLOW("4", "R",             \
                                                                   "F") "</process></"   \
                                                                        "definitions>"

static void a_cycle_keeps_its_beat(void **state)
{
    (void)state;
    read(CYCLE);
    assert_int_equal(step((struct process_event){.kind = PROCESS_STARTED}), OK);
    instant_us first = effect(EFFECT_SET_TIMER)->due_at;
    now = first + 5 * US_PER_S; /* the worker was a little late */
    due(effect(EFFECT_SET_TIMER));
    assert_true(effect(EFFECT_SET_TIMER)->due_at == first + 60 * US_PER_S);
    assert_int_equal(count(EFFECT_OPEN_TASK), 1);
}

/* A year without a worker, or a clock that jumped: it happens once, not half a million times. */
static void a_cycle_does_not_make_up_for_a_pause(void **state)
{
    (void)state;
    read(CYCLE);
    assert_int_equal(step((struct process_event){.kind = PROCESS_STARTED}), OK);
    now += INT64_C(365) * US_PER_DAY;
    due(effect(EFFECT_SET_TIMER));
    assert_int_equal(count(EFFECT_OPEN_TASK), 1);
    assert_int_equal(count(EFFECT_SET_TIMER), 1);
    assert_true(effect(EFFECT_SET_TIMER)->due_at == now + 60 * US_PER_S);
    /* Back again: the next one is where it was set. */
    now -= INT64_C(365) * US_PER_DAY;
    struct process_effect next = *effect(EFFECT_SET_TIMER);
    due(&next);
    assert_true(effect(EFFECT_SET_TIMER)->due_at == next.due_at + 60 * US_PER_S);
}

static void a_message_carries_what_its_inputs_say(void **state)
{
    (void)state;
    struct feel_entry secret = {STR("secret"), feel_string(STR("s"))};
    struct feel_context variables = {&secret, 1};

    read(HEAD
         "<startEvent id='S'/><sendTask id='T' messageRef='M'><extensionElements>"
         "<zeebe:publishMessage correlationKey='=\"K-\"+secret' timeToLive='PT1H'/>"
         "<zeebe:ioMapping><zeebe:input source='=1+1' target='two'/></zeebe:ioMapping>"
         "</extensionElements></sendTask><endEvent id='E'/>" FLOW("1", "S", "T") FLOW(
             "2", "T", "E") "</process><message id='M' name='hello'/></definitions>");
    assert_int_equal(
        step((struct process_event){.kind = PROCESS_STARTED, .variables = &variables}),
        OK);
    const struct process_effect *message = effect(EFFECT_PUBLISH);
    assert_true(str_is(message->name, "hello") && str_is(message->correlation, "K-s"));
    assert_int_equal(message->keep_s, 3600);
    assert_true(str_is(json_write(arena, message->inputs), "{\"two\":2}"));
}

/* A date that a customer has typed is a date at every step, also after a night in the database. */
static void a_date_stays_a_date(void **state)
{
    (void)state;
    struct feel_moment day = {.year = 2026, .month = 3, .day = 1};
    struct feel_entry entry = {STR("from"), feel_moment(arena, FEEL_DATE, &day)};
    struct feel_context variables = {&entry, 1};

    read(HEAD "<startEvent id='S'/>" USER("T", "") USER(
        "U", PROPERTY("kontor:subject",
                      "=string(from.year + 1)")) "<endEvent id='E'/>" FLOW("1", "S", "T")
             FLOW("2", "T", "U") FLOW("3", "U", "E") "</process></definitions>");
    assert_int_equal(
        step((struct process_event){.kind = PROCESS_STARTED, .variables = &variables}),
        OK);
    assert_int_equal(
        step((struct process_event){.kind = PROCESS_TASK_COMPLETED,
                                    .activation = effect(EFFECT_OPEN_TASK)->activation}),
        OK);
    assert_true(str_is(effect(EFFECT_OPEN_TASK)->subject, "2027"));
}

static void an_end_may_decline(void **state)
{
    (void)state;
    read(HEAD "<startEvent id='S'/><parallelGateway id='G'/>" USER(
        "T",
        "") "<endEvent id='N'><extensionElements><zeebe:properties>"
            "<zeebe:property name='kontor:outcome' value='declined'/>"
            "<zeebe:property name='kontor:customerReason' value='No.'/>"
            "</zeebe:properties></extensionElements></endEvent><endEvent id='E'/>" FLOW(
                "1", "S", "G") FLOW("2", "G", "T") FLOW("3", "G", "N")
                FLOW("4", "T", "E") "</process></definitions>");
    assert_int_equal(step((struct process_event){.kind = PROCESS_STARTED}), OK);
    assert_false(outcome.ended);
    assert_int_equal(
        step((struct process_event){.kind = PROCESS_TASK_COMPLETED,
                                    .activation = effect(EFFECT_OPEN_TASK)->activation}),
        OK);
    /* The refusal was reached first, and counts. */
    assert_true(str_is(effect(EFFECT_ENDED)->outcome, "declined"));
    assert_true(str_is(effect(EFFECT_ENDED)->reason, "No."));
}

static void a_way_that_is_not_there_is_an_incident(void **state)
{
    (void)state;
    struct str *stuck;

    read(HEAD "<startEvent id='S'/><exclusiveGateway id='G'/>" USER("T", "")
             USER("U", "") "<endEvent id='E'/>" FLOW(
                 "1", "S", "G") "<sequenceFlow id='2' sourceRef='G' "
                                "targetRef='T'><conditionExpression>=a &gt; 1"
                                "</conditionExpression></sequenceFlow><sequenceFlow "
                                "id='3' sourceRef='G' "
                                "targetRef='U'><conditionExpression>=a &lt; "
                                "1</conditionExpression></sequenceFlow>" FLOW("4", "T",
                                                                              "E")
                                    FLOW("5", "U", "E") "</process></definitions>");
    assert_int_equal(step((struct process_event){.kind = PROCESS_STARTED}), OK);
    assert_int_equal(count(EFFECT_INCIDENT), 1);
    assert_int_equal(process_incidents(arena, &definition, outcome.state, &stuck), 1);
    assert_true(str_eq(stuck[0], effect(EFFECT_INCIDENT)->activation));
    /* Nothing has changed: it is one again. */
    assert_int_equal(
        step((struct process_event){.kind = PROCESS_RETRY, .activation = stuck[0]}), OK);
    assert_int_equal(count(EFFECT_INCIDENT), 1);
}

static void phases_come_from_every_kind_of_step(void **state)
{
    (void)state;
    read(
        HEAD
        "<startEvent id='S'/><intermediateCatchEvent id='C'><extensionElements>" PROPERTY(
            "kontor:phase",
            "Waiting") "</extensionElements>" TIMER("timeDuration",
                                                    "PT1H") "</"
                                                            "intermediateCatchEvent><"
                                                            "endEvent id='E'/>" FLOW(
                                                                "1", "S", "C")
                                                                FLOW("2", "C",
                                                                     "E") "</process></"
                                                                          "definitions>");
    assert_int_equal(step((struct process_event){.kind = PROCESS_STARTED}), OK);
    assert_true(str_is(outcome.phase, "Waiting"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_timer_of_a_task_is_set_and_cleared),
        CASE(a_cycle_keeps_its_beat),
        CASE(a_cycle_does_not_make_up_for_a_pause),
        CASE(a_message_carries_what_its_inputs_say),
        CASE(a_date_stays_a_date),
        CASE(an_end_may_decline),
        CASE(a_way_that_is_not_there_is_an_incident),
        CASE(phases_come_from_every_kind_of_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
