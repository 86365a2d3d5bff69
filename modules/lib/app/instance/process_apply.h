/* process_apply.h: an instance of a process goes on, inside the caller's transaction: the engine says what
 * happens, and that becomes rows (process_rows.h). */
#ifndef APP_PROCESS_APPLY_H
#define APP_PROCESS_APPLY_H

#include "process/step.h"
#include "store/instance.h"
#include "store/sub_ticket.h"
#include "app/ticket/staff_tx.h"

/** An instance in hand: instance and ticket are locked. */
struct process_hand {
    int64_t instance_id;
    struct ticket_lock ticket;
    struct process_state *state;
    bool is_new;       /**< there is no row of it yet */
    int64_t incidents; /**< that were open before */
    /** the job that brings the event, so that it need not be cancelled; 0, absent: none */
    int64_t job_id;
    struct str job_token;
    /** SERVICE_FAILED: sentence (N_) for staff if nobody catches the error, and what {0} is; NULL: none */
    const char *error_sentence;
    struct str error_about;
    /** all of the ticket, as they are now, read and locked by who brings the event; NULL: they are read */
    struct sub_ticket_state *sub_tickets;
    size_t sub_ticket_count;
    /* out */
    bool refused;  /**< the step was not taken: what the event is about is over */
    bool matched;  /**< message, signal: somebody waited for it */
    bool is_stuck; /**< the token of the event cannot go on: an incident with `job_id` */
};

/**
 * Release: step STARTED with answers, base and request facts as variables; insert
 * instance and ticket, then all rows that follow. ERR_CONFLICT after tx_request_restart
 * when the drawn reference exists.
 */
enum err process_begin(struct staff_tx *tx, struct str *ticket_reference_out) MUST_USE;

/** Lock instance and ticket and decode the state. ERR_NOT_FOUND before the release. */
enum err process_lock(struct staff_tx *tx, struct process_hand *out) MUST_USE;
/** The same where both are locked (staff_tx_begin_released). */
enum err process_take(struct staff_tx *tx, const struct instance_lock *instance,
                      struct process_hand *out) MUST_USE;

/**
 * One step with `event`, then: state, sub-tickets, jobs, subscriptions, messages, incidents, mails to teams,
 * customer status from the open sub-tickets, and at the end of the process ticket done, request completed (or
 * declined), mail to the customer. ERR_CONFLICT when the activation is not open, ERR_LIMITED when the step has no
 * end. A message or signal that nobody waits for changes nothing.
 */
enum err process_advance(struct staff_tx *tx, struct process_hand *hand,
                         const struct process_event *event) MUST_USE;

#endif
