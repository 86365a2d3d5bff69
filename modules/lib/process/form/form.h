/* form.h: form-js JSON as data: what a page shows and what the server accepts. Pure.
 *
 * Two steps: `struct form` is what the definition says (form_read.h); `struct form_now` is what it
 * comes to for one request at one moment: which fields are shown, which options they offer, what is
 * filled in already. Accepting answers (form_validate) resolves the form in the same way, so that
 * what a page does not show cannot be sent. */
#ifndef PROCESS_FORM_H
#define PROCESS_FORM_H

#include "base/clock.h"
#include "base/map.h"
#include "formats/json.h"
#include "feel/feel.h"

enum form_field_kind {
    FORM_TEXT,      /**< textfield */
    FORM_TEXTAREA,  /**< textarea */
    FORM_NUMBER,    /**< number */
    FORM_DATE,      /**< datetime with subtype date */
    FORM_SELECT,    /**< select */
    FORM_RADIO,     /**< radio */
    FORM_CHECKBOX,  /**< checkbox */
    FORM_CHECKLIST, /**< checklist: any number of the options */
    FORM_LIST,      /**< dynamiclist: rows of sub-fields */
    FORM_PARAGRAPH, /**< text: shown, not asked */
};

struct form_option {
    struct str value;
    struct str label;    /**< msgid of the definition, or English */
    struct str label_de; /**< absent: `label` is a msgid, or the same in both */
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
    /** number ("-5", "0.25") or ISO date; absent = none. Dates also "today", "today+P1Y" */
    struct str min;
    struct str max;
    int decimals;            /**< number: digits behind the sign that may be typed */
    struct str step;         /**< number: a multiple of it; absent = any */
    struct str unit;         /**< number: msgid shown behind it, "MWh" */
    struct str pattern;      /**< PCRE2, anchored; absent = none */
    struct str pattern_text; /**< msgid: what the pattern expects; there with a pattern */
    const struct form_option *options;
    size_t option_count;
    /** list of {value, label} or of strings; NULL: `options` */
    const struct feel_node *options_expression;
    bool
        options_by_row; /**< of a field in a row: its options depend on the row's answers */
    const struct feel_node *hide; /**< NULL: always shown */
    bool readonly; /**< shown, never asked: the answer is what is prefilled */
    const struct feel_node *readonly_if; /**< NULL: `readonly` holds */
    /** attribute whose current value is prefilled and shown beside */
    struct str master_data;
    const struct feel_node *prefill; /**< NULL: none */
    const json_t *default_value;     /**< as answers are stored; NULL: none */
    struct str autocomplete; /**< HTML autocomplete token, e.g. "street-address" */
    struct str input_type;   /**< text: "email" or "tel"; absent = any text */
    /* FORM_LIST; its own options, bounds and prefill are unused. Lists are not nested. */
    const struct form_field *fields;
    size_t field_count;
    int min_rows;    /**< FORM_LIST: rows; FORM_CHECKLIST: choices */
    int max_rows;    /**< never 0 for FORM_LIST; FORM_CHECKLIST: 0 = no bound */
    int first_rows;  /**< FORM_LIST: empty rows shown while there is no answer */
    bool fixed_rows; /**< FORM_LIST: no row can be added or removed */
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
/** Rows of a list, whatever maxRows says; options of a choice. */
#define FORM_ROWS_MAX    100
#define FORM_OPTIONS_MAX 400

/** What a form is resolved for. */
struct form_world {
    /** what its expressions know: values_context() of values.h; NULL: nothing. The answers of the
     *  form itself are laid over it. */
    const struct feel_context *context;
    const json_t *base; /**< attribute -> value, for masterData; NULL: none */
    day_no today;       /**< the company's calendar day */
    /** ',' or '.': how people type numbers in the language of the page (form_decimal_sign);
     *  '\0': as they are stored, "-1234.50": JSON, programs */
    char decimal_sign;
};

struct form_row_now;

/** A field that is shown now. */
struct form_field_now {
    const struct form_field *field;
    struct str name; /**< as it is posted: "city", "members[0].name" */
    bool readonly;
    /** what it holds: typed, stored, or filled in (prefill, masterData, defaultValue); NULL: nothing */
    const json_t *value;
    const struct form_option *options; /**< select, radio, checklist */
    size_t option_count;
    const struct form_row_now
        *rows; /**< FORM_LIST: at least the rows that must be there */
    size_t row_count;
};
struct form_row_now {
    const struct form_field_now *fields;
    size_t field_count;
};
struct form_now {
    const struct form *form;
    const struct form_field_now *fields;
    size_t field_count;
};

/**
 * What the form shows now. `values`: object, what its fields hold (form_result.values, form_typed() or
 * the stored answers); a field that is not in it holds what is filled in for it. NULL: no field is.
 * Expressions see what the fields before theirs hold.
 *
 * An expression that fails hides nothing, offers nothing and fills in nothing. Never fails.
 *
 * Names of posted controls: `name`; the boxes of a checklist "<name>[<m>]" with the option's value, m
 * any number; the rows of a list "<list>[<n>].<field>", n from 0; "<list>[<n>]" alone says that there is such a row
 * (boxes that are not ticked are not posted).
 */
struct form_now form_resolve(struct arena *arena, const struct form *form,
                             const struct form_world *world, const json_t *values);
/** The field of a posted name ("members[0].name"); NULL: it is not shown. */
const struct form_field_now *form_now_find(const struct form_now *now, struct str name);
/** How numbers are typed in a language. */
char form_decimal_sign(const char *language_code);
/** A stored number as it is typed and shown in an input: "1234,50". Other text stays as it is. */
struct str form_number_typed(struct arena *arena, struct str stored, char decimal_sign);
/** A stored number as people read it, in groups of three: "1.234,50". Other text stays as it is. */
struct str form_number_shown(struct arena *arena, struct str stored, char decimal_sign);

/** One problem; `msgid` is a sentence of Kontor's catalogue with {0} = label of the
 * field. */
struct form_error {
    struct str key; /**< the posted name: "city", "members[0].name" */
    const struct form_field *field;
    const char *msgid;
    struct str args[2]; /**< args[0]: label, args[1]: bound or what a pattern expects;
                           msgids of the definition (translate both) */
    day_no day; /**< DAY_NONE, or args[1] as a day: show it as people write dates */
    /** args[1] is a number, "1234.50": show it as people write numbers, with the unit of `field` */
    bool is_number;
    int row; /**< of a list, from 1; 0: in no row. Pages say it before the sentence */
};

struct form_result {
    /** normalised answers of this form; also the invalid ones, as typed */
    json_t *values;
    struct form_error *errors;
    size_t error_count;
};

/**
 * Validate posted fields (name -> struct str *). Unknown names are ignored, a choice must
 * be in the list as it is now, text is trimmed and NFC. Never fails on input.
 *
 * `values` has every field that is shown now: text and dates ("YYYY-MM-DD") as strings, numbers as
 * integers, with decimals as strings ("1234.50", always as many as the field has), checkboxes as
 * booleans, checklists as lists of strings in the order of the options, lists as lists of objects
 * (empty rows at the end dropped), no answer as null, an invalid answer as the text that was typed.
 * A hidden field is not in it: its stored answer is to be removed. A read-only field has what is filled
 * in for it, whatever was posted.
 *
 * A date may be typed as 2026-11-30, 30.11.2026 or 30/11/2026; a number as world->decimal_sign says,
 * in groups of three or not. What could mean two numbers is refused.
 */
void form_validate(struct arena *arena, const struct form *form, const struct map *posted,
                   const struct form_world *world, struct form_result *out);
/** As form_validate on stored answers: the whole request is checked again at submit. */
void form_validate_values(struct arena *arena, const struct form *form,
                          const json_t *values, const struct form_world *world,
                          struct form_result *out);
/**
 * As form_result.values, but every row of a list is kept, also empty ones, and nothing is said about
 * it: for the buttons that add and remove rows.
 */
json_t *form_typed(struct arena *arena, const struct form *form, const struct map *posted,
                   const struct form_world *world);

#endif
