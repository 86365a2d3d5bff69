/* slot_work.c: correctness after the release, and originals on paper. */
#include "app/ticket/slot_work.h"

#include "formats/locale.h"
#include "app/ticket/slot_tx.h"
#include "app/ticket/sub_ticket_clock.h"
#include "app/ticket/ticket_work.h"

#define KEYS_MAX 4096

bool slot_may_examine(const struct principal *principal, struct str request_state,
                      const struct slot_rule *rule)
{
    return rule->correctness && str_is(request_state, "released") &&
           may_work(principal, rule->checked_by);
}

bool slot_may_arrive(const struct principal *principal, struct str request_state,
                     const struct slot_rule *rule)
{
    bool intake = str_is(request_state, "submitted") ||
                  str_is(request_state, "waiting_for_customer");
    if (!rule->original || (!intake && !str_is(request_state, "released")))
        return false;
    return rights_include(principal->rights, RIGHT_INTAKE_WORK) ||
           (!intake && may_work(principal, rule->checked_by));
}

struct str slot_examined_keys(struct arena *arena, const struct definition *definition,
                              struct str team)
{
    struct buf keys = buf_init(arena, KEYS_MAX);
    for (size_t i = 0; i < definition->slot_count; i++) {
        const struct slot_rule *rule = &definition->slots[i];
        if (!rule->correctness ||
            (!str_is_empty(team) && !str_eq(team, rule->checked_by)))
            continue;
        if (keys.len > 0)
            buf_put_char(&keys, ',');
        buf_put(&keys, rule->key);
    }
    return buf_str(&keys);
}

/* ---- correctness ---- */

struct examine_context {
    const struct slot_place *place;
    const struct slot_judgement *judgement;
    enum staff_verdict verdict;
};

static enum staff_verdict may_examine(const struct slot_hand *hand,
                                      const struct slot_lock *row,
                                      const struct slot_judgement *judgement)
{
    if (!hand->rule->correctness || !str_is(hand->tx.request.state, "released") ||
        str_is_empty(row->correctness))
        return VERDICT_CLOSED;
    if (str_is(row->correctness, judgement->accept ? "accepted" : "rejected") &&
        !str_is(row->state, "filled"))
        return judgement->accept || str_eq(row->reason_text, judgement->reason_text)
                   ? VERDICT_REPEATED
                   : VERDICT_CHANGED;
    if (str_is(row->state, "accepted") && str_is(row->correctness, "open"))
        return row->version == judgement->version ? VERDICT_DONE : VERDICT_CHANGED;
    return slot_may_judge(hand, row, judgement);
}

static enum err pause_and_ask(struct slot_hand *hand)
{
    struct staff_tx *tx = &hand->tx;
    struct str rest = tx->request.department_keys, first = STR_NONE;
    enum err err = clock_pause_for_document(tx, hand->rule->checked_by);
    if (err != OK)
        return err;
    if (!str_next(&rest, ',', &first))
        first = STR_NONE;
    return staff_tx_status(tx, tx->request.phase, tx->request.department_keys, first,
                           tx->request.open_items + 1);
}

static enum err examine_tx(struct db *db, struct arena *arena, void *context)
{
    struct examine_context *c = context;
    const struct slot_judgement *judgement = c->judgement;
    struct slot_hand hand;
    enum err err = slot_hand_take(c->place, db, arena, &hand);
    if (err != OK)
        return err;
    const struct slot_lock *row = slot_hand_row(&hand, judgement->item);
    if (row == NULL)
        return ERR_NOT_FOUND;
    if (hand.rule->correctness &&
        !may_work(c->place->actor->principal, hand.rule->checked_by))
        return err_note(ERR_DENIED, "slot of another team");
    c->verdict = may_examine(&hand, row, judgement);
    if (c->verdict != VERDICT_DONE)
        return OK;
    err = slot_judge_row(&hand, row, judgement, "correctness");
    if (err == OK && !judgement->accept)
        err = pause_and_ask(&hand);
    if (err != OK)
        return err;
    return staff_tx_end(&hand.tx, judgement->accept ? "slot.correct" : "slot.not_correct",
                        hand.tx.request.reference);
}

enum err app_slot_correctness(const struct actor *actor, const struct staff_env *env,
                              struct str reference,
                              const struct slot_judgement *judgement,
                              enum staff_verdict *out)
{
    const struct slot_place place = {actor, env, reference, judgement->slot_key};
    struct examine_context c = {&place, judgement, VERDICT_DONE};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, examine_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return staff_tx_verdict(actor->db, err, out);
}

/* ---- originals ---- */

struct arrival_context {
    const struct slot_place *place;
    const struct slot_arrival *arrival;
    enum staff_verdict verdict;
};

/* What one row of the slot goes through: store/staff_slot.c does it with one statement. */
static void note_arrival(struct slot_hand *hand, const struct slot_lock *row,
                         day_no arrived_on)
{
    struct staff_tx *tx = &hand->tx;
    const struct history_of of = HISTORY_OF("document_slot", row->id, row->version + 1);
    staff_tx_history(tx, of, "original_on",
                     row->original_on == DAY_NONE
                         ? STR_NONE
                         : day_format_iso(tx->arena, row->original_on),
                     day_format_iso(tx->arena, arrived_on));
    if (str_is(row->state, "empty") || str_is(row->state, "rejected"))
        staff_tx_history(tx, of, "state", row->state, STR("filled"));
}

static enum err put_arrival(struct slot_hand *hand, const struct slot_arrival *arrival)
{
    struct staff_tx *tx = &hand->tx;
    struct slot_answer answer = {.team = hand->rule->checked_by, .at = tx->actor->now};
    const struct slot_original original = {
        .request_id = tx->request.id,
        .slot_key = arrival->slot_key,
        .arrived_on = arrival->arrived_on,
        .person_id = tx->actor->principal->person_id,
    };
    enum err err = slot_original_put(tx->db, &original);
    if (err != OK)
        return err;
    for (size_t i = 0; i < hand->row_count; i++) {
        const struct slot_lock *row = &hand->rows[i];
        if (row->item > 1 && str_is(row->state, "empty"))
            continue;
        note_arrival(hand, row, arrival->arrived_on);
        answer.count += str_is(row->state, "rejected");
    }
    return answer.count > 0 ? slot_answered(tx, &answer) : OK;
}

static enum staff_verdict may_note_arrival(const struct slot_hand *hand)
{
    bool missing = false;
    for (size_t i = 0; i < hand->row_count; i++) {
        const struct slot_lock *row = &hand->rows[i];
        if (row->item == 1 || !str_is(row->state, "empty"))
            missing |= row->original_on == DAY_NONE;
    }
    return missing ? VERDICT_DONE : VERDICT_REPEATED;
}

static enum err arrival_tx(struct db *db, struct arena *arena, void *context)
{
    struct arrival_context *c = context;
    const struct principal *who = c->place->actor->principal;
    struct slot_hand hand;
    enum err err = slot_hand_take(c->place, db, arena, &hand);
    if (err != OK)
        return err;
    const struct request_lock *request = &hand.tx.request;
    if (!hand.rule->original)
        return ERR_NOT_FOUND;
    if (!rights_include(who->rights, RIGHT_INTAKE_WORK) &&
        !may_work(who, hand.rule->checked_by))
        return err_note(ERR_DENIED, "slot of another team");
    if (c->arrival->arrived_on >
        locale_day_of(c->place->actor->now, request->company_zone))
        return err_note(ERR_INPUT, "arrived in the future");
    c->verdict = slot_may_arrive(who, request->state, hand.rule) ? may_note_arrival(&hand)
                                                                 : VERDICT_CLOSED;
    if (c->verdict != VERDICT_DONE)
        return OK;
    err = put_arrival(&hand, c->arrival);
    if (err != OK)
        return err;
    return staff_tx_end(&hand.tx, "slot.original", request->reference);
}

enum err app_slot_original(const struct actor *actor, const struct staff_env *env,
                           struct str reference, const struct slot_arrival *arrival,
                           enum staff_verdict *out)
{
    const struct slot_place place = {actor, env, reference, arrival->slot_key};
    struct arrival_context c = {&place, arrival, VERDICT_DONE};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, arrival_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return staff_tx_verdict(actor->db, err, out);
}
