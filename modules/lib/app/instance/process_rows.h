/* process_rows.h: what a step of a process brings about, as rows. In the lock order: sub-tickets, then jobs, then
 * subscriptions, messages and incidents, which only who has locked the request changes. */
#ifndef APP_PROCESS_ROWS_H
#define APP_PROCESS_ROWS_H

#include "app/instance/process_apply.h"

/** What `kind` of effect does at `index` is undone by a later `undone_by` of the same step. */
bool effect_is_undone(const struct process_outcome *outcome, size_t index,
                      enum process_effect_kind undone_by);
/** "<activation>", or "<activation>:<event>" of what waits for an event. */
struct str effect_token(struct arena *arena, const struct process_effect *effect);

/**
 * Sub-tickets that open and that are void, with their mails and history. `departments`: team keys of all that
 * are open then, each once, joined by ','. 1 statement, and 1 for each of: some are void, one opens; 2 when several
 * open.
 */
enum err process_rows_tasks(struct staff_tx *tx, const struct process_hand *hand,
                            const struct process_outcome *outcome,
                            struct str *departments_out) MUST_USE;
/** Services and timers as jobs, subscriptions, messages and signals. No statement for what there is none of; new
 *  jobs are written with the transaction's other jobs. */
enum err process_rows_events(struct staff_tx *tx, const struct process_hand *hand,
                             const struct process_outcome *outcome) MUST_USE;
/** Incidents that begin and that are over. No statement when there was and is none. */
enum err process_rows_incidents(struct staff_tx *tx, struct process_hand *hand,
                                const struct process_outcome *outcome,
                                const struct process_event *event) MUST_USE;

#endif
