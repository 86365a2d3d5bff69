/* number.h: IEEE 754 decimal128, the one home of libintelrdfpmath. */
#ifndef FEEL_NUMBER_H
#define FEEL_NUMBER_H

#include "base/buf.h"

/** A finite decimal number of up to 34 digits. */
struct feel_number {
    uint64_t w[2];
};

enum feel_rounding {
    FEEL_HALF_EVEN,
    FEEL_FLOOR,
    FEEL_CEILING,
    FEEL_TO_ZERO,
    FEEL_HALF_UP,   /**< half away from zero */
    FEEL_AWAY,      /**< away from zero */
    FEEL_HALF_DOWN, /**< half towards zero */
};

/** Exact. */
struct feel_number number_from_i64(int64_t value);
/** "12", "-0.50", ".5", "1.2e3": false for anything else, or what overflows. */
bool number_parse(struct str text, struct feel_number *out);
/** Plain notation without exponent, as short as the value allows: "0.1", "1200", "-3". */
struct str number_text(struct arena *arena, struct feel_number n);
/** Whole and within int64; false otherwise. */
bool number_to_i64(struct feel_number n, int64_t *out);
bool number_is_whole(struct feel_number n);

/* False when the result is no finite number (overflow, division by zero, log of nothing). */
bool number_add(struct feel_number a, struct feel_number b, struct feel_number *out);
bool number_subtract(struct feel_number a, struct feel_number b, struct feel_number *out);
bool number_multiply(struct feel_number a, struct feel_number b, struct feel_number *out);
bool number_divide(struct feel_number a, struct feel_number b, struct feel_number *out);
bool number_power(struct feel_number a, struct feel_number b, struct feel_number *out);
bool number_sqrt(struct feel_number a, struct feel_number *out);
bool number_log(struct feel_number a, struct feel_number *out);
bool number_exp(struct feel_number a, struct feel_number *out);
/** a - b * floor(a / b) */
bool number_modulo(struct feel_number a, struct feel_number b, struct feel_number *out);
/** Round to `scale` digits behind the point (-6111..6176). */
bool number_round(struct feel_number a, int64_t scale, enum feel_rounding rounding,
                  struct feel_number *out);
struct feel_number number_negate(struct feel_number a);
struct feel_number number_abs(struct feel_number a);
/** -1, 0, 1 */
int number_compare(struct feel_number a, struct feel_number b);

#endif
