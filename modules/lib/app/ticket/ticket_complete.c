/* ticket_complete.c: a sub-ticket is done: what was decided, what was filled in, and what follows from it. */
#include "store/decision.h"
#include "store/staff_slot.h"
#include "app/instance/process_apply.h"
#include "app/request/request_full.h"
#include "app/ticket/slot_work.h"
#include "app/ticket/staff_form.h"
#include "app/ticket/ticket_work_tx.h"

struct completion {
    const struct sub_ticket_outcome *outcome;
    struct form_result *form_out;
};

/* What the steps of completing hand to each other. */
struct completing {
    struct staff_tx *tx;
    const struct sub_ticket_lock *sub_ticket;
    const struct sub_ticket_outcome *outcome;
    struct user_task task;
    const struct form *form;   /* NULL: none */
    struct form_result result; /* of the form */
};

static struct str reason_of(const struct completing *c)
{
    return str_is_empty(c->outcome->reason) ? STR_NONE : c->outcome->reason;
}

/* ---- what stands in the way ------------------------------------------------------------------------ */

static enum staff_verdict may_complete(const struct work_context *c,
                                       const struct sub_ticket_lock *sub_ticket)
{
    if (work_is_over(sub_ticket) &&
        sub_ticket->ended_by == c->actor->principal->person_id)
        return VERDICT_REPEATED;
    return work_may_change(c, sub_ticket);
}

/* A rejection ends the work wherever it is; anything else has gone through all phases. */
static enum err check_phase(const struct completing *c, enum staff_verdict *out)
{
    const struct task_type *type;
    enum err err = task_type_find(definitions_rules(c->tx->env->definitions), c->tx->db,
                                  c->sub_ticket->type_key, &type);

    if (err == OK && type != NULL && !str_is(c->outcome->outcome, "rejected") &&
        task_phase_index(type, c->sub_ticket->phase) + 1 < type->phase_count)
        *out = VERDICT_PHASE;
    return err;
}

static enum err check_form(struct completing *c, enum staff_verdict *out)
{
    struct staff_tx *tx = c->tx;
    struct staff_form_request request = {
        .definition = tx->definition,
        .answers = tx->request.answers,
        .base = tx->request.base,
        .reference = tx->request.reference,
        .company = tx->request.company_reference,
        .submitted_at = tx->request.submitted_at,
        .effective_on = tx->request.effective_date,
    };
    struct form_world world;
    enum err err = OK;

    c->form = staff_form_of(tx->definition, &c->task);
    if (c->form == NULL)
        return OK;
    if (tx->definition->uses_facts)
        err = request_facts_stored(tx->db, tx->arena, tx->request.id, &request.facts);
    if (err == OK)
        err = staff_form_world(tx->actor, tx->arena, &request, &world);
    if (err != OK)
        return err;
    world.decimal_sign = c->outcome->decimal_sign;
    form_validate(tx->arena, c->form, c->outcome->posted, &world, &c->result);
    if (c->result.error_count > 0)
        *out = VERDICT_FORM;
    return OK;
}

/* What the team has to examine is examined before its part is done well. */
static enum err check_documents(const struct completing *c, enum staff_verdict *out)
{
    const struct staff_tx *tx = c->tx;
    struct str keys =
        slot_examined_keys(tx->arena, tx->definition, c->sub_ticket->team_key);
    int64_t open = 0;

    if (str_is_empty(keys) || str_is(c->outcome->outcome, "rejected"))
        return OK;
    enum err err = slot_unchecked(tx->db, tx->arena, tx->request.id, keys, &open);
    if (err == OK && open > 0)
        *out = VERDICT_EXAMINE;
    return err;
}

/* That a second person decides is left to the table: the decision's own row compares (store/decision.c). */
static enum err check(struct completing *c, enum staff_verdict *out)
{
    *out = VERDICT_DONE;
    enum err err = check_phase(c, out);
    if (err == OK && *out == VERDICT_DONE)
        err = check_documents(c, out);
    if (err == OK && *out == VERDICT_DONE)
        err = check_form(c, out);
    return err;
}

/* ---- what is written ------------------------------------------------------------------------------- */

static const struct feel_context *variables_of(const struct completing *c)
{
    const struct task_result result = {
        .outcome = c->outcome->outcome,
        .reason = reason_of(c),
        .by = c->tx->actor->principal->display_name,
        .at = c->tx->actor->now,
        .form = c->form,
        .answers = c->result.values,
    };

    return values_of_task(c->tx->arena, user_task_element(c->sub_ticket->activation),
                          &result);
}

/* One row per answer, as for those of the customer. */
static void write_answers(struct completing *c, struct history_of of)
{
    struct arena *arena = c->tx->arena;

    for (size_t i = 0; c->form != NULL && i < c->form->field_count; i++) {
        struct str key = c->form->fields[i].key;
        const json_t *value = str_is_empty(key)
                                  ? NULL
                                  : json_object_get(c->result.values, str_c(arena, key));
        struct str text = value == NULL ? STR_NONE : answer_text(arena, value);

        if (!str_is_empty(text))
            staff_tx_history(c->tx, of, answer_history_field(arena, key), STR_NONE,
                             str_copy(arena, text));
    }
}

static void write_history(struct completing *c)
{
    struct staff_tx *tx = c->tx;
    struct history_of of =
        HISTORY_OF("sub_ticket", c->sub_ticket->id, c->sub_ticket->version + 1);
    struct str reason = reason_of(c);

    write_answers(c, of);
    staff_tx_history(tx, of, "state", c->sub_ticket->state, STR("done"));
    staff_tx_history(tx, of, "outcome", STR_NONE, c->outcome->outcome);
    if (reason.ptr != NULL)
        staff_tx_history(tx, of, "outcome_reason", STR_NONE, reason);
}

static enum err write_rows(struct completing *c)
{
    struct staff_tx *tx = c->tx;
    int64_t me = tx->actor->principal->person_id;
    struct str answers =
        c->form == NULL ? STR_NONE : json_write(tx->arena, c->result.values);
    struct decision_new decision = {
        .request_id = tx->request.id,
        .sub_ticket_id = c->sub_ticket->id,
        .kind = STR("sub_ticket"),
        .outcome = c->outcome->outcome,
        .reason = reason_of(c),
        .requester_id = tx->request.submitted_by,
        .decider_id = me,
        .decided_at = tx->actor->now,
        .first_steps = c->task.four_eyes,
        .answers = answers,
    };

    enum err err = sub_ticket_end(tx->db, c->sub_ticket->id, me, tx->actor->now);
    if (err == OK)
        err = decision_insert(tx->db, &decision);
    if (err != OK)
        return err;
    /* The answer is not needed any more. */
    if (str_is(c->sub_ticket->waiting_for, "answer"))
        tx->open_items--;
    write_history(c);
    return OK;
}

/* ---- the use case ---------------------------------------------------------------------------------- */

/* Request, instance and ticket by one statement, all sub-tickets by the next: how the process goes on needs them. */
static enum err lock_all(const struct work_context *w, struct staff_tx *tx,
                         struct process_hand *hand, struct sub_ticket_lock *out)
{
    struct instance_lock instance;
    struct db_rows rows;
    enum err err = staff_tx_begin_released(tx, tx->db, tx->arena, w->actor, w->env,
                                           w->home->request_id, &instance);
    if (err == OK)
        err = process_take(tx, &instance, hand);
    if (err == OK)
        err = sub_ticket_lock_all(tx->db, tx->arena, instance.ticket.id, &rows);
    if (err != OK)
        return err;
    const struct sub_ticket_lock *items = rows.items;
    hand->sub_tickets = ARENA_ARRAY(tx->arena, struct sub_ticket_state, rows.count + 1);
    hand->sub_ticket_count = rows.count;
    err = ERR_NOT_FOUND;
    for (size_t i = 0; i < rows.count; i++) {
        bool own = items[i].id == w->home->id;

        hand->sub_tickets[i] = (struct sub_ticket_state){
            .id = items[i].id,
            .reference = items[i].reference,
            .activation = items[i].activation,
            .team_key = items[i].team_key,
            .state = items[i].state,
            .version = items[i].version,
            .is_open = !own && !work_is_over(&items[i]),
            .asks = !own && str_is(items[i].waiting_for, "answer"),
        };
        if (own) {
            *out = items[i];
            err = OK;
        }
    }
    return err;
}

static enum err complete_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *w = context;
    const struct completion *completion = w->change;
    struct staff_tx tx = {.db = db, .arena = arena};
    struct process_hand hand;
    struct sub_ticket_lock sub_ticket;
    enum err err = lock_all(w, &tx, &hand, &sub_ticket);
    if (err != OK)
        return err;
    if (!may_work(w->actor->principal, sub_ticket.team_key))
        return ERR_DENIED;
    struct completing c = {.tx = &tx,
                           .sub_ticket = &sub_ticket,
                           .outcome = completion->outcome,
                           .task = work_task(&tx, &sub_ticket)};
    w->verdict = may_complete(w, &sub_ticket);
    if (w->verdict != VERDICT_DONE)
        return OK;
    if (!user_task_has_outcome(&c.task, c.outcome->outcome))
        return err_note(ERR_INPUT, "the step has no outcome %.*s",
                        STR_ARG(c.outcome->outcome));
    if (outcome_needs_reason(c.outcome->outcome) && str_is_empty(c.outcome->reason))
        return err_note(ERR_INPUT, "the outcome %.*s needs a reason",
                        STR_ARG(c.outcome->outcome));
    err = check(&c, &w->verdict);
    *completion->form_out = c.result;
    if (err != OK || w->verdict != VERDICT_DONE)
        return err;
    err = write_rows(&c);
    if (err != OK)
        return err;
    struct process_event event = {
        .kind = PROCESS_TASK_COMPLETED,
        .activation = sub_ticket.activation,
        .variables = variables_of(&c),
    };
    err = process_advance(&tx, &hand, &event);
    if (err != OK)
        return err;
    return staff_tx_end(&tx, "sub_ticket.completed", sub_ticket.reference);
}

enum err app_sub_ticket_complete(const struct actor *actor, const struct staff_env *env,
                                 const struct sub_ticket_outcome *outcome,
                                 struct form_result *form_out, struct str *ticket_out,
                                 enum staff_verdict *out)
{
    const struct completion completion = {outcome, form_out};
    const struct work_call call = {actor, env, &outcome->work, &completion, complete_tx};

    *form_out = (struct form_result){0};
    return work_run(&call, ticket_out, out);
}
