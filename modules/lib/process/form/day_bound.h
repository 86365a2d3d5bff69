/* day_bound.h: the first or last day a date field accepts, fixed or relative to today. */
#ifndef PROCESS_DAY_BOUND_H
#define PROCESS_DAY_BOUND_H

#include "base/clock.h"

/**
 * "2026-12-31", "today", "today+P1Y", "today-P3M", "today+P14D" (one of Y, M, W, D). A month that is
 * too short ends on its last day. ERR_INPUT for anything else.
 */
enum err day_bound(struct str text, day_no today, day_no *out) MUST_USE;

#endif
