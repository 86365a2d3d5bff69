/* form.h: form-js JSON as data: what a page shows and what the server accepts. Pure. */
#ifndef PROCESS_FORM_H
#define PROCESS_FORM_H

#include "base/clock.h"
#include "base/map.h"
#include "formats/json.h"

enum form_field_kind {
    FORM_TEXT,      /**< textfield */
    FORM_TEXTAREA,  /**< textarea */
    FORM_NUMBER,    /**< number */
    FORM_DATE,      /**< datetime with subtype date */
    FORM_SELECT,    /**< select */
    FORM_RADIO,     /**< radio */
    FORM_CHECKBOX,  /**< checkbox */
    FORM_PARAGRAPH, /**< text: shown, not asked */
};

struct form_option {
    struct str value;
    struct str label; /**< msgid of the definition */
};

/** One component of a form. Texts are msgids of the definition; absent when not given. */
struct form_field {
    struct str key;
    enum form_field_kind kind;
    struct str label;
    struct str description;
    bool required;
    int64_t min_length; /**< characters; 0 = no bound */
    int64_t max_length; /**< characters; 0 = 200, textarea 4,000 */
    /** number or ISO date; absent = none. Dates also "today", "today+P1Y" */
    struct str min;
    struct str max;
    struct str pattern;      /**< PCRE2, anchored; absent = none */
    struct str pattern_text; /**< msgid: what the pattern expects; there with a pattern */
    const struct form_option *options;
    size_t option_count;
    /** attribute whose current value is prefilled and shown beside */
    struct str master_data;
    struct str autocomplete; /**< HTML autocomplete token, e.g. "street-address" */
};

/** One question group = one page. */
struct form {
    struct str id;
    struct str title; /**< msgid */
    const struct form_field *fields;
    size_t field_count;
};

/** The longest answers: characters of a text field and a text area without a maxLength.
 */
#define FORM_TEXT_MAX     200
#define FORM_TEXTAREA_MAX 4000

/** One problem; `msgid` is a sentence of Kontor's catalogue with {0} = label of the
 * field. */
struct form_error {
    struct str key;
    const char *msgid;
    struct str args[2]; /**< args[0]: label, args[1]: bound or what a pattern expects;
                           msgids of the definition (translate both) */
    day_no day; /**< DAY_NONE, or args[1] as a day: show it as people write dates */
};

struct form_result {
    /** normalised answers of this form; also the invalid ones, as typed */
    json_t *values;
    struct form_error *errors;
    size_t error_count;
};

/**
 * Validate posted fields (name -> struct str *). Unknown names are ignored, a choice must
 * be in the list, text is trimmed and NFC. `today`: the company's calendar day. Never
 * fails on input.
 *
 * `values` has every asked field: text and dates ("YYYY-MM-DD") as strings, numbers as
 * integers, checkboxes as booleans, no answer as null, an invalid answer as the text that
 * was typed. A date may be typed as 2026-11-30, 30.11.2026 or 30/11/2026.
 */
void form_validate(struct arena *arena, const struct form *form, const struct map *posted,
                   day_no today, struct form_result *out);
/** As form_validate on stored answers: the whole request is checked again at submit. */
void form_validate_values(struct arena *arena, const struct form *form,
                          const json_t *values, day_no today, struct form_result *out);

/** The lowest and highest day a date field accepts on `today`; DAY_NONE where there is no
 * bound. */
void form_day_bounds(const struct form_field *field, day_no today, day_no *min_out,
                     day_no *max_out);

#endif
