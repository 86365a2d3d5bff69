/* A running instance by another version of its definition; what a new version changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "bpmn/read.h"
#include "process/version/diff.h"
#include "process/version/migration.h"

#define HEAD                                                                             \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "                  \
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'><process id='P' "                 \
    "isExecutable='true'><startEvent id='S'/>"
#define TAIL     "<endEvent id='E'/></process></definitions>"
#define USER(id) "<userTask id='" id "' name='" id "'/>"
#define SERVICE(id)                                                                      \
    "<serviceTask id='" id "'><extensionElements><zeebe:taskDefinition "                 \
    "type='x'/></extensionElements></serviceTask>"
#define FLOW(id, a, b) "<sequenceFlow id='" id "' sourceRef='" a "' targetRef='" b "'/>"
#define TIMER(id, on)                                                                    \
    "<boundaryEvent id='" id "' attachedToRef='" on "' cancelActivity='false'>"          \
    "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"     \
    "</boundaryEvent><endEvent id='" id "End'/>" FLOW("f" id, id, id "End")

struct world {
    struct arena *arena;
    struct definition from;
    struct definition to;
    struct migration_plan plan;
    struct migration m;
    struct bpmn_state *before;
    struct bpmn_state *after;
    bool moved;
};

static void read_version(struct world *w, const char *xml, struct definition *out)
{
    struct bpmn_problems problems;
    struct bpmn_model *model = NULL;
    if (bpmn_read(w->arena, str_from(xml), &problems, &model) != OK)
        fail_msg("%.*s", STR_ARG(VEC_AT(&problems.list, struct bpmn_problem, 0)->reason));
    out->model = model;
    out->process = bpmn_find(model, STR("P"));
}

static void step(struct world *w, struct bpmn_event event)
{
    struct bpmn_step one = {
        .arena = w->arena, .model = w->from.model, .state = w->before, .now = 1000000};
    event.start = BPMN_NONE;
    assert_int_equal(bpmn_step(&one, &event), OK);
}

static struct bpmn_token *token_at(const struct bpmn_state *state,
                                   const struct bpmn_model *model, const char *id)
{
    for (size_t i = 0; i < state->tokens.count; i++) {
        struct bpmn_token *token = *VEC_AT(&state->tokens, struct bpmn_token *, i);
        if (token->element == bpmn_find(model, str_from(id)))
            return token;
    }
    return NULL;
}

/* Begin an instance of `from`, and move it to `to`. */
static struct world *move(const char *from, const char *to, const char *plan)
{
    struct arena *arena = arena_new(16 << 20);
    struct world *w = ARENA_NEW(arena, struct world);
    w->arena = arena;
    read_version(w, from, &w->from);
    read_version(w, to, &w->to);
    w->before = bpmn_state_new(arena);
    step(w, (struct bpmn_event){.kind = BPMN_EVENT_START, .element = w->from.process});
    assert_int_equal(migration_plan_read(arena, str_from(plan), &w->plan), OK);
    w->m = migration_of(arena, &w->from, &w->to, &w->plan);
    w->moved = migration_state(&w->m, w->before, &w->after);
    return w;
}

/* The arena holds the world as well. */
static void end(struct world *w)
{
    struct arena *arena = w->arena;
    arena_free(&arena);
}

static void assert_says(const struct vec *texts, const char *part)
{
    for (size_t i = 0; i < texts->count; i++)
        if (str_find(*VEC_AT(texts, struct str, i), str_from(part)) >= 0)
            return;
    for (size_t i = 0; i < texts->count; i++)
        print_error("%.*s\n", STR_ARG(*VEC_AT(texts, struct str, i)));
    fail_msg("nothing says \"%s\"", part);
}

static const char ONE[] = HEAD USER("A") FLOW("f1", "S", "A") FLOW("f2", "A", "E") TAIL;
static const char TWO[] = HEAD USER("B") USER("C") FLOW("f1", "S", "B")
    FLOW("f2", "B", "C") FLOW("f3", "C", "E") TAIL;

static void test_renamed(void **state)
{
    struct world *w = move(ONE, TWO, "{\"elements\": {\"A\": \"B\"}}");
    assert_true(w->moved);
    struct bpmn_token *token = token_at(w->after, w->to.model, "B");
    assert_non_null(token);
    assert_true(token->is_open);
    assert_int_equal(token->key, token_at(w->before, w->from.model, "A")->key);
    assert_says(&w->m.notes, "A goes on as B");
    assert_true(str_is(migration_token(&w->m, STR("A#3")), "B#3"));
    assert_null(migration_token(&w->m, STR("Gone#3")).ptr);
    /* It runs on by the new version. */
    struct bpmn_step one = {
        .arena = w->arena, .model = w->to.model, .state = w->after, .now = 2000000};
    struct bpmn_event done = {
        .kind = BPMN_EVENT_COMPLETE, .key = token->key, .start = BPMN_NONE};
    assert_int_equal(bpmn_step(&one, &done), OK);
    assert_non_null(token_at(w->after, w->to.model, "C"));
    end(w);
}

static void test_nowhere(void **state)
{
    struct world *w = move(ONE, TWO, "{}");
    assert_false(w->moved);
    assert_null(w->after);
    assert_says(&w->m.problems, "A: it stands there, and the new version has no such");
    end(w);
}

static void test_another_kind(void **state)
{
    struct world *w =
        move(ONE, HEAD SERVICE("A") FLOW("f1", "S", "A") FLOW("f2", "A", "E") TAIL, "{}");
    assert_false(w->moved);
    assert_says(&w->m.problems, "another kind of element");
    end(w);
}

static void test_into_a_sub_process(void **state)
{
    struct world *w =
        move(ONE,
             HEAD "<subProcess id='Sub'><startEvent id='SS'/>" USER(
                 "A") "<endEvent id='SE'/>" FLOW("s1", "SS", "A")
                 FLOW("s2", "A", "SE") "</subProcess>" FLOW("f1", "S", "Sub")
                     FLOW("f2", "Sub", "E") TAIL,
             "{}");
    assert_false(w->moved);
    assert_says(&w->m.problems, "another sub-process");
    end(w);
}

static const char TIMED[] =
    HEAD USER("A") TIMER("T", "A") FLOW("f1", "S", "A") FLOW("f2", "A", "E") TAIL;

static void test_events(void **state)
{
    /* An event that is gone has to be said. */
    struct world *w = move(TIMED, ONE, "{}");
    assert_false(w->moved);
    assert_says(&w->m.problems, "T is waited for");
    end(w);
    w = move(TIMED, ONE, "{\"elements\": {\"T\": null}}");
    assert_true(w->moved);
    assert_int_equal(token_at(w->after, w->to.model, "A")->waits.count, 0);
    assert_says(&w->m.notes, "T is not waited for any more");
    assert_null(migration_token(&w->m, STR("A#3:T")).ptr);
    end(w);
    /* One that is new acts for those who come later. */
    w = move(ONE, TIMED, "{}");
    assert_true(w->moved);
    assert_says(&w->m.notes, "T is new");
    end(w);
    /* One of another name. */
    w = move(TIMED,
             HEAD USER("A") TIMER("U", "A") FLOW("f1", "S", "A") FLOW("f2", "A", "E")
                 TAIL,
             "{\"elements\": {\"T\": \"U\"}}");
    assert_true(w->moved);
    struct bpmn_token *token = token_at(w->after, w->to.model, "A");
    assert_int_equal(VEC_AT(&token->waits, struct bpmn_wait, 0)->event,
                     bpmn_find(w->to.model, STR("U")));
    assert_true(str_is(migration_token(&w->m, STR("A#3:T")), "A#3:U"));
    end(w);
}

/* The same id elsewhere, or about something else. */
static void test_events_that_do_not_fit(void **state)
{
    struct world *w = move(TIMED,
                           HEAD USER("A") USER("B") TIMER("T", "B") FLOW("f1", "S", "A")
                               FLOW("f2", "A", "B") FLOW("f3", "B", "E") TAIL,
                           "{}");
    assert_false(w->moved);
    assert_says(&w->m.problems, "T is no event of A in the new version");
    end(w);
    w = move(
        TIMED,
        HEAD USER("A") "<boundaryEvent id='T' attachedToRef='A'><errorEventDefinition/>"
                       "</boundaryEvent><endEvent id='TEnd'/>" FLOW("fT", "T", "TEnd")
                           FLOW("f1", "S", "A") FLOW("f2", "A", "E") TAIL,
        "{}");
    assert_false(w->moved);
    assert_says(&w->m.problems, "another kind of event");
    end(w);
}

/* A process may have another id: an instance is of the one that is released. */
static void test_another_process(void **state)
{
    static const char OTHER[] =
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process "
        "id='Q' "
        "isExecutable='true'><startEvent id='S'/>" USER("A") FLOW("f1", "S", "A")
            FLOW("f2", "A", "E") TAIL;
    struct world *w = move(ONE, ONE, "{}");
    read_version(w, OTHER, &w->to);
    w->to.process = bpmn_find(w->to.model, STR("Q"));
    w->m = migration_of(w->arena, &w->from, &w->to, &w->plan);
    assert_true(migration_state(&w->m, w->before, &w->after));
    assert_non_null(token_at(w->after, w->to.model, "Q"));
    end(w);
}

/* Two steps that become one have been done as often as both. */
static void test_passed(void **state)
{
    struct world *w = move(TWO, ONE, "{\"elements\": {\"B\": \"A\", \"C\": \"A\"}}");
    assert_true(w->moved);
    step(w, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE,
                                .key = token_at(w->before, w->from.model, "B")->key});
    step(w, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE,
                                .key = token_at(w->before, w->from.model, "C")->key});
    w->m = migration_of(w->arena, &w->from, &w->to, &w->plan);
    assert_true(migration_state(&w->m, w->before, &w->after));
    struct position *at = positions(w->arena, w->to.model, w->after);
    assert_int_equal(at[bpmn_find(w->to.model, STR("A"))].passed, 2);
    end(w);
}

static const char FORK[] = HEAD "<parallelGateway id='F'/>" USER("A")
    USER("B") "<parallelGateway id='J'/>" FLOW("f1", "S", "F") FLOW("f2", "F", "A")
        FLOW("f3", "F", "B") FLOW("f4", "A", "J") FLOW("f5", "B", "J")
            FLOW("f6", "J", "E") TAIL;
static const char FORK_RENAMED[] = HEAD "<parallelGateway id='F'/>" USER("A")
    USER("B") "<parallelGateway id='J'/>" FLOW("f1", "S", "F") FLOW("f2", "F", "A")
        FLOW("f3", "F", "B") FLOW("g4", "A", "J") FLOW("f5", "B", "J")
            FLOW("f6", "J", "E") TAIL;

/* What waits behind a flow at a join has no element of its own. */
static void test_at_a_join(void **state)
{
    struct world *w = move(FORK, FORK_RENAMED, "{}");
    assert_true(w->moved);
    step(w, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE,
                                .key = token_at(w->before, w->from.model, "A")->key});
    w->m = migration_of(w->arena, &w->from, &w->to, &w->plan);
    assert_false(migration_state(&w->m, w->before, &w->after));
    assert_says(&w->m.problems, "flow f4: it waits behind it");
    assert_int_equal(
        migration_plan_read(w->arena, STR("{\"flows\": {\"f4\": \"g4\"}}"), &w->plan),
        OK);
    w->m = migration_of(w->arena, &w->from, &w->to, &w->plan);
    assert_true(migration_state(&w->m, w->before, &w->after));
    assert_int_equal(w->after->arrivals.count, 1);
    assert_int_equal(w->after->passed.count, w->before->passed.count);
    end(w);
}

static void test_plan(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct migration_plan plan;
    static const char *const BAD[] = {"[]",
                                      "{\"elements\": []}",
                                      "{\"element\": {}}",
                                      "{\"elements\": {\"A\": 1}}",
                                      "{\"flows\": {\"f\": null}}",
                                      "{"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_int_equal(migration_plan_read(arena, str_from(BAD[i]), &plan), ERR_INPUT);
    arena_free(&arena);
    struct world *w =
        move(ONE, TWO, "{\"elements\": {\"A\": \"B\", \"X\": \"Nowhere\"}}");
    migration_check_plan(&w->m);
    assert_says(&w->m.problems, "no element Nowhere");
    assert_true(migration_knows(&w->from, STR("f1")));
    assert_false(migration_knows(&w->from, STR("X")));
    end(w);
}

/* What a task leaves behind is called like it. */
static void test_variables(void **state)
{
    struct world *w = move(FORK, FORK_RENAMED, "{}");
    struct bpmn_token *root = *VEC_AT(&w->before->tokens, struct bpmn_token *, 0);
    *VEC_PUSH(&root->variables, struct feel_entry) =
        (struct feel_entry){STR("A"), feel_i64(1)};
    assert_int_equal(
        migration_plan_read(
            w->arena, STR("{\"elements\": {\"A\": \"B\", \"B\": \"A\"}, \"flows\": {}}"),
            &w->plan),
        OK);
    w->m = migration_of(w->arena, &w->from, &w->to, &w->plan);
    assert_true(migration_state(&w->m, w->before, &w->after));
    root = *VEC_AT(&w->after->tokens, struct bpmn_token *, 0);
    assert_true(str_is(VEC_AT(&root->variables, struct feel_entry, 0)->name, "B"));
    end(w);
}

/* ---- what a new version changes ---- */

static struct str difference(struct arena *arena, const char *before, const char *after)
{
    static const char SIGNS[] = "+-~";
    struct diff_line *lines;
    size_t count;
    struct buf out = buf_init(arena, 10000);
    assert_int_equal(
        definition_diff(arena, str_from(before), str_from(after), &lines, &count), OK);
    for (size_t i = 0; i < count; i++)
        buf_format(&out, "%c %.*s\n", SIGNS[lines[i].kind], STR_ARG(lines[i].text));
    return buf_str(&out);
}

static void test_difference(void **state)
{
    struct arena *arena = arena_new(8 << 20);
    struct str text =
        difference(arena,
                   "{\"format\":3,\"title\":\"Old\",\"process\":{\"elements\":[{\"id\":"
                   "\"A\",\"kind\":9,"
                   "\"name\":\"Check\"},{\"id\":\"B\",\"kind\":9}],\"shapes\":[1]},"
                   "\"texts\":{\"de\":{\"Check\":\"Pruefen\"}}}",
                   "{\"format\":4,\"title\":\"New\",\"process\":{\"elements\":[{\"id\":"
                   "\"C\",\"kind\":10},"
                   "{\"id\":\"A\",\"kind\":9,\"name\":\"Look\"}],\"shapes\":[2]},"
                   "\"texts\":{\"de\":{\"Check\":\"Sehen\",\"Look\":\"Schauen\"}}}");
    assert_string_equal(text.ptr ? str_c(arena, text) : "",
                        "~ drawing of the process\n"
                        "~ title: \"Old\" -> \"New\"\n"
                        "~ process: elements: A: name: \"Check\" -> \"Look\"\n"
                        "- process: elements: userTask B\n"
                        "+ process: elements: serviceTask C\n"
                        "~ texts: de: Check: \"Pruefen\" -> \"Sehen\"\n"
                        "+ texts: de: Look \"Schauen\"\n");
    assert_int_equal(difference(arena, "{\"a\":1}", "{\"a\":1}").len, 0);
    struct diff_line *lines;
    size_t count;
    assert_int_equal(definition_diff(arena, STR("{"), STR("{}"), &lines, &count),
                     ERR_INPUT);
    arena_free(&arena);
}

static void test_files(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct definition_file before[] = {
        {STR("a"), STR("1\n2\n3\n")}, {STR("b"), STR("x")}, {STR("d"), STR("same")}};
    struct definition_file after[] = {
        {STR("a"), STR("1\n3\n3\n4\n")}, {STR("c"), STR("y")}, {STR("d"), STR("same")}};
    struct diff_line *lines;
    size_t count;
    definition_diff_files(arena, before, 3, after, 3, &lines, &count);
    assert_int_equal(count, 3);
    assert_true(str_is(lines[0].text, "a: 2 lines more, 1 less"));
    assert_int_equal(lines[1].kind, DIFF_REMOVED);
    assert_int_equal(lines[2].kind, DIFF_ADDED);
    arena_free(&arena);
}

static void test_many_changes(void **state)
{
    struct arena *arena = arena_new(8 << 20);
    struct buf after = buf_init(arena, 1 << 20);
    struct diff_line *lines;
    size_t count;
    buf_put_c(&after, "{");
    for (int i = 0; i < 1000; i++)
        buf_format(&after, "%s\"key%d\":%d", i ? "," : "", i, i);
    buf_put_c(&after, "}");
    assert_int_equal(definition_diff(arena, STR("{}"), buf_str(&after), &lines, &count),
                     OK);
    assert_int_equal(count, DIFF_LINES_MAX + 1);
    assert_true(str_is(lines[count - 1].text, "and 600 more"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_renamed),
        cmocka_unit_test(test_nowhere),
        cmocka_unit_test(test_another_kind),
        cmocka_unit_test(test_into_a_sub_process),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_events_that_do_not_fit),
        cmocka_unit_test(test_another_process),
        cmocka_unit_test(test_passed),
        cmocka_unit_test(test_at_a_join),
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_difference),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_many_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
