/* sub_ticket_open.h: what a user task's sub-ticket is at first: team, type and phase, and by when. */
#ifndef APP_SUB_TICKET_OPEN_H
#define APP_SUB_TICKET_OPEN_H

#include "process/step.h"
#include "store/sub_ticket.h"
#include "app/ticket/staff_tx.h"

/**
 * Fill in what the task of an EFFECT_OPEN_TASK says: activation, name, subject, team_key, type_key, phase, due_at, clock,
 * created_at. The rest of the row stays. ERR_UNAVAILABLE when its calendar or type is missing: the operator has to enter
 * it.
 */
enum err sub_ticket_describe(struct staff_tx *tx, const struct process_effect *effect,
                             struct sub_ticket_new *row) MUST_USE;
/** The team of a user task: its own, or that of its type. */
enum err sub_ticket_team(const struct staff_env *env, struct db *db,
                         const struct bpmn_element *element, struct str *out) MUST_USE;

#endif
