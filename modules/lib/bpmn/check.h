/* check.h: what could not run, or would not do what the drawing says. */
#ifndef BPMN_CHECK_H
#define BPMN_CHECK_H

#include "bpmn/model.h"
#include "bpmn/problems.h"

/** Every problem of a linked model goes to `problems`. */
void bpmn_check(struct arena *arena, const struct bpmn_model *model,
                struct bpmn_problems *problems);

/* ---- the parts ---- */

/** Events: what may trigger them where, what they need. check_event.c */
void bpmn_check_event(const struct bpmn_model *model, uint32_t index,
                      struct bpmn_problems *problems);
/** Flows, gateways, ways from start to end. check_flow.c */
void bpmn_check_flows(struct arena *arena, const struct bpmn_model *model,
                      struct bpmn_problems *problems);

#endif
