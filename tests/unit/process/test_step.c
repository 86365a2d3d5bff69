/* What a step does, on small graphs; and what holds for any graph and any order of events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "model_text.h"
#include "process/scenario.h"
#include "process/state.h"

struct play {
    struct arena *arena;
    const struct process_model *model;
    struct process_state *state;
    struct process_outcome outcome;
};

static void print_problem(void *context, struct str file, int line, struct str reason)
{
    print_error("%s: line %d: %.*s\n", (const char *)context, line, STR_ARG(reason));
}

static struct play begin(const char *notation)
{
    struct play play = {.arena = arena_new(64 << 20)};
    char context[] = "model";
    struct report report = {.arena = play.arena, .fn = print_problem, .context = context};
    struct bpmn_process process;
    struct process_model *loaded;
    assert_int_equal(bpmn_read(play.arena, model_text(play.arena, notation), STR_NONE,
                               &report, &process),
                     OK);
    /* As at run time: from the stored form, which is the same again. */
    json_t *stored = process_model_encode(play.arena, process.model);
    assert_int_equal(process_model_load(play.arena, stored, &loaded), OK);
    assert_true(json_equal(stored, process_model_encode(play.arena, loaded)));
    play.model = loaded;
    return play;
}

static enum err step(struct play *play, enum process_event_kind kind,
                     const char *activation, const char *variables)
{
    json_t *json = NULL;
    if (variables)
        assert_int_equal(json_parse(play->arena, str_from(variables), &json), OK);
    struct process_event event = {
        .kind = kind, .activation = str_from(activation), .variables = json};
    struct str before = STR("");
    if (play->state)
        before = process_state_encode(play->arena, play->state);
    enum err err =
        process_step(play->arena, play->model, play->state, &event, 0, &play->outcome);
    if (play->state) /* the old state is never changed */
        assert_true(str_eq(before, process_state_encode(play->arena, play->state)));
    if (err == OK)
        play->state = scenario_store(play->arena, play->model, play->outcome.state);
    return err;
}

/* The effects of the last step as "A#1 B#1 .": services with '!', the end as '.'. */
static void expect(struct play *play, const char *wanted)
{
    struct buf got = buf_init(play->arena, 4096);
    for (size_t i = 0; i < play->outcome.effect_count; i++) {
        const struct process_effect *effect = &play->outcome.effects[i];
        if (i > 0)
            buf_put_char(&got, ' ');
        if (effect->kind == EFFECT_ENDED)
            buf_put_char(&got, '.');
        else
            buf_format(&got, "%.*s%s", STR_ARG(effect->activation),
                       effect->kind == EFFECT_RUN_SERVICE ? "!" : "");
    }
    if (!str_is(buf_str(&got), wanted))
        fail_msg("effects \"%.*s\", wanted \"%s\"", STR_ARG(buf_str(&got)), wanted);
    assert_int_equal(play->outcome.ended, strchr(wanted, '.') != NULL);
}

static void start(struct play *play, const char *variables, const char *wanted)
{
    assert_int_equal(step(play, PROCESS_STARTED, "", variables), OK);
    expect(play, wanted);
}

static void complete(struct play *play, const char *activation, const char *wanted)
{
    assert_int_equal(step(play, PROCESS_TASK_COMPLETED, activation, NULL), OK);
    expect(play, wanted);
}

static void test_sequence(void **state)
{
    struct play p = begin("S:start A:user B:user E:end | S>A A>B B>E");
    start(&p, NULL, "A#1");
    complete(&p, "A#1", "B#1");
    complete(&p, "B#1", ".");
    arena_free(&p.arena);
}

static void test_no_wait(void **state)
{
    struct play p = begin("S:start E:end | S>E");
    start(&p, NULL, ".");
    arena_free(&p.arena);
}

static const char FORK[] = "S:start F:and A:user B:user C:user J:and V:service E:end | "
                           "S>F F>A F>B F>C A>J B>J C>J J>V V>E";

static void test_fork_join(void **state)
{
    struct play p = begin(FORK);
    start(&p, "{\"v\":7}", "A#1 B#1 C#1");
    complete(&p, "C#1", "");
    complete(&p, "A#1", "");
    complete(&p, "B#1", "V#1!");
    assert_int_equal(
        json_integer_value(json_object_get(
            json_object_get(p.outcome.effects[0].inputs, "attributes"), "x")),
        7);
    assert_int_equal(step(&p, PROCESS_TASK_COMPLETED, "V#1", NULL), ERR_CONFLICT);
    assert_int_equal(step(&p, PROCESS_SERVICE_COMPLETED, "V#1", NULL), OK);
    expect(&p, ".");
    arena_free(&p.arena);
}

static void test_conflicts(void **state)
{
    struct play p = begin(FORK);
    assert_int_equal(step(&p, PROCESS_TASK_COMPLETED, "A#1", NULL), ERR_CONFLICT);
    start(&p, NULL, "A#1 B#1 C#1");
    assert_int_equal(step(&p, PROCESS_STARTED, "", NULL), ERR_CONFLICT);
    complete(&p, "A#1", "");
    static const char *const GONE[] = {"A#1", "A#2", "A",   "",
                                       "V#1", "E#1", "J#1", "B#1x"};
    for (size_t i = 0; i < sizeof GONE / sizeof *GONE; i++)
        assert_int_equal(step(&p, PROCESS_TASK_COMPLETED, GONE[i], NULL), ERR_CONFLICT);
    assert_int_equal(step(&p, PROCESS_SERVICE_COMPLETED, "B#1", NULL), ERR_CONFLICT);
    arena_free(&p.arena);
}

static void test_exclusive(void **state)
{
    static const char MODEL[] = "S:start X:xor A:user B:user C:user E:end | S>X X>A?n<10 "
                                "X>B?n<20 X>C! A>E B>E C>E";
    static const struct {
        const char *variables;
        const char *wanted;
    } CASES[] = {{"{\"n\":5}", "A#1"},
                 {"{\"n\":10}", "B#1"},
                 {"{\"n\":20}", "C#1"},
                 {"{}", "C#1"},
                 {"{\"n\":\"5\"}", "C#1"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct play p = begin(MODEL);
        start(&p, CASES[i].variables, CASES[i].wanted);
        arena_free(&p.arena);
    }
    struct play p = begin(MODEL);
    assert_int_equal(step(&p, PROCESS_STARTED, "", "{\"n\":0.5}"), ERR_INPUT);
    arena_free(&p.arena);
}

/* Each round of a loop is a new activation; the answer of a task decides. */
static void test_loop(void **state)
{
    struct play p = begin("S:start A:user X:xor E:end | S>A A>X X>A?again X>E!");
    start(&p, NULL, "A#1");
    assert_int_equal(step(&p, PROCESS_TASK_COMPLETED, "A#1", "{\"again\":true}"), OK);
    expect(&p, "A#2");
    assert_int_equal(step(&p, PROCESS_TASK_COMPLETED, "A#1", NULL), ERR_CONFLICT);
    assert_int_equal(step(&p, PROCESS_TASK_COMPLETED, "A#2", "{\"again\":false}"), OK);
    expect(&p, ".");
    arena_free(&p.arena);
}

static void test_positions(void **state)
{
    struct play p = begin("E:end B:user A:user J:and F:and S:start C:user | "
                          "S>C C>F F>A F>B A>J B>J J>E");
    struct process_position *at;
    start(&p, NULL, "C#1");
    complete(&p, "C#1", "A#1 B#1");
    complete(&p, "B#1", "");
    assert_int_equal(process_positions(p.arena, p.model, p.state, &at), 3);
    assert_true(str_is(at[0].element_id, "C") && at[0].completed && !at[0].active);
    assert_true(str_is(at[1].element_id, "A") && !at[1].completed && at[1].active);
    assert_true(str_is(at[2].element_id, "B") && at[2].completed && !at[2].active);
    assert_true(str_is(at[2].team, "it"));
    arena_free(&p.arena);
}

static void test_decode_refuses(void **state)
{
    static const char *const BAD[] = {
        "",
        "[]",
        "{\"v\":1}",
        "{\"v\":2,\"tokens\":[],\"joins\":{},\"counters\":{},\"completed\":[],"
        "\"variables\":{}}",
        "{\"v\":1,\"tokens\":[],\"joins\":{},\"counters\":{},\"completed\":[],"
        "\"variables\":[]}",
        "{\"v\":1,\"tokens\":[],\"joins\":{},\"counters\":{\"Q\":1},\"completed\":[],"
        "\"variables\":{}}",
        "{\"v\":1,\"tokens\":[],\"joins\":{},\"counters\":{\"A\":0},\"completed\":[],"
        "\"variables\":{}}",
        "{\"v\":1,\"tokens\":[],\"joins\":{\"f1\":1},\"counters\":{},\"completed\":[],"
        "\"variables\":{}}",
        "{\"v\":1,\"tokens\":[],\"joins\":{\"zz\":1},\"counters\":{},\"completed\":[],"
        "\"variables\":{}}",
        "{\"v\":1,\"tokens\":[{\"activation\":\"A#1\",\"element\":\"A\"}],\"joins\":{},"
        "\"counters\":{},\"completed\":[],\"variables\":{}}",
        "{\"v\":1,\"tokens\":[{\"activation\":\"E#1\",\"element\":\"E\"}],\"joins\":{},"
        "\"counters\":{\"E\":1},\"completed\":[],\"variables\":{}}",
        "{\"v\":1,\"tokens\":[{\"activation\":\"A#x\",\"element\":\"A\"}],\"joins\":{},"
        "\"counters\":{\"A\":1},\"completed\":[],\"variables\":{}}",
        "{\"v\":1,\"tokens\":[{\"activation\":\"A#1\",\"element\":\"A\"},{\"activation\":"
        "\"A#1\","
        "\"element\":\"A\"}],\"joins\":{},\"counters\":{\"A\":1},\"completed\":[],"
        "\"variables\":{}}",
        "{\"v\":1,\"tokens\":[],\"joins\":{},\"counters\":{},\"completed\":[\"Q\"],"
        "\"variables\":{}}",
    };
    struct play p = begin(FORK);
    struct process_state *decoded = NULL;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (process_state_decode(p.arena, p.model, str_from(BAD[i]), &decoded) !=
            ERR_INPUT)
            fail_msg("decoded: %s", BAD[i]);
    assert_null(decoded);
    arena_free(&p.arena);
}

/* ---- any graph, any order ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Grows a well-nested graph between `from` and `to`: sequences, forks with joins, decisions with
 * merges, loops. Returns how many tasks it has. */
struct grower {
    struct buf nodes;
    struct buf flows;
    uint32_t seed;
    int names;
    int budget;
};

static void grow_flow(struct grower *g, const char *from, const char *to,
                      const char *tail)
{
    buf_format(&g->flows, "%s%s>%s%s", g->flows.len ? " " : "", from, to, tail);
}

static void grow(struct grower *g, const char *from, const char *to, const char *tail)
{
    char open[16], close[16];
    uint32_t choice = g->budget > 0 ? next_random(&g->seed) % 5 : 0;
    g->budget--;
    snprintf(open, sizeof open, "n%d", ++g->names);
    snprintf(close, sizeof close, "n%d", ++g->names);
    if (choice == 0) { /* one task */
        buf_format(&g->nodes, " %s:user", open);
        grow_flow(g, from, open, tail);
        grow_flow(g, open, to, "");
    } else if (choice == 1) { /* two parts in sequence, a service task between */
        buf_format(&g->nodes, " %s:service", open);
        grow(g, from, open, tail);
        grow(g, open, to, "");
    } else if (choice == 2) { /* parallel */
        buf_format(&g->nodes, " %s:and %s:and", open, close);
        grow_flow(g, from, open, tail);
        for (uint32_t i = 2 + next_random(&g->seed) % 2; i > 0; i--)
            grow(g, open, close, "");
        grow_flow(g, close, to, "");
    } else if (choice == 3) { /* decision; merges at a gateway */
        buf_format(&g->nodes, " %s:xor %s:xor", open, close);
        grow_flow(g, from, open, tail);
        grow(g, open, close, "?v=1");
        grow(g, open, close, "!");
        grow_flow(g, close, to, "");
    } else { /* loop: again while v = 2 */
        buf_format(&g->nodes, " %s:xor %s:xor", open, close);
        grow_flow(g, from, open, tail);
        grow(g, open, close, "");
        grow_flow(g, close, open, "?v=2");
        grow_flow(g, close, to, "!");
    }
}

/* Completes open tasks in random order with random answers until the end, checking on the way. */
static void play_random(struct play *p, uint32_t *seed)
{
    static const char *const ANSWERS[] = {"{\"v\":1}", "{\"v\":2}", "{\"v\":3}", NULL};
    assert_int_equal(step(p, PROCESS_STARTED, "", "{\"v\":0}"), OK);
    size_t opened = p->outcome.effect_count, done = 0, rounds = 0;
    while (!p->outcome.ended) {
        size_t open = p->state->tokens.count;
        assert_true(open > 0);
        assert_int_equal(open, opened - done);
        const struct process_token *token =
            VEC_AT(&p->state->tokens, struct process_token, next_random(seed) % open);
        char *activation = str_c(p->arena, token->activation);
        bool user = p->model->nodes[token->node].kind == NODE_USER_TASK;
        /* Loops end in the long run. */
        const char *answer =
            rounds++ > 200 ? "{\"v\":3}" : ANSWERS[next_random(seed) % 4];
        assert_int_equal(step(p,
                              user ? PROCESS_TASK_COMPLETED : PROCESS_SERVICE_COMPLETED,
                              activation, answer),
                         OK);
        done++;
        opened += p->outcome.effect_count - (p->outcome.ended ? 1 : 0);
        assert_int_equal(step(p, PROCESS_TASK_COMPLETED, activation, NULL), ERR_CONFLICT);
        assert_true(rounds < 5000);
    }
    assert_int_equal(opened, done);
    assert_int_equal(p->state->tokens.count, 0);
    for (size_t i = 0; i < p->model->flow_count; i++)
        assert_int_equal(p->state->arrived[i], 0);
}

static void test_any(void **state)
{
    for (uint32_t round = 0; round < 150; round++) {
        struct arena *arena = arena_new(4 << 20);
        struct grower g = {.nodes = buf_init(arena, 1 << 16),
                           .flows = buf_init(arena, 1 << 16),
                           .seed = round * 7919 + 1,
                           .budget = 1 + (int)(round % 12)};
        buf_put_c(&g.nodes, "S:start E:end");
        grow(&g, "S", "E", "");
        struct str notation = str_format(arena, "%.*s | %.*s", STR_ARG(buf_str(&g.nodes)),
                                         STR_ARG(buf_str(&g.flows)));
        struct play p = begin(notation.ptr);
        play_random(&p, &g.seed);
        arena_free(&p.arena);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sequence),  cmocka_unit_test(test_no_wait),
        cmocka_unit_test(test_fork_join), cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_exclusive), cmocka_unit_test(test_loop),
        cmocka_unit_test(test_positions), cmocka_unit_test(test_decode_refuses),
        cmocka_unit_test(test_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
