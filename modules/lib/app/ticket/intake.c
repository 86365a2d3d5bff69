#include "app/ticket/intake.h"

#include "store/access_log.h"
#include "store/job.h"
#include "app/ticket/slot_tx.h"

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

/* What the customer's program has queued (app/request/document_change.c). */
static struct slot_answer answer_of(const struct staff_tx *tx, const struct app_job *job)
{
    struct slot_answer answer = {.count = 1, .at = tx->actor->now};
    const struct definition *definition = tx->definition;
    json_t *payload = NULL;
    if (json_parse(tx->arena, job->payload, &payload) != OK) {
        err_clear();
        return answer;
    }
    const struct slot_rule *rule = slot_find(definition->slots, definition->slot_count,
                                             json_get_str(payload, "slot"));
    answer.at = json_get_int(payload, "provided_us", tx->actor->now);
    answer.team = rule != NULL ? rule->checked_by : definition->intake_team;
    return answer;
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
    const struct slot_answer answer = answer_of(&tx, c->job);
    err = slot_answered(&tx, &answer);
    if (err != OK)
        return err;
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
