/* The certificate a server has shown: its dates, read from the DER (RFC 5280 section 4.1). */
#include "base/buf.h"
#include "auth/ldap_driver_own.h"

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

static void read_dates(struct str der, struct directory_certificate *out)
{
    struct str certificate, body, part, validity;
    unsigned char tag = 0;

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
        out->not_before = parse_time(tag, part);
    if (next(&validity, &tag, &part))
        out->not_after = parse_time(tag, part);
}

void ldap_driver_certificate(void *handle, struct arena *arena,
                             struct directory_certificate *out)
{
    const struct link *link = handle;
    struct berval der = {0, NULL};
    char *version = NULL;

    *out = (struct directory_certificate){.not_before = INSTANT_NONE,
                                          .not_after = INSTANT_NONE};
    if (ldap_get_option(link->ld, LDAP_OPT_X_TLS_PEERCERT, &der) == LDAP_OPT_SUCCESS &&
        der.bv_val) {
        out->shown = true;
        read_dates((struct str){der.bv_val, der.bv_len}, out);
        ber_memfree(der.bv_val);
    }
    if (ldap_get_option(link->ld, LDAP_OPT_X_TLS_VERSION, &version) == LDAP_OPT_SUCCESS &&
        version) {
        out->protocol = str_copy(arena, str_from(version));
        ldap_memfree(version);
    }
}
