#include "app/upkeep/obligation.h"

#include "formats/json.h"
#include "store/trail.h"

struct obligation_change {
    const struct actor *actor;
    int64_t company_id;
    const struct obligation_row *row; /**< NULL: it is settled */
    struct str reference;
    struct str operator;
};

static enum err change_tx(struct db *db, struct arena *arena, void *context)
{
    const struct obligation_change *change = context;
    const struct actor *actor = change->actor;
    json_t *detail = json_new_object(arena);
    enum err err =
        change->row != NULL
            ? obligation_insert(db, change->company_id, change->row)
            : obligation_close(db, change->company_id, change->reference, actor->now);

    if (err != OK)
        return err;
    json_set_str(detail, "operator", change->operator);
    if (change->row != NULL)
        json_set_str(detail, "kind", change->row->kind);
    const struct audit_row event = {.at = actor->now,
                                    .program = actor->program,
                                    .trace_id = actor->trace_id,
                                    .action = change->row != NULL ? "obligation.opened"
                                                                  : "obligation.closed",
                                    .company_id = change->company_id,
                                    .object = change->reference,
                                    .detail = json_write(arena, detail)};
    return audit_insert(db, &event);
}

enum err obligation_open(const struct actor *actor, int64_t company_id,
                         const struct obligation_row *row, struct str operator)
{
    struct obligation_change change = {actor, company_id, row, row->reference, operator};

    return tx_run(actor->db, actor->arena, TX_READ_WRITE, change_tx, &change);
}

enum err obligation_settle(const struct actor *actor, int64_t company_id,
                           struct str reference, struct str operator)
{
    struct obligation_change change = {actor, company_id, NULL, reference, operator};

    return tx_run(actor->db, actor->arena, TX_READ_WRITE, change_tx, &change);
}
