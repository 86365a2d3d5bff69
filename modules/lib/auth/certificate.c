#include "auth/certificate.h"

#define TAG_INTEGER  0x02
#define TAG_UTC      0x17
#define TAG_GENERAL  0x18
#define TAG_SEQUENCE 0x30
#define TAG_VERSION  0xA0

/* One element: its tag, its content, and `rest` after it. */
static bool next(struct str *rest, unsigned char *tag_out, struct str *content_out)
{
    const unsigned char *at = (const unsigned char *)rest->ptr;
    size_t len, head = 2;

    if (rest->len < 2)
        return false;
    len = at[1];
    if (len & 0x80) {
        size_t octets = len & 0x7F;

        if (octets == 0 || octets > 3 || rest->len < 2 + octets)
            return false;
        len = 0;
        for (size_t i = 0; i < octets; i++)
            len = len << 8 | at[2 + i];
        head += octets;
    }
    if (rest->len - head < len)
        return false;
    *tag_out = at[0];
    *content_out = str_sub(*rest, head, len);
    *rest = str_from_index(*rest, head + len);
    return true;
}

static bool enter(struct str *rest, unsigned char wanted, struct str *content_out)
{
    unsigned char tag = 0;

    return next(rest, &tag, content_out) && tag == wanted;
}

static int two_digits(struct str text, size_t at)
{
    int64_t number = -1;

    return str_to_i64(str_sub(text, at, 2), &number) == OK ? (int)number : -1;
}

/* "YYMMDDhhmmssZ" or "YYYYMMDDhhmmssZ". */
static instant_us parse_time(unsigned char tag, struct str text)
{
    struct civil_date date;
    int hour, minute, second;
    int century = 20;
    size_t at = 0;

    if ((tag != TAG_UTC || text.len != 13) && (tag != TAG_GENERAL || text.len != 15))
        return INSTANT_NONE;
    if (tag == TAG_GENERAL) {
        century = two_digits(text, 0);
        at = 2;
    } else if (two_digits(text, 0) >= 50) {
        century = 19;
    }
    date = (struct civil_date){.year = century * 100 + two_digits(text, at),
                               .month = (uint8_t)two_digits(text, at + 2),
                               .day = (uint8_t)two_digits(text, at + 4)};
    hour = two_digits(text, at + 6);
    minute = two_digits(text, at + 8);
    second = two_digits(text, at + 10);
    if (date.year < 1950 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > 31 || hour < 0 || minute < 0 || second < 0)
        return INSTANT_NONE;
    return (instant_us)day_from_civil(date) * US_PER_DAY +
           ((int64_t)hour * 3600 + minute * 60 + second) * US_PER_S;
}

void certificate_dates(struct str der, instant_us *not_before_out,
                       instant_us *not_after_out)
{
    struct str certificate, body, part, validity;
    unsigned char tag = 0;

    *not_before_out = INSTANT_NONE;
    *not_after_out = INSTANT_NONE;
    if (!enter(&der, TAG_SEQUENCE, &certificate) ||
        !enter(&certificate, TAG_SEQUENCE, &body) || !next(&body, &tag, &part))
        return;
    if (tag == TAG_VERSION && !next(&body, &tag, &part))
        return;
    /* The serial number is read; then the algorithm and the issuer. */
    if (tag != TAG_INTEGER || !enter(&body, TAG_SEQUENCE, &part) ||
        !enter(&body, TAG_SEQUENCE, &part) || !enter(&body, TAG_SEQUENCE, &validity))
        return;
    if (next(&validity, &tag, &part))
        *not_before_out = parse_time(tag, part);
    if (next(&validity, &tag, &part))
        *not_after_out = parse_time(tag, part);
}
