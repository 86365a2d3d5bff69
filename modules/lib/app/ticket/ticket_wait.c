/* ticket_wait.c: a sub-ticket waits for the customer, and goes on; another target. */
#include "store/job.h"
#include "app/ticket/sub_ticket_clock.h"
#include "app/ticket/ticket_work_tx.h"

/* Phase and departments stay; what the customer has to do has changed. The first department is the one to ask. */
static enum err put_open_items(struct staff_tx *tx, int64_t open_items)
{
    struct str rest = tx->request.department_keys;
    struct str first = STR_NONE;

    if (!str_next(&rest, ',', &first))
        first = STR_NONE;
    return staff_tx_status(tx, tx->request.phase, tx->request.department_keys, first,
                           open_items < 0 ? 0 : open_items);
}

static enum err wait_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *c = context;
    const struct staff_text *question = c->change;
    struct work_hand hand;
    enum err err = work_lock(c, db, arena, &hand);
    if (err != OK)
        return err;
    struct staff_tx *tx = &hand.tx;
    const struct sub_ticket_lock *sub_ticket = &hand.sub_ticket;
    c->verdict = work_may_change(c, sub_ticket);
    if (c->verdict == VERDICT_DONE && !str_is_empty(sub_ticket->waiting_for))
        c->verdict = VERDICT_CLOSED;
    if (c->verdict != VERDICT_DONE) {
        /* Sent twice: the first has changed the version. */
        bool again = false;
        err = staff_text_taken(tx, question, &again);
        if (err == OK && again)
            c->verdict = VERDICT_REPEATED;
        return err;
    }
    err = staff_text_message(tx, question, sub_ticket->team_key);
    if (err == OK)
        err = clock_pause(
            tx, sub_ticket, STR("answer"),
            (struct clock_change){.cause = STR("question"), .reason = STR_NONE});
    if (err == OK)
        err = put_open_items(tx, tx->request.open_items + 1);
    if (err != OK)
        return err;
    return staff_tx_end(tx, "sub_ticket.waiting", sub_ticket->reference);
}

static enum err resume_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *c = context;
    struct work_hand hand;
    enum err err = work_lock(c, db, arena, &hand);
    if (err != OK)
        return err;
    const struct sub_ticket_lock *sub_ticket = &hand.sub_ticket;
    bool question = str_is(sub_ticket->waiting_for, "answer");
    c->verdict = work_may_change(c, sub_ticket);
    if (!work_is_over(sub_ticket) && str_is_empty(sub_ticket->waiting_for))
        c->verdict = VERDICT_REPEATED;
    if (c->verdict != VERDICT_DONE)
        return OK;
    err =
        clock_resume(&hand.tx, sub_ticket, (struct clock_change){.cause = STR("staff")});
    if (err == OK && question)
        err = put_open_items(&hand.tx, hand.tx.request.open_items - 1);
    if (err != OK)
        return err;
    return staff_tx_end(&hand.tx, "sub_ticket.resumed", sub_ticket->reference);
}

static enum err due_tx(struct db *db, struct arena *arena, void *context)
{
    struct work_context *c = context;
    const struct sub_ticket_target *target = c->change;
    struct work_hand hand;
    enum err err = work_lock(c, db, arena, &hand);
    if (err != OK)
        return err;
    if (!rights_include(c->actor->principal->rights, RIGHT_TICKET_ASSIGN))
        return ERR_DENIED;
    c->verdict = work_may_change(c, &hand.sub_ticket);
    if (c->verdict == VERDICT_DONE && !str_is_empty(hand.sub_ticket.waiting_for))
        c->verdict = VERDICT_CLOSED;
    if (c->verdict != VERDICT_DONE)
        return OK;
    err = clock_set_due(&hand.tx, &hand.sub_ticket, target->day, target->reason,
                        &c->verdict);
    if (err != OK || c->verdict != VERDICT_DONE)
        return err;
    return staff_tx_end(&hand.tx, "sub_ticket.due", hand.sub_ticket.reference);
}

enum err app_sub_ticket_due(const struct actor *actor, const struct staff_env *env,
                            const struct sub_ticket_work *work,
                            const struct sub_ticket_target *target,
                            struct str *ticket_out, enum staff_verdict *out)
{
    const struct work_call call = {actor, env, work, target, due_tx};

    return work_run(&call, ticket_out, out);
}

enum err app_sub_ticket_wait(const struct actor *actor, const struct staff_env *env,
                             const struct sub_ticket_work *work,
                             const struct staff_text *question, struct str *ticket_out,
                             enum staff_verdict *out)
{
    const struct work_call call = {actor, env, work, question, wait_tx};

    return work_run(&call, ticket_out, out);
}

enum err app_sub_ticket_resume(const struct actor *actor, const struct staff_env *env,
                               const struct sub_ticket_work *work, struct str *ticket_out,
                               enum staff_verdict *out)
{
    const struct work_call call = {actor, env, work, NULL, resume_tx};

    return work_run(&call, ticket_out, out);
}

/* ---- the worker: the customer has written ----------------------------------------------------------- */

struct written_context {
    const struct actor *actor;
    const struct staff_env *env;
    const struct app_job *job;
};

/* When the message was written: a question that came later is not answered by it. */
static instant_us written_at(const struct staff_tx *tx, const struct app_job *job)
{
    json_t *payload = NULL;

    if (json_parse(tx->arena, job->payload, &payload) != OK) {
        err_clear();
        return tx->actor->now;
    }
    return json_get_int(payload, "written_us", tx->actor->now);
}

static enum err written_tx(struct db *db, struct arena *arena, void *context)
{
    const struct written_context *c = context;
    struct staff_tx tx;
    struct job_lock job;
    int64_t answered = 0;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->job->request_id);
    if (err == OK)
        err = job_lock_by_id(db, arena, c->job->id, &job);
    if (err != OK)
        return err;
    if (!str_is(job.state, "queued"))
        return OK;
    err = clock_answered(&tx, CLOCK_MESSAGE, written_at(&tx, c->job), &answered);
    if (err == OK && answered > 0)
        err = put_open_items(&tx, tx.request.open_items - answered);
    if (err == OK)
        err = job_finish(db, c->job->id, c->actor->now);
    if (err != OK)
        return err;
    return staff_tx_end(&tx, "request.answered", tx.request.reference);
}

enum err app_message_written(const struct actor *actor, const struct staff_env *env,
                             const struct app_job *job)
{
    struct written_context c = {actor, env, job};

    return tx_run(actor->db, actor->arena, TX_READ_WRITE, written_tx, &c);
}
