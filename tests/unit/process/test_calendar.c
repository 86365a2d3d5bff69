#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "process/calendar.h"

static day_no day_of(const char *iso)
{
    day_no day = DAY_NONE;

    assert_int_equal(day_parse(str_from(iso), &day), OK);
    return day;
}

/* "2026-11-27T14:00" in UTC. */
static instant_us at(const char *utc)
{
    struct str text = str_from(utc);
    int64_t hour = 0;
    int64_t minute = 0;
    char day[11] = {0};

    memcpy(day, utc, 10);
    assert_int_equal(str_to_i64(str_sub(text, 11, 2), &hour), OK);
    assert_int_equal(str_to_i64(str_sub(text, 14, 2), &minute), OK);
    return day_of(day) * US_PER_DAY + (hour * 60 + minute) * 60 * US_PER_S;
}

static struct duration duration_of(const char *iso)
{
    struct duration duration = {0};

    assert_int_equal(duration_parts(str_from(iso), &duration), OK);
    return duration;
}

/* Public holidays of 2026 and 2027 that are certain; Easter Monday is 6 April 2026. */
static struct business_calendar office(const char *zone)
{
    static struct holiday holidays[6];
    static const char *const DAYS[6] = {"2026-01-01", "2026-04-03", "2026-04-06",
                                        "2026-12-25", "2026-12-26", "2027-01-01"};

    for (size_t i = 0; i < 6; i++)
        holidays[i] = (struct holiday){.day = day_of(DAYS[i]), .name_en = STR("H")};
    return (struct business_calendar){.key = STR("exchange"),
                                      .zone = str_from(zone),
                                      .weekdays = 0x1f,
                                      .opens_min = 9 * 60,
                                      .closes_min = 17 * 60,
                                      .holidays = holidays,
                                      .holiday_count = 6};
}

/* From, duration, due: all UTC; the office is in Berlin (UTC+1, in summer UTC+2). */
static const struct {
    const char *from;
    const char *takes;
    const char *due;
} ADDED[] = {
    /* days keep their time of day; a weekend is left out */
    {"2026-11-23T13:00", "P3D", "2026-11-26T13:00"},
    {"2026-11-27T13:00", "P1D", "2026-11-30T13:00"},
    {"2026-11-27T13:00", "P1W", "2026-12-04T13:00"},
    /* what comes out of hours begins at the next opening */
    {"2026-11-28T13:00", "P1D", "2026-12-01T08:00"},
    {"2026-11-27T19:30", "PT1H", "2026-11-30T09:00"},
    {"2026-11-27T04:00", "PT1H", "2026-11-27T09:00"},
    {"2026-11-27T16:00", "PT1H", "2026-11-30T09:00"},
    /* hours pass in office hours, and end at closing time */
    {"2026-11-27T15:00", "PT1H", "2026-11-27T16:00"},
    {"2026-11-27T15:00", "PT2H", "2026-11-30T09:00"},
    {"2026-11-23T08:00", "PT8H", "2026-11-23T16:00"},
    {"2026-11-23T08:00", "PT8H1M", "2026-11-24T08:01"},
    {"2026-11-23T10:00", "P1DT4H", "2026-11-24T14:00"},
    {"2026-11-27T14:00", "P1DT4H", "2026-12-01T10:00"},
    /* holidays and the turn of the year: 25 December is a Friday, 1 January too */
    {"2026-12-24T13:00", "P1D", "2026-12-28T13:00"},
    {"2026-12-31T13:00", "P1D", "2027-01-04T13:00"},
    {"2026-12-23T13:00", "P6D", "2027-01-04T13:00"},
    {"2026-04-02T07:00", "P1D", "2026-04-07T07:00"},
    /* the clocks change in the night to 29 March and to 25 October 2026 */
    {"2026-03-27T13:00", "P1D", "2026-03-30T12:00"},
    {"2026-03-27T15:00", "PT2H", "2026-03-30T08:00"},
    {"2026-10-23T12:00", "P1D", "2026-10-26T13:00"},
    {"2026-10-23T14:00", "PT2H", "2026-10-26T09:00"},
};

static void adds_business_time(void **state)
{
    struct business_calendar calendar = office("Europe/Berlin");

    for (size_t i = 0; i < sizeof ADDED / sizeof *ADDED; i++) {
        instant_us due =
            calendar_add(&calendar, at(ADDED[i].from), duration_of(ADDED[i].takes));

        if (due != at(ADDED[i].due))
            fail_msg("%s + %s: %lld minutes from %s", ADDED[i].from, ADDED[i].takes,
                     (long long)((due - at(ADDED[i].due)) / (60 * US_PER_S)),
                     ADDED[i].due);
    }
}

static void zone_of_the_calendar_decides(void **state)
{
    struct business_calendar berlin = office("Europe/Berlin");
    struct business_calendar tokyo = office("Asia/Tokyo");

    /* Monday 23:30 UTC is Tuesday morning in Tokyo, and night in Berlin */
    assert_int_equal(calendar_day_of(&tokyo, at("2026-11-23T23:30")),
                     day_of("2026-11-24"));
    assert_int_equal(calendar_day_of(&berlin, at("2026-11-23T23:30")),
                     day_of("2026-11-24"));
    assert_int_equal(calendar_day_of(&berlin, at("2026-11-23T22:30")),
                     day_of("2026-11-23"));
    assert_int_equal(calendar_add(&tokyo, at("2026-11-24T00:30"), duration_of("PT1H")),
                     at("2026-11-24T01:30"));
}

/* What is left when a clock is stopped, and when it is due after it goes on. */
static void counts_what_is_left(void **state)
{
    struct business_calendar calendar = office("Europe/Berlin");
    instant_us due = calendar_add(&calendar, at("2026-11-23T13:00"), duration_of("P3D"));
    int64_t left_s = calendar_between(&calendar, at("2026-11-24T14:00"), due);

    /* Tuesday 15 to 17, Wednesday, Thursday 9 to 14 */
    assert_int_equal(left_s, (2 + 8 + 5) * 3600);
    assert_int_equal(calendar_add(&calendar, at("2026-11-30T09:00"),
                                  (struct duration){.seconds = left_s}),
                     at("2026-12-01T16:00"));
    assert_int_equal(calendar_between(&calendar, due, due), 0);
    assert_int_equal(calendar_between(&calendar, due, at("2026-11-23T13:00")), 0);
    /* over a weekend, over Christmas, over the change of clocks */
    assert_int_equal(
        calendar_between(&calendar, at("2026-11-27T16:00"), at("2026-11-30T08:00")), 0);
    assert_int_equal(
        calendar_between(&calendar, at("2026-12-24T15:00"), at("2026-12-28T09:00")),
        7200);
    assert_int_equal(
        calendar_between(&calendar, at("2026-10-23T14:00"), at("2026-10-26T09:00")),
        7200);
}

/* Stopped and started again at once, a clock says what it said before. */
static void a_short_pause_changes_nothing(void **state)
{
    struct business_calendar calendar = office("Europe/Berlin");

    for (int hour = 0; hour < 24 * 14; hour++) {
        instant_us from = at("2026-12-18T00:17") + hour * INT64_C(3600) * US_PER_S;
        instant_us due = calendar_add(&calendar, from, duration_of("PT13H"));
        instant_us pause = from + (due - from) / 3;
        int64_t left_s = calendar_between(&calendar, pause, due);

        assert_int_equal(
            calendar_add(&calendar, pause, (struct duration){.seconds = left_s}), due);
        assert_int_equal(calendar_between(&calendar, from, due), 13 * 3600);
    }
}

static void counts_every_day_where_asked_to(void **state)
{
    struct business_calendar calendar = office("Europe/Berlin");

    assert_int_equal(
        calendar_add_all(&calendar, at("2026-11-27T13:00"), duration_of("P1W1D")),
        at("2026-12-05T13:00"));
    assert_int_equal(
        calendar_add_all(&calendar, at("2026-10-24T12:00"), duration_of("P1D")),
        at("2026-10-25T13:00"));
    assert_int_equal(
        calendar_add_all(&calendar, at("2026-10-24T12:00"), duration_of("PT24H")),
        at("2026-10-25T12:00"));
}

static void names_what_was_left_out(void **state)
{
    struct business_calendar calendar = office("Europe/Berlin");
    day_no out[3];

    assert_int_equal(calendar_left_out(&calendar, at("2026-12-24T13:00"),
                                       at("2026-12-28T13:00"), out, 3),
                     3);
    assert_int_equal(out[0], day_of("2026-12-25"));
    assert_int_equal(out[2], day_of("2026-12-27"));
    assert_int_equal(calendar_left_out(&calendar, at("2026-12-24T13:00"),
                                       at("2027-01-04T13:00"), out, 3),
                     6);
    assert_non_null(calendar_holiday(&calendar, day_of("2026-12-25")));
    assert_null(calendar_holiday(&calendar, day_of("2026-12-27")));
}

static void reads_weekdays(void **state)
{
    unsigned set = 0;

    assert_int_equal(calendar_weekdays(STR("mon,fri,sun"), &set), OK);
    assert_int_equal(set, 1 | 16 | 64);
    assert_int_equal(calendar_weekdays(STR("mon,Fri"), &set), ERR_INPUT);
    assert_int_equal(calendar_weekdays(STR(""), &set), ERR_INPUT);
    /* 22 November 2026 is a Sunday, 1969-12-29 a Monday */
    struct business_calendar calendar = {.weekdays = 1u << 6};
    assert_true(calendar_is_business_day(&calendar, day_of("2026-11-22")));
    calendar = office("Europe/Berlin");
    assert_true(calendar_is_opening(&calendar, at("2026-11-23T08:00")));
    assert_false(calendar_is_opening(&calendar, at("2026-11-23T08:01")));
    assert_false(calendar_is_opening(&calendar, at("2026-11-22T08:00")));
    calendar.weekdays = 1;
    assert_true(calendar_is_business_day(&calendar, day_of("1969-12-29")));
}

static void ends_in_a_calendar_of_holidays_alone(void **state)
{
    struct business_calendar calendar = office("Europe/Berlin");

    calendar.weekdays = 0;
    assert_true(calendar_add(&calendar, at("2026-11-27T13:00"), duration_of("PT1H")) >
                at("2026-11-27T13:00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_business_time),
        cmocka_unit_test(zone_of_the_calendar_decides),
        cmocka_unit_test(counts_what_is_left),
        cmocka_unit_test(a_short_pause_changes_nothing),
        cmocka_unit_test(counts_every_day_where_asked_to),
        cmocka_unit_test(names_what_was_left_out),
        cmocka_unit_test(reads_weekdays),
        cmocka_unit_test(ends_in_a_calendar_of_holidays_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
