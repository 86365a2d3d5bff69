/* definition_read.h: what the files that make a definition share. Private to them. */
#ifndef PROCESS_DEFINITION_READ_H
#define PROCESS_DEFINITION_READ_H

#include "process/definition/definition.h"
#include "process/definition/json_source.h"
#include "process/definition/report.h"

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

typedef void (*definition_expression_fn)(void *context,
                                         const struct feel_node *expression, int line);
/** Every expression of the process with its line. */
void definition_process_expressions(struct arena *arena, const struct bpmn_model *model,
                                    definition_expression_fn fn, void *context);

/** Every expression of the form. */
void definition_form_expressions(const struct form *form, slot_expression_fn fn,
                                 void *context);

/** Compiling: documents.json, and what it says of other parts: answers, teams. The forms and the model (NULL:
 *  it cannot be read) are there already. definition_documents.c */
void definition_read_documents(struct json_source *source, const json_t *documents,
                               struct definition *definition);
/** Compiling: rules.json, likewise. */
void definition_read_rules(struct json_source *source, const json_t *rules,
                           struct definition *definition);

#endif
