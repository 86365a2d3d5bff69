/* process_tasks.c: user tasks of a process as sub-tickets. */
#include "store/sub_ticket.h"
#include "app/instance/process_rows.h"
#include "app/ticket/sub_ticket_open.h"

/* References are numbered in the ticket; the statement that reads all of them reads so many. */
enum { TASKS_MAX = 999 };

struct tasks {
    struct staff_tx *tx;
    const struct process_hand *hand;
    const struct process_outcome *outcome;
    struct sub_ticket_state *states; /* as they were, changed here as they change */
    size_t count;
    struct sub_ticket_new *opened;
    size_t opened_count;
};

static enum err read_states(struct tasks *t)
{
    struct db_rows rows;
    enum err err = sub_ticket_states(t->tx->db, t->tx->arena, t->hand->ticket.id, &rows);

    if (err != OK)
        return err;
    t->states = rows.items;
    t->count = rows.count;
    return OK;
}

/* ---- void ---- */

static enum err cancel(struct tasks *t)
{
    int64_t *ids = ARENA_ARRAY(t->tx->arena, int64_t, t->count + 1);
    size_t count = 0;

    for (size_t i = 0; i < t->outcome->effect_count; i++) {
        const struct process_effect *effect = &t->outcome->effects[i];

        for (size_t k = 0; effect->kind == EFFECT_CLOSE_TASK && k < t->count; k++) {
            struct sub_ticket_state *state = &t->states[k];

            if (!state->is_open || !str_eq(state->activation, effect->activation))
                continue;
            state->is_open = false;
            ids[count++] = state->id;
            /* Nobody needs the customer's answer any more. */
            t->tx->open_items -= state->asks;
            staff_tx_history(t->tx,
                             HISTORY_OF("sub_ticket", state->id, state->version + 1),
                             "state", state->state, STR("cancelled"));
        }
    }
    return sub_ticket_cancel(t->tx->db, t->tx->arena, ids, count, t->tx->actor->now);
}

/* ---- new ---- */

static enum err mail_team(struct tasks *t, const struct sub_ticket_new *row)
{
    struct staff_tx *tx = t->tx;
    json_t *payload = staff_tx_payload(tx);

    json_set_str(payload, "reference", row->reference);
    json_set_str(payload, "sub_ticket_msgid", row->name);
    if (!str_is_empty(row->subject))
        json_set_str(payload, "sub_ticket_subject", row->subject);
    json_set_str(payload, "team", row->team_key);
    json_set_str(
        payload, "url_path",
        str_format(tx->arena, "/staff/tickets/%.*s", STR_ARG(t->hand->ticket.reference)));
    return staff_tx_mail_team(
        tx, "sub-ticket-opened",
        str_format(tx->arena, "%.*s:opened", STR_ARG(row->reference)), row->team_key,
        payload);
}

static enum err open_one(struct tasks *t, const struct process_effect *effect)
{
    struct sub_ticket_new *row = &t->opened[t->opened_count++];
    enum err err;

    if (t->count + t->opened_count > TASKS_MAX)
        return err_note(ERR_LIMITED, "more than %d sub-tickets in one ticket", TASKS_MAX);
    *row = (struct sub_ticket_new){
        .reference =
            str_format(t->tx->arena, "%.*s-%zu", STR_ARG(t->hand->ticket.reference),
                       t->count + t->opened_count),
        .ticket_id = t->hand->ticket.id,
        .instance_id = t->hand->instance_id,
    };
    err = sub_ticket_describe(t->tx, effect, row);
    return err == OK ? mail_team(t, row) : err;
}

static void remember(struct tasks *t, int64_t id, const struct sub_ticket_new *row)
{
    staff_tx_history(t->tx, HISTORY_OF("sub_ticket", id, 1), "team", STR_NONE,
                     row->team_key);
    staff_tx_history(t->tx, HISTORY_OF("sub_ticket", id, 1), "state", STR_NONE,
                     STR("open"));
}

/* The ids of several are known when they are read again. */
static enum err insert(struct tasks *t)
{
    size_t before = t->count;
    int64_t id = 0;
    enum err err =
        sub_ticket_insert(t->tx->db, t->tx->arena, t->opened, t->opened_count, &id);

    if (err != OK)
        return err;
    if (t->opened_count == 1) {
        remember(t, id, t->opened);
        return OK;
    }
    err = read_states(t);
    for (size_t i = 0; err == OK && i < t->opened_count; i++)
        remember(t, t->states[before + i].id, &t->opened[i]);
    t->count = before;
    return err;
}

static enum err open_all(struct tasks *t)
{
    t->opened =
        ARENA_ARRAY(t->tx->arena, struct sub_ticket_new, t->outcome->effect_count + 1);
    for (size_t i = 0; i < t->outcome->effect_count; i++) {
        const struct process_effect *effect = &t->outcome->effects[i];

        if (effect->kind == EFFECT_OPEN_TASK &&
            !effect_is_undone(t->outcome, i, EFFECT_CLOSE_TASK)) {
            enum err err = open_one(t, effect);

            if (err != OK)
                return err;
        }
    }
    return t->opened_count == 0 ? OK : insert(t);
}

/* ---- who is at work ---- */

static void put_once(struct buf *keys, struct str key)
{
    struct str rest = buf_str(keys);
    struct str known;

    while (str_next(&rest, ',', &known))
        if (str_eq(known, key))
            return;
    if (keys->len > 0)
        buf_put_char(keys, ',');
    buf_put(keys, key);
}

enum err process_rows_tasks(struct staff_tx *tx, const struct process_hand *hand,
                            const struct process_outcome *outcome,
                            struct str *departments_out)
{
    struct tasks t = {.tx = tx, .hand = hand, .outcome = outcome};
    struct buf keys = buf_init(tx->arena, 500);
    enum err err = OK;

    t.states = hand->sub_tickets;
    t.count = hand->sub_ticket_count;
    if (!hand->is_new && hand->sub_tickets == NULL)
        err = read_states(&t);
    if (err == OK)
        err = cancel(&t);
    if (err == OK)
        err = open_all(&t);
    if (err != OK)
        return err;
    for (size_t i = 0; i < t.count; i++)
        if (t.states[i].is_open)
            put_once(&keys, t.states[i].team_key);
    for (size_t i = 0; i < t.opened_count; i++)
        put_once(&keys, t.opened[i].team_key);
    *departments_out = buf_str(&keys);
    return OK;
}
