/* form_number.h: numbers as people type them. Private to the files of forms. */
#ifndef PROCESS_FORM_NUMBER_H
#define PROCESS_FORM_NUMBER_H

#include "process/form/form.h"

/** Digits before the decimal sign; digits behind it. */
#define FORM_NUMBER_DIGITS   15
#define FORM_NUMBER_DECIMALS 9

enum form_number_fault {
    FORM_NUMBER_OK,
    FORM_NUMBER_NONE,      /**< no number, or too many digits */
    FORM_NUMBER_SIGN,      /**< the decimal sign of another language */
    FORM_NUMBER_AMBIGUOUS, /**< "1.234" where three decimals are allowed: two readings */
};

/**
 * Read "-1.234,50" (decimal_sign ','), "-1,234.50" ('.') or "-1234.50" ('\0', as stored) with at most
 * `decimals` digits behind the sign. Groups of three may be parted by the other sign, blanks or
 * no-break blanks. `*stored_out`: "-1234.50", always with `decimals` digits.
 */
enum form_number_fault form_number_read(struct arena *arena, struct str text,
                                        int decimals, char decimal_sign,
                                        struct str *stored_out);
/** What it gave as answers are stored: an integer for a field without decimals, else text. */
json_t *form_number_json(struct arena *arena, const struct form_field *field,
                         struct str stored);

#endif
