/* The drawing of a process and where an instance stands in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "../golden.h"
#include "bpmn/model_json.h"
#include "bpmn/read.h"
#include "folder.h"
#include "formats/json.h"
#include "process/diagram/diagram.h"

static const struct bpmn_model *read_model(struct arena *arena, struct str xml)
{
    struct bpmn_problems problems;
    struct bpmn_model *model = NULL;
    if (bpmn_read(arena, xml, &problems, &model) != OK)
        for (size_t i = 0; i < problems.list.count; i++) {
            const struct bpmn_problem *problem =
                VEC_AT(&problems.list, struct bpmn_problem, i);
            print_error("line %d: %.*s\n", problem->line, STR_ARG(problem->reason));
        }
    assert_non_null(model);
    return model;
}

static const struct bpmn_model *everything(struct arena *arena)
{
    return read_model(arena, folder_file(arena, "tests/unit/process/everything.bpmn"));
}

/* What the template does, without its escaping. */
static struct str as_text(struct arena *arena, const struct diagram *diagrams,
                          size_t count)
{
    struct buf out = buf_init(arena, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        const struct diagram_item *items = diagrams[i].items.items;
        buf_format(&out, "drawing \"%.*s\" %.*s\n", STR_ARG(diagrams[i].title),
                   STR_ARG(diagrams[i].view_box));
        for (size_t k = 0; k < diagrams[i].items.count; k++) {
            const struct diagram_path *paths = items[k].paths.items;
            const struct diagram_text *texts = items[k].texts.items;
            buf_format(&out, "%.*s \"%.*s\"\n", STR_ARG(items[k].css_class),
                       STR_ARG(items[k].title));
            for (size_t p = 0; p < items[k].paths.count; p++)
                buf_format(&out, "  %.*s: %.*s\n", STR_ARG(paths[p].css_class),
                           STR_ARG(paths[p].d));
            for (size_t t = 0; t < items[k].texts.count; t++)
                buf_format(&out, "  %.*s %.*s %.*s%.*s\n", STR_ARG(texts[t].x),
                           STR_ARG(texts[t].y), STR_ARG(texts[t].turn),
                           STR_ARG(texts[t].text));
        }
    }
    assert_int_equal(buf_check(&out), OK);
    return buf_str(&out);
}

static struct position *some_positions(struct arena *arena,
                                       const struct bpmn_model *model)
{
    struct position *at = ARENA_ARRAY(arena, struct position, model->element_count);
    at[bpmn_find(model, STR("Start"))].state = POSITION_DONE;
    at[bpmn_find(model, STR("User"))].state = POSITION_INCIDENT;
    at[bpmn_find(model, STR("Service"))] =
        (struct position){.state = POSITION_NOW, .open = 3};
    at[bpmn_find(model, STR("Answer"))] =
        (struct position){.state = POSITION_NOW, .open = 1};
    return at;
}

static void test_drawing(void **state)
{
    struct arena *arena = arena_new(64 << 20);
    struct definition definition = {.model = everything(arena)};
    struct diagram *diagrams;
    size_t count = diagram_draw(arena, &definition, LANGUAGE_EN,
                                some_positions(arena, definition.model), &diagrams);
    assert_int_equal(count, 2);
    assert_true(str_is(diagrams[1].title, "Aftercare"));
    golden_check(arena, "diagram.txt", as_text(arena, diagrams, count));
    arena_free(&arena);
}

/* What is published is drawn from the stored form. */
static void test_stored(void **state)
{
    struct arena *arena = arena_new(64 << 20);
    struct definition definition = {.model = everything(arena)};
    struct diagram *fresh, *loaded;
    struct bpmn_model *model;
    json_t *stored = bpmn_model_encode(arena, definition.model);
    size_t count = diagram_draw(arena, &definition, LANGUAGE_EN, NULL, &fresh);
    assert_int_equal(bpmn_model_load(arena, stored, &model), OK);
    definition.model = model;
    assert_int_equal(diagram_draw(arena, &definition, LANGUAGE_EN, NULL, &loaded), count);
    struct str a = as_text(arena, fresh, count), b = as_text(arena, loaded, count);
    assert_true(str_eq(a, b));
    assert_false(fresh[0].marked);
    arena_free(&arena);
}

static void test_without_diagram(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct bpmn_model model = {0};
    struct definition definition = {.model = &model};
    struct diagram *diagrams;
    assert_int_equal(diagram_draw(arena, &definition, LANGUAGE_EN, NULL, &diagrams), 0);
    model.shape_count = DIAGRAM_SHAPES_MAX + 1;
    assert_int_equal(diagram_draw(arena, &definition, LANGUAGE_EN, NULL, &diagrams), 0);
    arena_free(&arena);
}

/* ---- where an instance stands ---- */

struct playing {
    struct arena *arena;
    const struct bpmn_model *model;
    struct bpmn_state *state;
    instant_us now;
};

static void play(struct playing *p, struct bpmn_event event)
{
    struct bpmn_step step = {
        .arena = p->arena, .model = p->model, .state = p->state, .now = p->now};
    event.start = BPMN_NONE;
    assert_int_equal(bpmn_step(&step, &event), OK);
}

static int64_t key_at(const struct playing *p, const char *id)
{
    uint32_t element = bpmn_find(p->model, str_from(id));
    for (size_t i = 0; i < p->state->tokens.count; i++) {
        const struct bpmn_token *token =
            *VEC_AT(&p->state->tokens, struct bpmn_token *, i);
        if (token->element == element && !token->is_body)
            return token->key;
    }
    fail_msg("nothing at %s", id);
    return 0;
}

#define HEAD                                                                             \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "                  \
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'><process id='P' "                 \
    "isExecutable='true'>"
#define USER(id)                                                                         \
    "<userTask id='" id "' name='" id "'><extensionElements><zeebe:properties>"          \
    "<zeebe:property name='kontor:customerStep' value='" id "'/></zeebe:properties>"     \
    "</extensionElements></userTask>"
#define FLOW(id, a, b) "<sequenceFlow id='" id "' sourceRef='" a "' targetRef='" b "'/>"

static const char MANY[] = HEAD
    "<startEvent id='S'/><userTask id='T' name='T'><multiInstanceLoopCharacteristics>"
    "<extensionElements><zeebe:loopCharacteristics inputCollection='=[1,2,3]'/>"
    "</extensionElements></multiInstanceLoopCharacteristics></userTask>"
    "<boundaryEvent id='B' attachedToRef='T' cancelActivity='false'>"
    "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    "</boundaryEvent><endEvent id='BE'/><endEvent id='E'/>" FLOW("f1", "S", "T")
        FLOW("f2", "T", "E") FLOW("f3", "B", "BE") "</process></definitions>";

static void test_positions(void **state)
{
    struct arena *arena = arena_new(8 << 20);
    struct playing p = {.arena = arena,
                        .model = read_model(arena, str_from(MANY)),
                        .state = bpmn_state_new(arena),
                        .now = 1000000};
    uint32_t task = bpmn_find(p.model, STR("T")), *order;
    play(&p, (struct bpmn_event){.kind = BPMN_EVENT_START,
                                 .element = bpmn_find(p.model, STR("P"))});
    p.now = 2000000;
    play(&p, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = key_at(&p, "T")});
    struct position *at = positions(arena, p.model, p.state);
    assert_int_equal(at[task].state, POSITION_NOW);
    assert_int_equal(at[task].open, 2);
    assert_int_equal(at[task].instances, 3);
    assert_int_equal(at[task].instances_done, 1);
    assert_int_equal(at[task].due_at, 1000000 + 3600 * US_PER_S);
    assert_int_equal(position_order(arena, p.model, at, &order), 1);
    for (int i = 0; i < 2; i++)
        play(&p,
             (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = key_at(&p, "T")});
    /* The same after it was stored. */
    struct bpmn_state *stored;
    assert_int_equal(bpmn_state_decode(arena, p.model,
                                       bpmn_state_encode(arena, p.model, p.state),
                                       &stored),
                     OK);
    at = positions(arena, p.model, stored);
    assert_int_equal(at[task].state, POSITION_DONE);
    assert_int_equal(at[task].passed, 3);
    assert_int_equal(at[task].passed_at, 2000000);
    assert_int_equal(at[bpmn_find(p.model, STR("E"))].state, POSITION_DONE);
    assert_int_equal(at[bpmn_find(p.model, STR("BE"))].state, POSITION_AHEAD);
    arena_free(&arena);
}

/* ---- what is bound to come ---- */

/* clang-format off */
static const char WAYS[] = HEAD
    "<startEvent id='S'/>" USER("First") "<parallelGateway id='Fork'/>" USER("Left") USER("Right")
    "<parallelGateway id='Join'/><exclusiveGateway id='X' default='fd'/>" USER("Maybe") USER("Last")
    "<endEvent id='E'/>"
    FLOW("f1", "S", "First") FLOW("f2", "First", "Fork")
    FLOW("f3", "Fork", "Left") FLOW("f4", "Fork", "Right")
    FLOW("f5", "Left", "Join") FLOW("f6", "Right", "Join") FLOW("f7", "Join", "X")
    FLOW("fd", "X", "Last")
    "<sequenceFlow id='fm' sourceRef='X' targetRef='Maybe'><conditionExpression>=a = 1"
    "</conditionExpression></sequenceFlow>"
    FLOW("f8", "Maybe", "Last") FLOW("f9", "Last", "E") "</process></definitions>";
/* clang-format on */

static struct str certain(struct arena *arena, const struct bpmn_model *model,
                          const char *from)
{
    uint32_t *steps, start = from ? bpmn_find(model, str_from(from)) : BPMN_NONE;
    size_t count = position_certain(arena, model, bpmn_find(model, STR("P")), &start,
                                    from ? 1 : 0, &steps);
    struct buf out = buf_init(arena, 1000);
    for (size_t i = 0; i < count; i++)
        buf_format(&out, "%.*s ", STR_ARG(model->elements[steps[i]].id));
    return buf_str(&out);
}

static void test_certain(void **state)
{
    struct arena *arena = arena_new(8 << 20);
    const struct bpmn_model *model = read_model(arena, str_from(WAYS));
    assert_true(str_is(certain(arena, model, NULL), "First Left Right Last "));
    assert_true(str_is(certain(arena, model, "First"), "Left Right Last "));
    assert_true(str_is(certain(arena, model, "Left"), "Last "));
    assert_true(str_is(certain(arena, model, "Maybe"), "Last "));
    assert_true(str_is(certain(arena, model, "Last"), ""));
    arena_free(&arena);
}

/* What has arrived at a join waits there; a way that an event opens leads round what comes behind. */
static void test_at_a_join(void **state)
{
    struct arena *arena = arena_new(8 << 20);
    struct playing p = {.arena = arena,
                        .model = read_model(arena, str_from(WAYS)),
                        .state = bpmn_state_new(arena),
                        .now = 1000000};
    play(&p, (struct bpmn_event){.kind = BPMN_EVENT_START,
                                 .element = bpmn_find(p.model, STR("P"))});
    static const char *const DONE[] = {"First", "Left"};
    for (size_t i = 0; i < 2; i++)
        play(&p, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE,
                                     .key = key_at(&p, DONE[i])});
    struct position *at = positions(arena, p.model, p.state);
    assert_int_equal(at[bpmn_find(p.model, STR("Join"))].state, POSITION_NOW);
    assert_int_equal(at[bpmn_find(p.model, STR("Join"))].open, 1);
    arena_free(&arena);
}

static void test_certain_behind_events(void **state)
{
    struct arena *arena = arena_new(8 << 20);
    /* clang-format off */
    static const char LATE[] = HEAD
        "<startEvent id='S'/>" USER("First") USER("Last") "<endEvent id='E'/><boundaryEvent id='B' attachedToRef='First'>"
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><endEvent id='BE'/>"
        FLOW("f1", "S", "First") FLOW("f2", "First", "Last") FLOW("f3", "Last", "E") FLOW("f4", "B", "BE")
        "</process></definitions>";
    /* clang-format on */
    const struct bpmn_model *model = read_model(arena, str_from(LATE));
    assert_true(str_is(certain(arena, model, NULL), "First "));
    arena_free(&arena);
}

/* A way that ends with a refusal is no reason to promise nothing. */
static void test_certain_unless_declined(void **state)
{
    struct arena *arena = arena_new(8 << 20);
    /* clang-format off */
    static const char DECLINED[] = HEAD
        "<startEvent id='S'/>" USER("First") "<exclusiveGateway id='X' default='fd'/>" USER("Last")
        "<endEvent id='E'/><endEvent id='No'><extensionElements><zeebe:properties><zeebe:property "
        "name='kontor:outcome' value='declined'/></zeebe:properties></extensionElements></endEvent>"
        FLOW("f1", "S", "First") FLOW("f2", "First", "X") FLOW("fd", "X", "Last") FLOW("f3", "Last", "E")
        "<sequenceFlow id='fm' sourceRef='X' targetRef='No'><conditionExpression>=a = 1"
        "</conditionExpression></sequenceFlow></process></definitions>";
    /* clang-format on */
    const struct bpmn_model *model = read_model(arena, str_from(DECLINED));
    assert_true(str_is(certain(arena, model, NULL), "First Last "));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drawing),
        cmocka_unit_test(test_stored),
        cmocka_unit_test(test_without_diagram),
        cmocka_unit_test(test_positions),
        cmocka_unit_test(test_certain),
        cmocka_unit_test(test_certain_unless_declined),
        cmocka_unit_test(test_at_a_join),
        cmocka_unit_test(test_certain_behind_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
