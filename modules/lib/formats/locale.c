#include "formats/locale.h"

#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/unorm2.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

/* ICU gives the names, the separators and the rules of the zones; putting them together
 * is done here. A queue page shows a hundred dates, and udat_format() with its UTF-16
 * detour would cost more than the rest of the page. */

#define NAME_MAX_BYTES 32
#define ZONE_MAX_BYTES 64
#define ZONES_CACHED   8

/* A zone and the stretch of time around the last use in which its offset does not change.
 */
struct zone {
    char name[ZONE_MAX_BYTES];
    UCalendar *calendar;
    int64_t from_ms; /* inclusive */
    int64_t to_ms;   /* exclusive */
    int64_t offset_ms;
};

struct zone_cache {
    struct zone zones[ZONES_CACHED];
    size_t count;
    size_t next; /* replaced next when full */
};

struct locale_formats {
    char months[12][NAME_MAX_BYTES];
    const char *day_end; /* between day and month */
    char group[8];       /* between thousands */
    char decimal[8];
    struct zone_cache *cache;
};

static const struct {
    const char *tag;
    const char *icu;
    const char *day_end;
} LANGUAGES[] = {
    {"en", "en_GB", " "},
    {"de", "de_DE", ". "},
};

static enum err icu_failed(const char *call, UErrorCode status)
{
    return err_note(ERR_UNAVAILABLE, "ICU: %s: %s", call, u_errorName(status));
}

static void to_utf8(char *out, int32_t size_bytes, const UChar *text, int32_t length,
                    UErrorCode *status)
{
    int32_t written = 0;

    u_strToUTF8(out, size_bytes - 1, &written, text, length, status);
    if (U_SUCCESS(*status))
        out[written] = '\0';
}

static enum err load_months(struct locale_formats *formats, const char *icu)
{
    UErrorCode status = U_ZERO_ERROR;
    UDateFormat *dates = udat_open(UDAT_LONG, UDAT_LONG, icu, NULL, 0, NULL, 0, &status);

    for (int32_t i = 0; U_SUCCESS(status) && i < 12; i++) {
        UChar name[NAME_MAX_BYTES];
        int32_t length =
            udat_getSymbols(dates, UDAT_MONTHS, i, name, NAME_MAX_BYTES, &status);

        to_utf8(formats->months[i], NAME_MAX_BYTES, name, length, &status);
    }
    udat_close(dates);
    return U_SUCCESS(status) ? OK : icu_failed("udat_open", status);
}

static enum err load_numbers(struct locale_formats *formats, const char *icu)
{
    UErrorCode status = U_ZERO_ERROR;
    UNumberFormat *numbers = unum_open(UNUM_DECIMAL, NULL, 0, icu, NULL, &status);
    UChar symbol[8];
    int32_t length = 0;

    if (U_SUCCESS(status)) {
        length =
            unum_getSymbol(numbers, UNUM_GROUPING_SEPARATOR_SYMBOL, symbol, 8, &status);
        to_utf8(formats->group, sizeof(formats->group), symbol, length, &status);
        length =
            unum_getSymbol(numbers, UNUM_DECIMAL_SEPARATOR_SYMBOL, symbol, 8, &status);
        to_utf8(formats->decimal, sizeof(formats->decimal), symbol, length, &status);
    }
    unum_close(numbers);
    return U_SUCCESS(status) ? OK : icu_failed("unum_open", status);
}

static void close_zones(void *handle)
{
    struct zone_cache *cache = handle;

    for (size_t i = 0; i < cache->count; i++)
        ucal_close(cache->zones[i].calendar);
}

enum err locale_formats_new(struct arena *arena, const char *tag,
                            struct locale_formats **out)
{
    struct locale_formats *formats = ARENA_NEW(arena, struct locale_formats);
    size_t language = 0;
    enum err err;

    while (language < sizeof(LANGUAGES) / sizeof(*LANGUAGES) &&
           strcmp(LANGUAGES[language].tag, tag) != 0)
        language++;
    if (language == sizeof(LANGUAGES) / sizeof(*LANGUAGES))
        return err_note(ERR_INPUT, "no formats for language \"%s\"", tag);
    formats->day_end = LANGUAGES[language].day_end;
    formats->cache = ARENA_NEW(arena, struct zone_cache);
    err = load_months(formats, LANGUAGES[language].icu);
    if (err == OK)
        err = load_numbers(formats, LANGUAGES[language].icu);
    if (err != OK)
        return err;
    arena_on_end(arena, close_zones, formats->cache);
    *out = formats;
    return OK;
}

/* ---- zones ------------------------------------------------------------------------ */

bool locale_zone_known(struct str zone)
{
    UChar id[ZONE_MAX_BYTES], canonical[ZONE_MAX_BYTES];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0;
    UBool system_id = 0;

    if (zone.len == 0 || zone.len >= ZONE_MAX_BYTES)
        return false;
    u_strFromUTF8(id, ZONE_MAX_BYTES, &length, zone.ptr, (int32_t)zone.len, &status);
    if (U_FAILURE(status))
        return false;
    (void)ucal_getCanonicalTimeZoneID(id, length, canonical, ZONE_MAX_BYTES, &system_id,
                                      &status);
    return U_SUCCESS(status) && system_id;
}

/* The caller closes it. NULL for "use UTC". */
static UCalendar *open_calendar(struct str zone)
{
    UChar id[ZONE_MAX_BYTES];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0;
    UCalendar *calendar;

    if (!locale_zone_known(zone))
        return NULL;
    u_strFromUTF8(id, ZONE_MAX_BYTES, &length, zone.ptr, (int32_t)zone.len, &status);
    calendar = ucal_open(id, length, "en_GB", UCAL_GREGORIAN, &status);
    return U_SUCCESS(status) ? calendar : NULL;
}

static int64_t floor_ms(instant_us at)
{
    return at / 1000 - (at % 1000 < 0);
}

/* Offset from UTC at at_ms; without a calendar or on failure 0. */
static int64_t calendar_offset_ms(UCalendar *calendar, int64_t at_ms)
{
    UErrorCode status = U_ZERO_ERROR;
    int64_t offset;

    if (!calendar)
        return 0;
    ucal_setMillis(calendar, (UDate)at_ms, &status);
    offset = (int64_t)ucal_get(calendar, UCAL_ZONE_OFFSET, &status) +
             ucal_get(calendar, UCAL_DST_OFFSET, &status);
    return U_SUCCESS(status) ? offset : 0;
}

/* Fill the zone's window around at_ms: from the last change of its offset to the next. */
static void move_window(struct zone *zone, int64_t at_ms)
{
    UErrorCode status = U_ZERO_ERROR;
    UDate change;

    zone->offset_ms = calendar_offset_ms(zone->calendar, at_ms);
    zone->from_ms = INT64_MIN;
    zone->to_ms = INT64_MAX;
    if (!zone->calendar)
        return;
    if (ucal_getTimeZoneTransitionDate(
            zone->calendar, UCAL_TZ_TRANSITION_PREVIOUS_INCLUSIVE, &change, &status))
        zone->from_ms = (int64_t)change;
    if (ucal_getTimeZoneTransitionDate(zone->calendar, UCAL_TZ_TRANSITION_NEXT, &change,
                                       &status))
        zone->to_ms = (int64_t)change;
    if (U_FAILURE(status))
        zone->to_ms = zone->from_ms = at_ms; /* an empty window: asked again next time */
}

static int64_t offset_us(struct zone_cache *cache, struct str name, instant_us at)
{
    int64_t at_ms = floor_ms(at);
    struct zone *zone = NULL;

    if (name.len == 0 || name.len >= ZONE_MAX_BYTES)
        return 0;
    for (size_t i = 0; i < cache->count && !zone; i++) {
        if (str_is(name, cache->zones[i].name))
            zone = &cache->zones[i];
    }
    if (!zone) {
        if (cache->count < ZONES_CACHED) {
            zone = &cache->zones[cache->count++];
        } else {
            zone = &cache->zones[cache->next];
            cache->next = (cache->next + 1) % ZONES_CACHED;
            ucal_close(zone->calendar);
        }
        memcpy(zone->name, name.ptr, name.len);
        zone->name[name.len] = '\0';
        zone->calendar = open_calendar(name);
        zone->from_ms = zone->to_ms = 0;
    }
    if (at_ms < zone->from_ms || at_ms >= zone->to_ms)
        move_window(zone, at_ms);
    return zone->offset_ms * 1000;
}

day_no locale_day_of(instant_us at, struct str zone)
{
    UCalendar *calendar;
    int64_t offset;

    if (at == INSTANT_NONE)
        return DAY_NONE;
    calendar = open_calendar(zone);
    offset = calendar_offset_ms(calendar, floor_ms(at)) * 1000;
    if (calendar)
        ucal_close(calendar);
    return instant_day_utc(at + offset);
}

/* ---- dates and times -------------------------------------------------------------- */

static void put_two_digits(struct buf *out, int64_t number)
{
    char digits[2] = {(char)('0' + number / 10), (char)('0' + number % 10)};

    buf_put_bytes(out, digits, sizeof(digits));
}

void locale_put_day(const struct locale_formats *formats, struct buf *out, day_no day)
{
    struct civil_date date;

    if (day == DAY_NONE)
        return;
    date = day_to_civil(day);
    buf_put_i64(out, date.day);
    buf_put_c(out, formats->day_end);
    buf_put_c(out, formats->months[date.month - 1]);
    buf_put_char(out, ' ');
    buf_put_i64(out, date.year);
}

void locale_put_instant_day(const struct locale_formats *formats, struct buf *out,
                            instant_us at, struct str zone)
{
    if (at == INSTANT_NONE)
        return;
    locale_put_day(formats, out,
                   instant_day_utc(at + offset_us(formats->cache, zone, at)));
}

void locale_put_instant(const struct locale_formats *formats, struct buf *out,
                        instant_us at, struct str zone)
{
    instant_us local;
    int64_t minutes;

    if (at == INSTANT_NONE)
        return;
    local = at + offset_us(formats->cache, zone, at);
    minutes = (local - instant_day_utc(local) * US_PER_DAY) / (60 * US_PER_S);
    locale_put_day(formats, out, instant_day_utc(local));
    buf_put_bytes(out, ", ", 2);
    put_two_digits(out, minutes / 60);
    buf_put_char(out, ':');
    put_two_digits(out, minutes % 60);
}

/* ---- numbers ---------------------------------------------------------------------- */

void locale_put_int(const struct locale_formats *formats, struct buf *out, int64_t number)
{
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    char digits[20];
    size_t count = 0;

    do
        digits[count++] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        buf_put_char(out, '-');
    while (count--) {
        buf_put_char(out, digits[count]);
        if (count && count % 3 == 0)
            buf_put_c(out, formats->group);
    }
}

void locale_put_bytes(const struct locale_formats *formats, struct buf *out,
                      int64_t bytes)
{
    static const char *const units[] = {" kB", " MB", " GB", " TB", " PB"};
    int64_t unit = 1000, tenths;
    size_t i = 0;

    if (bytes < 1000) {
        buf_put_i64(out, bytes < 0 ? 0 : bytes);
        buf_put_c(out, " B");
        return;
    }
    /* Rounded to a tenth first: 999,960 bytes are 1 MB, not 1,000 kB. */
    while (i + 1 < sizeof(units) / sizeof(*units) && bytes >= unit * 1000 - unit / 20) {
        unit *= 1000;
        i++;
    }
    tenths = bytes / unit * 10 + (bytes % unit + unit / 20) / (unit / 10);
    buf_put_i64(out, tenths / 10);
    if (tenths % 10) {
        buf_put_c(out, formats->decimal);
        buf_put_i64(out, tenths % 10);
    }
    buf_put_c(out, units[i]);
}

/* ---- the same as text of its own -------------------------------------------------- */

#define TEXT_MAX 128

struct str locale_instant(const struct locale_formats *formats, struct arena *arena,
                          instant_us at, struct str zone)
{
    struct buf out = buf_init(arena, TEXT_MAX);

    locale_put_instant(formats, &out, at, zone);
    return at == INSTANT_NONE ? STR_NONE : buf_str(&out);
}

struct str locale_day(const struct locale_formats *formats, struct arena *arena,
                      day_no day)
{
    struct buf out = buf_init(arena, TEXT_MAX);

    locale_put_day(formats, &out, day);
    return day == DAY_NONE ? STR_NONE : buf_str(&out);
}

/* ---- text ------------------------------------------------------------------------- */

struct str locale_nfc(struct arena *arena, struct str text)
{
    const UNormalizer2 *nfc;
    UErrorCode status = U_ZERO_ERROR;
    UChar *wide, *composed;
    int32_t length = 0, composed_length, written = 0;
    bool plain = true;
    char *out;

    /* Below U+0300 (lead byte 0xCC) nothing combines; that is nearly all text there is.
     */
    for (size_t i = 0; i < text.len && plain; i++)
        plain = (unsigned char)text.ptr[i] < 0xCC;
    if (plain)
        return text;
    if (text.len > INT32_MAX / 8)
        bug("text of %zu bytes to normalise", text.len);
    nfc = unorm2_getNFCInstance(&status);
    wide = ARENA_ARRAY(arena, UChar, text.len);
    u_strFromUTF8(wide, (int32_t)text.len, &length, text.ptr, (int32_t)text.len, &status);
    if (U_FAILURE(status))
        return text; /* not well-formed: the caller's check refuses it */
    if (unorm2_isNormalized(nfc, wide, length, &status) && U_SUCCESS(status))
        return text;
    /* NFC makes UTF-16 text at most three times as long (Unicode Standard Annex 15). */
    composed = ARENA_ARRAY(arena, UChar, 3 * (size_t)length);
    composed_length = unorm2_normalize(nfc, wide, length, composed, 3 * length, &status);
    out = arena_alloc(arena, 3 * (size_t)(composed_length > 0 ? composed_length : 0) + 1);
    u_strToUTF8(out, 3 * composed_length + 1, &written, composed, composed_length,
                &status);
    if (U_FAILURE(status))
        bug("NFC: %s", u_errorName(status));
    return (struct str){out, (size_t)written};
}

static struct str one_blank(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;

    text = str_trim(text);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != ' ' || text.ptr[i - 1] != ' ')
            out[len++] = text.ptr[i];
    return (struct str){out, len};
}

struct str locale_fold(struct arena *arena, struct str text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status);
    UChar *wide, *folded;
    int32_t length = 0, folded_length, written = 0;
    char *out;

    if (text.len > INT32_MAX / 64)
        bug("text of %zu bytes to fold", text.len);
    wide = ARENA_ARRAY(arena, UChar, text.len + 1);
    u_strFromUTF8(wide, (int32_t)text.len + 1, &length, text.ptr, (int32_t)text.len,
                  &status);
    if (U_FAILURE(status))
        return text; /* not well-formed: the caller's check refuses it */
    /* One character becomes at most 18 (U+FDFA). */
    folded = ARENA_ARRAY(arena, UChar, 18 * (size_t)length + 1);
    folded_length =
        unorm2_normalize(fold, wide, length, folded, 18 * length + 1, &status);
    out = arena_alloc(arena, 3 * (size_t)(folded_length > 0 ? folded_length : 0) + 1);
    u_strToUTF8(out, 3 * folded_length + 1, &written, folded, folded_length, &status);
    if (U_FAILURE(status))
        bug("NFKC_Casefold: %s", u_errorName(status));
    return one_blank(arena, (struct str){out, (size_t)written});
}

struct str locale_bare(struct arena *arena, struct str text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    struct str name = locale_fold(arena, text);
    UChar *wide = ARENA_ARRAY(arena, UChar, name.len + 1);
    UChar *apart;
    int32_t length = 0, apart_length, kept = 0, written = 0;
    char *out;

    u_strFromUTF8(wide, (int32_t)name.len + 1, &length, name.ptr, (int32_t)name.len,
                  &status);
    if (U_FAILURE(status))
        return name; /* not well-formed: the caller's check refuses it */
    /* NFD makes UTF-16 text at most four times as long (Unicode Standard Annex 15). */
    apart = ARENA_ARRAY(arena, UChar, 4 * (size_t)length + 1);
    apart_length = unorm2_normalize(nfd, wide, length, apart, 4 * length + 1, &status);
    if (U_FAILURE(status))
        bug("NFD: %s", u_errorName(status));
    for (int32_t i = 0; i < apart_length;) {
        int32_t from = i;
        UChar32 c;

        U16_NEXT(apart, i, apart_length, c);
        if (u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_ENCLOSING_MARK)
            continue;
        while (from < i)
            apart[kept++] = apart[from++];
    }
    out = arena_alloc(arena, 3 * (size_t)kept + 1);
    u_strToUTF8(out, 3 * kept + 1, &written, apart, kept, &status);
    if (U_FAILURE(status))
        bug("NFD: %s", u_errorName(status));
    return one_blank(arena, (struct str){out, (size_t)written});
}
