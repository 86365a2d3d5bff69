/* clearing.c: by whom a company clears at a clearing house: added, changed, ended. */
#include "store/catalogue.h"
#include "app/services/handlers.h"
#include "app/services/register_service.h"

struct clearing {
    struct register_hand hand;
    struct register_new row;
    struct register_rows rows;
    const struct register_lock *open; /**< of this house, or NULL */
};

static bool house_is_known(const struct db_rows *catalogue, struct str key)
{
    const struct catalogue_row *rows = catalogue->items;

    for (size_t i = 0; i < catalogue->count; i++)
        if (rows[i].kind == CATALOGUE_HOUSE && rows[i].active && str_eq(rows[i].key, key))
            return true;
    return false;
}

static enum err begin(struct clearing *clearing, struct service_call *call)
{
    struct db_rows catalogue = {0};
    const json_t *member = json_object_get(call->inputs, "member");
    enum err err = service_text(call->inputs, "house", 64, &clearing->row.key);

    if (err == OK && member != NULL && !json_is_null(member))
        err = service_text(call->inputs, "member", 200, &clearing->row.detail);
    clearing->row.birth_date = DAY_NONE;
    if (err == OK)
        err = service_day(call, "validFrom", &clearing->row.valid_from);
    if (err == OK)
        err = register_begin(&clearing->hand, call, clearing->row.valid_from);
    if (err == OK)
        err = catalogue_list(call->tx->db, call->tx->arena, &catalogue);
    if (err == OK)
        err = register_rows(&clearing->hand, REGISTER_CLEARING_ACCESS, &clearing->rows);
    if (err != OK)
        return err;
    clearing->open = register_open(&clearing->rows, clearing->row.key);
    if (!house_is_known(&catalogue, clearing->row.key))
        register_refuse(&clearing->hand, N_("This is not offered any more: {0}."),
                        clearing->row.key);
    return OK;
}

static enum err add(struct clearing *clearing)
{
    struct arena *arena = clearing->hand.call->tx->arena;
    const struct register_new *row = &clearing->row;
    struct str name =
        row->detail.len
            ? str_format(arena, "%.*s · %.*s", STR_ARG(row->key), STR_ARG(row->detail))
            : row->key;

    return register_add(&clearing->hand, REGISTER_CLEARING_ACCESS, row, name);
}

enum err service_clearing_add(struct service_call *call, enum service_answer *out)
{
    struct clearing clearing = {0};
    enum err err = begin(&clearing, call);

    if (err != OK)
        return err;
    bool done =
        clearing.open != NULL && clearing.open->request_id == call->tx->request.id;
    if (!done &&
        register_holds(&clearing.rows, clearing.row.key, clearing.row.valid_from) != NULL)
        register_refuse(&clearing.hand, N_("The company has this already: {0}."),
                        clearing.row.key);
    *out = register_answer(&clearing.hand);
    return done || clearing.hand.refused ? OK : add(&clearing);
}

/* The old one holds until the day before. */
enum err service_clearing_change(struct service_call *call, enum service_answer *out)
{
    struct clearing clearing = {0};
    enum err err = begin(&clearing, call);

    if (err != OK)
        return err;
    bool done =
        clearing.open != NULL && clearing.open->request_id == call->tx->request.id;
    if (clearing.open == NULL)
        register_refuse(&clearing.hand,
                        N_("The company does not have this any more: {0}."),
                        clearing.row.key);
    *out = register_answer(&clearing.hand);
    if (done || clearing.hand.refused)
        return OK;
    err = register_finish(&clearing.hand, REGISTER_CLEARING_ACCESS, clearing.open,
                          clearing.row.valid_from - 1);
    return err == OK ? add(&clearing) : err;
}

enum err service_clearing_end(struct service_call *call, enum service_answer *out)
{
    return register_end_keys(call, REGISTER_CLEARING_ACCESS, "houses", out);
}
