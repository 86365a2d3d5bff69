#include "app/process_apply.h"

#include "base/random.h"
#include "process/definition.h"
#include "process/values.h"
#include "store/sub_ticket.h"

#include <string.h>

/* "No target" sorts behind every date: 9999-12-31. */
static instant_us due_at(instant_us now, int64_t due_s)
{
    if (due_s > 0)
        return now + due_s * US_PER_S;
    return day_from_civil((struct civil_date){9999, 12, 31}) * US_PER_DAY;
}

struct str activation_element(struct str activation)
{
    ssize_t at = str_index(activation, '#');
    return at < 0 ? activation : str_sub(activation, 0, (size_t)at);
}

/* ---- rows of effects ---- */

static enum err open_tasks(struct staff_tx *tx, const struct process_hand *hand,
                           const struct process_outcome *outcome, size_t number)
{
    struct sub_ticket_new *rows =
        ARENA_ARRAY(tx->arena, struct sub_ticket_new, outcome->effect_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < outcome->effect_count; i++) {
        const struct process_effect *effect = &outcome->effects[i];
        if (effect->kind != EFFECT_OPEN_TASK)
            continue;
        struct sub_ticket_new *row = &rows[count++];
        *row = (struct sub_ticket_new){
            .reference = str_format(tx->arena, "%.*s-%zu",
                                    STR_ARG(hand->ticket.reference), number + count),
            .ticket_id = hand->ticket.id,
            .instance_id = hand->instance_id,
            .activation = effect->activation,
            .name = effect->name,
            .team_key = effect->team,
            .due_at = due_at(tx->actor->now, effect->due_s),
            .created_at = tx->actor->now,
        };
        json_t *payload = staff_tx_payload(tx);
        json_set_str(payload, "reference", row->reference);
        json_set_str(payload, "sub_ticket_msgid", row->name);
        json_set_str(payload, "team", row->team_key);
        json_set_str(payload, "url_path",
                     str_format(tx->arena, "/staff/tickets/%.*s",
                                STR_ARG(hand->ticket.reference)));
        struct str key = str_format(tx->arena, "%.*s:opened", STR_ARG(row->reference));
        enum err err =
            staff_tx_mail_team(tx, "sub-ticket-opened", key, row->team_key, payload);
        if (err != OK)
            return err;
    }
    return sub_ticket_insert(tx->db, tx->arena, rows, count);
}

static void run_services(struct staff_tx *tx, const struct process_outcome *outcome)
{
    for (size_t i = 0; i < outcome->effect_count; i++) {
        const struct process_effect *effect = &outcome->effects[i];
        if (effect->kind != EFFECT_RUN_SERVICE)
            continue;
        json_t *payload = json_new_object(tx->arena);
        json_set_str(payload, "activation", effect->activation);
        json_set_str(payload, "type", effect->service_type);
        if (effect->inputs != NULL)
            json_object_set(payload, "inputs", effect->inputs);
        *VEC_PUSH(&tx->jobs, struct job_row) = (struct job_row){
            .kind = "service_task",
            .unique_key =
                str_format(tx->arena, "%.*s:%.*s", STR_ARG(tx->request.reference),
                           STR_ARG(effect->activation)),
            .request_id = tx->request.id,
            .payload = json_write(tx->arena, payload),
            .created_at = tx->actor->now,
        };
    }
}

/* Team keys of the open sub-tickets, each once, joined by ','. */
static struct str open_departments(struct staff_tx *tx, const struct db_rows *states)
{
    const struct sub_ticket_state *items = states->items;
    struct buf keys = buf_init(tx->arena, 500);
    for (size_t i = 0; i < states->count; i++) {
        bool seen = !items[i].is_open;
        for (size_t k = 0; k < i && !seen; k++)
            seen = items[k].is_open && str_eq(items[k].team_key, items[i].team_key);
        if (seen)
            continue;
        if (keys.len > 0)
            buf_put_char(&keys, ',');
        buf_put(&keys, items[i].team_key);
    }
    return buf_str(&keys);
}

static struct str new_phase(const struct staff_tx *tx,
                            const struct process_outcome *outcome)
{
    struct str phase = tx->request.phase;
    for (size_t i = 0; i < outcome->effect_count; i++)
        if (!str_is_empty(outcome->effects[i].phase))
            phase = outcome->effects[i].phase;
    return phase;
}

/** What the definition calls its end, or Kontor's own word. */
static struct str end_phase(const struct process_outcome *outcome)
{
    for (size_t i = 0; i < outcome->effect_count; i++)
        if (outcome->effects[i].kind == EFFECT_ENDED &&
            !str_is_empty(outcome->effects[i].phase))
            return outcome->effects[i].phase;
    return str_from(PHASE_COMPLETED);
}

static enum err finish(struct staff_tx *tx, const struct process_hand *hand,
                       const struct process_outcome *outcome)
{
    enum err err = ticket_end(tx->db, hand->ticket.id, STR("done"), tx->actor->now);
    if (err != OK)
        return err;
    staff_tx_history(tx, HISTORY_OF("ticket", hand->ticket.id, hand->ticket.version + 1),
                     "state", hand->ticket.state, STR("done"));
    struct request_change change = {
        .state = STR("completed"),
        .intake_due_at = tx->request.intake_due_at,
        .ended_at = tx->actor->now,
    };
    err = staff_tx_request(tx, &change);
    if (err != OK)
        return err;
    staff_tx_mail_customer(tx, "request-completed", STR("completed"),
                           staff_tx_payload(tx));
    return staff_tx_status(tx, end_phase(outcome), STR(""), STR_NONE, 0);
}

/* A step that the model itself cannot do is not taken: who asked for it is told, and the job that did is
 * parked where staff see it. */
static enum err refuse_incidents(const struct process_outcome *outcome)
{
    for (size_t i = 0; i < outcome->effect_count; i++)
        if (outcome->effects[i].kind == EFFECT_INCIDENT)
            return err_note(ERR_INPUT, "process, %.*s: %.*s",
                            STR_ARG(outcome->effects[i].element_id),
                            STR_ARG(outcome->effects[i].name));
    return OK;
}

/* `before`: the sub-tickets as they were, locked. */
static enum err apply(struct staff_tx *tx, const struct process_hand *hand,
                      const struct process_outcome *outcome, size_t before)
{
    enum err err = refuse_incidents(outcome);
    if (err == OK)
        err = open_tasks(tx, hand, outcome, before);
    if (err != OK)
        return err;
    run_services(tx, outcome);
    struct db_rows states;
    err = sub_ticket_states(tx->db, tx->arena, hand->ticket.id, &states);
    if (err != OK)
        return err;
    const struct sub_ticket_state *items = states.items;
    for (size_t i = before; i < states.count; i++) {
        staff_tx_history(tx, HISTORY_OF("sub_ticket", items[i].id, 1), "team", STR_NONE,
                         items[i].team_key);
        staff_tx_history(tx, HISTORY_OF("sub_ticket", items[i].id, 1), "state", STR_NONE,
                         STR("open"));
    }
    if (outcome->ended)
        return finish(tx, hand, outcome);
    struct str departments = open_departments(tx, &states);
    struct str first = departments;
    ssize_t comma = str_index(departments, ',');
    if (comma >= 0)
        first = str_sub(departments, 0, (size_t)comma);
    /* Only Kontor's own services are left: intake stays the one to ask. */
    if (str_is_empty(departments))
        departments = tx->definition->intake_team;
    return staff_tx_status(tx, new_phase(tx, outcome), departments, first,
                           tx->request.open_items);
}

/* ---- begin, lock, advance ---- */

static enum err start_variables(struct staff_tx *tx, json_t **out)
{
    const struct request_lock *request = &tx->request;
    json_t *answers;
    json_t *base;
    enum err err = json_parse(tx->arena, request->answers, &answers);
    if (err != OK)
        return err;
    err = json_parse(tx->arena, request->base, &base);
    if (err != OK)
        return err;
    json_t *variables = json_new_object(tx->arena);
    json_object_update(variables, answers);
    json_object_set(variables, "base", base);
    json_t *facts = json_new_object(tx->arena);
    json_set_str(facts, "reference", request->reference);
    json_set_str(facts, "type", request->request_type);
    json_set_str(facts, "company", request->company_name);
    json_set_str(facts, "submittedAt",
                 instant_format_iso(tx->arena, request->submitted_at));
    if (request->effective_date != DAY_NONE)
        json_set_str(facts, "effectiveOn",
                     day_format_iso(tx->arena, request->effective_date));
    json_object_set(variables, "request", facts);
    *out = variables;
    return OK;
}

enum err process_begin(struct staff_tx *tx, struct str *ticket_reference_out)
{
    json_t *variables;
    enum err err = start_variables(tx, &variables);
    if (err != OK)
        return err;
    struct process_event event = {.kind = PROCESS_STARTED,
                                  .variables =
                                      value_from_json(tx->arena, variables).context,
                                  .zone = tx->request.company_zone};
    struct process_outcome outcome = {0};
    err = process_step(tx->arena, tx->definition, NULL, &event, tx->actor->now, &outcome);
    if (err != OK)
        return err;
    struct process_hand hand = {.state = outcome.state};
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
    err = apply(tx, &hand, &outcome, 0);
    if (err != OK || !outcome.ended)
        return err;
    return instance_update(tx->db, hand.instance_id,
                           process_state_encode(tx->arena, tx->definition, outcome.state),
                           tx->actor->now);
}

enum err process_lock(struct staff_tx *tx, struct process_hand *out)
{
    struct instance_lock instance;
    enum err err = instance_lock_by_request(tx->db, tx->arena, tx->request.id, &instance);
    if (err != OK)
        return err;
    struct process_hand hand = {.instance_id = instance.id};
    err = ticket_lock_by_request(tx->db, tx->arena, tx->request.id, &hand.ticket);
    if (err != OK)
        return err;
    err = process_state_decode(tx->arena, tx->definition, instance.state, &hand.state);
    if (err != OK)
        return err;
    *out = hand;
    return OK;
}

enum err process_advance(struct staff_tx *tx, struct process_hand *hand,
                         const struct process_event *event)
{
    struct process_outcome outcome = {0};
    struct process_event here = *event;
    here.zone = tx->request.company_zone;
    enum err err = process_step(tx->arena, tx->definition, hand->state, &here,
                                tx->actor->now, &outcome);
    if (err != OK)
        return err;
    hand->state = outcome.state;
    err = instance_update(tx->db, hand->instance_id,
                          process_state_encode(tx->arena, tx->definition, outcome.state),
                          outcome.ended ? tx->actor->now : INSTANT_NONE);
    if (err != OK)
        return err;
    size_t before = 0;
    for (size_t i = 0; i < outcome.effect_count; i++)
        before += outcome.effects[i].kind == EFFECT_OPEN_TASK;
    if (before > 0) {
        struct db_rows states;
        err = sub_ticket_states(tx->db, tx->arena, hand->ticket.id, &states);
        if (err != OK)
            return err;
        before = states.count;
    } else {
        before = SIZE_MAX; /* nothing is opened: no sub-ticket is new */
    }
    return apply(tx, hand, &outcome, before);
}
