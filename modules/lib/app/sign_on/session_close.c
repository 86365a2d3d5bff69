#include "app/sign_on/session_close.h"

#include "formats/json.h"
#include "store/trail.h"

struct closing {
    const struct actor *actor;
    const struct operator_scope *scope;
    struct str operator;
    int64_t ended;
};

static enum err close_tx(struct db *db, struct arena *arena, void *context)
{
    struct closing *closing = context;
    const struct actor *actor = closing->actor;
    const struct operator_scope *scope = closing->scope;
    json_t *detail = json_new_object(arena);
    struct audit_row row = {.at = actor->now,
                            .program = actor->program,
                            .trace_id = actor->trace_id,
                            .action = "session.ended",
                            .person_id = scope->person_id,
                            .company_id = scope->company_id,
                            .object = STR("")};
    enum err err = operator_sessions_end(db, scope, actor->now, &closing->ended);

    if (err != OK || closing->ended == 0)
        return err;
    json_set_str(detail, "reason", STR("operator"));
    json_set_str(detail, "operator", closing->operator);
    json_set_int(detail, "sessions", closing->ended);
    if (scope->issuer.ptr)
        json_set_str(detail, "issuer", scope->issuer);
    else if (!scope->person_id && !scope->company_id)
        json_set_bool(detail, "everybody", true);
    row.detail = json_write(arena, detail);
    return audit_insert(db, &row);
}

enum err session_close(const struct actor *actor, const struct operator_scope *scope,
                       struct str operator, int64_t * ended_out)
{
    struct closing closing = {.actor = actor, .scope = scope, .operator= operator};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, close_tx, &closing);

    if (err == OK)
        *ended_out = closing.ended;
    return err;
}
