#include "app/ticket/ticket_read.h"

#include "process/step.h"

/* ---- queue ---- */

struct queue_context {
    struct queue_query query;
    int64_t limit;
    struct queue_page *out;
};

static enum err queue_tx(struct db *db, struct arena *arena, void *context)
{
    struct queue_context *c = context;
    struct db_rows rows;
    enum err err = queue_list(db, arena, &c->query, &rows);
    if (err != OK)
        return err;
    c->out->items = rows.items;
    c->out->more = rows.count > (size_t)c->limit;
    c->out->count = c->out->more ? (size_t)c->limit : rows.count;
    return queue_count(db, arena, &c->query, &c->out->total);
}

enum err app_queue(const struct actor *actor, const struct queue_query *query,
                   struct queue_page *out)
{
    struct queue_context c = {*query, query->limit, out};
    c.query.limit++; /* one more tells whether there is a next page */
    return tx_run(actor->db, actor->arena, TX_READ_ONLY, queue_tx, &c);
}

/* ---- one ticket ---- */

struct ticket_context {
    const struct actor *actor;
    const struct staff_env *env;
    struct str reference;
    struct ticket_dossier *out;
};

static enum err read_incidents(struct db *db, struct arena *arena,
                               const struct ticket_context *c)
{
    const struct staff_request *request = &c->out->of.request;
    struct attribute_change_of of = {
        .company_id = request->company_id,
        .base = request->base,
        .today = instant_day_utc(c->actor->now),
    };
    struct db_rows rows;
    enum err err = incident_details(db, arena, &of, request->id, &rows);
    if (err != OK)
        return err;
    c->out->incidents = rows.items;
    c->out->incident_count = rows.count;
    return OK;
}

static enum err ticket_tx(struct db *db, struct arena *arena, void *context)
{
    struct ticket_context *c = context;
    struct ticket_dossier *out = c->out;
    enum err err = staff_request_by_ticket(db, arena, c->reference, &out->of.request);
    if (err != OK)
        return err;
    err = app_dossier_fill(db, arena, c->env, &out->of);
    if (err != OK)
        return err;
    struct db_rows rows;
    err = sub_ticket_list(db, arena, out->of.request.ticket_id, &rows);
    if (err != OK)
        return err;
    out->sub_tickets = rows.items;
    out->sub_ticket_count = rows.count;
    struct process_state *state;
    err = process_state_decode(arena, out->of.definition, out->of.request.instance_state,
                               &state);
    if (err != OK)
        return err;
    out->positions = positions(arena, out->of.definition->model, process_tokens(state));
    return read_incidents(db, arena, c);
}

enum err app_ticket_open(const struct actor *actor, const struct staff_env *env,
                         struct str reference, struct ticket_dossier *out)
{
    struct ticket_context c = {actor, env, reference, out};
    return tx_run(actor->db, actor->arena, TX_READ_ONLY, ticket_tx, &c);
}

/* ---- the list of all ---- */

enum { COMPANY_CHOICES = 20 };

struct list_context {
    const struct ticket_list_query *query;
    struct ticket_list_page *out;
};

/* A search is a reference if there is a ticket of that reference, else a company's name.
 */
static enum err search(struct db *db, struct arena *arena, struct list_context *c)
{
    struct ticket_list_page *out = c->out;
    struct buf upper = buf_init(arena, c->query->search.len + 1);
    for (size_t i = 0; i < c->query->search.len; i++) {
        char letter = c->query->search.ptr[i];
        buf_put_char(&upper,
                     letter >= 'a' && letter <= 'z' ? (char)(letter - 32) : letter);
    }
    enum err err = ticket_find(db, arena, buf_str(&upper), &out->found);
    if (err != ERR_NOT_FOUND)
        return err;
    struct db_rows rows;
    err = ticket_companies(db, arena, c->query->search, COMPANY_CHOICES, &rows);
    if (err != OK)
        return err;
    out->companies = rows.items;
    out->company_count = rows.count;
    if (rows.count == 1)
        out->company = out->companies[0];
    return OK;
}

static enum err list_tx(struct db *db, struct arena *arena, void *context)
{
    struct list_context *c = context;
    struct ticket_list_page *out = c->out;
    *out = (struct ticket_list_page){0};
    enum err err = OK;
    if (!str_is_empty(c->query->company_reference))
        err = ticket_company(db, arena, c->query->company_reference, &out->company);
    else if (!str_is_empty(c->query->search))
        err = search(db, arena, c);
    if (err != OK)
        return err;
    bool searched =
        !str_is_empty(c->query->search) && str_is_empty(c->query->company_reference);
    if (searched && out->company.id == 0)
        return OK;
    struct db_rows rows;
    err = ticket_list(db, arena, out->company.id, c->query->before_id,
                      c->query->limit + 1, &rows);
    if (err != OK)
        return err;
    out->items = rows.items;
    out->more = rows.count > (size_t)c->query->limit;
    out->count = out->more ? (size_t)c->query->limit : rows.count;
    return OK;
}

enum err app_ticket_list(const struct actor *actor, const struct ticket_list_query *query,
                         struct ticket_list_page *out)
{
    struct list_context c = {query, out};
    return tx_run(actor->db, actor->arena, TX_READ_ONLY, list_tx, &c);
}

/* ---- history ---- */

struct history_context {
    const struct staff_env *env;
    const struct history_query *query;
    struct history_page *out;
};

static enum err history_tx(struct db *db, struct arena *arena, void *context)
{
    struct history_context *c = context;
    const struct history_query *query = c->query;
    struct history_page *out = c->out;
    enum err err =
        query->by_request
            ? staff_request_by_reference(db, arena, query->reference, &out->request)
            : staff_request_by_ticket(db, arena, query->reference, &out->request);
    if (err != OK)
        return err;
    err = definitions_get(c->env->definitions, db, out->request.definition_id,
                          &out->definition);
    if (err != OK)
        return err;
    struct db_rows rows;
    err = history_list(db, arena, out->request.id, query->before_id, query->limit + 1,
                       &rows);
    if (err != OK)
        return err;
    out->items = rows.items;
    out->more = rows.count > (size_t)query->limit;
    out->count = out->more ? (size_t)query->limit : rows.count;
    return OK;
}

enum err app_history(const struct actor *actor, const struct staff_env *env,
                     const struct history_query *query, struct history_page *out)
{
    struct history_context c = {env, query, out};
    return tx_run(actor->db, actor->arena, TX_READ_ONLY, history_tx, &c);
}
