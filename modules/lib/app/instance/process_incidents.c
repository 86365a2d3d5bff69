/* process_incidents.c: what of a process cannot go on, and when that is over. */
#include "store/incident.h"
#include "app/instance/process_rows.h"

struct incidents {
    struct staff_tx *tx;
    struct process_hand *hand;
    const struct process_outcome *outcome;
    const struct process_event *event;
    struct str *stuck; /* activations after the step */
    size_t stuck_count;
    struct db_rows open; /* struct incident_row: before it */
};

static bool is_stuck(const struct incidents *n, struct str activation)
{
    for (size_t i = 0; i < n->stuck_count; i++)
        if (str_eq(n->stuck[i], activation))
            return true;
    return false;
}

static bool is_known(const struct incidents *n, struct str activation)
{
    const struct incident_row *rows = n->open.items;

    for (size_t i = 0; i < n->open.count; i++)
        if (str_is(rows[i].kind, "stuck") && str_eq(rows[i].token, activation))
            return true;
    return false;
}

/* The work or the timer that a job was for is void. */
static bool is_void(const struct incidents *n, struct str token)
{
    for (size_t i = 0; i < n->outcome->effect_count; i++) {
        const struct process_effect *effect = &n->outcome->effects[i];

        if ((effect->kind == EFFECT_CLOSE_SERVICE ||
             effect->kind == EFFECT_CLEAR_TIMER) &&
            str_eq(effect_token(n->tx->arena, effect), token))
            return true;
    }
    return false;
}

static enum err close(struct incidents *n)
{
    const struct incident_row *rows = n->open.items;
    int64_t *ids = ARENA_ARRAY(n->tx->arena, int64_t, n->open.count + 1);
    size_t count = 0;

    for (size_t i = 0; i < n->open.count; i++) {
        bool over = str_is(rows[i].kind, "stuck") ? !is_stuck(n, rows[i].token)
                                                  : is_void(n, rows[i].token);

        if (over)
            ids[count++] = rows[i].id;
    }
    return incident_close(n->tx->db, n->tx->arena, ids, count, 0, n->tx->actor->now);
}

static enum err begin(struct incidents *n)
{
    struct incident_new *rows =
        ARENA_ARRAY(n->tx->arena, struct incident_new, n->outcome->effect_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < n->outcome->effect_count; i++) {
        const struct process_effect *effect = &n->outcome->effects[i];
        bool own = str_eq(effect->activation, n->event->activation);

        if (effect->kind != EFFECT_INCIDENT || !is_stuck(n, effect->activation) ||
            effect_is_undone(n->outcome, i, EFFECT_INCIDENT))
            continue;
        n->hand->is_stuck |= own;
        if (is_known(n, effect->activation))
            continue;
        bool failed = own && n->event->kind == PROCESS_SERVICE_FAILED;
        bool told = failed && n->hand->error_sentence != NULL;
        rows[count++] = (struct incident_new){
            .request_id = n->tx->request.id,
            .job_id = failed ? n->hand->job_id : 0,
            .kind = "stuck",
            .token = effect->activation,
            .reason = told ? str_from(n->hand->error_sentence) : effect->name,
            .about = told ? n->hand->error_about : STR_NONE,
            .opened_at = n->tx->actor->now,
        };
    }
    return incident_insert(n->tx->db, n->tx->arena, rows, count);
}

enum err process_rows_incidents(struct staff_tx *tx, struct process_hand *hand,
                                const struct process_outcome *outcome,
                                const struct process_event *event)
{
    struct incidents n = {.tx = tx, .hand = hand, .outcome = outcome, .event = event};
    bool begins = false;
    enum err err = OK;

    for (size_t i = 0; i < outcome->effect_count; i++)
        begins |= outcome->effects[i].kind == EFFECT_INCIDENT;
    if (!begins && hand->incidents == 0)
        return OK;
    n.stuck_count =
        process_incidents(tx->arena, tx->definition, outcome->state, &n.stuck);
    if (hand->incidents > 0)
        err = incident_open(tx->db, tx->arena, tx->request.id, &n.open);
    if (err == OK)
        err = close(&n);
    return err == OK ? begin(&n) : err;
}
