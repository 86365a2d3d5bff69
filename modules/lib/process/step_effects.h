/* step_effects.h: private to step.c: what the engine does in Kontor's words. */
#ifndef PROCESS_STEP_EFFECTS_H
#define PROCESS_STEP_EFFECTS_H

#include "bpmn/engine.h"
#include "process/step.h"

/** Of one step. */
struct step_effects {
    struct arena *arena;
    const struct bpmn_model *model;
    const struct bpmn_step *step;
    struct vec effects;             /* struct process_effect */
    const struct bpmn_element *end; /* the end event that was reached last */
    struct str phase;               /* of what was begun last */
};

/** "<element id>#<key>" */
struct str step_activation(struct arena *arena, const struct bpmn_model *model,
                           const struct bpmn_effect *effect);
/** Add what one effect of the engine means, if it means anything. */
void step_translate(struct step_effects *t, const struct bpmn_effect *of);

#endif
