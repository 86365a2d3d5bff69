#include "app/ticket/ticket_work_tx.h"

#include "store/decision.h"

bool may_work(const struct principal *principal, struct str team_key)
{
    if (!rights_include(principal->rights, RIGHT_TICKET_WORK))
        return false;
    return rights_include(principal->rights, RIGHT_TICKET_ASSIGN) ||
           principal_in_team(principal, team_key);
}

/* ---- shared ---------------------------------------------------------------------------------------- */

enum err work_lock(const struct work_context *c, struct db *db, struct arena *arena,
                   struct work_hand *out)
{
    enum err err = staff_tx_begin(&out->tx, db, arena, c->actor, c->env, STR_NONE,
                                  c->home->request_id);
    if (err != OK)
        return err;
    err = sub_ticket_lock_by_id(db, arena, c->home->id, &out->sub_ticket);
    if (err != OK)
        return err;
    return may_work(c->actor->principal, out->sub_ticket.team_key) ? OK : ERR_DENIED;
}

bool work_is_over(const struct sub_ticket_lock *sub_ticket)
{
    return str_is(sub_ticket->state, "done") || str_is(sub_ticket->state, "cancelled");
}

bool work_is_owner_or_lead(const struct actor *actor,
                           const struct sub_ticket_lock *sub_ticket)
{
    return sub_ticket->owner_id == actor->principal->person_id ||
           rights_include(actor->principal->rights, RIGHT_TICKET_ASSIGN);
}

enum staff_verdict work_may_change(const struct work_context *c,
                                   const struct sub_ticket_lock *sub_ticket)
{
    if (work_is_over(sub_ticket))
        return VERDICT_CLOSED;
    if (!work_is_owner_or_lead(c->actor, sub_ticket))
        return VERDICT_NOT_OWNER;
    return sub_ticket->version == c->version ? VERDICT_DONE : VERDICT_CHANGED;
}

struct user_task work_task(const struct staff_tx *tx,
                           const struct sub_ticket_lock *sub_ticket)
{
    const struct bpmn_element *element =
        user_task_find(tx->definition, sub_ticket->activation);

    return element == NULL ? (struct user_task){0} : user_task_of(element);
}

enum err work_second_person(struct staff_tx *tx, const struct user_task *task,
                            enum staff_verdict *out)
{
    struct decision_person person;

    *out = VERDICT_DONE;
    if (str_is_empty(task->four_eyes))
        return OK;
    enum err err =
        decision_same_person(tx->db, tx->arena, tx->request.id, task->four_eyes,
                             tx->actor->principal->person_id, &person);
    if (err == OK && person.asked)
        *out = VERDICT_FOUR_EYES;
    else if (err == OK && person.decided)
        *out = VERDICT_SECOND_PERSON;
    return err;
}

/* The home of a sub-ticket never changes: it is read before the transaction, so that the
 * first statement inside is the lock of the request and no older snapshot exists. */
enum err work_run(const struct work_call *call, struct str *ticket_out,
                  enum staff_verdict *out)
{
    struct db *db = call->actor->db;
    struct sub_ticket_home home;
    enum err err = sub_ticket_find(db, call->actor->arena, call->work->reference, &home);
    if (err != OK)
        return err;
    struct work_context c = {call->actor,         call->env,    &home,
                             call->work->version, call->change, VERDICT_DONE};
    err = tx_run(db, call->actor->arena, TX_READ_WRITE, call->fn, &c);
    if (err == OK)
        *out = c.verdict;
    err = staff_tx_verdict(db, err, out);
    if (err == OK)
        *ticket_out = home.ticket_reference;
    return err;
}

/* ---- take, return ---------------------------------------------------------------------------------- */

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
    struct work_hand hand;
    enum err err = work_lock(c, db, arena, &hand);
    if (err != OK)
        return err;
    const struct sub_ticket_lock *sub_ticket = &hand.sub_ticket;
    int64_t me = c->actor->principal->person_id;
    if (work_is_over(sub_ticket))
        c->verdict = VERDICT_CLOSED;
    else if (sub_ticket->owner_id == me)
        c->verdict = VERDICT_REPEATED;
    else if (sub_ticket->owner_id != 0)
        c->verdict = VERDICT_TAKEN;
    else if (sub_ticket->version != c->version)
        c->verdict = VERDICT_CHANGED;
    else
        c->verdict = VERDICT_DONE;
    if (c->verdict != VERDICT_DONE)
        return OK;
    struct user_task task = work_task(&hand.tx, sub_ticket);
    err = work_second_person(&hand.tx, &task, &c->verdict);
    if (err != OK || c->verdict != VERDICT_DONE)
        return err;
    return change_owner(&hand.tx, sub_ticket, me, "sub_ticket.taken");
}

static enum err return_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *c = context;
    struct work_hand hand;
    enum err err = work_lock(c, db, arena, &hand);
    if (err != OK)
        return err;
    c->verdict = work_may_change(c, &hand.sub_ticket);
    if (!work_is_over(&hand.sub_ticket) && hand.sub_ticket.owner_id == 0)
        c->verdict = VERDICT_REPEATED;
    if (c->verdict != VERDICT_DONE)
        return OK;
    return change_owner(&hand.tx, &hand.sub_ticket, 0, "sub_ticket.returned");
}

/* ---- phases ---------------------------------------------------------------------------------------- */

static enum err phase_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *c = context;
    const struct str *wanted = c->change;
    const struct task_type *type;
    struct work_hand hand;
    enum err err = work_lock(c, db, arena, &hand);
    if (err != OK)
        return err;
    const struct sub_ticket_lock *sub_ticket = &hand.sub_ticket;
    err = task_type_find(definitions_rules(c->env->definitions), db, sub_ticket->type_key,
                         &type);
    if (err != OK)
        return err;
    if (type == NULL || task_phase_index(type, *wanted) == type->phase_count)
        return err_note(ERR_INPUT, "no phase of this sub-ticket");
    c->verdict = work_may_change(c, sub_ticket);
    if (!work_is_over(sub_ticket) && str_eq(sub_ticket->phase, *wanted))
        c->verdict = VERDICT_REPEATED;
    else if (c->verdict == VERDICT_DONE &&
             task_phase_index(type, *wanted) !=
                 task_phase_index(type, sub_ticket->phase) + 1)
        c->verdict = VERDICT_PHASE;
    if (c->verdict != VERDICT_DONE)
        return OK;
    err = sub_ticket_set_phase(db, sub_ticket->id, *wanted);
    if (err != OK)
        return err;
    staff_tx_history(&hand.tx,
                     HISTORY_OF("sub_ticket", sub_ticket->id, sub_ticket->version + 1),
                     "phase", sub_ticket->phase, *wanted);
    return staff_tx_end(&hand.tx, "sub_ticket.phase", sub_ticket->reference);
}

/* ---- use cases ------------------------------------------------------------------------------------- */

enum err app_sub_ticket_take(const struct actor *actor, const struct staff_env *env,
                             const struct sub_ticket_work *work, struct str *ticket_out,
                             enum staff_verdict *out)
{
    const struct work_call call = {actor, env, work, NULL, take_tx};

    return work_run(&call, ticket_out, out);
}

enum err app_sub_ticket_return(const struct actor *actor, const struct staff_env *env,
                               const struct sub_ticket_work *work, struct str *ticket_out,
                               enum staff_verdict *out)
{
    const struct work_call call = {actor, env, work, NULL, return_tx};

    return work_run(&call, ticket_out, out);
}

enum err app_sub_ticket_phase(const struct actor *actor, const struct staff_env *env,
                              const struct sub_ticket_work *work, struct str phase,
                              struct str *ticket_out, enum staff_verdict *out)
{
    const struct work_call call = {actor, env, work, &phase, phase_tx};

    return work_run(&call, ticket_out, out);
}
