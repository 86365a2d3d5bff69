/* process_variables.h: what a process knows when a request is released. */
#ifndef APP_PROCESS_VARIABLES_H
#define APP_PROCESS_VARIABLES_H

#include "app/ticket/staff_tx.h"

/**
 * Answers, base and request, typed; of what is on record (company, catalogue) only what the process
 * names. At most one statement, for a type that reads what is on record.
 */
enum err process_variables(struct staff_tx *tx, const struct feel_context **out) MUST_USE;

#endif
