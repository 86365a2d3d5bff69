/* duration.h: ISO 8601 durations of exact length: weeks, days, hours, minutes, seconds.
 * Years and months have no fixed length and are refused. */
#ifndef PROCESS_DURATION_H
#define PROCESS_DURATION_H

#include "base/str.h"

/** "P3D", "P1DT12H", "PT90M", "P2W" as seconds, 1 s to 10 years. ERR_INPUT otherwise. */
enum err duration_parse(struct str text, int64_t *seconds_out) MUST_USE;

/** A duration by its parts: a business day is no fixed number of seconds. */
struct duration {
    int64_t weeks;
    int64_t days;
    int64_t seconds; /**< of hours, minutes and seconds */
};
/** The same texts, the same errors. */
enum err duration_parts(struct str text, struct duration *out) MUST_USE;

#endif
