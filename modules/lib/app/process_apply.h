/* process_apply.h: turn what the engine says into rows, inside the caller's transaction.
 */
#ifndef APP_PROCESS_APPLY_H
#define APP_PROCESS_APPLY_H

#include "process/step.h"
#include "store/instance.h"
#include "store/ticket.h"
#include "app/staff_tx.h"

/** An instance in hand: instance and ticket are locked. */
struct process_hand {
    int64_t instance_id;
    struct ticket_lock ticket;
    struct process_state *state;
};

/**
 * Release: step STARTED with answers, base and request facts as variables; insert
 * instance and ticket, then all rows that follow. ERR_CONFLICT after tx_request_restart
 * when the drawn reference exists.
 */
enum err process_begin(struct staff_tx *tx, struct str *ticket_reference_out) MUST_USE;

/** Lock instance and ticket and decode the state. ERR_NOT_FOUND before the release. */
enum err process_lock(struct staff_tx *tx, struct process_hand *out) MUST_USE;

/**
 * One step with `event`, then: state, sub-tickets, jobs, mails to teams, customer status
 * from the open sub-tickets, and at the end of the process ticket done, request
 * completed, mail to the customer. ERR_CONFLICT when the activation is not open.
 */
enum err process_advance(struct staff_tx *tx, struct process_hand *hand,
                         const struct process_event *event) MUST_USE;

/** "Activity_1#1" -> "Activity_1". */
struct str activation_element(struct str activation);

#endif
