#include "process/calendar.h"

#include "formats/zone_offset.h"

#define DAY_S INT64_C(86400)
#define WEEK  7
/* No search looks further: some 30 years. A calendar that has no business day in that time is one of holidays alone. */
#define HORIZON_DAYS 11000

enum err calendar_weekdays(struct str words, unsigned *out)
{
    static const char *const NAMES[WEEK] = {"mon", "tue", "wed", "thu",
                                            "fri", "sat", "sun"};
    struct str rest = words;
    struct str word;
    unsigned set = 0;

    while (str_next(&rest, ',', &word)) {
        unsigned bit = 0;

        for (unsigned i = 0; i < WEEK; i++)
            if (str_is(word, NAMES[i]))
                bit = 1u << i;
        if (bit == 0)
            return ERR_INPUT;
        set |= bit;
    }
    if (set == 0)
        return ERR_INPUT;
    *out = set;
    return OK;
}

/* ---- what the zone's clocks show, as seconds since 1970-01-01T00:00:00 ------------------------- */

static int64_t face_of(const struct business_calendar *calendar, instant_us at)
{
    int64_t utc_s = at / US_PER_S;
    int32_t offset_s = 0;

    if (!zone_offset_at(calendar->zone, utc_s, &offset_s))
        offset_s = 0;
    return utc_s + offset_s;
}

static instant_us instant_of(const struct business_calendar *calendar, int64_t face_s)
{
    int32_t offset_s = 0;

    if (!zone_offset_at_local(calendar->zone, face_s, &offset_s))
        offset_s = 0;
    return (face_s - offset_s) * US_PER_S;
}

static day_no day_of_face(int64_t face_s)
{
    int64_t day = face_s / DAY_S;

    return (day_no)(face_s % DAY_S < 0 ? day - 1 : day);
}

static int64_t opens(const struct business_calendar *calendar, day_no day)
{
    return day * DAY_S + calendar->opens_min * 60;
}

static int64_t closes(const struct business_calendar *calendar, day_no day)
{
    return day * DAY_S + calendar->closes_min * 60;
}

/* ---- days ---------------------------------------------------------------------------------------- */

const struct holiday *calendar_holiday(const struct business_calendar *calendar,
                                       day_no day)
{
    size_t low = 0;
    size_t high = calendar->holiday_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (calendar->holidays[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < calendar->holiday_count && calendar->holidays[low].day == day
               ? &calendar->holidays[low]
               : NULL;
}

/* 1970-01-01 was a Thursday. */
static unsigned weekday_bit(day_no day)
{
    int n = (int)((day + 3) % WEEK);

    return 1u << (n < 0 ? n + WEEK : n);
}

bool calendar_is_business_day(const struct business_calendar *calendar, day_no day)
{
    return (calendar->weekdays & weekday_bit(day)) != 0 &&
           calendar_holiday(calendar, day) == NULL;
}

day_no calendar_day_of(const struct business_calendar *calendar, instant_us at)
{
    return day_of_face(face_of(calendar, at));
}

static day_no next_business_day(const struct business_calendar *calendar, day_no day)
{
    for (int i = 0; i < HORIZON_DAYS; i++)
        if (calendar_is_business_day(calendar, ++day))
            return day;
    return day;
}

static int64_t next_open(const struct business_calendar *calendar, int64_t face_s)
{
    day_no day = day_of_face(face_s);

    if (!calendar_is_business_day(calendar, day) || face_s >= closes(calendar, day))
        return opens(calendar, next_business_day(calendar, day));
    return face_s < opens(calendar, day) ? opens(calendar, day) : face_s;
}

instant_us calendar_closing(const struct business_calendar *calendar, day_no day)
{
    return instant_of(calendar, closes(calendar, day));
}

bool calendar_is_opening(const struct business_calendar *calendar, instant_us at)
{
    int64_t face_s = face_of(calendar, at);
    day_no day = day_of_face(face_s);

    return at % US_PER_S == 0 && calendar_is_business_day(calendar, day) &&
           face_s == opens(calendar, day);
}

instant_us calendar_next_open(const struct business_calendar *calendar, instant_us at)
{
    int64_t face_s = face_of(calendar, at);
    int64_t open_s = next_open(calendar, face_s);

    return open_s == face_s ? at : instant_of(calendar, open_s);
}

/* ---- counting -------------------------------------------------------------------------------------- */

static int64_t days_of(const struct business_calendar *calendar, struct duration duration)
{
    int64_t week = 0;

    for (unsigned i = 0; i < WEEK; i++)
        week += (calendar->weekdays >> i) & 1u;
    return duration.weeks * week + duration.days;
}

instant_us calendar_add(const struct business_calendar *calendar, instant_us from,
                        struct duration duration)
{
    int64_t at = next_open(calendar, face_of(calendar, from));
    day_no day = day_of_face(at);
    int64_t time_of_day = at - day * DAY_S;
    int64_t left_s = duration.seconds;

    for (int64_t i = days_of(calendar, duration); i > 0; i--)
        day = next_business_day(calendar, day);
    at = day * DAY_S + time_of_day;
    while (left_s > closes(calendar, day) - at) {
        left_s -= closes(calendar, day) - at;
        day = next_business_day(calendar, day);
        at = opens(calendar, day);
    }
    return instant_of(calendar, at + left_s);
}

int64_t calendar_between(const struct business_calendar *calendar, instant_us from,
                         instant_us to)
{
    int64_t begin = face_of(calendar, from);
    int64_t end = face_of(calendar, to);
    int64_t total = 0;
    day_no last = day_of_face(end);

    if (to <= from)
        return 0;
    for (day_no day = day_of_face(begin); day <= last; day++) {
        int64_t a = opens(calendar, day) > begin ? opens(calendar, day) : begin;
        int64_t b = closes(calendar, day) < end ? closes(calendar, day) : end;

        if (b > a && calendar_is_business_day(calendar, day))
            total += b - a;
    }
    return total;
}

instant_us calendar_add_all(const struct business_calendar *calendar, instant_us from,
                            struct duration duration)
{
    int64_t days = duration.weeks * WEEK + duration.days;
    instant_us at = from;

    if (days > 0)
        at = instant_of(calendar, face_of(calendar, from) + days * DAY_S);
    return at + duration.seconds * US_PER_S;
}

size_t calendar_left_out(const struct business_calendar *calendar, instant_us from,
                         instant_us to, day_no *out, size_t max)
{
    day_no last = calendar_day_of(calendar, to);
    size_t count = 0;

    for (day_no day = calendar_day_of(calendar, from); day <= last; day++) {
        if (calendar_is_business_day(calendar, day))
            continue;
        if (count < max)
            out[count] = day;
        count++;
    }
    return count;
}
