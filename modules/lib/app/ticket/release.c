#include "app/ticket/release.h"

#include "store/decision.h"
#include "store/staff_slot.h"
#include "app/instance/process_apply.h"
#include "app/ticket/slot_work.h"

struct release_context {
    const struct actor *actor;
    const struct staff_env *env;
    struct str reference;
    struct str reason; /**< decline */
    struct str ticket; /**< release */
    enum staff_verdict verdict;
};

static enum err decide(struct staff_tx *tx, struct str kind, struct str outcome,
                       struct str reason)
{
    struct decision_new decision = {
        .request_id = tx->request.id,
        .kind = kind,
        .outcome = outcome,
        .reason = reason,
        .requester_id = tx->request.submitted_by,
        .decider_id = tx->actor->principal->person_id,
        .decided_at = tx->actor->now,
    };
    return decision_insert(tx->db, &decision);
}

/* A second press finds the ticket of the first. */
static enum err released_before(struct staff_tx *tx, struct release_context *c)
{
    struct ticket_lock ticket;
    enum err err = ticket_lock_by_request(tx->db, tx->arena, tx->request.id, &ticket);
    if (err == ERR_NOT_FOUND) {
        c->verdict = VERDICT_CLOSED;
        return OK;
    }
    if (err != OK)
        return err;
    c->ticket = ticket.reference;
    c->verdict = VERDICT_REPEATED;
    return OK;
}

static enum err release_tx(struct db *db, struct arena *arena, void *context)
{
    struct release_context *c = context;
    struct staff_tx tx;
    enum err err = staff_tx_begin(&tx, db, arena, c->actor, c->env, c->reference, 0);
    if (err != OK)
        return err;
    if (str_is(tx.request.state, "waiting_for_customer")) {
        c->verdict = VERDICT_INCOMPLETE;
        return OK;
    }
    if (!str_is(tx.request.state, "submitted"))
        return released_before(&tx, c);
    struct slot_totals totals;
    err = slot_totals(db, arena, tx.request.id, &totals);
    if (err != OK)
        return err;
    if (totals.required_open > 0 || totals.rejected > 0) {
        c->verdict = VERDICT_INCOMPLETE;
        return OK;
    }
    err = decide(&tx, STR("release"), STR("released"), STR_NONE);
    if (err != OK)
        return err;
    struct request_change change = {
        .state = STR("released"),
        .intake_due_at = tx.request.intake_due_at,
        .ended_at = INSTANT_NONE,
    };
    err = staff_tx_request(&tx, &change);
    if (err != OK)
        return err;
    struct str examined = slot_examined_keys(arena, tx.definition, STR_NONE);
    if (!str_is_empty(examined)) {
        err = slot_open_correctness(db, tx.request.id, examined);
        if (err != OK)
            return err;
    }
    err = process_begin(&tx, &c->ticket);
    if (err != OK)
        return err;
    c->verdict = VERDICT_DONE;
    return staff_tx_end(&tx, "request.released", c->ticket);
}

enum err app_release(const struct actor *actor, const struct staff_env *env,
                     struct str reference, struct str *ticket_out,
                     enum staff_verdict *out)
{
    struct release_context c = {.actor = actor, .env = env, .reference = reference};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, release_tx, &c);
    if (err == OK) {
        *out = c.verdict;
        *ticket_out = c.ticket;
    }
    return staff_tx_verdict(actor->db, err, out);
}

static enum err decline_tx(struct db *db, struct arena *arena, void *context)
{
    struct release_context *c = context;
    struct staff_tx tx;
    enum err err = staff_tx_begin(&tx, db, arena, c->actor, c->env, c->reference, 0);
    if (err != OK)
        return err;
    if (str_is(tx.request.state, "declined")) {
        c->verdict = VERDICT_REPEATED;
        return OK;
    }
    if (!str_is(tx.request.state, "submitted") &&
        !str_is(tx.request.state, "waiting_for_customer")) {
        c->verdict = VERDICT_CLOSED;
        return OK;
    }
    err = decide(&tx, STR("decline"), STR("declined"), c->reason);
    if (err != OK)
        return err;
    struct request_change change = {
        .state = STR("declined"),
        .intake_due_at = tx.request.intake_due_at,
        .ended_at = c->actor->now,
        .decline_reason = c->reason,
    };
    err = staff_tx_request(&tx, &change);
    if (err != OK)
        return err;
    err = staff_tx_status(&tx, str_from(PHASE_DECLINED), STR(""), STR_NONE, 0);
    if (err != OK)
        return err;
    json_t *payload = staff_tx_payload(&tx);
    json_set_str(payload, "reason_text", c->reason);
    staff_tx_mail_customer(&tx, "request-declined", STR("declined"), payload);
    c->verdict = VERDICT_DONE;
    return staff_tx_end(&tx, "request.declined", tx.request.reference);
}

enum err app_decline(const struct actor *actor, const struct staff_env *env,
                     struct str reference, struct str reason, enum staff_verdict *out)
{
    struct release_context c = {
        .actor = actor, .env = env, .reference = reference, .reason = reason};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, decline_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return staff_tx_verdict(actor->db, err, out);
}
