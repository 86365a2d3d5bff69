#include "app/instance/process_jobs.h"

#include "process/values.h"
#include "store/job.h"
#include "store/subscription.h"
#include "app/instance/process_apply.h"
#include "app/instance/process_message.h"

/* ---- one instance and one job ---------------------------------------------------------------------- */

struct event_context {
    const struct actor *actor;
    const struct staff_env *env;
    const struct app_job *job;
    const char *action; /**< for the audit */
    /** The event of the job. */
    enum err (*read)(struct staff_tx *tx, const struct job_lock *job,
                     struct process_event *out);
};

static enum err take(struct staff_tx *tx, struct process_hand *hand,
                     const struct event_context *c, const struct job_lock *job)
{
    struct process_event event = {0};
    enum err err = c->read(tx, job, &event);

    if (err != OK)
        return err;
    hand->job_id = job->id;
    hand->job_token = job->token;
    err = process_advance(tx, hand, &event);
    if (err == ERR_CONFLICT && hand->refused) {
        err_clear();
        return job_finish(tx->db, job->id, tx->actor->now);
    }
    if (err == OK)
        err = job_finish(tx->db, job->id, tx->actor->now);
    return err == OK ? staff_tx_end(tx, c->action, tx->request.reference) : err;
}

static enum err event_tx(struct db *db, struct arena *arena, void *context)
{
    struct event_context *c = context;
    struct staff_tx tx;
    struct process_hand hand;
    struct job_lock job;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->job->request_id);

    if (err == OK)
        err = process_lock(&tx, &hand);
    if (err == OK)
        err = job_lock_by_id(db, arena, c->job->id, &job);
    if (err != OK)
        return err;
    return str_is(job.state, "queued") ? take(&tx, &hand, c, &job) : OK;
}

/* "<activation>:<event>" */
static enum err read_timer(struct staff_tx *tx, const struct job_lock *job,
                           struct process_event *out)
{
    ssize_t mark = str_index(job->token, ':');

    (void)tx;
    if (mark < 0)
        return err_note(ERR_INPUT, "a timer of nothing");
    *out = (struct process_event){
        .kind = PROCESS_TIMER_DUE,
        .activation = str_sub(job->token, 0, (size_t)mark),
        .event_id = str_from_index(job->token, (size_t)mark + 1),
    };
    return OK;
}

enum err app_timer_due(const struct actor *actor, const struct staff_env *env,
                       const struct app_job *job)
{
    struct event_context c = {actor, env, job, "process.timer", read_timer};

    return tx_run(actor->db, actor->arena, TX_READ_WRITE, event_tx, &c);
}

/* ---- signals ------------------------------------------------------------------------------------------ */

/* The job of who threw it holds what it carries. */
static enum err read_signal(struct staff_tx *tx, const struct job_lock *job,
                            struct process_event *out)
{
    struct job_lock thrown;
    json_t *payload;
    json_t *letter;
    enum err err = json_parse(tx->arena, job->payload, &payload);

    if (err == OK)
        err = job_by_id(tx->db, tx->arena, json_get_int(payload, "signal", 0), &thrown);
    if (err == OK)
        err = json_parse(tx->arena, thrown.payload, &letter);
    if (err == OK)
        *out = (struct process_event){
            .kind = PROCESS_SIGNAL,
            .name = json_get_str(letter, "name"),
            .variables =
                value_from_json(tx->arena, json_object_get(letter, "variables")).context,
        };
    return err;
}

enum err app_signal_caught(const struct actor *actor, const struct staff_env *env,
                           const struct app_job *job)
{
    struct event_context c = {actor, env, job, "process.signal", read_signal};

    return tx_run(actor->db, actor->arena, TX_READ_WRITE, event_tx, &c);
}

/* So many instances at once, so that no transaction is long. */
enum { SIGNAL_BATCH = 200 };

struct spread_context {
    const struct actor *actor;
    const struct app_job *job;
};

static enum err spread(struct db *db, struct arena *arena, const struct actor *actor,
                       const struct job_lock *job)
{
    struct job_row rows[SIGNAL_BATCH];
    struct db_rows found;
    const int64_t *ids;
    json_t *letter;
    enum err err = json_parse(arena, job->payload, &letter);
    struct signal_of of = {.thrower = job->request_id, .before = job->created_at};

    if (err != OK)
        return err;
    of.name = json_get_str(letter, "name");
    of.after_id = json_get_int(letter, "after", 0);
    err = subscription_signalled(db, arena, &of, SIGNAL_BATCH, &found);
    if (err != OK)
        return err;
    ids = found.items;
    for (size_t i = 0; i < found.count; i++)
        rows[i] = (struct job_row){
            .kind = "signal_caught",
            .unique_key = str_format(arena, "signal:%lld:%lld", (long long)job->id,
                                     (long long)ids[i]),
            .request_id = ids[i],
            .payload = str_format(arena, "{\"signal\":%lld}", (long long)job->id),
            .created_at = actor->now,
        };
    err = job_insert(db, rows, found.count);
    if (err != OK || found.count < SIGNAL_BATCH)
        return err == OK ? job_finish(db, job->id, actor->now) : err;
    json_set_int(letter, "after", ids[found.count - 1]);
    return job_go_on(db, job->id, json_write(arena, letter), actor->now);
}

static enum err spread_tx(struct db *db, struct arena *arena, void *context)
{
    const struct spread_context *c = context;
    struct job_lock job;
    enum err err = job_lock_by_id(db, arena, c->job->id, &job);

    if (err != OK || !str_is(job.state, "queued"))
        return err;
    return spread(db, arena, c->actor, &job);
}

enum err app_signal_thrown(const struct actor *actor, const struct staff_env *env,
                           const struct app_job *job)
{
    struct spread_context c = {actor, job};

    (void)env;
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, spread_tx, &c);
}

/* ---- messages ------------------------------------------------------------------------------------------ */

/* To those who wait, the oldest first: of each type one takes it. So many of one type may wait that others come
 * only when that type has it. */
static enum err offer(const struct actor *actor, const struct staff_env *env,
                      struct process_message *message, const json_t *letter)
{
    struct waiting_for what = {.name = json_get_str(letter, "name"),
                               .correlation = json_get_str(letter, "correlation")};
    struct db_rows found;
    enum err err = OK;

    do {
        what.delivered = message->delivered;
        err = subscription_waiting(actor->db, actor->arena, &what, &found);
        for (size_t i = 0; err == OK && i < found.count; i++) {
            const struct subscription_row *row =
                &((const struct subscription_row *)found.items)[i];

            if (!message_reached(message->delivered, row->request_type))
                err = message_deliver(actor, env, message, row->request_id);
        }
    } while (err == OK && found.count == WAITING_MAX &&
             message->delivered.len > what.delivered.len);
    return err;
}

enum err app_message_thrown(const struct actor *actor, const struct staff_env *env,
                            const struct app_job *job)
{
    struct process_message message;
    json_t *payload;
    json_t *letter;
    enum err err = json_parse(actor->arena, job->payload, &payload);

    if (err == OK)
        err = process_message_by_token(actor->db, actor->arena, job->request_id,
                                       json_get_str(payload, "thrown"), &message);
    if (err == OK)
        err = json_parse(actor->arena, message.payload, &letter);
    if (err == OK)
        err = offer(actor, env, &message, letter);
    return err == OK ? job_finish(actor->db, job->id, actor->now) : err;
}

enum err app_subscribed(const struct actor *actor, const struct staff_env *env,
                        const struct app_job *job)
{
    struct subscription_to to = {0};
    struct db_rows found = {NULL, 0};
    enum err err =
        subscription_by_token(actor->db, actor->arena, job->request_id, job->token, &to);

    const struct message_wanted wanted = {to.name, to.correlation, to.request_type,
                                          actor->now};
    if (err == OK)
        err = process_message_kept(actor->db, actor->arena, &wanted, &found);
    else if (err == ERR_NOT_FOUND)
        err = OK; /* it waits no longer */
    for (size_t i = 0; err == OK && i < found.count; i++) {
        struct process_message *message = &((struct process_message *)found.items)[i];

        if (!message_reached(message->delivered, to.request_type))
            err = message_deliver(actor, env, message, job->request_id);
    }
    return err == OK ? job_finish(actor->db, job->id, actor->now) : err;
}
