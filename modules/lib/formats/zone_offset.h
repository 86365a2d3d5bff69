/* zone_offset.h: what a time zone's clocks show (ICU). Zones of the IANA database. */
#ifndef FORMATS_ZONE_OFFSET_H
#define FORMATS_ZONE_OFFSET_H

#include "base/str.h"

/**
 * Seconds east of UTC in `zone` when its clocks show `local_s` (seconds since 1970-01-01T00:00:00 as
 * if they were UTC). A time that clocks skip or show twice counts as the first of the two offsets.
 * False for a zone ICU does not know.
 */
bool zone_offset_at_local(struct str zone, int64_t local_s, int32_t *offset_s_out);
/** The same at an instant, seconds since the epoch. */
bool zone_offset_at(struct str zone, int64_t utc_s, int32_t *offset_s_out);

#endif
