/* temporal_text.c: dates, times and durations as text: ISO 8601 as XML Schema and FEEL have it. */
#include "feel/temporal.h"

#include "base/clock.h"
#include "formats/zone_offset.h"

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
    struct str text;
    size_t at;
};

static char peek(const struct reader *r)
{
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static bool take(struct reader *r, char c)
{
    if (peek(r) != c || r->at >= r->text.len)
        return false;
    r->at++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly `count` digits. */
static bool take_digits(struct reader *r, size_t count, int *out)
{
    int value = 0;

    for (size_t i = 0; i < count; i++, r->at++) {
        if (!is_digit(peek(r)))
            return false;
        value = value * 10 + (peek(r) - '0');
    }
    *out = value;
    return true;
}

static bool take_date(struct reader *r, struct feel_moment *out)
{
    bool negative = take(r, '-');
    size_t start = r->at;
    int64_t year = 0;
    int month = 0;
    int day = 0;

    while (is_digit(peek(r)) && r->at - start < 10)
        year = year * 10 + (r->text.ptr[r->at++] - '0');
    /* More than four digits only where they are needed. */
    if (r->at - start < 4 || r->at - start > 9 ||
        (r->at - start > 4 && r->text.ptr[start] == '0'))
        return false;
    if (!take(r, '-') || !take_digits(r, 2, &month) || !take(r, '-') ||
        !take_digits(r, 2, &day) || month < 1 || month > 12)
        return false;
    out->year = negative ? -year : year;
    if (day < 1 || day > temporal_month_length(out->year, month))
        return false;
    out->month = (uint8_t)month;
    out->day = (uint8_t)day;
    return true;
}

static bool take_fraction(struct reader *r, int64_t *ns_out)
{
    int64_t unit = 100000000;
    int64_t ns = 0;

    if (!is_digit(peek(r)))
        return false;
    for (; is_digit(peek(r)); r->at++, unit /= 10)
        ns += (peek(r) - '0') * unit;
    *ns_out = ns;
    return true;
}

static bool take_zone(struct reader *r, struct feel_moment *out)
{
    bool negative = peek(r) == '-';
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    int32_t offset;

    if (r->at == r->text.len)
        return true;
    if (take(r, '@')) {
        out->zone_kind = FEEL_ZONE_NAMED;
        out->zone = str_from_index(r->text, r->at);
        r->at = r->text.len;
        return zone_offset_at(out->zone, 0, &offset);
    }
    out->zone_kind = FEEL_ZONE_OFFSET;
    if (take(r, 'Z') || take(r, 'z'))
        return true;
    if (!take(r, '+') && !take(r, '-'))
        return false;
    if (!take_digits(r, 2, &hours) || !take(r, ':') || !take_digits(r, 2, &minutes))
        return false;
    if (take(r, ':') && !take_digits(r, 2, &seconds))
        return false;
    if (hours > 18 || minutes > 59 || seconds > 59 ||
        (hours == 18 && (minutes || seconds)))
        return false;
    out->offset_s = (hours * 3600 + minutes * 60 + seconds) * (negative ? -1 : 1);
    return true;
}

static bool take_time(struct reader *r, struct feel_moment *out)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    int64_t ns = 0;

    if (!take_digits(r, 2, &hour) || !take(r, ':') || !take_digits(r, 2, &minute))
        return false;
    if (take(r, ':')) {
        if (!take_digits(r, 2, &second) || (take(r, '.') && !take_fraction(r, &ns)))
            return false;
    }
    /* XML Schema's 24:00:00 is the next day's midnight, which a time alone cannot be. */
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    out->ns = (int64_t)(hour * 3600 + minute * 60 + second) * 1000000000 + ns;
    return take_zone(r, out);
}

bool temporal_parse_date(struct str text, struct feel_moment *out)
{
    struct reader r = {text, 0};
    struct feel_moment moment = {0};

    if (!take_date(&r, &moment) || r.at != text.len)
        return false;
    *out = moment;
    return true;
}

bool temporal_parse_time(struct str text, struct feel_moment *out)
{
    struct reader r = {text, 0};
    struct feel_moment moment = {0};

    (void)take(&r, 'T');
    if (!take_time(&r, &moment) || r.at != text.len)
        return false;
    *out = moment;
    return true;
}

bool temporal_parse_date_time(struct str text, struct feel_moment *out)
{
    struct reader r = {text, 0};
    struct feel_moment moment = {0};

    if (!take_date(&r, &moment))
        return false;
    if (r.at < text.len && (!take(&r, 'T') || !take_time(&r, &moment)))
        return false;
    if (r.at != text.len)
        return false;
    *out = moment;
    return true;
}

/* Digits before a designator; false for none or for more than can be meant. */
static bool take_count(struct reader *r, int64_t *out)
{
    int64_t value = 0;
    size_t start = r->at;

    for (; is_digit(peek(r)); r->at++) {
        if (value > INT64_C(99999999999999))
            return false;
        value = value * 10 + (peek(r) - '0');
    }
    *out = value;
    return r->at > start;
}

struct duration {
    int64_t months;
    feel_ns ns;
    bool has_months;
    bool has_days;
};

/* One "12D"; `parts` are the designators that may still come. */
static bool take_part(struct reader *r, const char **parts, bool in_time,
                      struct duration *d)
{
    int64_t count = 0;
    int64_t fraction = 0;
    bool fractional;
    const char *found;

    if (!take_count(r, &count))
        return false;
    fractional = take(r, '.');
    if (fractional && !take_fraction(r, &fraction))
        return false;
    found = peek(r) ? strchr(*parts, peek(r)) : NULL;
    if (!found || (fractional && *found != 'S'))
        return false;
    r->at++;
    *parts = found + 1;
    if (in_time) {
        int64_t unit = *found == 'H' ? 3600 : *found == 'M' ? 60 : 1;

        d->ns += (feel_ns)count * unit * FEEL_NS_PER_S + fraction;
        d->has_days = true;
    } else if (*found == 'D') {
        d->ns += (feel_ns)count * FEEL_NS_PER_DAY;
        d->has_days = true;
    } else {
        d->months += *found == 'Y' ? count * 12 : count;
        d->has_months = true;
    }
    return true;
}

/* Parts in their order: Y, M, D, then behind T: H, M, S. */
static bool take_duration(struct reader *r, struct duration *d)
{
    const char *parts = "YMD";
    bool in_time = false;
    bool any = false;

    while (r->at < r->text.len) {
        if (!in_time && take(r, 'T')) {
            in_time = true;
            parts = "HMS";
            any = false;
        }
        if (!take_part(r, &parts, in_time, d))
            return false;
        any = true;
    }
    return any;
}

bool temporal_parse_duration(struct str text, struct feel_value *out)
{
    struct reader r = {text, 0};
    struct duration d = {0};
    bool negative = take(&r, '-');

    if (!take(&r, 'P') || !take_duration(&r, &d) || d.has_months == d.has_days)
        return false;
    if (d.has_months)
        *out = feel_months(negative ? -d.months : d.months);
    else
        *out = feel_days(negative ? -d.ns : d.ns);
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_padded(struct buf *out, int64_t value, int width)
{
    buf_format(out, "%0*lld", width, (long long)value);
}

void temporal_put_date(struct buf *out, const struct feel_moment *moment)
{
    if (moment->year < 0)
        buf_put_char(out, '-');
    put_padded(out, moment->year < 0 ? -moment->year : moment->year, 4);
    buf_put_char(out, '-');
    put_padded(out, moment->month, 2);
    buf_put_char(out, '-');
    put_padded(out, moment->day, 2);
}

static void put_fraction(struct buf *out, int64_t ns)
{
    char digits[ISO_BYTES];
    size_t len = 9;

    if (ns == 0)
        return;
    (void)snprintf(digits, sizeof(digits), "%09lld", (long long)ns);
    while (digits[len - 1] == '0')
        len--;
    buf_put_char(out, '.');
    buf_put_bytes(out, digits, len);
}

void temporal_put_time(struct buf *out, const struct feel_moment *moment)
{
    int64_t seconds = moment->ns / 1000000000;

    put_padded(out, seconds / 3600, 2);
    buf_put_char(out, ':');
    put_padded(out, seconds / 60 % 60, 2);
    buf_put_char(out, ':');
    put_padded(out, seconds % 60, 2);
    put_fraction(out, moment->ns % 1000000000);
    if (moment->zone_kind == FEEL_ZONE_NAMED) {
        buf_put_char(out, '@');
        buf_put(out, moment->zone);
    } else if (moment->zone_kind == FEEL_ZONE_OFFSET && moment->offset_s == 0) {
        buf_put_char(out, 'Z');
    } else if (moment->zone_kind == FEEL_ZONE_OFFSET) {
        int32_t offset = moment->offset_s < 0 ? -moment->offset_s : moment->offset_s;

        buf_put_char(out, moment->offset_s < 0 ? '-' : '+');
        put_padded(out, offset / 3600, 2);
        buf_put_char(out, ':');
        put_padded(out, offset / 60 % 60, 2);
        if (offset % 60) {
            buf_put_char(out, ':');
            put_padded(out, offset % 60, 2);
        }
    }
}

static void put_part(struct buf *out, int64_t count, char designator)
{
    if (count) {
        buf_put_i64(out, count);
        buf_put_char(out, designator);
    }
}

void temporal_put_days(struct buf *out, feel_ns ns)
{
    feel_ns size = ns < 0 ? -ns : ns;
    int64_t seconds = (int64_t)(size / FEEL_NS_PER_S);
    int64_t rest = (int64_t)(size % FEEL_NS_PER_S);

    if (size == 0) {
        buf_put_c(out, "PT0S");
        return;
    }
    buf_put_c(out, ns < 0 ? "-P" : "P");
    put_part(out, seconds / 86400, 'D');
    if (seconds % 86400 == 0 && rest == 0)
        return;
    buf_put_char(out, 'T');
    put_part(out, seconds / 3600 % 24, 'H');
    put_part(out, seconds / 60 % 60, 'M');
    if (seconds % 60 || rest) {
        buf_put_i64(out, seconds % 60);
        put_fraction(out, rest);
        buf_put_char(out, 'S');
    }
}

void temporal_put_months(struct buf *out, int64_t months)
{
    int64_t size = months < 0 ? -months : months;

    if (size == 0) {
        buf_put_c(out, "P0M");
        return;
    }
    buf_put_c(out, months < 0 ? "-P" : "P");
    put_part(out, size / 12, 'Y');
    put_part(out, size % 12, 'M');
}
