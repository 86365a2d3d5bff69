/* entitlement.c: products on markets: granted, ended. */
#include "process/values.h"
#include "store/catalogue.h"
#include "app/services/handlers.h"
#include "app/services/register_service.h"

struct grant_entry {
    struct str offer; /**< "product@market" */
    struct register_new row;
    bool done; /**< this request has granted it before */
};

struct grant {
    struct register_hand hand;
    day_no from;
    struct grant_entry *entries;
    size_t count;
    struct db_rows catalogue;
    struct register_rows memberships;
    struct register_rows entitlements;
};

/* ---- inputs ---- */

/* Above zero, and as its column holds it: 14 digits and 6 behind the point. */
static bool fits(struct feel_number number)
{
    struct feel_number rounded;

    return number_compare(number, number_from_i64(0)) > 0 &&
           number_compare(number, number_from_i64(100000000000000)) < 0 &&
           number_round(number, 6, FEEL_HALF_EVEN, &rounded) &&
           number_compare(number, rounded) == 0;
}

static enum err read_volume(struct arena *arena, const json_t *entry, struct str *out)
{
    const json_t *value = json_object_get(entry, "volume");
    struct str digits = STR_NONE;
    struct feel_number number;

    if (value == NULL || json_is_null(value)) {
        *out = STR_NONE;
        return OK;
    }
    if (json_is_integer(value))
        digits = str_format(arena, "%lld", (long long)json_integer_value(value));
    else if (json_is_string(value))
        digits = json_get_str(entry, "volume");
    if (!number_parse(digits, &number) || !fits(number))
        return err_note(ERR_INPUT, "entries: volume is no number above zero");
    *out = number_text(arena, number);
    return OK;
}

static enum err read_entry(struct grant *grant, const json_t *json,
                           struct grant_entry *out)
{
    struct arena *arena = grant->hand.call->tx->arena;
    ssize_t at;

    *out = (struct grant_entry){
        .offer = json_get_str(json, "offer"),
        .row = {.detail = json_get_str(json, "unit"),
                .birth_date = DAY_NONE,
                .valid_from = grant->from},
    };
    at = str_index(out->offer, '@');
    if (at < 0)
        return err_note(ERR_INPUT, "entries: offer is not product@market");
    out->row.key = str_sub(out->offer, 0, (size_t)at);
    out->row.market = str_from_index(out->offer, (size_t)at + 1);
    if (str_utf8_length(out->row.detail) > 20)
        return err_note(ERR_INPUT, "entries: unit is longer than 20 characters");
    return read_volume(arena, json, &out->row.volume);
}

static enum err read_entries(struct grant *grant, struct service_call *call)
{
    const json_t *list;
    enum err err = service_list(call->inputs, "entries", &list);

    grant->hand.call = call;
    if (err == OK)
        err = service_day(call, "validFrom", &grant->from);
    if (err != OK)
        return err;
    grant->count = json_array_size(list);
    grant->entries = ARENA_ARRAY(call->tx->arena, struct grant_entry, grant->count + 1);
    for (size_t i = 0; i < grant->count && err == OK; i++)
        err = read_entry(grant, json_array_get(list, i), &grant->entries[i]);
    return err;
}

/* ---- what stands against it ---- */

static const struct catalogue_row *find(const struct grant *grant,
                                        enum catalogue_kind kind, struct str key)
{
    const struct catalogue_row *rows = grant->catalogue.items;

    for (size_t i = 0; i < grant->catalogue.count; i++)
        if (rows[i].kind == kind && rows[i].active && str_eq(rows[i].key, key))
            return &rows[i];
    return NULL;
}

static bool is_member(const struct grant *grant, struct str exchange)
{
    for (size_t i = 0; i < grant->memberships.count; i++) {
        const struct register_lock *row = &grant->memberships.items[i];
        if (str_eq(row->key, exchange) && row->valid_from <= grant->from &&
            (row->ends_on == DAY_NONE || row->ends_on >= grant->from))
            return true;
    }
    return false;
}

static void check_entry(struct grant *grant, struct grant_entry *entry)
{
    struct register_hand *hand = &grant->hand;
    const struct catalogue_row *offer = find(grant, CATALOGUE_OFFER, entry->offer);
    const struct catalogue_row *market = find(grant, CATALOGUE_MARKET, entry->row.market);
    const struct catalogue_row *product = find(grant, CATALOGUE_PRODUCT, entry->row.key);
    const struct register_lock *open = register_open(&grant->entitlements, entry->offer);
    const struct register_lock *other =
        register_holds(&grant->entitlements, entry->offer, grant->from);

    entry->done = open != NULL && open->request_id == hand->call->tx->request.id;
    if (entry->done)
        return;
    if (offer == NULL || market == NULL || product == NULL || !offer->available)
        register_refuse(hand, N_("This is not offered any more: {0}."), entry->offer);
    else if (other != NULL)
        register_refuse(hand, N_("The company has this already: {0}."), entry->offer);
    else if (market->parent.len && !is_member(grant, market->parent))
        register_refuse(hand,
                        N_("On that day the company is no member of the exchange: {0}."),
                        market->parent);
    else if (str_is_empty(entry->row.detail))
        entry->row.detail = product->unit;
}

static enum err check(struct grant *grant)
{
    struct staff_tx *tx = grant->hand.call->tx;
    enum err err = catalogue_list(tx->db, tx->arena, &grant->catalogue);

    if (err == OK)
        err = register_rows(&grant->hand, REGISTER_MEMBERSHIP, &grant->memberships);
    if (err == OK)
        err = register_rows(&grant->hand, REGISTER_ENTITLEMENT, &grant->entitlements);
    if (err != OK)
        return err;
    for (size_t i = 0; i < grant->count; i++) {
        check_entry(grant, &grant->entries[i]);
        for (size_t k = 0; k < i; k++)
            if (str_eq(grant->entries[k].offer, grant->entries[i].offer))
                return err_note(ERR_INPUT, "entries: %.*s stands there twice",
                                STR_ARG(grant->entries[i].offer));
    }
    return OK;
}

enum err service_entitlement_grant(struct service_call *call, enum service_answer *out)
{
    struct grant grant = {0};
    enum err err = read_entries(&grant, call);

    if (err == OK)
        err = register_begin(&grant.hand, call, grant.from);
    if (err == OK)
        err = check(&grant);
    if (err != OK)
        return err;
    *out = register_answer(&grant.hand);
    for (size_t i = 0; i < grant.count && err == OK && !grant.hand.refused; i++) {
        const struct grant_entry *entry = &grant.entries[i];
        struct str name =
            entry->row.volume.len
                ? str_format(call->tx->arena, "%.*s · %.*s %.*s", STR_ARG(entry->offer),
                             STR_ARG(entry->row.volume), STR_ARG(entry->row.detail))
                : entry->offer;
        if (!entry->done)
            err = register_add(&grant.hand, REGISTER_ENTITLEMENT, &entry->row, name);
    }
    return err;
}

enum err service_entitlement_end(struct service_call *call, enum service_answer *out)
{
    return register_end_keys(call, REGISTER_ENTITLEMENT, "entries", out);
}
