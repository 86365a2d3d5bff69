/* form_posted.h: posted names and texts as one value per field. Private to the files of forms. */
#ifndef PROCESS_FORM_POSTED_H
#define PROCESS_FORM_POSTED_H

#include "process/form/form.h"

/** A value longer than this is refused before anything else looks at it. */
#define FORM_ANSWER_BYTES_MAX 65536

/**
 * Field key -> text as a string, a box as a boolean, the boxes of a checklist as a list of strings, rows as a list of
 * objects. What is no text, or too long, is `false`.
 */
json_t *form_posted(struct arena *arena, const struct form *form,
                    const struct map *posted);

#endif
