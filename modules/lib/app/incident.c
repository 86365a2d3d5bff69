#include "app/incident.h"

#include "store/instance.h"
#include "app/staff_tx.h"

struct retry_context {
    const struct actor *actor;
    const struct staff_env *env;
    int64_t request_id;
    bool force;
    enum staff_verdict verdict;
};

static enum err retry_tx(struct db *db, struct arena *arena, void *context)
{
    struct retry_context *c = context;
    struct staff_tx tx;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->request_id);
    if (err != OK)
        return err;
    struct job_lock job;
    err = job_lock_failed(db, arena, c->request_id, &job);
    if (err == ERR_NOT_FOUND) {
        c->verdict = VERDICT_REPEATED;
        return OK;
    }
    if (err != OK)
        return err;
    json_t *payload;
    err = json_parse(arena, job.payload, &payload);
    if (err != OK)
        return err;
    if (c->force)
        json_set_bool(payload, "force", true);
    err = job_requeue(db, job.id, json_write(arena, payload), c->actor->now);
    if (err != OK)
        return err;
    c->verdict = VERDICT_DONE;
    return staff_tx_end(&tx, c->force ? "incident.forced" : "incident.retried",
                        tx.request.reference);
}

enum err app_incident_retry(const struct actor *actor, const struct staff_env *env,
                            struct str ticket_reference, bool force,
                            enum staff_verdict *out)
{
    if (!rights_include(actor->principal->rights, RIGHT_JOB_RETRY))
        return ERR_DENIED;
    struct staff_request request;
    enum err err =
        staff_request_by_ticket(actor->db, actor->arena, ticket_reference, &request);
    if (err != OK)
        return err;
    struct retry_context c = {actor, env, request.id, force, VERDICT_DONE};
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, retry_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return err;
}
