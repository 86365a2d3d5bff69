/* membership.c: of exchanges: granted, ended. Who is a member of none any more leaves. */
#include "store/catalogue.h"
#include "app/services/handlers.h"
#include "app/services/register_service.h"

/* ---- granted ---- */

static bool offered(const struct db_rows *catalogue, enum catalogue_kind kind,
                    struct str key)
{
    const struct catalogue_row *rows = catalogue->items;

    for (size_t i = 0; i < catalogue->count; i++)
        if (rows[i].kind == kind && rows[i].active && str_eq(rows[i].key, key))
            return true;
    return false;
}

enum err service_membership_grant(struct service_call *call, enum service_answer *out)
{
    struct register_hand hand;
    struct register_rows rows;
    struct db_rows catalogue = {0};
    const struct str *keys;
    size_t count;
    day_no from;
    enum err err = service_keys(call, "exchange", &keys, &count);

    if (err == OK)
        err = service_day(call, "validFrom", &from);
    if (err == OK)
        err = register_begin(&hand, call, from);
    if (err == OK)
        err = catalogue_list(call->tx->db, call->tx->arena, &catalogue);
    if (err == OK)
        err = register_rows(&hand, REGISTER_MEMBERSHIP, &rows);
    if (err != OK)
        return err;
    for (size_t i = 0; i < count; i++) {
        const struct register_lock *open = register_open(&rows, keys[i]);
        if (open != NULL && open->request_id == call->tx->request.id)
            continue;
        if (!offered(&catalogue, CATALOGUE_EXCHANGE, keys[i]))
            register_refuse(&hand, N_("This is not offered any more: {0}."), keys[i]);
        else if (register_holds(&rows, keys[i], from) != NULL)
            register_refuse(&hand, N_("The company has this already: {0}."), keys[i]);
    }
    *out = register_answer(&hand);
    for (size_t i = 0; i < count && err == OK && !hand.refused; i++) {
        const struct register_new row = {
            .key = keys[i], .birth_date = DAY_NONE, .valid_from = from};
        if (register_open(&rows, keys[i]) == NULL)
            err = register_add(&hand, REGISTER_MEMBERSHIP, &row, keys[i]);
    }
    return err;
}

/* ---- ended ---- */

struct leaving {
    struct register_hand hand;
    const struct str *exchanges;
    size_t count;
    day_no ends_on;
    bool leaves;     /**< no membership is left */
    day_no last_day; /**< of the company, if it leaves: that of its last membership */
};

static bool leaves_exchange(const struct leaving *leaving, struct str exchange)
{
    for (size_t i = 0; i < leaving->count; i++)
        if (str_eq(leaving->exchanges[i], exchange))
            return true;
    return false;
}

/* One that ends by itself later may be ended; one that is over is not there any more. */
static void check(struct leaving *leaving, const struct register_rows *rows)
{
    const struct service_call *call = leaving->hand.call;

    for (size_t i = 0; i < leaving->count; i++)
        if (register_holds(rows, leaving->exchanges[i], call->today) == NULL &&
            register_ended_by(rows, leaving->exchanges[i], call->tx->request.id) == NULL)
            register_refuse(&leaving->hand,
                            N_("The company does not have this any more: {0}."),
                            leaving->exchanges[i]);
    leaving->leaves = leaving->count > 0;
    leaving->last_day = leaving->ends_on;
    for (size_t i = 0; i < rows->count; i++) {
        const struct register_lock *row = &rows->items[i];
        if (leaves_exchange(leaving, row->key))
            continue;
        if (row->ends_on == DAY_NONE)
            leaving->leaves = false;
        else if (row->ends_on > leaving->last_day)
            leaving->last_day = row->ends_on;
    }
}

/* What goes with an exchange ends with it; what goes with none ends with the company. */
static enum err finish(struct leaving *leaving, enum register_kind kind,
                       const struct register_rows *rows)
{
    enum err err = OK;

    for (size_t i = 0; i < rows->count && err == OK; i++) {
        const struct register_lock *row = &rows->items[i];
        if (leaves_exchange(leaving, row->exchange))
            err = register_finish(&leaving->hand, kind, row, leaving->ends_on);
        else if (leaving->leaves && str_is_empty(row->exchange))
            err = register_finish(&leaving->hand, kind, row, leaving->last_day);
    }
    return err;
}

/* The company stays active until that day is over. */
static enum err leave(struct leaving *leaving)
{
    struct staff_tx *tx = leaving->hand.call->tx;
    struct register_company *company = &leaving->hand.company;
    day_no last = leaving->last_day;

    if (company->ends_on == last)
        return OK;
    staff_tx_history(
        tx, HISTORY_OF("company", tx->request.company_id, company->version + 1),
        "ends_on",
        company->ends_on == DAY_NONE ? STR_NONE
                                     : day_format_iso(tx->arena, company->ends_on),
        day_format_iso(tx->arena, last));
    company->ends_on = last;
    if (company->changes_on == DAY_NONE || company->changes_on > last + 1)
        company->changes_on = last + 1;
    return register_company_put(tx->db, tx->request.company_id, company);
}

static enum err end_all(struct leaving *leaving, const struct register_rows *memberships)
{
    struct register_rows entitlements;
    struct register_rows clearing = {0};
    enum err err = register_rows(&leaving->hand, REGISTER_ENTITLEMENT, &entitlements);

    if (err == OK && leaving->leaves)
        err = register_rows(&leaving->hand, REGISTER_CLEARING_ACCESS, &clearing);
    if (err == OK)
        err = finish(leaving, REGISTER_MEMBERSHIP, memberships);
    if (err == OK)
        err = finish(leaving, REGISTER_ENTITLEMENT, &entitlements);
    if (err == OK)
        err = finish(leaving, REGISTER_CLEARING_ACCESS, &clearing);
    return err == OK && leaving->leaves ? leave(leaving) : err;
}

enum err service_membership_end(struct service_call *call, enum service_answer *out)
{
    struct leaving leaving = {0};
    struct register_rows memberships;
    enum err err = service_keys(call, "exchanges", &leaving.exchanges, &leaving.count);

    if (err == OK)
        err = service_day(call, "endsOn", &leaving.ends_on);
    if (err == OK)
        err = register_begin(&leaving.hand, call, DAY_NONE);
    if (err == OK)
        err = register_rows(&leaving.hand, REGISTER_MEMBERSHIP, &memberships);
    if (err != OK)
        return err;
    check(&leaving, &memberships);
    *out = register_answer(&leaving.hand);
    return leaving.hand.refused ? OK : end_all(&leaving, &memberships);
}
