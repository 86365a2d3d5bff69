#include "feel/temporal.h"

#include "formats/zone_offset.h"

/* ---- calendar -------------------------------------------------------------------------------- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

/* Years begin in March, so that the day in February that comes and goes is the last one; eras have 400
 * years. */
int64_t temporal_days(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400);
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void temporal_from_days(int64_t days, struct feel_moment *out)
{
    int64_t shifted = days + 719468;
    int64_t era = floor_div(shifted, 146097);
    int64_t of_era = shifted - era * 146097;
    int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_of_march = (5 * of_year + 2) / 153;

    out->day = (uint8_t)(of_year - (153 * month_of_march + 2) / 5 + 1);
    out->month = (uint8_t)(month_of_march < 10 ? month_of_march + 3 : month_of_march - 9);
    out->year = year_of_era + era * 400 + (out->month <= 2);
}

int temporal_month_length(int64_t year, int month)
{
    static const int LENGTHS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : LENGTHS[month - 1];
}

static int64_t days_of(const struct feel_moment *date)
{
    return temporal_days(date->year, date->month, date->day);
}

int temporal_weekday(const struct feel_moment *date)
{
    int64_t days = days_of(date) + 3; /* 1970-01-01 was a Thursday */

    return (int)(days - floor_div(days, 7) * 7) + 1;
}

int temporal_day_of_year(const struct feel_moment *date)
{
    return (int)(days_of(date) - temporal_days(date->year, 1, 1)) + 1;
}

int temporal_week(const struct feel_moment *date)
{
    /* The week belongs to the year of its Thursday. */
    int64_t thursday = days_of(date) + 4 - temporal_weekday(date);
    struct feel_moment of_thursday = {0};

    temporal_from_days(thursday, &of_thursday);
    return (temporal_day_of_year(&of_thursday) - 1) / 7 + 1;
}

/* ---- moments --------------------------------------------------------------------------------- */

bool temporal_offset(const struct feel_moment *moment, int32_t *offset_s_out)
{
    int64_t local_s;

    switch (moment->zone_kind) {
    case FEEL_ZONE_NONE:
        return false;
    case FEEL_ZONE_OFFSET:
        *offset_s_out = moment->offset_s;
        return true;
    case FEEL_ZONE_NAMED:
        local_s = (moment->month ? days_of(moment) * 86400 : 0) +
                  (int64_t)(moment->ns / FEEL_NS_PER_S);
        return zone_offset_at_local(moment->zone, local_s, offset_s_out);
    }
    return false;
}

feel_ns temporal_instant(const struct feel_moment *moment, bool with_date)
{
    feel_ns local = (with_date ? days_of(moment) * FEEL_NS_PER_DAY : 0) + moment->ns;
    int32_t offset_s = 0;

    (void)temporal_offset(moment, &offset_s);
    return local - offset_s * FEEL_NS_PER_S;
}

static bool year_is_valid(const struct feel_moment *moment)
{
    return moment->year >= -FEEL_YEAR_MAX && moment->year <= FEEL_YEAR_MAX;
}

bool temporal_add_ns(const struct feel_moment *moment, feel_ns ns,
                     struct feel_moment *out)
{
    feel_ns total;
    feel_ns days;

    /* Beyond 4 billion years no date is left. */
    if (ns > FEEL_NS_PER_DAY * 2000000000000 || ns < -FEEL_NS_PER_DAY * 2000000000000)
        return false;
    total = (feel_ns)days_of(moment) * FEEL_NS_PER_DAY + moment->ns + ns;
    days = total / FEEL_NS_PER_DAY - (total % FEEL_NS_PER_DAY < 0);
    *out = *moment;
    temporal_from_days((int64_t)days, out);
    out->ns = (int64_t)(total - days * FEEL_NS_PER_DAY);
    return year_is_valid(out);
}

bool temporal_add_months(const struct feel_moment *moment, int64_t months,
                         struct feel_moment *out)
{
    int64_t total;
    int64_t year;
    int length;

    if (months > (int64_t)FEEL_YEAR_MAX * 24 || months < -(int64_t)FEEL_YEAR_MAX * 24)
        return false;
    total = moment->year * 12 + moment->month - 1 + months;
    year = floor_div(total, 12);
    *out = *moment;
    out->year = year;
    out->month = (uint8_t)(total - year * 12 + 1);
    length = temporal_month_length(year, out->month);
    if (out->day > length)
        out->day = (uint8_t)length;
    return year_is_valid(out);
}

int64_t temporal_months_between(const struct feel_moment *a, const struct feel_moment *b)
{
    int64_t months = (b->year - a->year) * 12 + b->month - a->month;
    bool short_of_day = b->day < a->day || (b->day == a->day && b->ns < a->ns);
    bool past_day = b->day > a->day || (b->day == a->day && b->ns > a->ns);

    if (months > 0 && short_of_day)
        months--;
    else if (months < 0 && past_day)
        months++;
    return months;
}
