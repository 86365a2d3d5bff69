#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "process/decimal_text.h"
#include "process/feel.h"

#define CONTEXT                                                                          \
    "{\"a\":1,\"big\":9007199254740993,\"t\":\"Köln\",\"amount\":\"12.50\",\"yes\":"    \
    "true,"                                                                              \
    "\"no\":false,\"none\":null,\"inner\":{\"x\":\"deep\",\"n\":{\"z\":7}},\"real\":0."  \
    "1,"                                                                                 \
    "\"day\":\"2026-11-22\"}"

/* Result as JSON text; "!..." = refused by the parser; "?" = refused when evaluated. */
static const char *const TABLE[][2] = {
    {"1", "1"},
    {"-5", "-5"},
    {"007", "7"},
    {"\"a\\\"b\\\\ \\n\"", "\"a\\\"b\\\\ \\n\""},
    {"true", "true"},
    {"null", "null"},
    {"a", "1"},
    {" a ", "1"},
    {"missing", "null"},
    {"inner.x", "\"deep\""},
    {"inner . n . z", "7"},
    {"inner.n.none.at.all", "null"},
    {"t.length", "null"},
    {"a = 1", "true"},
    {"a = 1.0", "true"},
    {"a = 1.00000000000000000000000000000001", "false"},
    {"a != 2", "true"},
    {"a < 1.5", "true"},
    {"a <= 1", "true"},
    {"a > -1", "true"},
    {"a >= 2", "false"},
    {"big = 9007199254740993", "true"},
    {"big = 9007199254740992", "false"},
    {"big > 9007199254740992.9", "true"},
    {"-2 < -1.5", "true"},
    {"-0 = 0", "true"},
    {".5 < 1", "true"},
    {"10 > 9", "true"},
    {"t = \"Köln\"", "true"},
    {"t < \"Z\"", "true"},
    {"day >= \"2026-01-01\"", "true"},
    {"a = \"1\"", "null"},
    {"amount > 12", "null"},
    {"number(amount) > 12", "true"},
    {"number(amount) = 12.5", "true"},
    {"number(t)", "null"},
    {"number(none)", "null"},
    {"number(\"42\")", "42"},
    {"none = null", "true"},
    {"missing = null", "true"},
    {"a = null", "false"},
    {"a != null", "true"},
    {"none < 1", "null"},
    {"yes = true", "true"},
    {"yes < no", "null"},
    {"yes and no", "false"},
    {"yes and none", "null"},
    {"no and none", "false"},
    {"yes or none", "true"},
    {"no or none", "null"},
    {"yes or no and no", "true"},
    {"(yes or no) and no", "false"},
    {"not(yes)", "false"},
    {"not(none)", "null"},
    {"not(a = 1 and t = \"x\")", "true"},
    {"andy", "null"},
    {"{}", "{}"},
    {"{x: a, \"y.z\": t, n: missing, c: {q: 1}}",
     "{\"c\":{\"q\":1},\"n\":null,\"x\":1,\"y.z\":\"Köln\"}"},
    {"{x: 1} = {x: 1}", "true"},
    {"real", "?"},
    {"0.5", "?"},
    {"99999999999999999999", "?"},
    {"99999999999999999999 > 1", "true"},
    {"", "!column 1"},
    {"a =", "!column 4"},
    {"a = 1 2", "!column 7"},
    {"a + 1", "!column 3"},
    {"a[1]", "!column 2"},
    {"(a", "!column 3"},
    {"\"open", "!column 6"},
    {"\"\\q\"", "!column 3"},
    {"1.2.3", "!column 1"},
    {"12345678901234567890123456789012345", "!column 1"},
    {"sum(a)", "!column 1"},
    {"if a then 1 else 2", "!column 1"},
    {"inner.", "!column 7"},
    {"{a: 1, a: 2}", "!column 9"},
    {"{a 1}", "!column 4"},
    {"{a: 1", "!column 6"},
    {"a < 1 < 2", "!column 7"},
    {"\x01", "!column 1"},
    {"\"\xff\"", "!column 1"},
};

static void test_table(void **state)
{
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        struct arena *arena = arena_new(1 << 20);
        json_t *context = NULL;
        struct feel *feel = NULL;
        struct str reason = STR_NONE, got;
        const json_t *value = NULL;
        assert_int_equal(json_parse(arena, STR(CONTEXT), &context), OK);
        if (feel_parse(arena, str_from(TABLE[i][0]), &feel, &reason) != OK) {
            got = str_format(arena, "!%.*s", STR_ARG(reason));
            got.len = got.len < strlen(TABLE[i][1]) ? got.len : strlen(TABLE[i][1]);
        } else if (feel_eval(feel, arena, context, &value) != OK) {
            got = STR("?");
        } else {
            got = json_write(arena, value);
        }
        if (!str_is(got, TABLE[i][1]))
            fail_msg("%s: got %.*s %.*s, wanted %s", TABLE[i][0], STR_ARG(got),
                     STR_ARG(reason), TABLE[i][1]);
        arena_free(&arena);
    }
}

/* Only the boolean true is a condition that holds. */
static void test_condition(void **state)
{
    static const struct {
        const char *source;
        bool holds;
    } CASES[] = {{"yes", true}, {"no", false},      {"none", false}, {"a", false},
                 {"t", false},  {"missing", false}, {"a = 1", true}, {"inner", false}};
    struct arena *arena = arena_new(1 << 20);
    json_t *context = NULL;
    assert_int_equal(json_parse(arena, STR(CONTEXT), &context), OK);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct feel *feel;
        struct str reason;
        bool holds = !CASES[i].holds;
        assert_int_equal(feel_parse(arena, str_from(CASES[i].source), &feel, &reason),
                         OK);
        assert_int_equal(feel_test(feel, arena, context, &holds), OK);
        assert_int_equal(holds, CASES[i].holds);
    }
    arena_free(&arena);
}

/* Deep nesting is refused, not recursed into. */
static void test_depth(void **state)
{
    struct arena *arena = arena_new(4 << 20);
    char source[FILENAME_MAX];
    struct feel *feel;
    struct str reason;
    memset(source, '(', sizeof source);
    assert_int_equal(feel_parse(arena, (struct str){source, 3000}, &feel, &reason),
                     ERR_INPUT);
    assert_true(str_find(reason, STR("nested too deeply")) >= 0);
    assert_int_equal(feel_parse(arena, (struct str){source, 4097}, &feel, &reason),
                     ERR_INPUT);
    arena_free(&arena);
}

static void count_name(void *context, const struct str *names, size_t count)
{
    size_t *sum = context;
    for (size_t i = 0; i < count; i++)
        *sum += names[i].len;
}

static void test_names(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct feel *feel;
    struct str reason;
    size_t sum = 0, count = 0;
    const struct str *keys = NULL;
    assert_int_equal(
        feel_parse(arena, STR("{k: aa.b, l: not(ccc) or dddd = 1}"), &feel, &reason), OK);
    feel_paths(feel, count_name, &sum);
    assert_int_equal(sum, 2 + 1 + 3 + 4);
    assert_true(feel_context_keys(feel, &keys, &count));
    assert_int_equal(count, 2);
    assert_true(str_is(keys[1], "l"));
    assert_int_equal(feel_parse(arena, STR("a"), &feel, &reason), OK);
    assert_false(feel_context_keys(feel, &keys, &count));
    arena_free(&arena);
}

static void test_decimal(void **state)
{
    static const char *const GOOD[][2] = {{"0", "0"},       {"-0.00", "0"},
                                          {"00.10", "0.1"}, {"-.5", "-0.5"},
                                          {"12.0", "12"},   {"100", "100"}};
    static const char *const BAD[] = {"",   "-",  ".",   "1.", "1e5",
                                      "+1", " 1", "1,5", "--1"};
    static const char *const ORDER[] = {"-100", "-12.5", "-12.49", "-0.1", "0",
                                        "0.05", "0.1",   "9",      "10",   "10.01"};
    struct arena *arena = arena_new(1 << 20);
    struct str out;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_int_equal(decimal_canonical(arena, str_from(GOOD[i][0]), &out), OK);
        assert_true(str_is(out, GOOD[i][1]));
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_int_equal(decimal_canonical(arena, str_from(BAD[i]), &out), ERR_INPUT);
    for (size_t i = 0; i < sizeof ORDER / sizeof *ORDER; i++)
        for (size_t k = 0; k < sizeof ORDER / sizeof *ORDER; k++) {
            int order = decimal_compare(str_from(ORDER[i]), str_from(ORDER[k]));
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),   cmocka_unit_test(test_condition),
        cmocka_unit_test(test_depth),   cmocka_unit_test(test_names),
        cmocka_unit_test(test_decimal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
