/* form_component.h: reading one component of a form. Private to form_read*.c. */
#ifndef PROCESS_FORM_COMPONENT_H
#define PROCESS_FORM_COMPONENT_H

#include "process/form/form_read.h"

/** A component at hand. */
struct component {
    struct json_source *source;
    const struct json_at *at;
    const json_t *object;
    struct form_field *field;
    bool in_row; /**< of a list */
};

/** A sentence or word for people: a msgid without expressions and templates of form-js. */
struct str component_text(struct component *c, const struct json_at *at,
                          const json_t *object, const char *key, bool required);
/** The members of `validate`. */
void component_validate(struct component *c, const struct json_at *at,
                        const json_t *validate);
/** The custom properties. */
void component_properties(struct component *c, const struct json_at *at,
                          const json_t *properties);
/** values, valuesExpression */
void component_options(struct component *c);
/** decimalDigits, increment, serializeToString, appearance */
void component_number(struct component *c);
/** subtype, disallowPassedDates */
void component_date(struct component *c);
/** conditional, readonly, disabled */
void component_conditions(struct component *c);
/** defaultValue; after everything else of the component */
void component_default(struct component *c);

#endif
