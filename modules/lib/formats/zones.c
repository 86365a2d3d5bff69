#include "formats/zones.h"

#include <stdlib.h>

#include <unicode/ucal.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/uenum.h>
#include <unicode/ustring.h>

#define ZONES_MAX      800
#define NAME_MAX_UNITS 100

/* One on the way to being sorted. */
struct named {
    struct zone_choice choice;
    uint8_t key[200]; /* of the collator, cut */
};

static enum err failed(const char *call, UErrorCode status)
{
    return err_note(ERR_UNAVAILABLE, "ICU: %s: %s", call, u_errorName(status));
}

static struct str utf8(struct arena *arena, const UChar *text, int32_t length)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t size = 0;
    char *out = arena_alloc(arena, (size_t)length * 3 + 1);

    u_strToUTF8(out, length * 3 + 1, &size, text, length, &status);
    return U_SUCCESS(status) ? (struct str){out, (size_t)size} : STR("");
}

static int by_region_and_name(const void *a, const void *b)
{
    const struct named *left = a;
    const struct named *right = b;
    int order = str_cmp(left->choice.region, right->choice.region);

    return order ? order : strcmp((const char *)left->key, (const char *)right->key);
}

/* The name of the place (pattern VVV), written with a formatter that is set to the zone. */
static bool name_zone(struct arena *arena, const char *icu, const UChar *id,
                      int32_t length, struct named *out)
{
    static const UChar PATTERN[] = {'V', 'V', 'V', 0};
    UErrorCode status = U_ZERO_ERROR;
    UChar name[NAME_MAX_UNITS];
    UDateFormat *format =
        udat_open(UDAT_PATTERN, UDAT_PATTERN, icu, id, length, PATTERN, 3, &status);
    int32_t size = udat_format(format, 0, name, NAME_MAX_UNITS, NULL, &status);
    struct str rest;

    udat_close(format);
    if (U_FAILURE(status))
        return false;
    out->choice.id = rest = utf8(arena, id, length);
    out->choice.name = utf8(arena, name, size);
    return str_index(rest, '/') > 0 && str_next(&rest, '/', &out->choice.region);
}

static void sort_key(const UCollator *collator, struct named *zone)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar text[NAME_MAX_UNITS];
    int32_t length = 0;

    u_strFromUTF8(text, NAME_MAX_UNITS, &length, zone->choice.name.ptr,
                  (int32_t)zone->choice.name.len, &status);
    if (U_SUCCESS(status))
        (void)ucol_getSortKey(collator, text, length, zone->key,
                              (int32_t)sizeof(zone->key) - 1);
}

static size_t collect(struct arena *arena, const char *icu, const UCollator *collator,
                      struct named *out, UErrorCode *status)
{
    UEnumeration *ids = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION,
                                                       NULL, NULL, status);
    const UChar *id;
    int32_t length = 0;
    size_t count = 0;

    while (U_SUCCESS(*status) && count < ZONES_MAX &&
           (id = uenum_unext(ids, &length, status)) != NULL)
        if (name_zone(arena, icu, id, length, &out[count]))
            sort_key(collator, &out[count++]);
    uenum_close(ids);
    return count;
}

enum err zones_list(struct arena *arena, const char *tag, struct zone_choice **out,
                    size_t *count_out)
{
    const char *icu = strcmp(tag, "de") == 0 ? "de_DE" : "en_GB";
    UErrorCode status = U_ZERO_ERROR;
    UCollator *collator = ucol_open(icu, &status);
    struct named *zones;
    struct zone_choice *choices;
    size_t count;

    if (U_FAILURE(status))
        return failed("ucol_open", status);
    zones = ARENA_ARRAY(arena, struct named, ZONES_MAX);
    count = collect(arena, icu, collator, zones, &status);
    ucol_close(collator);
    if (U_FAILURE(status))
        return failed("ucal_openTimeZoneIDEnumeration", status);
    qsort(zones, count, sizeof(*zones), by_region_and_name);
    choices = ARENA_ARRAY(arena, struct zone_choice, count + 1);
    for (size_t i = 0; i < count; i++)
        choices[i] = zones[i].choice;
    *out = choices;
    *count_out = count;
    return OK;
}
