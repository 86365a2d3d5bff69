#include "app/service_task.h"

#include "formats/locale.h"
#include "store/master_data.h"
#include "app/attribute_change.h"
#include "app/process_apply.h"

struct service_context {
    const struct actor *actor;
    const struct staff_env *env;
    const struct app_job *job;
    enum service_verdict verdict;
};

/* ---- master-data.apply ---- */

static enum err master_data_apply(struct staff_tx *tx, const struct job_lock *job,
                                  const json_t *payload, bool *conflict_out)
{
    struct attribute_changes changes;
    day_no today = locale_day_of(tx->actor->now, tx->request.company_zone);
    enum err err = attribute_changes(tx->db, tx->arena, tx->request.company_id,
                                     tx->request.base, job->payload, today, &changes);
    if (err != OK)
        return err;
    if (changes.conflict && !json_get_bool(payload, "force", false)) {
        *conflict_out = true;
        return OK;
    }
    struct master_data_new *rows =
        ARENA_ARRAY(tx->arena, struct master_data_new, changes.count + 1);
    for (size_t i = 0; i < changes.count; i++) {
        const struct attribute_change *change = &changes.items[i];
        rows[i] =
            (struct master_data_new){change->key, changes.valid_from, change->new_value};
        if (!str_eq(change->current_value, change->new_value))
            staff_tx_history(
                tx, HISTORY_OF("company_attribute", tx->request.company_id, 1),
                str_c(tx->arena, change->key), change->current_value, change->new_value);
    }
    return master_data_insert(tx->db, tx->arena, tx->request.company_id, tx->request.id,
                              rows, changes.count, tx->actor->now);
}

/* ---- one job ---- */

static enum err run(struct staff_tx *tx, struct process_hand *hand,
                    struct service_context *c, const struct job_lock *job)
{
    json_t *payload;
    enum err err = json_parse(tx->arena, job->payload, &payload);
    if (err != OK)
        return err;
    struct str type = json_get_str(payload, "type");
    if (!str_is(type, "master-data.apply"))
        return err_note(ERR_INPUT, "unknown service type");
    bool conflict = false;
    err = master_data_apply(tx, job, payload, &conflict);
    if (err != OK)
        return err;
    if (conflict) {
        c->verdict = SERVICE_CONFLICT;
        err = job_fail(tx->db, job->id, STR("conflict"));
        return err != OK
                   ? err
                   : staff_tx_end(tx, "service_task.conflict", tx->request.reference);
    }
    struct process_event event = {.kind = PROCESS_SERVICE_COMPLETED,
                                  .activation = json_get_str(payload, "activation")};
    err = process_advance(tx, hand, &event);
    if (err != OK)
        return err;
    err = job_finish(tx->db, job->id, tx->actor->now);
    if (err != OK)
        return err;
    c->verdict = SERVICE_DONE;
    return staff_tx_end(tx, "service_task.done", tx->request.reference);
}

static enum err service_tx(struct db *db, struct arena *arena, void *context)
{
    struct service_context *c = context;
    struct staff_tx tx;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->job->request_id);
    if (err != OK)
        return err;
    struct process_hand hand;
    err = process_lock(&tx, &hand);
    if (err != OK)
        return err;
    struct job_lock job;
    err = job_lock_by_id(db, arena, c->job->id, &job);
    if (err != OK)
        return err;
    if (!str_is(job.state, "queued")) {
        c->verdict = SERVICE_REPEATED;
        return OK;
    }
    return run(&tx, &hand, c, &job);
}

enum err app_service_task(const struct actor *actor, const struct staff_env *env,
                          const struct app_job *job, enum service_verdict *out)
{
    struct service_context c = {actor, env, job, SERVICE_DONE};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, service_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return err;
}
