/* form_scope.h: what the expressions of one form see while its fields are gone through in their order.
 * Private to the files of forms and values.c. */
#ifndef PROCESS_FORM_SCOPE_H
#define PROCESS_FORM_SCOPE_H

#include "base/vec.h"
#include "process/form/form.h"

/** FEEL steps of one form with all its rows; memory of one expression of it (feel.h takes half of it). */
#define FORM_STEPS_MAX  5000000
#define FORM_MEMORY_MAX ((size_t)32 << 20)

struct form_scope {
    struct arena *arena;
    const struct form_world *world;
    struct feel_run
        *run; /**< shared with the rows: one budget, one memory that is used again */
    struct vec *offered; /**< shared: options that are the same in all rows */
    bool is_row;
    struct feel_context
        context; /**< the fields' answers first, then what is around them */
    struct feel_entry *entries;
};

/** A form: all its answers are null yet. */
struct form_scope form_scope_new(struct arena *arena, const struct form *form,
                                 const struct form_world *world);
/** A row of a list inside of `outer`: its own answers hide those around of the same name. */
struct form_scope form_scope_row(const struct form_scope *outer,
                                 const struct form_field *list);
/** The answer of the field at `index` as the following expressions see it. */
void form_scope_set(struct form_scope *scope, size_t index, struct feel_value value);

/** Null where the expression fails or costs too much. Good until the next evaluation. */
struct feel_value form_scope_eval(const struct form_scope *scope,
                                  const struct feel_node *node);
bool form_scope_hides(const struct form_scope *scope, const struct form_field *field);
bool form_scope_fixes(const struct form_scope *scope, const struct form_field *field);
/** The options that are offered now. */
size_t form_scope_options(const struct form_scope *scope, const struct form_field *field,
                          const struct form_option **out);
/**
 * What is filled in: prefill, else master data, else default, in the form in which answers of the field are
 * stored; NULL: nothing, or nothing of its kind. `row`: what the list's own prefill says about this row.
 */
const json_t *form_scope_filled(const struct form_scope *scope,
                                const struct form_field *field, const json_t *row);
/** Rows of a list whose rows are fixed, in the order of what is filled in now: a stored row stays with the product or
 *  person that it was typed for, though others have come or gone since. null where none was stored. */
json_t *form_scope_aligned(const struct form_scope *scope, const struct form_field *list,
                           const json_t *stored, const json_t *filled);
/**
 * Objects: the rows of a list that holds `value` (NULL: not answered, so the rows that are filled in). At
 * least as many as must be shown; of a list of fixed rows exactly those that are filled in.
 */
json_t *form_scope_rows(const struct form_scope *scope, const struct form_field *field,
                        const json_t *value, const json_t *filled);
/** The answers of the fields alone: a row as expressions see it. */
struct feel_value form_scope_own(const struct form_scope *scope, size_t field_count);

/** Name of a control in row `row` of a list: "members[0].name". */
struct str form_row_name(struct arena *arena, struct str list, size_t row,
                         struct str field);

#endif
