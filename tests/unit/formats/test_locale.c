/* Dates, zones, numbers, languages, normal form. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "formats/locale.h"

struct languages {
    struct arena *arena;
    struct locale_formats *en;
    struct locale_formats *de;
};

static int begin(void **state)
{
    static struct languages l;

    l.arena = arena_new(16 << 20);
    *state = &l;
    return locale_formats_new(l.arena, "en", &l.en) == OK &&
                   locale_formats_new(l.arena, "de", &l.de) == OK
               ? 0
               : -1;
}

static int end(void **state)
{
    struct languages *l = *state;

    arena_free(&l->arena);
    return 0;
}

static instant_us utc(const char *day, int hour, int minute)
{
    day_no number = 0;

    assert_int_equal(day_parse(str_from(day), &number), OK);
    return number * US_PER_DAY + (hour * 60 + minute) * 60 * US_PER_S;
}

static void zones(void **state)
{
    struct languages *l = *state;
    const struct {
        instant_us at;
        const char *zone;
        const char *text;
    } rows[] = {
        {utc("2026-11-22", 13, 5), "Europe/Berlin", "22. November 2026, 14:05"},
        /* The hour before and after summer time begins and ends. */
        {utc("2026-03-29", 0, 59), "Europe/Berlin", "29. März 2026, 01:59"},
        {utc("2026-03-29", 1, 0), "Europe/Berlin", "29. März 2026, 03:00"},
        {utc("2026-10-25", 0, 59), "Europe/Berlin", "25. Oktober 2026, 02:59"},
        {utc("2026-10-25", 1, 0), "Europe/Berlin", "25. Oktober 2026, 02:00"},
        {utc("2026-07-01", 23, 0), "Europe/Berlin", "2. Juli 2026, 01:00"},
        {utc("2026-01-01", 0, 0), "America/New_York", "31. Dezember 2025, 19:00"},
        {utc("2026-01-01", 0, 0), "Asia/Kathmandu", "1. Januar 2026, 05:45"},
        {utc("2026-01-01", 0, 0), "UTC", "1. Januar 2026, 00:00"},
        {utc("2026-01-01", 0, 0), "Mars/Base", "1. Januar 2026, 00:00"},
        {utc("2026-01-01", 0, 0), "", "1. Januar 2026, 00:00"},
        {utc("1969-12-31", 23, 59), "UTC", "31. Dezember 1969, 23:59"},
        {-1, "UTC", "31. Dezember 1969, 23:59"},
        /* More zones than are kept at once, then the first again. */
        {utc("2026-01-01", 0, 0), "Asia/Tokyo", "1. Januar 2026, 09:00"},
        {utc("2026-01-01", 0, 0), "Asia/Dubai", "1. Januar 2026, 04:00"},
        {utc("2026-01-01", 0, 0), "Europe/London", "1. Januar 2026, 00:00"},
        {utc("2026-01-01", 0, 0), "Europe/Helsinki", "1. Januar 2026, 02:00"},
        {utc("2026-01-01", 0, 0), "Australia/Sydney", "1. Januar 2026, 11:00"},
        {utc("2026-01-01", 0, 0), "America/Sao_Paulo", "31. Dezember 2025, 21:00"},
        {utc("2026-07-01", 22, 0), "Europe/Berlin", "2. Juli 2026, 00:00"},
    };

    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            struct str got =
                locale_instant(l->de, l->arena, rows[i].at, str_from(rows[i].zone));

            if (!str_is(got, rows[i].text))
                fail_msg("row %zu: wanted %s, got %.*s", i, rows[i].text, STR_ARG(got));
        }
    assert_true(str_is(locale_instant(l->en, l->arena, rows[0].at, STR("Europe/Berlin")),
                       "22 November 2026, 14:05"));
    struct buf day = buf_init(l->arena, 64);
    locale_put_instant_day(l->en, &day, utc("2026-07-01", 22, 0), STR("Europe/Berlin"));
    assert_true(str_is(buf_str(&day), "2 July 2026"));
    assert_int_equal(locale_day_of(utc("2026-07-01", 22, 0), STR("Europe/Berlin")),
                     instant_day_utc(utc("2026-07-02", 0, 0)));
    assert_int_equal(locale_day_of(INSTANT_NONE, STR("UTC")), DAY_NONE);
    assert_null(locale_instant(l->en, l->arena, INSTANT_NONE, STR("UTC")).ptr);
    assert_true(locale_zone_known(STR("Europe/Berlin")));
    assert_false(locale_zone_known(STR("Europe/Berlyn")));
    assert_false(locale_zone_known(STR("")));
    assert_false(locale_zone_known(STR("Europe/\xFF")));
}

static void numbers(void **state)
{
    struct languages *l = *state;
    static const struct {
        int64_t number;
        const char *en;
        const char *de;
    } rows[] = {
        {0, "0", "0"},
        {999, "999", "999"},
        {1000, "1,000", "1.000"},
        {-12345, "-12,345", "-12.345"},
        {INT64_MIN, "-9,223,372,036,854,775,808", "-9.223.372.036.854.775.808"},
    };
    static const struct {
        int64_t bytes;
        const char *de;
    } sizes[] = {{0, "0 B"},
                 {-5, "0 B"},
                 {999, "999 B"},
                 {1000, "1 kB"},
                 {1234, "1,2 kB"},
                 {1250, "1,3 kB"},
                 {999949, "999,9 kB"},
                 {999950, "1 MB"},
                 {26214400, "26,2 MB"},
                 {INT64_MAX, "9223,4 PB"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct buf en = buf_init(l->arena, 64), de = buf_init(l->arena, 64);

        locale_put_int(l->en, &en, rows[i].number);
        locale_put_int(l->de, &de, rows[i].number);
        assert_true(str_is(buf_str(&en), rows[i].en));
        assert_true(str_is(buf_str(&de), rows[i].de));
    }
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct buf got = buf_init(l->arena, 64);

        locale_put_bytes(l->de, &got, sizes[i].bytes);
        if (!str_is(buf_str(&got), sizes[i].de))
            fail_msg("wanted %s, got %.*s", sizes[i].de, STR_ARG(buf_str(&got)));
    }
}

static void accept(void **state)
{
    static const char *const tags[] = {"en", "de"};
    static const struct {
        const char *header;
        int index;
    } rows[] = {
        {"de", 1},
        {"de-AT,en;q=0.9", 1},
        {"en;q=0.5, de;q=0.6", 1},
        {"fr,*;q=0.1", 0},
        {"fr", -1},
        {"", -1},
        {"de;q=0, *", 0},
        {"de;q=0", -1},
        {"DE-de", 1},
        {"deu", -1},
        {"de;q=2,en;q=0.1", 0},
        {"de;q=abc", -1},
        {"de;q=0.1234", -1},
        {",,;;q=,de", 1},
        {"en;q=1.000,de;q=1.0", 0},
        {"de,en", 1},
        {"fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", 0},
        {"de ; q=0.3 , en;q=0.2", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int got = locale_accept(str_from(rows[i].header), tags, 2);

        if (got != rows[i].index)
            fail_msg("%s: wanted %d, got %d", rows[i].header, rows[i].index, got);
    }
    assert_int_equal(locale_accept(STR_NONE, tags, 2), -1);
}

static void normal_form(void **state)
{
    struct languages *l = *state;

    assert_true(str_is(locale_nfc(l->arena, STR("u\xCC\x88 Z")), "ü Z"));
    assert_true(str_is(locale_nfc(l->arena, STR("schon gut ü")), "schon gut ü"));
    assert_true(
        str_is(locale_nfc(l->arena, STR("\xE2\x84\xAB")), "Å")); /* ANGSTROM SIGN */
    assert_true(str_is(locale_nfc(l->arena, STR("😀")), "😀"));
    /* Grows: one code point to three. */
    assert_true(str_is(locale_nfc(l->arena, STR("\xF0\x9D\x85\xA0")),
                       "\xF0\x9D\x85\x98\xF0\x9D\x85\xA5\xF0\x9D\x85\xAE"));
    assert_true(str_is(locale_nfc(l->arena, STR("")), ""));
    /* Spellings that a directory takes for one name. */
    static const char *const SAME[] = {
        "anna", "ANNA", " Anna ", "\xEF\xBD\x81nna", "an\xC2\xADna", "\xE2\x93\x90nna"};
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++)
        assert_true(str_is(locale_fold(l->arena, str_from(SAME[i])), "anna"));
    assert_true(str_is(locale_fold(l->arena, STR("Jos\xC3\x89  \xC2\xA0 x")), "josé x"));
    assert_true(str_is(locale_fold(l->arena, STR("")), ""));
    /* And more of them, of which Active Directory makes nothing. */
    static const char *const BARE[] = {"\xC3\xA0nna",
                                       ("ann\xCC\x81\xCC\x88"
                                        "a"),
                                       " \xCC\x81 \xC3\x85nn\xC4\x83\xE2\x83\x9D",
                                       "Anna"};
    for (size_t i = 0; i < sizeof BARE / sizeof *BARE; i++)
        assert_true(str_is(locale_bare(l->arena, str_from(BARE[i])), "anna"));
    assert_true(str_is(locale_bare(l->arena, STR("")), ""));
    assert_true(str_is(locale_bare(l->arena, STR("\xE6\x9D\xB1 x")), "\xE6\x9D\xB1 x"));
    struct str wide =
        STR("\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA"); /* U+FDFA: 18 letters each */
    assert_int_equal(str_utf8_length(locale_fold(l->arena, wide)), 54);
}

static void unknown_language(void **state)
{
    struct languages *l = *state;
    struct locale_formats *formats = NULL;

    assert_int_equal(locale_formats_new(l->arena, "fr", &formats), ERR_INPUT);
    err_clear();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(zones), TEST(numbers), TEST(accept),
                                       TEST(normal_form), TEST(unknown_language)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
