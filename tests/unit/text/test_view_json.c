/* The view as JSON: all kinds, nothing of html_only and markup, readable by jansson whatever is in it. */
#include "fixture.h"

#include "formats/json.h"

static struct str written(struct fixture *f)
{
    struct buf out = buf_init(f->arena, 65536);

    view_write_json(&thing_type, &f->thing, &f->context, &out);
    return buf_str(&out);
}

static void all_kinds(void **state)
{
    struct fixture *f = *state;
    struct str text;
    json_t *json = NULL;

    f->context.language = LANGUAGE_DE;
    f->thing.url = STR_NONE;
    text = written(f);
    assert_int_equal(json_parse(f->arena, text, &json), OK);
    assert_true(str_is(json_get_str(json, "title"), "A & B"));
    assert_true(json_is_null(json_object_get(json, "url")));
    assert_true(str_is(json_get_str(json, "empty"), ""));
    assert_null(json_object_get(json, "intro_html"));
    assert_null(json_object_get(json, "token"));
    assert_true(str_is(json_get_str(json, "phase"), "Prüfung <3>"));
    assert_true(json_is_null(json_object_get(json, "no_phase")));
    assert_true(json_is_true(json_object_get(json, "yes")));
    assert_int_equal(json_get_int(json, "big", 0), 1234567);
    assert_int_equal(json_get_int(json, "size", 0), 1234567);
    assert_true(str_is(json_get_str(json, "at"), "2026-11-22T13:05:00.000000Z"));
    assert_true(json_is_null(json_object_get(json, "never")));
    assert_true(str_is(json_get_str(json, "day"), "2026-11-22"));
    assert_true(json_is_null(json_object_get(json, "no_day")));
    assert_true(str_is(json_get_str(json_object_get(json, "owner"), "name"), "Olga"));
    assert_true(str_is(json_get_str(json_object_get(json, "boss"), "name"), "Ada"));
    assert_true(json_is_null(json_object_get(json, "nobody")));
    assert_int_equal(json_array_size(json_object_get(json, "people")), 3);
    assert_int_equal(json_array_size(json_object_get(json, "none")), 0);
    /* Safe even where somebody puts it into a page. */
    assert_true(str_index(text, '<') < 0 && str_index(text, '&') < 0);
}

static void hostile_text(void **state)
{
    struct fixture *f = *state;
    json_t *json = NULL;

    f->thing.title = STR("\x01\"\\</script>\n\u2028\x7F\xF0\x9F\x98\x80");
    assert_int_equal(json_parse(f->arena, written(f), &json), OK);
    assert_true(str_eq(json_get_str(json, "title"), f->thing.title));
    f->thing.title = STR("bad \xFF\xC3 bytes");
    assert_int_equal(json_parse(f->arena, written(f), &json), OK);
    assert_true(str_is(json_get_str(json, "title"), "bad \uFFFD\uFFFD bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(all_kinds), TEST(hostile_text)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
