/* intake_judge.c: a slot is accepted or asked for again. */
#include "app/intake.h"

#include "store/decision.h"
#include "app/staff_tx.h"

struct judge_context {
    const struct actor *actor;
    const struct staff_env *env;
    struct str reference;
    const struct slot_judgement *judgement;
    enum staff_verdict verdict;
};

static const struct slot_rule *rule_of(const struct definition *definition,
                                       struct str slot_key)
{
    for (size_t i = 0; i < definition->slot_count; i++)
        if (str_eq(definition->slots[i].key, slot_key))
            return &definition->slots[i];
    return NULL;
}

static struct str reason_msgid(const struct slot_rule *rule, struct str reason_key)
{
    for (size_t i = 0; i < rule->reason_count; i++)
        if (str_eq(rule->reason_keys[i], reason_key))
            return rule->reasons[i];
    return STR_NONE;
}

/* Noon UTC: the same calendar day in every zone a member company is in. */
static instant_us noon_of(day_no day)
{
    return day * US_PER_DAY + US_PER_DAY / 2;
}

static void mail_rejection(struct staff_tx *tx, const struct slot_rule *rule,
                           struct slot_lock slot, const struct slot_judgement *judgement)
{
    json_t *payload = staff_tx_payload(tx);
    json_set_str(payload, "slot_title_msgid", rule->title);
    json_set_str(payload, "reason_msgid", reason_msgid(rule, judgement->reason_key));
    json_set_str(payload, "reason_text", judgement->reason_text);
    struct str key = str_format(tx->arena, "slot-rejected:%lld:%lld", (long long)slot.id,
                                (long long)slot.version + 1);
    staff_tx_mail_customer(tx, "document-rejected", key, payload);
}

/* DONE if the slot can be judged so; else what stands in the way. */
static enum staff_verdict may_judge(const struct staff_tx *tx, struct slot_lock slot,
                                    const struct slot_judgement *judgement)
{
    if (!str_is(tx->request.state, "submitted") &&
        !str_is(tx->request.state, "waiting_for_customer"))
        return VERDICT_CLOSED;
    if (str_is(slot.state, judgement->accept ? "accepted" : "rejected"))
        return judgement->accept || str_eq(slot.reason_text, judgement->reason_text)
                   ? VERDICT_REPEATED
                   : VERDICT_CHANGED;
    if (slot.version != judgement->version)
        return VERDICT_CHANGED;
    if (str_is(slot.state, "filled") ||
        (str_is(slot.state, "empty") && !judgement->accept))
        return VERDICT_DONE;
    return VERDICT_CHANGED;
}

static enum err judge_slot_rows(struct staff_tx *tx, const struct slot_rule *rule,
                                struct slot_lock slot,
                                const struct slot_judgement *judgement)
{
    const struct actor *actor = tx->actor;
    struct slot_judged judged = {
        .slot_id = slot.id, .state = STR("accepted"), .asked_at = INSTANT_NONE};
    judged.due_at = INSTANT_NONE;
    if (!judgement->accept)
        judged = (struct slot_judged){
            .slot_id = slot.id,
            .state = STR("rejected"),
            .reason_key = judgement->reason_key,
            .reason_text = judgement->reason_text,
            .asked_by = actor->principal->person_id,
            .asked_at = actor->now,
            .due_at = noon_of(judgement->due_on),
        };
    enum err err = slot_judge(tx->db, &judged);
    if (err != OK)
        return err;
    struct decision_new decision = {
        .request_id = tx->request.id,
        .slot_id = slot.id,
        .document_id = slot.document_id,
        .kind = STR("document"),
        .outcome = judged.state,
        .reason = judgement->accept ? STR_NONE : judgement->reason_text,
        .requester_id = tx->request.submitted_by,
        .decider_id = actor->principal->person_id,
        .decided_at = actor->now,
    };
    err = decision_insert(tx->db, &decision);
    if (err != OK)
        return err;
    staff_tx_history(tx, HISTORY_OF("document_slot", slot.id, slot.version + 1), "state",
                     slot.state, judged.state);
    if (!judgement->accept) {
        staff_tx_history(tx, HISTORY_OF("document_slot", slot.id, slot.version + 1),
                         "reason", slot.reason_key, judgement->reason_key);
        staff_tx_history(tx, HISTORY_OF("document_slot", slot.id, slot.version + 1),
                         "reason_text", slot.reason_text, judgement->reason_text);
        staff_tx_history(tx, HISTORY_OF("document_slot", slot.id, slot.version + 1),
                         "due_on", STR_NONE,
                         day_format_iso(tx->arena, judgement->due_on));
        mail_rejection(tx, rule, slot, judgement);
    }
    return OK;
}

static enum err judge_tx(struct db *db, struct arena *arena, void *context)
{
    struct judge_context *c = context;
    struct staff_tx tx;
    enum err err = staff_tx_begin(&tx, db, arena, c->actor, c->env, c->reference, 0);
    if (err != OK)
        return err;
    const struct slot_judgement *judgement = c->judgement;
    const struct slot_rule *rule = rule_of(tx.definition, judgement->slot_key);
    if (rule == NULL)
        return ERR_NOT_FOUND;
    if (!judgement->accept && str_is_empty(reason_msgid(rule, judgement->reason_key)))
        return err_note(ERR_INPUT, "reason is not one of the slot's");
    struct slot_lock slot;
    err = slot_lock_by_key(db, arena, tx.request.id, judgement->slot_key, &slot);
    if (err != OK)
        return err;
    c->verdict = may_judge(&tx, slot, judgement);
    if (c->verdict != VERDICT_DONE)
        return OK;
    err = judge_slot_rows(&tx, rule, slot, judgement);
    if (err != OK)
        return err;
    if (!judgement->accept && str_is(tx.request.state, "submitted")) {
        struct request_change change = {
            .state = STR("waiting_for_customer"),
            .intake_open = true,
            .intake_due_at = tx.request.intake_due_at,
            .ended_at = INSTANT_NONE,
        };
        err = staff_tx_request(&tx, &change);
        if (err != OK)
            return err;
    }
    struct slot_totals totals;
    err = slot_totals(db, arena, tx.request.id, &totals);
    if (err != OK)
        return err;
    err = staff_tx_status(&tx, tx.request.phase, tx.request.department_keys, STR_NONE,
                          totals.rejected);
    if (err != OK)
        return err;
    return staff_tx_end(&tx, judgement->accept ? "slot.accepted" : "slot.rejected",
                        tx.request.reference);
}

enum err app_intake_judge(const struct actor *actor, const struct staff_env *env,
                          struct str reference, const struct slot_judgement *judgement,
                          enum staff_verdict *out)
{
    struct judge_context c = {actor, env, reference, judgement, VERDICT_DONE};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, judge_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return staff_tx_verdict(actor->db, err, out);
}
