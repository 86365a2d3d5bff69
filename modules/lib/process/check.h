/* check.h: can this model run to its end? Structural checks of a linked model, with
 * lines. */
#ifndef PROCESS_CHECK_H
#define PROCESS_CHECK_H

#include "process/model.h"
#include "process/report.h"

/** Nodes without a way from the start or to an end, gateways that do not fit, missing
 * conditions. */
void process_check_structure(const struct process_model *model, struct report *report);

/**
 * Play the token game with every gateway decision both ways (soundness.c): report a
 * parallel gateway at which a token would wait for ever, and a place where two tokens
 * could be at once. Exact up to 20,000 situations; a wider model is played with
 * independent branches in one order only, which finds every token that waits for ever,
 * though not every doubled one.
 */
void process_check_soundness(struct arena *arena, const struct process_model *model,
                             struct report *report);

#endif
