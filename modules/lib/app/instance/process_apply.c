#include "app/instance/process_apply.h"

#include "base/random.h"
#include "process/definition/definition.h"
#include "app/instance/customer_steps.h"
#include "app/instance/process_rows.h"
#include "app/instance/process_variables.h"

#include <string.h>

/* ---- the end ---- */

static const struct process_effect *end_of(const struct process_outcome *outcome)
{
    for (size_t i = outcome->effect_count; i > 0; i--)
        if (outcome->effects[i - 1].kind == EFFECT_ENDED)
            return &outcome->effects[i - 1];
    bug("a process that ended without saying so");
}

static void mail_end(struct staff_tx *tx, const struct process_effect *end, bool declined)
{
    json_t *payload = staff_tx_payload(tx);
    if (declined && !str_is_empty(end->reason))
        json_set_str(payload, "reason_msgid", end->reason);
    staff_tx_mail_customer(tx, declined ? "request-declined" : "request-completed",
                           declined ? STR("declined") : STR("completed"), payload);
}

/* What the definition calls its end, or Kontor's own word. */
static enum err finish(struct staff_tx *tx, const struct process_hand *hand,
                       const struct process_outcome *outcome)
{
    const struct process_effect *end = end_of(outcome);
    bool declined = str_is(end->outcome, "declined");
    struct str state = declined ? STR("declined") : STR("done");
    struct str phase = str_from(declined ? PHASE_DECLINED : PHASE_COMPLETED);
    enum err err =
        instance_end(tx->db, hand->instance_id,
                     process_state_encode(tx->arena, tx->definition, outcome->state),
                     state, tx->actor->now);
    if (err != OK)
        return err;
    staff_tx_history(tx, HISTORY_OF("ticket", hand->ticket.id, hand->ticket.version + 1),
                     "state", hand->ticket.state, state);
    struct request_change change = {
        .state = declined ? STR("declined") : STR("completed"),
        .intake_due_at = tx->request.intake_due_at,
        .ended_at = tx->actor->now,
        .decline_reason = declined ? end->reason : STR_NONE,
    };
    err = staff_tx_request(tx, &change);
    if (err != OK)
        return err;
    mail_end(tx, end, declined);
    return staff_tx_status(tx, str_is_empty(end->phase) ? phase : end->phase, STR(""),
                           STR_NONE, 0);
}

/* ---- one step ---- */

static bool tasks_change(const struct process_outcome *outcome,
                         const struct process_event *event)
{
    if (event->kind == PROCESS_STARTED || event->kind == PROCESS_TASK_COMPLETED)
        return true;
    for (size_t i = 0; i < outcome->effect_count; i++)
        if (outcome->effects[i].kind == EFFECT_OPEN_TASK ||
            outcome->effects[i].kind == EFFECT_CLOSE_TASK)
            return true;
    return false;
}

/* Only Kontor's own services are left: intake stays the one to ask. */
static enum err status(struct staff_tx *tx, const struct process_outcome *outcome,
                       struct str departments)
{
    struct str phase = str_is_empty(outcome->phase) ? tx->request.phase : outcome->phase;
    struct str first = departments;
    ssize_t comma = str_index(departments, ',');
    if (comma >= 0)
        first = str_sub(departments, 0, (size_t)comma);
    if (str_is_empty(departments))
        departments = tx->definition->intake_team;
    return staff_tx_status(tx, phase, departments, first, tx->open_items);
}

static enum err apply(struct staff_tx *tx, struct process_hand *hand,
                      const struct process_outcome *outcome,
                      const struct process_event *event)
{
    bool tasks = tasks_change(outcome, event);
    struct str departments = tx->request.department_keys;
    enum err err = OK;
    if (tasks)
        err = process_rows_tasks(tx, hand, outcome, &departments);
    if (err == OK)
        err = process_rows_events(tx, hand, outcome);
    if (err == OK)
        err = process_rows_incidents(tx, hand, outcome, event);
    if (err != OK)
        return err;
    tx->steps =
        customer_steps_write(tx->arena, tx->definition, process_tokens(outcome->state));
    if (outcome->ended)
        return finish(tx, hand, outcome);
    if (!tasks && str_is_empty(outcome->phase) && str_eq(tx->steps, tx->request.steps))
        return OK;
    return status(tx, outcome, tasks ? departments : tx->request.department_keys);
}

static enum err step(struct staff_tx *tx, struct process_state *state,
                     const struct process_event *event, struct process_outcome *out)
{
    struct process_event here = *event;
    here.zone = tx->request.company_zone;
    return process_step(tx->arena, tx->definition, state, &here, tx->actor->now, out);
}

/* ---- begin, lock, advance ---- */

enum err process_begin(struct staff_tx *tx, struct str *ticket_reference_out)
{
    struct process_event event = {.kind = PROCESS_STARTED};
    struct process_outcome outcome = {0};
    enum err err = process_variables(tx, &event.variables);
    if (err == OK)
        err = step(tx, NULL, &event, &outcome);
    if (err != OK)
        return err;
    struct process_hand hand = {.state = outcome.state, .is_new = true};
    err = instance_insert(tx->db, tx->request.id, tx->request.definition_id,
                          process_state_encode(tx->arena, tx->definition, outcome.state),
                          &hand.instance_id);
    if (err != OK)
        return err;
    hand.ticket.reference = random_reference(tx->arena, 'T');
    hand.ticket.state = STR("open");
    hand.ticket.version = 1;
    struct ticket_new ticket = {
        .reference = hand.ticket.reference,
        .request_id = tx->request.id,
        .instance_id = hand.instance_id,
        .company_id = tx->request.company_id,
        .request_type = tx->request.request_type,
        .released_by = tx->actor->principal->person_id,
        .created_at = tx->actor->now,
    };
    err = ticket_insert(tx->db, &ticket, &hand.ticket.id);
    if (err == ERR_CONFLICT && strcmp(db_last_key(tx->db), "uq_ticket_reference") == 0)
        tx_request_restart(tx->db);
    if (err != OK)
        return err;
    staff_tx_history(tx, HISTORY_OF("ticket", hand.ticket.id, 1), "state", STR_NONE,
                     STR("open"));
    *ticket_reference_out = hand.ticket.reference;
    return apply(tx, &hand, &outcome, &event);
}

enum err process_take(struct staff_tx *tx, const struct instance_lock *instance,
                      struct process_hand *out)
{
    struct process_hand hand = {
        .instance_id = instance->id,
        .ticket = instance->ticket,
        .incidents = instance->incidents,
    };
    enum err err =
        process_state_decode(tx->arena, tx->definition, instance->state, &hand.state);
    if (err == OK)
        *out = hand;
    return err;
}

enum err process_lock(struct staff_tx *tx, struct process_hand *out)
{
    struct instance_lock instance;
    enum err err = instance_lock_by_request(tx->db, tx->arena, tx->request.id, &instance);
    return err == OK ? process_take(tx, &instance, out) : err;
}

enum err process_advance(struct staff_tx *tx, struct process_hand *hand,
                         const struct process_event *event)
{
    struct process_outcome outcome = {0};
    enum err err = step(tx, hand->state, event, &outcome);
    hand->refused = err == ERR_CONFLICT;
    if (err != OK)
        return err;
    hand->state = outcome.state;
    hand->matched = outcome.matched;
    if ((event->kind == PROCESS_MESSAGE || event->kind == PROCESS_SIGNAL) &&
        !outcome.matched)
        return OK;
    /* At its end: with the ticket. */
    if (!outcome.ended)
        err = instance_update(
            tx->db, hand->instance_id,
            process_state_encode(tx->arena, tx->definition, outcome.state));
    return err == OK ? apply(tx, hand, &outcome, event) : err;
}
