#include "app/instance/incident.h"

#include "app/instance/process_apply.h"

/* ---- reading --------------------------------------------------------------------------------------- */

/* What an obstacle of master data is about: old and new side by side. */
static enum err add_changes(struct db *db, struct arena *arena,
                            const struct attribute_change_of *of,
                            struct incident_detail *detail)
{
    struct attribute_change_of here = *of;
    struct job_lock job;
    json_t *payload;
    enum err err;

    if (!str_is(detail->row.kind, "obstacle") || detail->row.job_id == 0)
        return OK;
    err = job_by_id(db, arena, detail->row.job_id, &job);
    if (err == OK)
        err = json_parse(arena, job.payload, &payload);
    if (err != OK)
        return err;
    here.inputs = json_object_get(payload, "inputs");
    return json_object_get(here.inputs, "attributes") == NULL
               ? OK
               : attribute_changes(db, arena, &here, &detail->changes);
}

enum err incident_details(struct db *db, struct arena *arena,
                          const struct attribute_change_of *of, int64_t request_id,
                          struct db_rows *out)
{
    struct db_rows rows;
    struct incident_detail *details;
    enum err err = incident_open(db, arena, request_id, &rows);

    if (err != OK)
        return err;
    details = ARENA_ARRAY(arena, struct incident_detail, rows.count + 1);
    for (size_t i = 0; err == OK && i < rows.count; i++) {
        details[i].row = ((const struct incident_row *)rows.items)[i];
        err = add_changes(db, arena, of, &details[i]);
    }
    if (err == OK)
        *out = (struct db_rows){details, rows.count};
    return err;
}

enum err app_incidents(const struct actor *actor, int64_t after_id, int64_t limit,
                       struct incident_page *out)
{
    struct db_rows rows;
    enum err err;

    if (!rights_include(actor->principal->rights, RIGHT_TICKET_READ))
        return ERR_DENIED;
    err = incident_list(actor->db, actor->arena, after_id, limit + 1, &rows);
    if (err != OK)
        return err;
    out->items = rows.items;
    out->more = rows.count > (size_t)limit;
    out->count = out->more ? (size_t)limit : rows.count;
    return OK;
}

/* ---- again ------------------------------------------------------------------------------------------- */

struct retry_context {
    const struct actor *actor;
    const struct staff_env *env;
    const struct incident_again *again;
    int64_t request_id;
    enum staff_verdict verdict;
};

static enum err requeue(struct staff_tx *tx, const struct incident_row *incident,
                        bool force)
{
    struct job_lock job;
    json_t *payload;
    enum err err = job_lock_by_id(tx->db, tx->arena, incident->job_id, &job);

    if (err != OK || !str_is(job.state, "failed"))
        return err;
    err = json_parse(tx->arena, job.payload, &payload);
    if (err != OK)
        return err;
    if (force)
        json_set_bool(payload, "force", true);
    return job_requeue(tx->db, job.id, json_write(tx->arena, payload), tx->actor->now);
}

static enum err go_on(struct staff_tx *tx, struct process_hand *hand,
                      struct retry_context *c, const struct incident_row *incident)
{
    struct process_event event = {.kind = PROCESS_RETRY, .activation = incident->token};
    enum err err = process_advance(tx, hand, &event);

    if (err == ERR_CONFLICT && hand->refused) {
        err_clear();
        return OK;
    }
    if (err == OK && hand->is_stuck)
        c->verdict = VERDICT_STUCK;
    return err;
}

static enum err retry_tx(struct db *db, struct arena *arena, void *context)
{
    struct retry_context *c = context;
    struct staff_tx tx;
    struct process_hand hand;
    struct incident_row incident;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->request_id);

    if (err == OK)
        err = process_lock(&tx, &hand);
    if (err != OK)
        return err;
    err = incident_find(db, arena, c->request_id, c->again->incident, &incident);
    if (err == ERR_NOT_FOUND) {
        c->verdict = VERDICT_REPEATED;
        return OK;
    }
    c->verdict = VERDICT_DONE;
    if (err == OK)
        err = incident_close(db, arena, &incident.id, 1, c->actor->principal->person_id,
                             c->actor->now);
    if (err == OK && str_is(incident.kind, "stuck"))
        err = go_on(&tx, &hand, c, &incident);
    if (err == OK && incident.job_id != 0)
        err = requeue(&tx, &incident, c->again->force);
    if (err != OK)
        return err;
    return staff_tx_end(&tx, c->again->force ? "incident.forced" : "incident.retried",
                        tx.request.reference);
}

enum err app_incident_retry(const struct actor *actor, const struct staff_env *env,
                            const struct incident_again *again, enum staff_verdict *out)
{
    struct retry_context c = {.actor = actor, .env = env, .again = again};
    struct staff_request request;
    enum err err;

    if (!rights_include(actor->principal->rights, RIGHT_JOB_RETRY))
        return ERR_DENIED;
    err = staff_request_by_ticket(actor->db, actor->arena, again->ticket, &request);
    if (err != OK)
        return err;
    c.request_id = request.id;
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, retry_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return staff_tx_verdict(actor->db, err, out);
}
