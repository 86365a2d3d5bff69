/* process_events.c: services, timers, messages and signals of a process as jobs and subscriptions. */
#include "process/definition/definition.h"
#include "store/job.h"
#include "store/process_message.h"
#include "store/subscription.h"
#include "app/instance/process_rows.h"

bool effect_is_undone(const struct process_outcome *outcome, size_t index,
                      enum process_effect_kind undone_by)
{
    const struct process_effect *effect = &outcome->effects[index];

    for (size_t i = index + 1; i < outcome->effect_count; i++) {
        const struct process_effect *other = &outcome->effects[i];

        if (other->kind == undone_by && str_eq(other->activation, effect->activation) &&
            str_eq(other->event_id, effect->event_id))
            return true;
    }
    return false;
}

struct str effect_token(struct arena *arena, const struct process_effect *effect)
{
    return effect->event_id.ptr == NULL
               ? effect->activation
               : str_format(arena, "%.*s:%.*s", STR_ARG(effect->activation),
                            STR_ARG(effect->event_id));
}

/* ---- jobs ---------------------------------------------------------------------------------------- */

/* `suffix` makes the key one of its kind, or of its time. */
static struct job_row *job(struct staff_tx *tx, const char *kind, struct str token,
                           struct str suffix)
{
    struct job_row *row = VEC_PUSH(&tx->jobs, struct job_row);

    *row = (struct job_row){
        .kind = kind,
        .unique_key =
            str_format(tx->arena, "%.*s:%.*s%.*s", STR_ARG(tx->request.reference),
                       STR_ARG(token), STR_ARG(suffix)),
        .request_id = tx->request.id,
        .payload = STR("{}"),
        .created_at = tx->actor->now,
    };
    return row;
}

static void run_service(struct staff_tx *tx, const struct process_effect *effect)
{
    json_t *payload = json_new_object(tx->arena);
    struct job_row *row = job(tx, "service_task", effect->activation, STR(""));

    json_set_str(payload, "type", effect->service_type);
    if (effect->inputs != NULL)
        json_object_set(payload, "inputs", effect->inputs);
    row->payload = json_write(tx->arena, payload);
    row->token = effect->activation;
}

/* A cycle has one for each time it happens. */
static void set_timer(struct staff_tx *tx, const struct process_effect *effect)
{
    struct str token = effect_token(tx->arena, effect);
    struct job_row *row = job(tx, "timer", token,
                              str_format(tx->arena, ":%lld", (long long)effect->due_at));

    row->token = token;
    row->available_at = effect->due_at;
}

/* A message may wait for somebody already. */
static void look_for_messages(struct staff_tx *tx, struct str token)
{
    job(tx, "subscribed", token, STR(":subscribed"))->token = token;
}

static json_t *letter(struct staff_tx *tx, const struct process_effect *effect)
{
    json_t *payload = json_new_object(tx->arena);

    json_set_str(payload, "name", effect->name);
    if (effect->correlation.ptr)
        json_set_str(payload, "correlation", effect->correlation);
    json_object_set(payload, "variables", effect->inputs);
    return payload;
}

static void throw_signal(struct staff_tx *tx, const struct process_effect *effect)
{
    job(tx, "signal", effect->activation, STR(":signal"))->payload =
        json_write(tx->arena, letter(tx, effect));
}

static void deliver_message(struct staff_tx *tx, const struct process_effect *effect)
{
    json_t *payload = json_new_object(tx->arena);

    json_set_str(payload, "thrown", effect->activation);
    job(tx, "message", effect->activation, STR(":message"))->payload =
        json_write(tx->arena, payload);
}

/* ---- rows of their own -------------------------------------------------------------------------- */

/* What ends: `tokens` has room for all effects. The job in hand marks itself. */
static enum err cancel_jobs(struct staff_tx *tx, const struct process_hand *hand,
                            const struct process_outcome *outcome, struct str *tokens)
{
    size_t count = 0;

    for (size_t i = 0; i < outcome->effect_count; i++) {
        const struct process_effect *effect = &outcome->effects[i];

        if (effect->kind != EFFECT_CLEAR_TIMER && effect->kind != EFFECT_CLOSE_SERVICE)
            continue;
        tokens[count] = effect_token(tx->arena, effect);
        count += !str_eq(tokens[count], hand->job_token);
    }
    return job_cancel(tx->db, tx->arena, tx->request.id, tokens, count);
}

static enum err unsubscribe(struct staff_tx *tx, const struct process_outcome *outcome,
                            struct str *tokens)
{
    size_t count = 0;

    for (size_t i = 0; i < outcome->effect_count; i++)
        if (outcome->effects[i].kind == EFFECT_UNSUBSCRIBE)
            tokens[count++] = effect_token(tx->arena, &outcome->effects[i]);
    return subscription_delete(tx->db, tx->arena, tx->request.id, tokens, count);
}

static enum err subscribe(struct staff_tx *tx, const struct process_outcome *outcome)
{
    struct subscription_new *rows =
        ARENA_ARRAY(tx->arena, struct subscription_new, outcome->effect_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < outcome->effect_count; i++) {
        const struct process_effect *effect = &outcome->effects[i];

        if (effect->kind != EFFECT_SUBSCRIBE ||
            effect_is_undone(outcome, i, EFFECT_UNSUBSCRIBE))
            continue;
        rows[count++] = (struct subscription_new){
            .request_id = tx->request.id,
            .token = effect_token(tx->arena, effect),
            .signal = effect->signal,
            .name = effect->name,
            .correlation = effect->signal ? STR("") : effect->correlation,
            .created_at = tx->actor->now,
        };
        if (!effect->signal)
            look_for_messages(tx, rows[count - 1].token);
    }
    return subscription_insert(tx->db, tx->arena, rows, count);
}

static enum err publish(struct staff_tx *tx, const struct process_outcome *outcome)
{
    struct process_message_new *rows =
        ARENA_ARRAY(tx->arena, struct process_message_new, outcome->effect_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < outcome->effect_count; i++) {
        const struct process_effect *effect = &outcome->effects[i];

        if (effect->kind != EFFECT_PUBLISH)
            continue;
        rows[count++] = (struct process_message_new){
            .request_id = tx->request.id,
            .token = effect->activation,
            .name = effect->name,
            .correlation = effect->correlation,
            .payload = json_write(tx->arena, letter(tx, effect)),
            .published_at = tx->actor->now,
            .expires_at = tx->actor->now + effect->keep_s * US_PER_S,
        };
        deliver_message(tx, effect);
    }
    return process_message_insert(tx->db, tx->arena, rows, count);
}

enum err process_rows_events(struct staff_tx *tx, const struct process_hand *hand,
                             const struct process_outcome *outcome)
{
    struct str *tokens = ARENA_ARRAY(tx->arena, struct str, outcome->effect_count + 1);
    enum err err = cancel_jobs(tx, hand, outcome, tokens);

    for (size_t i = 0; i < outcome->effect_count; i++) {
        const struct process_effect *effect = &outcome->effects[i];

        if (effect->kind == EFFECT_RUN_SERVICE &&
            !effect_is_undone(outcome, i, EFFECT_CLOSE_SERVICE))
            run_service(tx, effect);
        else if (effect->kind == EFFECT_SET_TIMER &&
                 !effect_is_undone(outcome, i, EFFECT_CLEAR_TIMER))
            set_timer(tx, effect);
        else if (effect->kind == EFFECT_SIGNAL)
            throw_signal(tx, effect);
    }
    if (err == OK)
        err = unsubscribe(tx, outcome, tokens);
    if (err == OK)
        err = subscribe(tx, outcome);
    return err == OK ? publish(tx, outcome) : err;
}
