/* builtin_temporal.c: dates, times, and what a calendar says of them. */
#include "formats/zone_offset.h"
#include "feel/builtin.h"

static bool is_dated(struct feel_value value)
{
    return value.type == FEEL_DATE || value.type == FEEL_DATE_TIME;
}

/* ---- date ------------------------------------------------------------------------------------ */

static struct feel_value date_of_parts(struct feel_run *run, const struct feel_args *args)
{
    struct feel_moment date = {0};
    int64_t year;
    int64_t month;
    int64_t day;

    if (!arg_whole(run, args, 0, &year) || !arg_whole(run, args, 1, &month) ||
        !arg_whole(run, args, 2, &day))
        return FEEL_NULL_VALUE;
    if (year < -FEEL_YEAR_MAX || year > FEEL_YEAR_MAX || month < 1 || month > 12 ||
        day < 1 || day > temporal_month_length(year, (int)month))
        return feel_fail(run, "there is no such day");
    date.year = year;
    date.month = (uint8_t)month;
    date.day = (uint8_t)day;
    return feel_moment(run->arena, FEEL_DATE, &date);
}

static struct feel_value call_date(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value value = arg_at(args, 0);
    struct feel_moment date;
    struct str text;

    if (args->count == 3)
        return date_of_parts(run, args);
    if (args->count != 1)
        return feel_fail(run, "date() takes one or three arguments");
    if (is_dated(value))
        return feel_moment(run->arena, FEEL_DATE, value.moment);
    if (!arg_string(run, args, 0, &text))
        return FEEL_NULL_VALUE;
    if (!temporal_parse_date(text, &date))
        return feel_fail(run, "this is no date");
    return feel_moment(run->arena, FEEL_DATE, &date);
}

/* ---- time ------------------------------------------------------------------------------------ */

static struct feel_value time_of_parts(struct feel_run *run, const struct feel_args *args)
{
    struct feel_moment time = {0};
    struct feel_value offset = arg_at(args, 3);
    struct feel_number second;
    struct feel_number ns;
    int64_t hour;
    int64_t minute;
    int64_t rest;

    if (!arg_whole(run, args, 0, &hour) || !arg_whole(run, args, 1, &minute) ||
        !arg_number(run, args, 2, &second))
        return FEEL_NULL_VALUE;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        !number_multiply(second, number_from_i64(1000000000), &ns) ||
        !number_round(ns, 0, FEEL_TO_ZERO, &ns) || !number_to_i64(ns, &rest) ||
        rest < 0 || rest >= INT64_C(60000000000))
        return feel_fail(run, "there is no such time");
    time.ns = (hour * 3600 + minute * 60) * INT64_C(1000000000) + rest;
    if (offset.type == FEEL_DAYS) {
        feel_ns seconds = offset.days / FEEL_NS_PER_S;

        if (seconds < -18 * 3600 || seconds > 18 * 3600)
            return feel_fail(run, "there is no such offset");
        time.zone_kind = FEEL_ZONE_OFFSET;
        time.offset_s = (int32_t)seconds;
    } else if (offset.type != FEEL_NULL) {
        return feel_fail(run, "an offset is a duration");
    }
    return feel_moment(run->arena, FEEL_TIME, &time);
}

static struct feel_value call_time(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value value = arg_at(args, 0);
    struct feel_moment time = {0};
    struct str text;

    if (args->count >= 3)
        return time_of_parts(run, args);
    if (args->count != 1)
        return feel_fail(run, "time() takes one, three or four arguments");
    if (value.type == FEEL_DATE) {
        /* A date is midnight UTC. */
        time.zone_kind = FEEL_ZONE_OFFSET;
        return feel_moment(run->arena, FEEL_TIME, &time);
    }
    if (value.type == FEEL_TIME || value.type == FEEL_DATE_TIME)
        return feel_moment(run->arena, FEEL_TIME, value.moment);
    if (!arg_string(run, args, 0, &text))
        return FEEL_NULL_VALUE;
    if (!temporal_parse_time(text, &time) && !(temporal_parse_date_time(text, &time)))
        return feel_fail(run, "this is no time");
    return feel_moment(run->arena, FEEL_TIME, &time);
}

/* ---- date and time ---------------------------------------------------------------------------- */

static struct feel_value in_zone(struct feel_run *run, const struct feel_moment *moment,
                                 struct str zone)
{
    feel_ns instant = temporal_instant(moment, true);
    int64_t seconds = (int64_t)(instant / FEEL_NS_PER_S);
    struct feel_moment epoch = {.year = 1970, .month = 1, .day = 1};
    struct feel_moment out;
    int32_t offset_s;

    if (!zone_offset_at(zone, seconds, &offset_s) ||
        !temporal_add_ns(&epoch, instant + offset_s * FEEL_NS_PER_S, &out))
        return feel_fail(run, "there is no such zone");
    out.zone_kind = FEEL_ZONE_NAMED;
    out.zone = zone;
    return feel_moment(run->arena, FEEL_DATE_TIME, &out);
}

static struct feel_value call_date_and_time(struct feel_run *run,
                                            const struct feel_args *args)
{
    struct feel_value first = arg_at(args, 0);
    struct feel_value second = arg_at(args, 1);
    struct feel_moment moment;
    struct str text;

    if (is_dated(first) && second.type == FEEL_TIME) {
        moment = *second.moment;
        moment.year = first.moment->year;
        moment.month = first.moment->month;
        moment.day = first.moment->day;
        return feel_moment(run->arena, FEEL_DATE_TIME, &moment);
    }
    if (first.type == FEEL_DATE_TIME && second.type == FEEL_STRING)
        return in_zone(run, first.moment, second.string);
    if (second.type != FEEL_NULL)
        return feel_fail(run, "date and time() takes a date and a time");
    if (is_dated(first))
        return feel_moment(run->arena, FEEL_DATE_TIME, first.moment);
    if (!arg_string(run, args, 0, &text))
        return FEEL_NULL_VALUE;
    if (!temporal_parse_date_time(text, &moment))
        return feel_fail(run, "this is no date and time");
    return feel_moment(run->arena, FEEL_DATE_TIME, &moment);
}

/* ---- the clock -------------------------------------------------------------------------------- */

static struct feel_value call_now(struct feel_run *run, const struct feel_args *args)
{
    struct feel_moment epoch = {
        .year = 1970, .month = 1, .day = 1, .zone_kind = FEEL_ZONE_OFFSET};
    struct feel_moment now = epoch;

    (void)args;
    (void)temporal_add_ns(&epoch, (feel_ns)run->now * 1000, &now);
    return run->zone.len ? in_zone(run, &now, run->zone)
                         : feel_moment(run->arena, FEEL_DATE_TIME, &now);
}

static struct feel_value call_today(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value now = call_now(run, args);

    return now.type == FEEL_NULL ? now : feel_moment(run->arena, FEEL_DATE, now.moment);
}

/* ---- the calendar ------------------------------------------------------------------------------ */

/* Of a date, or of text that is one. */
static bool arg_date(struct feel_run *run, const struct feel_args *args,
                     struct feel_moment *out)
{
    struct feel_value value = arg_at(args, 0);

    if (is_dated(value)) {
        *out = *value.moment;
        return true;
    }
    if (value.type == FEEL_STRING && temporal_parse_date_time(value.string, out))
        return true;
    (void)feel_fail(run, "a date is expected");
    return false;
}

static struct feel_value call_day_of_year(struct feel_run *run,
                                          const struct feel_args *args)
{
    struct feel_moment date;

    return arg_date(run, args, &date) ? feel_i64(temporal_day_of_year(&date))
                                      : FEEL_NULL_VALUE;
}

static struct feel_value call_week_of_year(struct feel_run *run,
                                           const struct feel_args *args)
{
    struct feel_moment date;

    return arg_date(run, args, &date) ? feel_i64(temporal_week(&date)) : FEEL_NULL_VALUE;
}

static struct feel_value call_day_of_week(struct feel_run *run,
                                          const struct feel_args *args)
{
    static const char *const DAYS[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    struct feel_moment date;

    return arg_date(run, args, &date)
               ? feel_string(str_from(DAYS[temporal_weekday(&date) - 1]))
               : FEEL_NULL_VALUE;
}

static struct feel_value call_month_of_year(struct feel_run *run,
                                            const struct feel_args *args)
{
    static const char *const MONTHS[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    struct feel_moment date;

    return arg_date(run, args, &date) ? feel_string(str_from(MONTHS[date.month - 1]))
                                      : FEEL_NULL_VALUE;
}

static struct feel_value call_last_day(struct feel_run *run, const struct feel_args *args)
{
    struct feel_moment date;

    if (!arg_date(run, args, &date))
        return FEEL_NULL_VALUE;
    date.day = (uint8_t)temporal_month_length(date.year, date.month);
    return feel_moment(run->arena, FEEL_DATE, &date);
}

const struct feel_builtin feel_builtins_temporal[] = {
    {"date", "from|year;month;day", 1, 3, call_date},
    {"time", "from|hour;minute;second;offset", 1, 4, call_time},
    {"date and time", "from|date;time|timezone", 1, 2, call_date_and_time},
    {"now", "", 0, 0, call_now},
    {"today", "", 0, 0, call_today},
    {"day of year", "date", 1, 1, call_day_of_year},
    {"week of year", "date", 1, 1, call_week_of_year},
    {"day of week", "date", 1, 1, call_day_of_week},
    {"month of year", "date", 1, 1, call_month_of_year},
    {"last day of month", "date", 1, 1, call_last_day},
    {NULL, NULL, 0, 0, NULL},
};
