/* calendar.h: working time: when something is due that takes "three business days", and what is left of it. Pure.
 *
 * Time is that of the calendar's zone, read off the clock's face: days and hours are counted as people there count
 * them, and a summer or winter time that begins in between changes nothing. */
#ifndef PROCESS_CALENDAR_H
#define PROCESS_CALENDAR_H

#include "base/clock.h"
#include "process/duration.h"

struct holiday {
    day_no day;
    struct str name_en;
    struct str name_de;
};
struct business_calendar {
    struct str key;
    struct str zone;   /**< IANA name */
    unsigned weekdays; /**< bit 0 Monday ... bit 6 Sunday; never 0 */
    int opens_min;     /**< minutes after midnight; opens < closes <= 1440 */
    int closes_min;
    const struct holiday *holidays; /**< by day, each once */
    size_t holiday_count;
};

/** "mon,tue,wed" in any order. ERR_INPUT for another word or none. */
enum err calendar_weekdays(struct str words, unsigned *out) MUST_USE;

/** The holiday of a day, or NULL. */
const struct holiday *calendar_holiday(const struct business_calendar *calendar,
                                       day_no day);
/** Neither a holiday nor a weekday on which nobody works. */
bool calendar_is_business_day(const struct business_calendar *calendar, day_no day);
/** The day an instant falls on in the calendar's zone. */
day_no calendar_day_of(const struct business_calendar *calendar, instant_us at);

/** When office hours end on a day, whatever day it is. */
instant_us calendar_closing(const struct business_calendar *calendar, day_no day);
/** True at the very moment in which office hours begin. */
bool calendar_is_opening(const struct business_calendar *calendar, instant_us at);
/** The same instant within office hours, else the next opening. */
instant_us calendar_next_open(const struct business_calendar *calendar, instant_us at);
/**
 * `from` plus a duration. It begins at calendar_next_open(); its days are business days and keep the time of day, its weeks
 * are as many business days as the calendar's week has, its hours and minutes pass within office hours (and end at closing
 * time rather than at the next opening).
 */
instant_us calendar_add(const struct business_calendar *calendar, instant_us from,
                        struct duration duration);
/** Seconds of office hours between two instants; 0 if `to` is not later. */
int64_t calendar_between(const struct business_calendar *calendar, instant_us from,
                         instant_us to);
/** `from` plus every day and hour, working or not; days keep the time of day. */
instant_us calendar_add_all(const struct business_calendar *calendar, instant_us from,
                            struct duration duration);

/** The days from that of `from` to that of `to` which are no business days, in order: the first `max` go to `out`;
 *  the number of all is returned. */
size_t calendar_left_out(const struct business_calendar *calendar, instant_us from,
                         instant_us to, day_no *out, size_t max);

#endif
