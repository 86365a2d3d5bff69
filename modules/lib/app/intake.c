#include "app/intake.h"

#include "store/access_log.h"
#include "store/instance.h"
#include "app/staff_tx.h"

/* ---- reading ---- */

struct list_context {
    const struct actor *actor;
    const struct intake_query *query;
    struct intake_page *out;
};

static enum err list_tx(struct db *db, struct arena *arena, void *context)
{
    struct list_context *c = context;
    const struct intake_query *query = c->query;
    struct db_rows rows;
    enum err err = intake_list(db, arena, query->state, query->after_due, query->after_id,
                               query->limit + 1, &rows);
    if (err != OK)
        return err;
    c->out->more = rows.count > (size_t)query->limit;
    c->out->count = c->out->more ? (size_t)query->limit : rows.count;
    c->out->items = rows.items;
    return intake_count(db, arena, query->state, &c->out->total);
}

enum err app_intake_list(const struct actor *actor, const struct intake_query *query,
                         struct intake_page *out)
{
    struct list_context c = {actor, query, out};
    return tx_run(actor->db, actor->arena, TX_READ_ONLY, list_tx, &c);
}

struct open_context {
    const struct staff_env *env;
    struct str reference;
    struct request_dossier *out;
};

static enum err open_tx(struct db *db, struct arena *arena, void *context)
{
    struct open_context *c = context;
    enum err err = staff_request_by_reference(db, arena, c->reference, &c->out->request);
    if (err != OK)
        return err;
    return app_dossier_fill(db, arena, c->env, c->out);
}

enum err app_intake_open(const struct actor *actor, const struct staff_env *env,
                         struct str reference, struct request_dossier *out)
{
    struct open_context c = {env, reference, out};
    return tx_run(actor->db, actor->arena, TX_READ_ONLY, open_tx, &c);
}

enum err app_board_looked(const struct actor *actor, const struct staff_request *request)
{
    struct access_log_row row = {
        .at = actor->now,
        .person_id = actor->principal->person_id,
        .company_id = request->company_id,
        .kind = "board",
        .object = request->reference,
        .trace_id = actor->trace_id,
    };

    return request->board ? access_log_insert(actor->db, &row) : OK;
}

enum err app_dossier_fill(struct db *db, struct arena *arena, const struct staff_env *env,
                          struct request_dossier *out)
{
    enum err err = definitions_get(env->definitions, db, out->request.definition_id,
                                   &out->definition);
    if (err != OK)
        return err;
    struct db_rows rows;
    err = staff_slots(db, arena, out->request.id, &rows);
    if (err != OK)
        return err;
    out->slots = rows.items;
    out->slot_count = rows.count;
    err = conversation_list(db, arena, out->request.id, &rows);
    if (err != OK)
        return err;
    out->entries = rows.items;
    out->entry_count = rows.count;
    return OK;
}

/* ---- the customer has provided a document ---- */

struct provided_context {
    const struct actor *actor;
    const struct staff_env *env;
    const struct app_job *job;
};

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

static enum err provided_tx(struct db *db, struct arena *arena, void *context)
{
    struct provided_context *c = context;
    struct staff_tx tx;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->job->request_id);
    if (err != OK)
        return err;
    struct job_lock job;
    err = job_lock_by_id(db, arena, c->job->id, &job);
    if (err != OK)
        return err;
    if (!str_is(job.state, "queued"))
        return OK;
    bool waiting = str_is(tx.request.state, "waiting_for_customer");
    if (waiting || str_is(tx.request.state, "submitted")) {
        struct slot_totals totals;
        err = slot_totals(db, arena, tx.request.id, &totals);
        if (err != OK)
            return err;
        if (waiting && totals.rejected == 0) {
            err = back_to_intake(&tx);
            if (err != OK)
                return err;
        }
        err = staff_tx_status(&tx, tx.request.phase, tx.request.department_keys, STR_NONE,
                              totals.rejected);
        if (err != OK)
            return err;
    }
    err = job_finish(db, c->job->id, c->actor->now);
    if (err != OK)
        return err;
    return staff_tx_end(&tx, "request.document_provided", tx.request.reference);
}

enum err app_document_provided(const struct actor *actor, const struct staff_env *env,
                               const struct app_job *job)
{
    struct provided_context c = {actor, env, job};
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, provided_tx, &c);
}
