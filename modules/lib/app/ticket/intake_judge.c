/* intake_judge.c: completeness: a document is accepted or asked for again. */
#include "app/ticket/slot_tx.h"

struct judge_context {
    const struct slot_place *place;
    const struct slot_judgement *judgement;
    enum staff_verdict verdict;
};

static enum staff_verdict may_judge(const struct slot_hand *hand,
                                    const struct slot_lock *row,
                                    const struct slot_judgement *judgement)
{
    if (!str_is(hand->tx.request.state, "submitted") &&
        !str_is(hand->tx.request.state, "waiting_for_customer"))
        return VERDICT_CLOSED;
    if (str_is(row->state, judgement->accept ? "accepted" : "rejected"))
        return judgement->accept || str_eq(row->reason_text, judgement->reason_text)
                   ? VERDICT_REPEATED
                   : VERDICT_CHANGED;
    return slot_may_judge(hand, row, judgement);
}

/* The request waits from the first document on that is asked for again. */
static enum err ask_customer(struct staff_tx *tx)
{
    struct request_change change = {
        .state = STR("waiting_for_customer"),
        .intake_open = true,
        .intake_due_at = tx->request.intake_due_at,
        .ended_at = INSTANT_NONE,
    };
    return str_is(tx->request.state, "submitted") ? staff_tx_request(tx, &change) : OK;
}

static enum err judge_tx(struct db *db, struct arena *arena, void *context)
{
    struct judge_context *c = context;
    const struct slot_judgement *judgement = c->judgement;
    struct slot_hand hand;
    struct slot_totals totals;
    enum err err = slot_hand_take(c->place, db, arena, &hand);
    if (err != OK)
        return err;
    const struct slot_lock *row = slot_hand_row(&hand, judgement->item);
    if (row == NULL)
        return ERR_NOT_FOUND;
    struct staff_tx *tx = &hand.tx;
    c->verdict = may_judge(&hand, row, judgement);
    if (c->verdict != VERDICT_DONE)
        return OK;
    err = slot_judge_row(&hand, row, judgement, "document");
    if (err == OK && !judgement->accept)
        err = ask_customer(tx);
    if (err == OK)
        err = slot_totals(db, arena, tx->request.id, &totals);
    if (err == OK)
        err = staff_tx_status(tx, tx->request.phase, tx->request.department_keys,
                              STR_NONE, totals.rejected);
    if (err != OK)
        return err;
    return staff_tx_end(tx, judgement->accept ? "slot.accepted" : "slot.rejected",
                        tx->request.reference);
}

enum err app_intake_judge(const struct actor *actor, const struct staff_env *env,
                          struct str reference, const struct slot_judgement *judgement,
                          enum staff_verdict *out)
{
    const struct slot_place place = {actor, env, reference, judgement->slot_key};
    struct judge_context c = {&place, judgement, VERDICT_DONE};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, judge_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return staff_tx_verdict(actor->db, err, out);
}
