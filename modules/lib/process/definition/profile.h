/* profile.h: what a request type's process may say beyond BPMN: teams, phases, wording, services. */
#ifndef PROCESS_PROFILE_H
#define PROCESS_PROFILE_H

#include "bpmn/model.h"
#include "process/definition/report.h"
#include "process/definition/texts.h"

/**
 * Check every element of the definition's process against Kontor's profile, and collect its texts.
 * Problems go to `report`.
 */
void profile_check(struct arena *arena, const struct bpmn_model *model,
                   struct report *report, struct text_list *texts);
/** The expression of kontor:subject: FEEL, with or without the '=' in front. ERR_INPUT noted. */
enum err profile_subject(struct arena *arena, struct str text,
                         const struct feel_node **out) MUST_USE;
/** The token game over all situations; for processes of tasks, exclusive and parallel gateways. */
void profile_check_soundness(struct arena *arena, const struct bpmn_model *model,
                             uint32_t process, struct report *report);

#endif
