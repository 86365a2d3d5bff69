#include "base/clock.h"

static instant_us read_system(const struct clock *clock)
{
    struct timespec now;

    (void)clock;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        bug("no real-time clock");
    return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

static instant_us read_fixed(const struct clock *clock)
{
    return clock->fixed;
}

const struct clock clock_system = {.now = read_system};

struct clock clock_fixed(instant_us at)
{
    return (struct clock){.now = read_fixed, .fixed = at};
}

instant_us clock_now(const struct clock *clock)
{
    return clock->now(clock);
}

int64_t clock_monotonic_us(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        bug("no monotonic clock");
    return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

/* Days are counted in eras of 400 years that begin on 1 March, so that the leap day is
 * the last of its year (the proleptic Gregorian calendar, as in Howard Hinnant's
 * "chrono-compatible low-level date algorithms"). 719468 days lie between 0000-03-01 and
 * 1970-01-01. */
day_no day_from_civil(struct civil_date date)
{
    int32_t year = date.year - (date.month <= 2);
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t year_of_era = year - era * 400;
    int32_t day_of_year =
        (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
           day_of_year - 719468;
}

struct civil_date day_to_civil(day_no day)
{
    int64_t shifted = (int64_t)day + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* 0 = March */
    struct civil_date out;

    out.day = (uint8_t)(day_of_year - (153 * month + 2) / 5 + 1);
    out.month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    out.year = (int32_t)(year_of_era + era * 400 + (out.month <= 2));
    return out;
}

enum err day_parse(struct str iso, day_no *out)
{
    static const char shape[] = "dddd-dd-dd";
    struct civil_date date, back;
    int32_t n[3] = {0, 0, 0};
    int part = 0;
    day_no day;

    if (iso.len != sizeof(shape) - 1)
        return ERR_INPUT;
    for (size_t i = 0; i < iso.len; i++) {
        if (shape[i] == '-') {
            if (iso.ptr[i] != '-')
                return ERR_INPUT;
            part++;
        } else {
            if (iso.ptr[i] < '0' || iso.ptr[i] > '9')
                return ERR_INPUT;
            n[part] = n[part] * 10 + (iso.ptr[i] - '0');
        }
    }
    if (n[0] < 1 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31)
        return ERR_INPUT;
    date =
        (struct civil_date){.year = n[0], .month = (uint8_t)n[1], .day = (uint8_t)n[2]};
    day = day_from_civil(date);
    /* 31 April comes back as 1 May. */
    back = day_to_civil(day);
    if (back.month != date.month || back.day != date.day)
        return ERR_INPUT;
    *out = day;
    return OK;
}

day_no instant_day_utc(instant_us at)
{
    if (at == INSTANT_NONE)
        return DAY_NONE;
    return (day_no)(at / US_PER_DAY - (at % US_PER_DAY < 0));
}

/* A queue page writes a hundred of these, so not by snprintf(). */
static char *put_digits(char *out, int64_t number, int count)
{
    for (int i = count; i > 0; i--, number /= 10)
        out[i - 1] = (char)('0' + number % 10);
    return out + count;
}

void day_write_iso(char out[ISO_BYTES], day_no day)
{
    struct civil_date date;

    *out = '\0';
    if (day == DAY_NONE)
        return;
    date = day_to_civil(day);
    /* Years before 1 and after 9999 come from no input; they only have to stay in bounds. */
    if (date.year < 0 || date.year > 9999) {
        (void)snprintf(out, ISO_BYTES, "%d-%02d-%02d", date.year, date.month, date.day);
        return;
    }
    out = put_digits(out, date.year, 4);
    *out++ = '-';
    out = put_digits(out, date.month, 2);
    *out++ = '-';
    out = put_digits(out, date.day, 2);
    *out = '\0';
}

void instant_write_iso(char out[ISO_BYTES], instant_us at)
{
    int64_t rest;

    day_write_iso(out, instant_day_utc(at));
    if (at == INSTANT_NONE)
        return;
    rest = at - instant_day_utc(at) * US_PER_DAY;
    out += strlen(out);
    *out++ = 'T';
    out = put_digits(out, rest / (3600 * US_PER_S), 2);
    *out++ = ':';
    out = put_digits(out, rest / (60 * US_PER_S) % 60, 2);
    *out++ = ':';
    out = put_digits(out, rest / US_PER_S % 60, 2);
    *out++ = '.';
    out = put_digits(out, rest % US_PER_S, 6);
    *out++ = 'Z';
    *out = '\0';
}

struct str day_format_iso(struct arena *arena, day_no day)
{
    char text[ISO_BYTES];

    day_write_iso(text, day);
    return text[0] ? str_copy(arena, str_from(text)) : STR_NONE;
}

struct str instant_format_iso(struct arena *arena, instant_us at)
{
    char text[ISO_BYTES];

    instant_write_iso(text, at);
    return text[0] ? str_copy(arena, str_from(text)) : STR_NONE;
}
