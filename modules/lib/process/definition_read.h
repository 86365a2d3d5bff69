/* definition_read.h: what compiling and loading a definition share. Private to the two. */
#ifndef PROCESS_DEFINITION_READ_H
#define PROCESS_DEFINITION_READ_H

#include "process/definition.h"

/** Fill teams and attributes from the parts, each once, in order of appearance. */
void definition_collect(struct arena *arena, struct definition *definition);
/** The field with this key in any form, or NULL. */
const struct form_field *definition_field(const struct definition *definition,
                                          struct str key);

#endif
