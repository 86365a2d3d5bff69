/* definition_read.h: what the files that make a definition share. Private to them. */
#ifndef PROCESS_DEFINITION_READ_H
#define PROCESS_DEFINITION_READ_H

#include "process/definition.h"
#include "process/report.h"

/** Fill teams and attributes from the parts, each once, in order of appearance. */
void definition_collect(struct arena *arena, struct definition *definition);
/** The process that a release begins: the first executable one with a start event that has no trigger;
 *  BPMN_NONE. */
uint32_t definition_process(const struct bpmn_model *model);
/** Compiling: every name that an expression of the process reads must be known: an answer, what a step
 *  sets, or a fact of the request. `line`: of the process. definition_names.c */
void definition_check_names(const struct definition *definition,
                            const struct bpmn_model *model, int line,
                            struct report *report);

#endif
