/* temporal.h: dates, times and durations: calendar arithmetic, text to value and back. */
#ifndef FEEL_TEMPORAL_H
#define FEEL_TEMPORAL_H

#include "feel/value.h"

#define FEEL_NS_PER_S   ((feel_ns)1000000000)
#define FEEL_NS_PER_DAY (FEEL_NS_PER_S * 86400)
#define FEEL_YEAR_MAX   999999999

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
int64_t temporal_days(int64_t year, int month, int day);
/** Fill year, month and day. */
void temporal_from_days(int64_t days, struct feel_moment *out);
int temporal_month_length(int64_t year, int month);
/** 1 = Monday .. 7 = Sunday */
int temporal_weekday(const struct feel_moment *date);
int temporal_day_of_year(const struct feel_moment *date);
/** ISO 8601 week */
int temporal_week(const struct feel_moment *date);

/** Seconds east of UTC; false without a zone. */
bool temporal_offset(const struct feel_moment *moment, int32_t *offset_s_out);
/** Nanoseconds since the epoch; a moment without zone counts as UTC. A time lies on 1970-01-01. */
feel_ns temporal_instant(const struct feel_moment *moment, bool with_date);
/** Move a date and time by nanoseconds (its zone stays); false when the year leaves its range. */
bool temporal_add_ns(const struct feel_moment *moment, feel_ns ns,
                     struct feel_moment *out);
/** Move by months; a day that the month does not have becomes its last. */
bool temporal_add_months(const struct feel_moment *moment, int64_t months,
                         struct feel_moment *out);
/** Whole months from a to b, negative if b is earlier. */
int64_t temporal_months_between(const struct feel_moment *a, const struct feel_moment *b);

/** ISO 8601 as FEEL has it; false for anything else, or a day that is none. */
bool temporal_parse_date(struct str text, struct feel_moment *out);
bool temporal_parse_time(struct str text, struct feel_moment *out);
/** With or without time ("2026-11-22" is its midnight). */
bool temporal_parse_date_time(struct str text, struct feel_moment *out);
/** Either kind; FEEL_DAYS or FEEL_MONTHS. */
bool temporal_parse_duration(struct str text, struct feel_value *out);

/** The text that reads back as the same. */
void temporal_put_date(struct buf *out, const struct feel_moment *moment);
void temporal_put_time(struct buf *out, const struct feel_moment *moment);
void temporal_put_days(struct buf *out, feel_ns ns);
void temporal_put_months(struct buf *out, int64_t months);

#endif
