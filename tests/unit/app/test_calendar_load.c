/* The operator's document of calendars: read strictly, compared, loaded at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "app/upkeep/calendar_load.h"
#include "scripted.h"

#define GOOD                                                                             \
    "{\"calendars\":[\n{\"key\":\"exchange\",\"zone\":\"Europe/Berlin\",\n"              \
    "\"weekdays\":[\"fri\",\"mon\"],\"opens\":\"09:00\",\"closes\":\"24:00\",\n"         \
    "\"holidays\":[\n{\"day\":\"2026-12-25\",\"en\":\"Christmas "                        \
    "Day\",\"de\":\"Weihnachten\"},\n"                                                   \
    "{\"day\":\"2027-01-01\",\"en\":\"New Year\",\"de\":\"Neujahr\"}]}]}"

struct expected {
    int line;
    const char *part;
    bool found;
};

static void look(void *context, struct str file, int line, struct str reason)
{
    struct expected *expected = context;

    (void)file;
    expected->found |= line == expected->line && expected->part &&
                       str_find(reason, str_from(expected->part)) >= 0;
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)4 << 20);
    return 0;
}

/* `part` NULL: it is good. */
static struct calendar_document *read_text(const char *text, int line, const char *part)
{
    struct expected expected = {line, part, false};
    struct report report = {.arena = arena, .fn = look, .context = &expected};
    struct calendar_document *documents = NULL;
    size_t count = 0;
    enum err err = calendar_read(arena, str_from(text), &report, &documents, &count);

    if ((err == OK) != (part == NULL) || (part && !expected.found))
        fail_msg("wanted line %d \"%s\": %s", line, part ? part : "-", text);
    return documents;
}

static const char *with(const char *old_text, const char *new_text)
{
    struct str good = str_from(GOOD);
    ssize_t at = str_find(good, str_from(old_text));

    assert_true(at >= 0);
    return str_c(
        arena,
        str_format(arena, "%.*s%s%.*s", STR_ARG(str_sub(good, 0, (size_t)at)), new_text,
                   STR_ARG(str_from_index(good, (size_t)at + strlen(old_text)))));
}

static void reads_what_is_right(void **state)
{
    struct calendar_document *document = read_text(GOOD, 0, NULL);

    (void)state;
    assert_true(str_is(document->calendar.weekdays, "mon,fri"));
    assert_int_equal(document->calendar.opens_min, 540);
    assert_int_equal(document->calendar.closes_min, 1440);
    assert_int_equal(document->holiday_count, 2);
    assert_true(str_is(document->holidays[1].name_de, "Neujahr"));
    assert_true(str_is(document->holidays[1].calendar_key, "exchange"));
}

static void refuses_what_is_wrong(void **state)
{
    (void)state;
    read_text("{", 1, "");
    read_text("{\"calendars\":{}}", 1, "");
    read_text(with("\"key\":\"exchange\"", "\"key\":\"Ex change\""), 2, "lower-case");
    read_text(with("Europe/Berlin", "Mars/One"), 2, "time zone");
    read_text(with("\"mon\"", "\"monday\""), 3, "a weekday is");
    read_text(with("[\"fri\",\"mon\"]", "[]"), 2, "one weekday");
    read_text(with("09:00", "9:00"), 3, "like 09:00");
    read_text(with("24:00", "24:01"), 3, "like 09:00");
    read_text(with("24:00", "09:00"), 2, "opens before");
    read_text(with("2026-12-25", "2026-02-30"), 5, "a date like");
    read_text(with("2026-12-25", "2027-01-01"), 6, "order of their days");
    read_text(with("\"en\":\"New Year\",", ""), 6, "en");
    read_text(with("\"key\"", "\"colour\":1,\"key\""), 2, "colour");
}

static void none_is_a_list_too(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(
            "{\"calendars\":[{\"key\":\"e\",\"zone\":\"UTC\",\"weekdays\":[\"sat\"],"
            "\"opens\":\"00:00\",\"closes\":\"00:01\",\"holidays\":[]}]}",
            0, NULL)
            ->holiday_count,
        0);
    read_text("{\"calendars\":[{\"key\":\"e\",\"zone\":\"UTC\",\"weekdays\":[\"sat\"],"
              "\"opens\":\"00:00\",\"closes\":\"00:01\"}]}",
              1, "\"holidays\" is missing");
}

static struct calendar_row row(const char *day, const char *name)
{
    struct calendar_row made = {.calendar_key = STR("exchange"),
                                .zone = STR("Europe/Berlin"),
                                .weekdays = STR("mon,fri"),
                                .opens_min = 480,
                                .closes_min = 1440,
                                .day = DAY_NONE};

    if (day && day_parse(str_from(day), &made.day) != OK)
        bug("%s", day);
    made.name_en = made.name_de = str_from(name);
    return made;
}

static void shows_the_difference(void **state)
{
    const struct calendar_document *document = read_text(GOOD, 0, NULL);
    struct calendar_row before[] = {row("2026-12-25", "Christmas"),
                                    row("2026-12-26", "Boxing Day")};
    struct db_rows rows = {before, 2};
    struct db_rows none = {0};
    struct str *lines;

    (void)state;
    assert_int_equal(calendar_difference(arena, &rows, document, &lines), 4);
    assert_string_equal(str_c(arena, lines[0]),
                        "~ exchange Europe/Berlin mon,fri 08:00-24:00 -> "
                        "Europe/Berlin mon,fri 09:00-24:00");
    assert_string_equal(str_c(arena, lines[1]),
                        "- exchange 2026-12-26 Boxing Day / Boxing Day");
    assert_string_equal(str_c(arena, lines[2]),
                        "~ exchange 2026-12-25 Christmas Day / Weihnachten");
    assert_string_equal(str_c(arena, lines[3]),
                        "+ exchange 2027-01-01 New Year / Neujahr");
    assert_int_equal(calendar_difference(arena, &none, document, &lines), 3);
    assert_string_equal(str_c(arena, lines[0]),
                        "+ exchange Europe/Berlin mon,fri 09:00-24:00");
}

/* What is written loads without a change. */
static void writes_what_it_reads(void **state)
{
    const struct calendar_document *document = read_text(GOOD, 0, NULL);
    struct db_rows rows = {document->holidays, document->holiday_count};
    struct str text = calendar_write(arena, &rows);
    struct str *lines;

    (void)state;
    const struct calendar_document *again = read_text(str_c(arena, text), 0, NULL);
    assert_int_equal(calendar_difference(arena, &rows, again, &lines), 0);
}

static void loads_at_once_or_not_at_all(void **state)
{
    struct calendar_document *document = read_text(GOOD, 0, NULL);
    struct calendar_loading loading = {
        .documents = document, .document_count = 1, .operator= STR("root")};
    struct calendar_row before[] = {row("2026-12-26", "Boxing Day")};
    struct fake_step steps[] = {
        STEP("begin-write"),
        {.expect = "SQL_CALENDAR_ROWS_LOCK", .rows = before, .row_count = 1},
        STEP("SQL_CALENDAR_PUT"),
        STEP("SQL_HOLIDAY_REMOVE"),
        STEP("SQL_HOLIDAY_PUT"),
        STEP("SQL_HOLIDAY_PUT"),
        STEP_AUDIT,
        STEP("commit"),
        {0}};

    (void)state;
    play_as("ctl", 0, steps);
    must(calendar_load(&actor, &loading));
    assert_int_equal(loading.change_count, 4);
    for (int n = 1; n < 7; n++) {
        struct fake_step cut[sizeof steps / sizeof *steps + 1];

        memcpy(cut, steps, sizeof steps);
        cut[n].error_code = 1030;
        cut[n + 1] = (struct fake_step)STEP("rollback");
        cut[n + 2] = (struct fake_step){0};
        play_as("ctl", 0, cut);
        assert_int_not_equal(calendar_load(&actor, &loading), OK);
        assert_true(fake_is_done(fake));
    }
}

static void the_same_again_writes_nothing(void **state)
{
    struct calendar_document *document = read_text(GOOD, 0, NULL);
    struct calendar_loading loading = {.documents = document, .document_count = 1};
    struct fake_step steps[] = {
        STEP("begin-write"),
        {.expect = "SQL_CALENDAR_ROWS_LOCK", .rows = document->holidays, .row_count = 2},
        STEP("commit"),
        {0}};

    (void)state;
    play_as("ctl", 0, steps);
    must(calendar_load(&actor, &loading));
    assert_int_equal(loading.change_count, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(reads_what_is_right),
        CASE(refuses_what_is_wrong),
        CASE(none_is_a_list_too),
        CASE(shows_the_difference),
        CASE(writes_what_it_reads),
        CASE(loads_at_once_or_not_at_all),
        CASE(the_same_again_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
