/* decimal_text.h: decimal numbers as text, exact: "-12.5". No arithmetic, no doubles. */
#ifndef PROCESS_DECIMAL_TEXT_H
#define PROCESS_DECIMAL_TEXT_H

#include "base/str.h"

/** Digits before and after the point that are accepted (decimal128 has 34). */
#define DECIMAL_DIGITS_MAX 34

/**
 * Canonical form of [-]digits[.digits] or [-].digits: no leading zeros, no trailing zeros
 * after the point, no "-0". ERR_INPUT for anything else or more than DECIMAL_DIGITS_MAX
 * digits.
 */
enum err decimal_canonical(struct arena *arena, struct str text,
                           struct str *out) MUST_USE;
/** Order of two canonical numbers: <0, 0, >0. */
int decimal_compare(struct str a, struct str b);
/** True if it is an integer in int64 range; `*out` then. */
bool decimal_to_int(struct str canonical, int64_t *out);

#endif
