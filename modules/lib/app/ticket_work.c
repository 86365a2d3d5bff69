#include "app/ticket_work.h"

#include "process/values.h"
#include "store/decision.h"
#include "app/process_apply.h"

bool may_work(const struct principal *principal, struct str team_key)
{
    if (!rights_include(principal->rights, RIGHT_TICKET_WORK))
        return false;
    return rights_include(principal->rights, RIGHT_TICKET_ASSIGN) ||
           principal_in_team(principal, team_key);
}

struct work_context {
    const struct actor *actor;
    const struct staff_env *env;
    const struct sub_ticket_home *home;
    int64_t version;
    const struct sub_ticket_outcome *outcome; /**< complete */
    enum staff_verdict verdict;
};

static enum err lock_all(struct staff_tx *tx, struct work_context *c, struct db *db,
                         struct arena *arena, struct sub_ticket_lock *out)
{
    enum err err =
        staff_tx_begin(tx, db, arena, c->actor, c->env, STR_NONE, c->home->request_id);
    if (err != OK)
        return err;
    err = sub_ticket_lock_by_id(db, arena, c->home->id, out);
    if (err != OK)
        return err;
    return may_work(c->actor->principal, out->team_key) ? OK : ERR_DENIED;
}

static bool is_over(const struct sub_ticket_lock *sub_ticket)
{
    return str_is(sub_ticket->state, "done") || str_is(sub_ticket->state, "cancelled");
}

static enum err change_owner(struct staff_tx *tx,
                             const struct sub_ticket_lock *sub_ticket, int64_t owner_id,
                             const char *action)
{
    enum err err = sub_ticket_own(tx->db, sub_ticket->id, owner_id, tx->actor->now);
    if (err != OK)
        return err;
    staff_tx_history(tx,
                     HISTORY_OF("sub_ticket", sub_ticket->id, sub_ticket->version + 1),
                     "owner", sub_ticket->owner_name,
                     owner_id == 0 ? STR_NONE : tx->actor->principal->display_name);
    struct str state = owner_id == 0 ? STR("open") : STR("in_progress");
    if (!str_eq(state, sub_ticket->state))
        staff_tx_history(
            tx, HISTORY_OF("sub_ticket", sub_ticket->id, sub_ticket->version + 1),
            "state", sub_ticket->state, state);
    return staff_tx_end(tx, action, sub_ticket->reference);
}

static enum err take_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *c = context;
    struct staff_tx tx;
    struct sub_ticket_lock sub_ticket;
    enum err err = lock_all(&tx, c, db, arena, &sub_ticket);
    if (err != OK)
        return err;
    int64_t me = c->actor->principal->person_id;
    if (is_over(&sub_ticket))
        c->verdict = VERDICT_CLOSED;
    else if (sub_ticket.owner_id == me)
        c->verdict = VERDICT_REPEATED;
    else if (sub_ticket.owner_id != 0)
        c->verdict = VERDICT_TAKEN;
    else if (sub_ticket.version != c->version)
        c->verdict = VERDICT_CHANGED;
    else
        c->verdict = VERDICT_DONE;
    if (c->verdict != VERDICT_DONE)
        return OK;
    return change_owner(&tx, &sub_ticket, me, "sub_ticket.taken");
}

/* Done by its owner or by who may assign; the lead may finish what nobody has taken. */
static bool is_owner_or_lead(const struct work_context *c,
                             const struct sub_ticket_lock *sub_ticket)
{
    return sub_ticket->owner_id == c->actor->principal->person_id ||
           rights_include(c->actor->principal->rights, RIGHT_TICKET_ASSIGN);
}

static enum err return_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *c = context;
    struct staff_tx tx;
    struct sub_ticket_lock sub_ticket;
    enum err err = lock_all(&tx, c, db, arena, &sub_ticket);
    if (err != OK)
        return err;
    if (is_over(&sub_ticket))
        c->verdict = VERDICT_CLOSED;
    else if (sub_ticket.owner_id == 0)
        c->verdict = VERDICT_REPEATED;
    else if (!is_owner_or_lead(c, &sub_ticket))
        c->verdict = VERDICT_NOT_OWNER;
    else if (sub_ticket.version != c->version)
        c->verdict = VERDICT_CHANGED;
    else
        c->verdict = VERDICT_DONE;
    if (c->verdict != VERDICT_DONE)
        return OK;
    return change_owner(&tx, &sub_ticket, 0, "sub_ticket.returned");
}

static enum staff_verdict may_complete(const struct work_context *c,
                                       const struct sub_ticket_lock *sub_ticket)
{
    if (is_over(sub_ticket))
        return sub_ticket->ended_by == c->actor->principal->person_id ? VERDICT_REPEATED
                                                                      : VERDICT_CLOSED;
    if (!is_owner_or_lead(c, sub_ticket))
        return VERDICT_NOT_OWNER;
    return sub_ticket->version == c->version ? VERDICT_DONE : VERDICT_CHANGED;
}

static json_t *outcome_variables(struct staff_tx *tx,
                                 const struct sub_ticket_lock *sub_ticket,
                                 const struct sub_ticket_outcome *outcome)
{
    json_t *variables = json_new_object(tx->arena);
    json_t *task = json_new_object(tx->arena);
    json_set_str(task, "outcome", outcome->outcome);
    if (!str_is_empty(outcome->reason))
        json_set_str(task, "reason", outcome->reason);
    json_object_set(variables,
                    str_c(tx->arena, activation_element(sub_ticket->activation)), task);
    return variables;
}

static enum err complete_rows(struct staff_tx *tx, const struct work_context *c,
                              const struct sub_ticket_lock *sub_ticket)
{
    const struct sub_ticket_outcome *outcome = c->outcome;
    int64_t me = c->actor->principal->person_id;
    enum err err = sub_ticket_end(tx->db, sub_ticket->id, me, c->actor->now);
    if (err != OK)
        return err;
    struct decision_new decision = {
        .request_id = tx->request.id,
        .sub_ticket_id = sub_ticket->id,
        .kind = STR("sub_ticket"),
        .outcome = outcome->outcome,
        .reason = str_is_empty(outcome->reason) ? STR_NONE : outcome->reason,
        .requester_id = tx->request.submitted_by,
        .decider_id = me,
        .decided_at = c->actor->now,
    };
    err = decision_insert(tx->db, &decision);
    if (err != OK)
        return err;
    int64_t version = sub_ticket->version + 1;
    staff_tx_history(tx, HISTORY_OF("sub_ticket", sub_ticket->id, version), "state",
                     sub_ticket->state, STR("done"));
    staff_tx_history(tx, HISTORY_OF("sub_ticket", sub_ticket->id, version), "outcome",
                     STR_NONE, outcome->outcome);
    if (!str_is_empty(outcome->reason))
        staff_tx_history(tx, HISTORY_OF("sub_ticket", sub_ticket->id, version),
                         "outcome_reason", STR_NONE, outcome->reason);
    return OK;
}

static enum err complete_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *c = context;
    struct staff_tx tx;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->home->request_id);
    if (err != OK)
        return err;
    struct process_hand hand;
    err = process_lock(&tx, &hand);
    if (err != OK)
        return err;
    struct sub_ticket_lock sub_ticket;
    err = sub_ticket_lock_by_id(db, arena, c->home->id, &sub_ticket);
    if (err != OK)
        return err;
    if (!may_work(c->actor->principal, sub_ticket.team_key))
        return ERR_DENIED;
    c->verdict = may_complete(c, &sub_ticket);
    if (c->verdict != VERDICT_DONE)
        return OK;
    err = complete_rows(&tx, c, &sub_ticket);
    if (err != OK)
        return err;
    struct process_event event = {
        .kind = PROCESS_TASK_COMPLETED,
        .activation = sub_ticket.activation,
        .variables =
            value_from_json(arena, outcome_variables(&tx, &sub_ticket, c->outcome))
                .context,
    };
    err = process_advance(&tx, &hand, &event);
    if (err != OK)
        return err;
    return staff_tx_end(&tx, "sub_ticket.completed", sub_ticket.reference);
}

/* The home of a sub-ticket never changes: it is read before the transaction, so that the
 * first statement inside is the lock of the request and no older snapshot exists. */
static enum err work(const struct actor *actor, const struct staff_env *env,
                     const struct sub_ticket_work *work_on,
                     const struct sub_ticket_outcome *outcome, tx_fn fn,
                     struct str *ticket_out, enum staff_verdict *out)
{
    struct sub_ticket_home home;
    enum err err = sub_ticket_find(actor->db, actor->arena, work_on->reference, &home);
    if (err != OK)
        return err;
    struct work_context c = {actor, env, &home, work_on->version, outcome, VERDICT_DONE};
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, fn, &c);
    if (err == OK)
        *out = c.verdict;
    err = staff_tx_verdict(actor->db, err, out);
    if (err == OK)
        *ticket_out = home.ticket_reference;
    return err;
}

enum err app_sub_ticket_take(const struct actor *actor, const struct staff_env *env,
                             const struct sub_ticket_work *work_on,
                             struct str *ticket_out, enum staff_verdict *out)
{
    return work(actor, env, work_on, NULL, take_tx, ticket_out, out);
}

enum err app_sub_ticket_return(const struct actor *actor, const struct staff_env *env,
                               const struct sub_ticket_work *work_on,
                               struct str *ticket_out, enum staff_verdict *out)
{
    return work(actor, env, work_on, NULL, return_tx, ticket_out, out);
}

enum err app_sub_ticket_complete(const struct actor *actor, const struct staff_env *env,
                                 const struct sub_ticket_outcome *outcome,
                                 struct str *ticket_out, enum staff_verdict *out)
{
    return work(actor, env, &outcome->work, outcome, complete_tx, ticket_out, out);
}
