#include "app/ticket/slot_tx.h"

#include "formats/locale.h"
#include "store/decision.h"
#include "store/document_expiry.h"
#include "app/request/document_age.h"
#include "app/ticket/sub_ticket_clock.h"

enum err slot_hand_take(const struct slot_place *place, struct db *db,
                        struct arena *arena, struct slot_hand *out)
{
    struct db_rows rows;
    enum err err = staff_tx_begin(&out->tx, db, arena, place->actor, place->env,
                                  place->reference, 0);
    if (err != OK)
        return err;
    const struct definition *definition = out->tx.definition;
    out->rule = slot_find(definition->slots, definition->slot_count, place->slot_key);
    if (out->rule == NULL)
        return ERR_NOT_FOUND;
    err = slot_lock_rows(db, arena, out->tx.request.id, place->slot_key, &rows);
    out->rows = rows.items;
    out->row_count = rows.count;
    return err;
}

const struct slot_lock *slot_hand_row(const struct slot_hand *hand, int64_t item)
{
    for (size_t i = 0; i < hand->row_count; i++)
        if (hand->rows[i].item == item)
            return &hand->rows[i];
    return NULL;
}

enum staff_verdict slot_may_judge(const struct slot_hand *hand,
                                  const struct slot_lock *row,
                                  const struct slot_judgement *judgement)
{
    bool missing = hand->rule->original && row->original_on == DAY_NONE;
    if (row->version != judgement->version)
        return VERDICT_CHANGED;
    if (judgement->accept && missing)
        return VERDICT_ORIGINAL;
    if (str_is(row->state, "filled") ||
        (str_is(row->state, "empty") && !judgement->accept))
        return VERDICT_DONE;
    return VERDICT_CHANGED;
}

/* ---- writing a judgement ---- */

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

static void mail_rejection(struct slot_hand *hand, const struct slot_lock *row,
                           const struct slot_judgement *judgement)
{
    struct staff_tx *tx = &hand->tx;
    json_t *payload = staff_tx_payload(tx);
    json_set_str(payload, "slot_title_msgid", hand->rule->title);
    json_set_str(payload, "reason_msgid",
                 reason_msgid(hand->rule, judgement->reason_key));
    json_set_str(payload, "reason_text", judgement->reason_text);
    struct str key = str_format(tx->arena, "slot-rejected:%lld:%lld", (long long)row->id,
                                (long long)row->version + 1);
    staff_tx_mail_customer(tx, "document-rejected", key, payload);
}

static void note_rejection(struct slot_hand *hand, const struct slot_lock *row,
                           const struct slot_judgement *judgement)
{
    struct staff_tx *tx = &hand->tx;
    const struct history_of of = HISTORY_OF("document_slot", row->id, row->version + 1);
    staff_tx_history(tx, of, "reason", row->reason_key, judgement->reason_key);
    staff_tx_history(tx, of, "reason_text", row->reason_text, judgement->reason_text);
    staff_tx_history(tx, of, "due_on", STR_NONE,
                     day_format_iso(tx->arena, judgement->due_on));
    if (row->original_on != DAY_NONE)
        staff_tx_history(tx, of, "original_on",
                         day_format_iso(tx->arena, row->original_on), STR_NONE);
    mail_rejection(hand, row, judgement);
}

/* An accepted document with an end is remembered, a rejected one is not any more. Where a slot holds one document,
 * the newest of its kind stands for all before it. */
static enum err put_expiry(struct slot_hand *hand, const struct slot_lock *row,
                           bool accept)
{
    struct staff_tx *tx = &hand->tx;
    const struct slot_rule *rule = hand->rule;
    if (!accept)
        return document_expiry_end(tx->db, row->id, tx->actor->now);
    day_no from = row->issued_on != DAY_NONE ? row->issued_on
                  : row->original_on != DAY_NONE
                      ? row->original_on
                      : locale_day_of(tx->actor->now, tx->request.company_zone);
    struct document_expiry_new expiry = {
        .slot_id = row->id,
        .request_id = tx->request.id,
        .company_id = tx->request.company_id,
        .definition_id = tx->request.definition_id,
        .kind_key = str_is_empty(row->kind_key) ? rule->kind_keys[0] : row->kind_key,
        .title = rule->title,
        .expires_on = document_valid_until(from, rule->valid_months),
    };
    expiry.notice_on = expiry.expires_on - rule->remind_days;
    enum err err = document_expiry_put(tx->db, &expiry);
    if (err == OK && !rule->max.expression && rule->max.constant == 1)
        err = document_expiry_replace(tx->db, &expiry, tx->actor->now);
    return err;
}

static enum err put_decision(struct slot_hand *hand, const struct slot_lock *row,
                             const struct slot_judgement *judgement, const char *kind)
{
    struct staff_tx *tx = &hand->tx;
    const struct decision_new decision = {
        .request_id = tx->request.id,
        .slot_id = row->id,
        .document_id = row->document_id,
        .kind = str_from(kind),
        .outcome = judgement->accept ? STR("accepted") : STR("rejected"),
        .reason = judgement->accept ? STR_NONE : judgement->reason_text,
        .requester_id = tx->request.submitted_by,
        .decider_id = tx->actor->principal->person_id,
        .decided_at = tx->actor->now,
    };
    return decision_insert(tx->db, &decision);
}

/* The row as it is after the judgement. */
static struct slot_judged judged_row(const struct slot_hand *hand,
                                     const struct slot_lock *row,
                                     const struct slot_judgement *judgement)
{
    const struct actor *actor = hand->tx.actor;
    if (judgement->accept)
        return (struct slot_judged){.slot_id = row->id,
                                    .state = STR("accepted"),
                                    .asked_at = INSTANT_NONE,
                                    .due_at = INSTANT_NONE};
    return (struct slot_judged){.slot_id = row->id,
                                .state = STR("rejected"),
                                .lost_original = true,
                                .reason_key = judgement->reason_key,
                                .reason_text = judgement->reason_text,
                                .asked_by = actor->principal->person_id,
                                .asked_at = actor->now,
                                .due_at = noon_of(judgement->due_on)};
}

enum err slot_judge_row(struct slot_hand *hand, const struct slot_lock *row,
                        const struct slot_judgement *judgement, const char *kind)
{
    struct staff_tx *tx = &hand->tx;
    bool second = str_is(str_from(kind), "correctness");
    const struct history_of of = HISTORY_OF("document_slot", row->id, row->version + 1);
    struct slot_judged judged = judged_row(hand, row, judgement);
    if (!judgement->accept &&
        str_is_empty(reason_msgid(hand->rule, judgement->reason_key)))
        return err_note(ERR_INPUT, "reason is not one of the slot's");
    if (second)
        judged.correctness = judged.state;
    enum err err = slot_judge(tx->db, &judged);
    if (err == OK)
        err = put_decision(hand, row, judgement, kind);
    if (err == OK && hand->rule->valid_months > 0 &&
        (second || !hand->rule->correctness || !judgement->accept))
        err = put_expiry(hand, row, judgement->accept);
    if (err != OK)
        return err;
    if (!str_eq(row->state, judged.state))
        staff_tx_history(tx, of, "state", row->state, judged.state);
    if (second)
        staff_tx_history(tx, of, "correctness", row->correctness, judged.correctness);
    if (!judgement->accept)
        note_rejection(hand, row, judgement);
    return OK;
}

/* ---- the customer has answered ---- */

/* The clock stood still while the customer was asked. */
static enum err back_to_intake(struct staff_tx *tx)
{
    instant_us since = INSTANT_NONE;
    enum err err = request_waiting_since(tx->db, tx->arena, tx->request.id, &since);
    if (err != OK)
        return err;
    instant_us due = tx->request.intake_due_at;
    if (since != INSTANT_NONE && due != INSTANT_NONE && tx->actor->now > since)
        due += tx->actor->now - since;
    struct request_change change = {
        .state = STR("submitted"),
        .intake_open = true,
        .intake_due_at = due,
        .ended_at = INSTANT_NONE,
    };
    err = staff_tx_request(tx, &change);
    if (err != OK)
        return err;
    json_t *payload = staff_tx_payload(tx);
    json_set_str(payload, "team", tx->definition->intake_team);
    json_set_str(
        payload, "url_path",
        str_format(tx->arena, "/staff/intake/%.*s", STR_ARG(tx->request.reference)));
    struct str key =
        str_format(tx->arena, "provided:%lld", (long long)tx->request.version);
    return staff_tx_mail_team(tx, "document-provided", key, tx->definition->intake_team,
                              payload);
}

static enum err back_to_team(struct staff_tx *tx, const struct slot_answer *answer,
                             bool all)
{
    int64_t questions = 0;
    struct str rest = tx->request.department_keys, first = STR_NONE;
    enum err err = clock_answered(tx, all ? CLOCK_ALL_DOCUMENTS : CLOCK_DOCUMENT,
                                  answer->at, &questions);
    if (err != OK)
        return err;
    if (!str_next(&rest, ',', &first))
        first = STR_NONE;
    int64_t open = tx->request.open_items - answer->count - questions;
    err = staff_tx_status(tx, tx->request.phase, tx->request.department_keys, first,
                          open < 0 ? 0 : open);
    if (err != OK)
        return err;
    json_t *payload = staff_tx_payload(tx);
    json_set_str(payload, "team", answer->team);
    json_set_str(payload, "url_path", STR("/staff/queue"));
    struct str key = str_format(tx->arena, "provided-after-release:%lld:%lld",
                                (long long)tx->request.id, (long long)answer->at);
    return staff_tx_mail_team(tx, "document-for-team", key, answer->team, payload);
}

enum err slot_answered(struct staff_tx *tx, const struct slot_answer *answer)
{
    bool waiting = str_is(tx->request.state, "waiting_for_customer");
    struct slot_totals totals;
    if (!waiting && !str_is(tx->request.state, "submitted") &&
        !str_is(tx->request.state, "released"))
        return OK;
    enum err err = slot_totals(tx->db, tx->arena, tx->request.id, &totals);
    if (err != OK)
        return err;
    if (str_is(tx->request.state, "released"))
        return back_to_team(tx, answer, totals.rejected == 0);
    if (waiting && totals.rejected == 0) {
        err = back_to_intake(tx);
        if (err != OK)
            return err;
    }
    return staff_tx_status(tx, tx->request.phase, tx->request.department_keys, STR_NONE,
                           totals.rejected);
}
