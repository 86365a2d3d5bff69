#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "process/form/day_bound.h"
#include "process/duration.h"
#include "process/form/form_read.h"

static const char FORM[] =
    "{\"id\":\"one\",\"type\":\"default\",\"schemaVersion\":17,\"properties\":{\"title\":"
    "\"T\"},"
    "\"components\":["
    "{\"type\":\"textfield\",\"key\":\"name\",\"label\":\"L\",\"validate\":{\"required\":"
    "true,"
    "\"minLength\":2,\"maxLength\":5}},"
    "{\"type\":\"textfield\",\"key\":\"code\",\"label\":\"L\",\"validate\":{\"pattern\":"
    "\"[A-Z]{2}\"},\"properties\":{\"patternText\":\"two capitals\"}},"
    "{\"type\":\"textfield\",\"key\":\"evil\",\"label\":\"L\",\"validate\":{\"pattern\":"
    "\"(a+)+b\"},\"properties\":{\"patternText\":\"a few a, then b\"}},"
    "{\"type\":\"textarea\",\"key\":\"note\",\"label\":\"L\"},"
    "{\"type\":\"number\",\"key\":\"count\",\"label\":\"L\",\"validate\":{\"min\":-3,"
    "\"max\":10}},"
    "{\"type\":\"datetime\",\"subtype\":\"date\",\"key\":\"day\",\"dateLabel\":\"L\","
    "\"disallowPassedDates\":true,\"properties\":{\"max\":\"today+P1M\"}},"
    "{\"type\":\"radio\",\"key\":\"pick\",\"label\":\"L\",\"validate\":{\"required\":"
    "true},"
    "\"values\":[{\"label\":\"A\",\"value\":\"a\"},{\"label\":\"B\",\"value\":\"b\"}]},"
    "{\"type\":\"checkbox\",\"key\":\"sure\",\"label\":\"L\",\"validate\":{\"required\":"
    "true}},"
    "{\"type\":\"text\",\"text\":\"Shown.\"}]}";

/* One answer, the stored value it becomes (JSON), a part of its error or NULL. The other required
 * fields are answered well. */
static const struct {
    const char *key;
    const char *typed;
    const char *stored;
    const char *error;
} TABLE[] = {
    {"name", "Anna", "\"Anna\"", NULL},
    {"name", "  Anna\t", "\"Anna\"", NULL},
    {"name", "", "null", "Enter “"},
    {"name", "   ", "null", "Enter “"},
    {"name", "x", "\"x\"", "at least"},
    {"name", "Jürgen", "\"Jürgen\"", "at most"},
    {"name", "Jürge", "\"Jürge\"", NULL},
    {"name", "👩‍💻a", "\"👩‍💻a\"", NULL},
    {"name", "Ju\xcc\x88rg", "\"Jürg\"",
     NULL}, /* composed: u + diaeresis is one letter */
    {"name", "a\x01z", "\"a\\u0001z\"", "control"},
    {"name", "a\x7fz", "\"a\x7fz\"", "control"},
    {"name", "a\xc2\x85z", "\"a\xc2\x85z\"", "control"},
    {"name", "a\nz", "\"a\\nz\"", "control"},
    {"name", "a\xffz", "null", "bytes"},
    {"name", "\xed\xa0\x80", "null", "bytes"},
    {"code", "", "null", NULL},
    {"code", "DE", "\"DE\"", NULL},
    {"code", "DEU", "\"DEU\"", "format"},
    {"code", "xDE", "\"xDE\"", "format"},
    {"evil", "aaaab", "\"aaaab\"", NULL},
    {"evil", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac",
     "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac\"", "format"},
    {"note", "one\r\ntwo\tthree\n", "\"one\\ntwo\\tthree\"", NULL},
    {"note", "a\rb", "\"a\\nb\"", NULL},
    {"count", "7", "7", NULL},
    {"count", "-3", "-3", NULL},
    {"count", "-4", "-4", "or more"},
    {"count", "11", "11", "or less"},
    {"count", "1.5", "\"1.5\"", "whole number"},
    {"count", "1e1", "\"1e1\"", "whole number"},
    {"count", "99999999999999999999", "\"99999999999999999999\"", "whole number"},
    {"day", "2026-11-22", "\"2026-11-22\"", NULL},
    {"day", "22.11.2026", "\"2026-11-22\"", NULL},
    {"day", "1/12/2026", "\"2026-12-01\"", NULL},
    {"day", "2026-11-21", "\"2026-11-21\"", "or later"},
    {"day", "2026-12-22", "\"2026-12-22\"", NULL},
    {"day", "2026-12-23", "\"2026-12-23\"", "or earlier"},
    {"day", "2026-02-30", "\"2026-02-30\"", "as a date"},
    {"day", "31.2.2026", "\"31.2.2026\"", "as a date"},
    {"day", "1.2.3.2026", "\"1.2.3.2026\"", "as a date"},
    {"day", "tomorrow", "\"tomorrow\"", "as a date"},
    {"pick", "a", "\"a\"", NULL},
    {"pick", "", "null", "Choose an answer"},
    {"pick", "A", "\"A\"", "offered"},
    {"sure", "true", "true", NULL},
    {"sure", "on", "true", NULL},
    {"sure", "", "false", "Confirm"},
    {"sure", "no", "false", "Confirm"},
};

static struct form read_form(struct arena *arena)
{
    struct report report = {.arena = arena};
    struct json_source source = {
        .arena = arena, .report = &report, .text = str_from(FORM)};
    json_t *object = NULL;
    struct form form;
    assert_int_equal(json_source_parse(&source, &object), OK);
    form_read(&source, NULL, object, &form);
    assert_int_equal(report.count, 0);
    return form;
}

static day_no day_of(const char *iso)
{
    day_no day;
    assert_int_equal(day_parse(str_from(iso), &day), OK);
    return day;
}

static void check_result(size_t i, struct arena *arena, const struct form_result *result)
{
    struct str stored = json_write(arena, json_object_get(result->values, TABLE[i].key));
    if (!str_is(stored, TABLE[i].stored))
        fail_msg("row %zu: stored %.*s, wanted %s", i, STR_ARG(stored), TABLE[i].stored);
    if (result->error_count != (TABLE[i].error != NULL))
        fail_msg("row %zu: %zu errors", i, result->error_count);
    if (!TABLE[i].error)
        return;
    assert_true(str_is(result->errors[0].key, TABLE[i].key));
    assert_true(str_is(result->errors[0].args[0], "L"));
    if (strstr(TABLE[i].error, "format"))
        assert_true(result->errors[0].args[1].len > 0); /* what is expected instead */
    if (!strstr(result->errors[0].msgid, TABLE[i].error))
        fail_msg("row %zu: %s", i, result->errors[0].msgid);
}

static void test_table(void **state)
{
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        struct arena *arena = arena_new(4 << 20);
        struct form form = read_form(arena);
        struct str good = STR("good"), a = STR("a"), yes = STR("true"), other = STR("x");
        struct str typed = str_from(TABLE[i].typed);
        struct map *posted = map_new(arena);
        struct form_result result, again;
        const struct form_world world = {.today = day_of("2026-11-22")};
        map_set(posted, STR("name"), &good);
        map_set(posted, STR("pick"), &a);
        map_set(posted, STR("sure"), &yes);
        map_set(posted, STR("unknown"), &other);
        map_set(posted, str_from(TABLE[i].key), &typed);
        form_validate(arena, &form, posted, &world, &result);
        check_result(i, arena, &result);
        assert_int_equal(json_object_size(result.values), 8);
        /* Stored answers pass the same checks, and come out as they went in. */
        form_validate_values(arena, &form, result.values, &world, &again);
        if (!strstr(TABLE[i].error ? TABLE[i].error : "", "bytes")) {
            check_result(i, arena, &again);
            assert_true(json_equal(again.values, result.values));
        }
        arena_free(&arena);
    }
}

/* A NUL inside an answer is refused, as every control character is. */
static void test_nul(void **state)
{
    struct arena *arena = arena_new(4 << 20);
    struct form form = read_form(arena);
    struct str typed = {"a\0b", 3};
    struct map *posted = map_new(arena);
    struct form_result result;
    map_set(posted, STR("note"), &typed);
    form_validate(arena, &form, posted, &(struct form_world){.today = 0}, &result);
    bool found = false;
    for (size_t i = 0; i < result.error_count; i++)
        found = found || (str_is(result.errors[i].key, "note") &&
                          strstr(result.errors[i].msgid, "control"));
    assert_true(found);
    arena_free(&arena);
}

static void test_day_in_error(void **state)
{
    struct arena *arena = arena_new(4 << 20);
    struct form form = read_form(arena);
    struct str typed = STR("2020-01-01");
    struct map *posted = map_new(arena);
    struct form_result result;
    map_set(posted, STR("day"), &typed);
    form_validate(arena, &form, posted,
                  &(struct form_world){.today = day_of("2026-01-31")}, &result);
    for (size_t i = 0; i < result.error_count; i++) {
        bool day = str_is(result.errors[i].key, "day");
        assert_int_equal(result.errors[i].day, day ? day_of("2026-01-31") : DAY_NONE);
    }
    arena_free(&arena);
}

static void test_bounds(void **state)
{
    static const char *const GOOD[][2] = {
        {"today", "2024-02-29"},      {"today+P1Y", "2025-02-28"},
        {"today-P1M", "2024-01-29"},  {"today+P2W", "2024-03-14"},
        {"today-P60D", "2023-12-31"}, {"2026-01-02", "2026-01-02"},
        {"today+P12M", "2025-02-28"}, {"today+P4Y", "2028-02-29"},
    };
    static const char *const BAD[] = {"",           "tomorrow",  "today+",
                                      "today+1Y",   "today+PY",  "today+P1X",
                                      "today+P-1D", "today P1D", "today+P1Y2M"};
    day_no day;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_int_equal(day_bound(str_from(GOOD[i][0]), day_of("2024-02-29"), &day), OK);
        assert_int_equal(day, day_of(GOOD[i][1]));
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_int_equal(day_bound(str_from(BAD[i]), 0, &day), ERR_INPUT);
}

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } GOOD[] = {{"P3D", 259200},     {"P2W", 1209600},    {"PT90M", 5400},
                {"P1DT12H", 129600}, {"PT1H30M5S", 5405}, {"P1W1D", 691200}};
    static const char *const BAD[] = {"",      "P",    "PT",   "3D",    "P3",
                                      "P1Y",   "P1M",  "PT1D", "P1DT",  "P1D1D",
                                      "P1.5D", "PT0S", "-P1D", "P9999D"};
    int64_t seconds;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_int_equal(duration_parse(str_from(GOOD[i].text), &seconds), OK);
        assert_int_equal(seconds, GOOD[i].seconds);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_int_equal(duration_parse(str_from(BAD[i]), &seconds), ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_day_in_error), cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_durations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
