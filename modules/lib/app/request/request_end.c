/* request_end.c: discard and withdraw. */
#include "app/request/request_end.h"

#include "store/customer_status.h"
#include "store/trail.h"

struct end_context {
    const struct actor *actor;
    const struct customer_env *env;
    struct str reference;
    enum request_state target;
    enum end_outcome outcome;
};

bool request_may_withdraw(enum request_state state)
{
    return state == REQUEST_SUBMITTED || state == REQUEST_WAITING_FOR_CUSTOMER;
}

static enum err write_trail(struct db *db, const struct end_context *c,
                            const struct request_full *full)
{
    bool withdrawn = c->target == REQUEST_WITHDRAWN;
    struct history_row history[2];
    size_t count = 0;
    history[count++] =
        (struct history_row){.request_id = full->row.id,
                             .object = "request",
                             .object_id = full->row.id,
                             .version = full->row.version + 1,
                             .field = "state",
                             .old_value = full->row.state,
                             .new_value = str_from(request_state_key(c->target)),
                             .person_id = c->actor->principal->person_id,
                             .changed_at = c->actor->now};
    if (withdrawn) {
        history[count] = history[0];
        history[count].field = "phase";
        history[count].old_value = full->row.phase;
        history[count++].new_value = str_from(PHASE_WITHDRAWN);
    }
    const struct audit_row audit = {.at = c->actor->now,
                                    .program = c->actor->program,
                                    .trace_id = c->actor->trace_id,
                                    .action = withdrawn ? "request.withdrawn"
                                                        : "request.discarded",
                                    .person_id = c->actor->principal->person_id,
                                    .company_id = full->row.company_id,
                                    .request_id = full->row.id,
                                    .object = full->row.reference};
    enum err err = history_insert(db, history, count);
    return err == OK ? audit_insert(db, &audit) : err;
}

static enum err end_tx(struct db *db, struct arena *arena, void *context)
{
    struct end_context *c = context;
    int64_t company_id = c->actor->principal->company_id;
    struct request_full full;
    int64_t id;
    enum err err =
        request_lock(db, arena, company_id, principal_sees_board(c->actor->principal),
                     c->reference, &id);
    if (err != OK)
        return err;
    err = request_full_load(db, arena, c->env, c->actor->principal, c->reference,
                            c->actor->now, &full);
    if (err != OK)
        return err;
    c->outcome = END_DONE;
    if (full.state == c->target)
        return OK;
    if (c->target == REQUEST_DISCARDED ? full.state != REQUEST_DRAFT
                                       : !request_may_withdraw(full.state)) {
        c->outcome = END_TOO_LATE;
        return OK;
    }
    err = request_update_ended(db, company_id, id, full.row.version, c->target,
                               c->actor->now);
    if (err == OK && c->target == REQUEST_WITHDRAWN) {
        const struct customer_status_row status = {.request_id = id,
                                                   .company_id = company_id,
                                                   .phase = str_from(PHASE_WITHDRAWN),
                                                   .department_keys = STR(""),
                                                   .contact_team = full.row.contact_team,
                                                   .since_at = c->actor->now};
        err = customer_status_put(db, &status);
    }
    return err == OK ? write_trail(db, c, &full) : err;
}

static enum err end(const struct actor *actor, const struct customer_env *env,
                    struct str reference, enum request_state target,
                    enum end_outcome *out)
{
    struct end_context context = {
        .actor = actor, .env = env, .reference = reference, .target = target};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, end_tx, &context);
    if (err == OK)
        *out = context.outcome;
    return err;
}

enum err request_discard(const struct actor *actor, const struct customer_env *env,
                         struct str reference, enum end_outcome *out)
{
    return end(actor, env, reference, REQUEST_DISCARDED, out);
}

enum err request_withdraw(const struct actor *actor, const struct customer_env *env,
                          struct str reference, enum end_outcome *out)
{
    return end(actor, env, reference, REQUEST_WITHDRAWN, out);
}
