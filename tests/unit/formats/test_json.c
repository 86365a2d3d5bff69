/* JSON in and out. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "formats/json.h"

static void refused(void **state)
{
    static const struct str bad[] = {
        STR(""),
        STR("{"),
        STR("{\"a\":1,\"a\":2}"),
        STR("[1,]"),
        STR("\"\xFF\""),
        STR("\"\\u0000\""),
        STR("{} x"),
        STR("'a'"),
        STR("[\"\\uD800\"]"),
        STR("123456789012345678901234567890"),
    };
    struct arena *arena = arena_new(16 << 20);
    struct buf deep = buf_init(arena, 1 << 20);
    json_t *json = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_int_equal(json_parse(arena, bad[i], &json), ERR_INPUT);
    for (int i = 0; i < 100000; i++)
        buf_put_char(&deep, '[');
    assert_int_equal(json_parse(arena, buf_str(&deep), &json), ERR_INPUT);
    assert_int_equal(json_parse(arena, STR_NONE, &json), ERR_INPUT);
    assert_null(json);
    /* The position is noted, the input is not. */
    err_clear();
    assert_int_equal(json_parse(arena, STR("{\n\"secret\" 1}"), &json), ERR_INPUT);
    assert_non_null(strstr(err_text(), "line 2"));
    assert_null(strstr(err_text(), "secret"));
    err_clear();
    arena_free(&arena);
}

static void members(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    json_t *json = NULL, *object = json_new_object(arena);

    (void)state;
    assert_int_equal(
        json_parse(arena, STR("{\"b\":\"ä\",\"a\":-5,\"c\":true,\"d\":null}"), &json),
        OK);
    assert_true(str_is(json_get_str(json, "b"), "ä"));
    assert_null(json_get_str(json, "a").ptr);
    assert_null(json_get_str(json, "x").ptr);
    assert_int_equal(json_get_int(json, "a", 1), -5);
    assert_int_equal(json_get_int(json, "b", 1), 1);
    assert_true(json_get_bool(json, "c", false));
    assert_true(json_get_bool(json, "d", true));
    assert_true(
        str_is(json_write(arena, json), "{\"a\":-5,\"b\":\"ä\",\"c\":true,\"d\":null}"));
    json_set_str(object, "z", STR("q\"\n"));
    json_set_int(object, "y", INT64_MAX);
    json_set_bool(object, "x", false);
    json_set_str(object, "w", STR_NONE);
    assert_true(
        str_is(json_write(arena, object),
               "{\"w\":null,\"x\":false,\"y\":9223372036854775807,\"z\":\"q\\\"\\n\"}"));
    arena_free(&arena);
}

static void strings(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf out = buf_init(arena, 1000);

    (void)state;
    json_put_str(&out, STR("a\"\\<>&\n\x01\u2028\u2029\u202Aä"));
    assert_true(str_is(buf_str(&out),
                       "\"a\\\"\\\\\\u003c\\u003e\\u0026\\n\\u0001\\u2028\\u2029"
                       "\u202Aä\""));
    buf_clear(&out);
    json_put_str(&out, STR("\xE2\x80"));
    assert_true(str_is(buf_str(&out), "\"\\ufffd\\ufffd\""));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused), cmocka_unit_test(members), cmocka_unit_test(strings)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
