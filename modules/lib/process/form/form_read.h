/* form_read.h: form-js JSON into struct form. The same reader serves the check and the stored form. */
#ifndef PROCESS_FORM_READ_H
#define PROCESS_FORM_READ_H

#include "process/form/form.h"
#include "process/definition/json_source.h"

/** Fields of one form. */
#define FORM_FIELDS_MAX 100

/**
 * Read one form; every problem is reported. `form_at` is NULL for a file of its own. Texts point
 * into `object`.
 */
void form_read(struct json_source *source, const struct json_at *form_at,
               const json_t *object, struct form *out);

#endif
