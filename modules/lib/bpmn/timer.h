/* timer.h: when a timer event happens. */
#ifndef BPMN_TIMER_H
#define BPMN_TIMER_H

#include "base/clock.h"
#include "bpmn/model.h"

/** A timer that is set. */
struct bpmn_due {
    instant_us at;
    int64_t repeats; /**< times it happens after this one; -1: for ever */
};

/** Is this literal a date and time, duration, or repeated interval? */
bool bpmn_timer_is_valid(enum bpmn_timer kind, struct str text);
/**
 * First due time, from `now`. `value` is text, or a date, date and time, or duration of FEEL. A local
 * date and time is meant in `zone` (IANA; absent: UTC). False if it is none.
 */
bool bpmn_timer_first(enum bpmn_timer kind, struct feel_value value, instant_us now,
                      struct str zone, struct bpmn_due *out);
/** The next one of a cycle; false if it was the last. */
bool bpmn_timer_next(struct feel_value value, const struct bpmn_due *due,
                     struct bpmn_due *out);

#endif
