/* expressions.txt: an expression, a tab, what it comes to as JSON ("!" and the reason where it is refused).
 * Each line was compared with the DMN specification; feelin agrees but where README.md says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "feel/feel.h"

#define CONTEXT                                                                          \
    "{\"a\":1,\"b\":\"x\",\"l\":[1,2,3],\"c\":{\"d\":4,\"e f\":5},"                      \
    "\"people\":[{\"name\":\"A\",\"age\":3},{\"name\":\"B\",\"age\":30}]}"

static struct str evaluate(struct arena *arena, struct str source)
{
    static const struct str NAMES[] = {{"e f", 3}};
    struct feel_names names = {NAMES, 1};
    struct feel_run run = {.arena = arena};
    struct buf out = buf_init(arena, 1 << 20);
    const struct feel_node *node;
    struct feel_value context;
    struct feel_value value;
    struct str reason;

    assert_int_equal(feel_from_json(arena, str_from(CONTEXT), &context), OK);
    if (feel_parse(arena, source, &names, &node, &reason) != OK)
        return str_format(arena, "!\"%.*s\"", STR_ARG(reason));
    assert_int_equal(feel_eval(&run, node, context.context, &value), OK);
    feel_put_json(&out, arena, value);
    return buf_str(&out);
}

static void every_line(void **state)
{
    struct arena *arena = arena_new(256 << 20);
    FILE *file = fopen("tests/unit/feel/expressions.txt", "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    int number = 0;
    int failed = 0;

    (void)state;
    assert_non_null(file);
    while ((length = getline(&line, &room, file)) > 0) {
        struct str rest = {line, (size_t)length - 1};
        struct str source;
        struct str got;

        number++;
        assert_true(str_next(&rest, '\t', &source));
        got = evaluate(arena, source);
        if (!str_eq(got, rest)) {
            failed++;
            print_error("expressions.txt:%d: %.*s\n  is   %.*s\n  want %.*s\n", number,
                        STR_ARG(source), STR_ARG(got), STR_ARG(rest));
        }
        arena_clear(arena);
    }
    free(line);
    (void)fclose(file);
    arena_free(&arena);
    assert_true(number > 250);
    assert_int_equal(failed, 0);
}

/* What costs too much ends; it is no value and no crash. */
static void limits(void **state)
{
    static const char *const EXPENSIVE[] = {
        "count(for a in 1..1000, b in 1..1000, c in 1..1000 return a)",
        "{f: function(x) f(x), g: f(1)}.g",
        "count(1..100000000000)",
        "sum(for i in 1..10000000 return i)",
    };
    struct arena *arena = arena_new(1u << 30);
    const struct feel_node *node;
    struct feel_value value;
    struct str reason;
    char deep[2001];

    (void)state;
    for (size_t i = 0; i < sizeof(EXPENSIVE) / sizeof(*EXPENSIVE); i++) {
        struct feel_run run = {.arena = arena, .steps_left = 100000};

        if (feel_parse(arena, str_from(EXPENSIVE[i]), NULL, &node, &reason) != OK)
            continue;
        if (feel_eval(&run, node, NULL, &value) == OK)
            assert_int_equal(value.type, FEEL_NULL);
        else
            assert_true(run.exhausted);
        err_clear();
    }
    memset(deep, '(', sizeof(deep));
    assert_int_equal(
        feel_parse(arena, (struct str){deep, sizeof(deep)}, NULL, &node, &reason),
        ERR_INPUT);
    assert_non_null(strstr(reason.ptr, "nested too deep"));
    arena_free(&arena);
}

/* What would not fit into the arena is given up in time: the arena is the caller's, too. */
static void memory(void **state)
{
    static const struct {
        const char *expression;
        bool fits;
    } ROWS[] = {
        {"count(for x in 1..900000 return x)", false},
        {"count(for x in date(\"2000-01-01\")..date(\"3000-01-01\") return x)", false},
        {"count(for x in 1..100000 return [x, x, x])", false},
        {"count(for x in 1..10000 return sort([x, x, x], function(a, b) a < b))", false},
        {"count(sort(for x in 1..25000 return x, function(a, b) a > b))", false},
        {"{l: for x in 1..10000 return {a: x}, c: count(for i in 1..50 return "
         "l.a)}.c",
         false},
        {"count(for x in 1..1000 return [x, x, x])", true},
        /* A condition leaves nothing behind, however often it is asked. */
        {"{l: for x in 1..300 return {a: x}, c: count(l[count(l.a) = 300])}.c", true},
        {"{l: for x in 1..300 return {a: x}, c: every i in l satisfies count(l.a) = "
         "300}.c",
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        struct arena *arena = arena_new(4 << 20);
        struct feel_run run = {.arena = arena};
        const struct feel_node *node;
        struct feel_value value;
        struct str reason;
        assert_int_equal(
            feel_parse(arena, str_from(ROWS[i].expression), NULL, &node, &reason), OK);
        enum err err = feel_eval(&run, node, NULL, &value);
        if (err != (ROWS[i].fits ? OK : ERR_LIMITED))
            fail_msg("%s: %d", ROWS[i].expression, (int)err);
        err_clear();
        arena_free(&arena);
    }
}

struct seen {
    struct arena *arena;
    struct buf text;
};

static void note(void *context, const struct feel_path *path)
{
    struct seen *seen = context;

    if (path->in_filter)
        buf_put_char(&seen->text, '?');
    for (size_t i = 0; i < path->count; i++) {
        buf_put(&seen->text, path->names[i]);
        if (path->is_function && i == 0)
            buf_put_c(&seen->text, "()");
        buf_put_char(&seen->text, i + 1 < path->count ? '.' : ' ');
    }
}

static void paths(void **state)
{
    struct arena *arena = arena_new(16 << 20);
    struct seen seen = {arena, buf_init(arena, 1000)};
    const struct feel_node *node;
    struct str reason;

    (void)state;
    assert_int_equal(
        feel_parse(
            arena,
            STR("sum(for x in lines return x.price * factor) + request.base + {p: q, r: "
                "p}.r + (function(n) n + outer)(1) + count(rows[key = wanted and item.x "
                "> 0]) + "
                "today"),
            NULL, &node, &reason),
        OK);
    feel_paths(node, note, &seen);
    assert_string_equal(str_c(arena, buf_str(&seen.text)),
                        "lines factor request.base q outer rows ?key ?wanted today() ");
    arena_free(&arena);
}

static void unary_tests(void **state)
{
    static const struct {
        const char *tests;
        int64_t input;
        bool passes;
    } CASES[] = {
        {"-", 1, true},
        {"", 1, true},
        {"5", 5, true},
        {"< 5", 4, true},
        {"< 5", 5, false},
        {"[1..3]", 3, true},
        {"[1..3)", 3, false},
        {"1,2,3", 2, true},
        {"not(1,2)", 3, true},
        {"not(1,2)", 2, false},
        {"? > 3 and ? < 6", 5, true},
        {"> 10, < 0", 5, false},
        {"[1,2,3]", 2, true},
        {"null", 1, false},
        {"\"a\"", 1, false},
    };
    struct arena *arena = arena_new(16 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        struct feel_run run = {.arena = arena};
        const struct feel_node *node;
        struct str reason;
        bool passes = !CASES[i].passes;

        assert_int_equal(
            feel_parse_tests(arena, str_from(CASES[i].tests), NULL, &node, &reason), OK);
        assert_int_equal(
            feel_eval_tests(&run, node, NULL, feel_i64(CASES[i].input), &passes), OK);
        if (passes != CASES[i].passes)
            fail_msg("%s with %d", CASES[i].tests, (int)CASES[i].input);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line),  cmocka_unit_test(limits),
        cmocka_unit_test(memory),      cmocka_unit_test(paths),
        cmocka_unit_test(unary_tests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
