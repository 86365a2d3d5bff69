/* clock.h: the only source of time. All instants are microseconds since 1970-01-01T00:00:00Z. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/str.h"

/** An instant in microseconds UTC. */
typedef int64_t instant_us;
/** A calendar day, counted from 1970-01-01 = 0. */
typedef int32_t day_no;

#define INSTANT_NONE INT64_MIN
#define DAY_NONE     INT32_MIN
#define US_PER_S     INT64_C(1000000)
#define US_PER_DAY   (INT64_C(86400) * US_PER_S)

/** A source of time; tests hand in their own. */
struct clock {
    instant_us (*now)(const struct clock *clock);
    instant_us fixed; /**< what clock_fixed answers */
};

/** The system's real-time clock. */
extern const struct clock clock_system;
/** A clock that stands still at `at`. */
struct clock clock_fixed(instant_us at);
instant_us clock_now(const struct clock *clock);
/** CLOCK_MONOTONIC in microseconds, for durations. */
int64_t clock_monotonic_us(void);

struct civil_date {
    int32_t year;
    uint8_t month; /**< 1..12 */
    uint8_t day;   /**< 1..31 */
};

/** Between a day number and year, month, day of the (proleptic) Gregorian calendar. */
day_no day_from_civil(struct civil_date date);
struct civil_date day_to_civil(day_no day);
/** Strict YYYY-MM-DD, a real calendar day, years 0001..9999. ERR_INPUT otherwise, out untouched. */
enum err day_parse(struct str iso, day_no *out) MUST_USE;
struct str day_format_iso(struct arena *arena, day_no day);
/** YYYY-MM-DDTHH:MM:SS.ffffffZ (RFC 3339). */
struct str instant_format_iso(struct arena *arena, instant_us at);
/** Room for instant_write_iso(), day_write_iso() and their NUL, whatever the year. */
#define ISO_BYTES 48
/** As instant_format_iso() without an arena; "" for INSTANT_NONE. */
void instant_write_iso(char out[ISO_BYTES], instant_us at);
/** As day_format_iso() without an arena; "" for DAY_NONE. */
void day_write_iso(char out[ISO_BYTES], day_no day);
/** The UTC calendar day of an instant. */
day_no instant_day_utc(instant_us at);

#endif
