/* document_age.h: how old a document may be. Pure. */
#ifndef APP_DOCUMENT_AGE_H
#define APP_DOCUMENT_AGE_H

#include "process/slots.h"

/**
 * The earliest day of issue that is still accepted on `today`: the same day of the month that many
 * months ago, or that month's last day; or that many days ago. DAY_NONE where there is no limit.
 */
day_no document_earliest_issue(day_no today, struct slot_age limit);
/** True if a document issued on `issued_on` (DAY_NONE = not stated) is too old on
 * `today`. */
bool document_too_old(day_no issued_on, day_no today, struct slot_age limit);
/** The last day on which a document of that day is good: the counterpart of document_earliest_issue(). */
day_no document_valid_until(day_no from, int64_t months);

/** May a document of that kind, issued on that day, serve today: neither too old for the slot nor expired? */
bool document_still_good(const struct slot_rule *rule, size_t kind, day_no issued_on,
                         day_no today);

#endif
