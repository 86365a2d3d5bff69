/* The steps that a customer reads: written from the state of the process, read without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "app/instance/customer_steps.h"
#include "bpmn/read.h"

/* clang-format off */
#define STEP(text)                                                                       \
    "<extensionElements><zeebe:properties><zeebe:property name='kontor:customerStep' value='" text \
    "'/></zeebe:properties></extensionElements>"
#define FLOW(id, a, b) "<sequenceFlow id='" id "' sourceRef='" a "' targetRef='" b "'/>"
static const char MODEL[] =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'><process id='P' isExecutable='true'>"
    "<startEvent id='S'/><userTask id='Check'>" STEP("We check.") "</userTask>"
    "<userTask id='Silent'/><parallelGateway id='F'/>"
    "<userTask id='One'>" STEP("We set it up.") "</userTask><userTask id='Two'>" STEP("We set it up.") "</userTask>"
    "<parallelGateway id='J'/><exclusiveGateway id='X' default='fd'/>"
    "<userTask id='Maybe'>" STEP("We ask again.") "</userTask><userTask id='Last'>" STEP("We tell you.") "</userTask>"
    "<endEvent id='E'/>"
    FLOW("f1", "S", "Check") FLOW("f2", "Check", "Silent") FLOW("f3", "Silent", "F") FLOW("f4", "F", "One")
    FLOW("f5", "F", "Two") FLOW("f6", "One", "J") FLOW("f7", "Two", "J") FLOW("f8", "J", "X")
    "<sequenceFlow id='fm' sourceRef='X' targetRef='Maybe'><conditionExpression>=false</conditionExpression>"
    "</sequenceFlow>" FLOW("fd", "X", "Last") FLOW("f9", "Maybe", "Last") FLOW("f10", "Last", "E")
    "</process></definitions>";
/* clang-format on */

struct world {
    struct arena *arena;
    struct definition definition;
    struct bpmn_state *state;
    instant_us now;
};

static struct world *begin(void)
{
    struct arena *arena = arena_new(16 << 20);
    struct world *w = ARENA_NEW(arena, struct world);
    struct bpmn_problems problems;
    struct bpmn_model *model = NULL;
    w->arena = arena;
    assert_int_equal(bpmn_read(arena, str_from(MODEL), &problems, &model), OK);
    w->definition.model = model;
    w->definition.process = bpmn_find(model, STR("P"));
    w->state = bpmn_state_new(arena);
    w->now = 1000000;
    return w;
}

static void end(struct world *w)
{
    struct arena *arena = w->arena;
    arena_free(&arena);
}

static void play(struct world *w, struct bpmn_event event)
{
    struct bpmn_step step = {.arena = w->arena,
                             .model = w->definition.model,
                             .state = w->state,
                             .now = w->now};
    event.start = BPMN_NONE;
    assert_int_equal(bpmn_step(&step, &event), OK);
    w->now += 1000000;
}

static void start(struct world *w)
{
    play(w,
         (struct bpmn_event){.kind = BPMN_EVENT_START, .element = w->definition.process});
}

static void complete(struct world *w, const char *id)
{
    for (size_t i = 0; i < w->state->tokens.count; i++) {
        const struct bpmn_token *token =
            *VEC_AT(&w->state->tokens, struct bpmn_token *, i);
        if (str_is(w->definition.model->elements[token->element].id, id)) {
            play(w, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = token->key});
            return;
        }
    }
    fail_msg("nothing at %s", id);
}

/* "+We check.@2 *We set it up. ?We tell you.": done with its second, now, to come. */
static struct str read_steps(struct world *w, struct str stored, bool over)
{
    static const char SIGNS[] = {
        [POSITION_AHEAD] = '?', [POSITION_NOW] = '*', [POSITION_DONE] = '+'};
    struct customer_step *steps;
    size_t count = customer_steps_read(w->arena, &w->definition, stored, over, &steps);
    struct buf out = buf_init(w->arena, 4096);
    for (size_t i = 0; i < count; i++) {
        buf_format(&out, "%s%c%.*s", i ? " " : "", SIGNS[steps[i].state],
                   STR_ARG(steps[i].text));
        if (steps[i].at != INSTANT_NONE)
            buf_format(&out, "@%lld", (long long)(steps[i].at / 1000000));
    }
    return buf_str(&out);
}

#define assert_steps(w, over, wanted)                                                    \
    assert_string_equal(                                                                 \
        str_c((w)->arena,                                                                \
              read_steps((w),                                                            \
                         customer_steps_write((w)->arena, &(w)->definition, (w)->state), \
                         (over))),                                                       \
        (wanted))

static void test_along_the_way(void **state)
{
    struct world *w = begin();
    assert_string_equal(str_c(w->arena, read_steps(w, STR_NONE, false)),
                        "?We check. ?We set it up. ?We tell you.");
    start(w);
    assert_steps(w, false, "*We check. ?We set it up. ?We tell you.");
    complete(w, "Check");
    /* A step without a text is at work: nothing of it is said. */
    assert_steps(w, false, "+We check.@2 ?We set it up. ?We tell you.");
    complete(w, "Silent");
    complete(w, "One");
    /* The same words for two: done when both are. */
    assert_steps(w, false, "+We check.@2 *We set it up. ?We tell you.");
    complete(w, "Two");
    assert_steps(w, false, "+We check.@2 +We set it up.@5 *We tell you.");
    complete(w, "Last");
    assert_steps(w, true, "+We check.@2 +We set it up.@5 +We tell you.@6");
    end(w);
}

/* A request that is over has no step under way and none to come. */
static void test_over(void **state)
{
    struct world *w = begin();
    start(w);
    complete(w, "Check");
    assert_steps(w, true, "+We check.@2");
    assert_int_equal(read_steps(w, STR_NONE, true).len, 0);
    end(w);
}

static void test_unreadable(void **state)
{
    struct world *w = begin();
    assert_int_equal(read_steps(w, STR("{"), false).len, 0);
    assert_int_equal(read_steps(w, STR("{\"steps\":1}"), false).len, 0);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_along_the_way),
        cmocka_unit_test(test_over),
        cmocka_unit_test(test_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
