/* document_age.h: how old a document may be. Pure. */
#ifndef APP_DOCUMENT_AGE_H
#define APP_DOCUMENT_AGE_H

#include "base/clock.h"

/**
 * The earliest day of issue that is still accepted on `today` when a document may be
 * `months` old: the same day of the month that many months ago, or that month's last day.
 * DAY_NONE for months 0 (no limit).
 */
day_no document_earliest_issue(day_no today, int64_t months);
/** True if a document issued on `issued_on` (DAY_NONE = not stated) is too old on
 * `today`. */
bool document_too_old(day_no issued_on, day_no today, int64_t months);

#endif
