/* definition_names.h: does an expression of a definition ask for what there is? Private to the files that
 * compile definitions. */
#ifndef PROCESS_DEFINITION_NAMES_H
#define PROCESS_DEFINITION_NAMES_H

#include "process/definition/definition.h"
#include "process/definition/json_source.h"

/** Where an expression stands: what it may know. */
struct name_scope {
    const struct definition *definition;
    /** a step of this process: what steps set is known, `today` is not; NULL: form, slot, rule */
    const struct bpmn_model *process;
    /** a field of this form knows the answers given before it; NULL: all answers of the customer */
    const struct form *form;
    size_t field; /**< index in `form` */
    /** a field of a list: the row's fields before it are known, too; NULL: none */
    const struct form_field *list;
    size_t row_field;
};

/** What is wrong with the path, as a part of a sentence; absent: nothing. */
struct str name_fault(struct arena *arena, const struct name_scope *scope,
                      const struct feel_path *path);
/** A problem of the file at `at` for each path of the expression that is wrong. NULL: no expression. */
void name_check(struct json_source *source, const struct json_at *at,
                const struct name_scope *scope, const struct feel_node *expression);

#endif
