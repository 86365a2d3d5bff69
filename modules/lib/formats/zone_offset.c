#include "formats/zone_offset.h"

#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define ZONE_MAX_BYTES 64
#define MS             1000.0

/* NULL for a zone ICU does not know. ICU itself would take UTC for any name. */
static UCalendar *open_zone(struct str zone)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[ZONE_MAX_BYTES];
    UChar canonical[ZONE_MAX_BYTES];
    UBool system_id = 0;
    int32_t length = 0;
    UCalendar *calendar;

    if (zone.len == 0 || zone.len >= ZONE_MAX_BYTES)
        return NULL;
    u_strFromUTF8(id, ZONE_MAX_BYTES, &length, zone.ptr, (int32_t)zone.len, &status);
    (void)ucal_getCanonicalTimeZoneID(id, length, canonical, ZONE_MAX_BYTES, &system_id,
                                      &status);
    if (U_FAILURE(status) || !system_id)
        return NULL;
    calendar = ucal_open(id, length, "en_GB", UCAL_GREGORIAN, &status);
    return U_FAILURE(status) ? NULL : calendar;
}

static bool offset_at(UCalendar *calendar, int64_t utc_s, int32_t *out)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t ms;

    ucal_setMillis(calendar, (UDate)utc_s * MS, &status);
    ms = ucal_get(calendar, UCAL_ZONE_OFFSET, &status) +
         ucal_get(calendar, UCAL_DST_OFFSET, &status);
    if (U_FAILURE(status))
        return false;
    *out = ms / 1000;
    return true;
}

bool zone_offset_at(struct str zone, int64_t utc_s, int32_t *offset_s_out)
{
    UCalendar *calendar = open_zone(zone);
    bool found = calendar && offset_at(calendar, utc_s, offset_s_out);

    if (calendar)
        ucal_close(calendar);
    return found;
}

bool zone_offset_at_local(struct str zone, int64_t local_s, int32_t *offset_s_out)
{
    UCalendar *calendar = open_zone(zone);
    int32_t before = 0;
    int32_t after = 0;
    /* The offset a day before the clocks show this; it is right unless they have changed since. */
    bool found = calendar && offset_at(calendar, local_s - 86400, &before) &&
                 offset_at(calendar, local_s - before, &after);

    if (calendar)
        ucal_close(calendar);
    if (!found)
        return false;
    /* Shown twice or skipped: the first of the two. */
    *offset_s_out = before;
    if (after != before) {
        int32_t again = 0;

        if (zone_offset_at(zone, local_s - after, &again) && again == after)
            *offset_s_out = after;
    }
    return true;
}
