/* read.h: BPMN XML into a model. */
#ifndef BPMN_READ_H
#define BPMN_READ_H

#include "bpmn/model.h"
#include "bpmn/problems.h"

/** Bytes of a file. */
#define BPMN_SIZE_MAX (10u << 20)

/**
 * Read the file and check it as a whole. ERR_INPUT if there is a problem; all that were found are in
 * `problems`. Texts are copied into the arena.
 */
enum err bpmn_read(struct arena *arena, struct str xml, struct bpmn_problems *problems,
                   struct bpmn_model **out) MUST_USE;

#endif
