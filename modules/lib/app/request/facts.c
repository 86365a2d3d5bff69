#include "app/request/facts.h"

#include "store/catalogue.h"
#include "store/register.h"

/* ---- small values, all new references ---- */

static json_t *text_or_null(struct str text)
{
    return text.ptr ? json_stringn(text.ptr, text.len) : json_null();
}

static json_t *day_or_null(day_no day)
{
    char iso[ISO_BYTES];

    if (day == DAY_NONE)
        return json_null();
    day_write_iso(iso, day);
    return json_string(iso);
}

static json_t *both(struct str en, struct str de)
{
    json_t *out = json_object();

    json_object_set_new(out, "en", text_or_null(en));
    json_object_set_new(out, "de", text_or_null(de));
    return out;
}

/* A whole number as such, else its digits: jansson would make a double of it. */
static json_t *number_or_null(struct str digits)
{
    int64_t whole;

    if (digits.ptr != NULL && str_to_i64(digits, &whole) == OK)
        return json_integer(whole);
    err_clear();
    return text_or_null(digits);
}

/* A new member of `parent`: a list. Owned by it. */
static json_t *list_in(json_t *parent, const char *name)
{
    json_t *list = json_array();

    json_object_set_new(parent, name, list);
    return list;
}

/* A new last item of `list`. Owned by it. */
static json_t *item_in(json_t *list)
{
    json_t *item = json_object();

    json_array_append_new(list, item);
    return item;
}

/* ---- the company ---- */

static void put_membership(json_t *item, const struct register_row *row)
{
    json_set_str(item, "exchange", row->key);
    json_object_set_new(item, "name", both(row->name_en, row->name_de));
    json_object_set_new(item, "since", day_or_null(row->valid_from));
    json_object_set_new(item, "endsOn", day_or_null(row->ends_on));
}

static void put_entitlement(struct arena *arena, json_t *item,
                            const struct register_row *row)
{
    json_set_str(item, "key", row->key);
    json_set_str(item, "product", row->product);
    json_set_str(item, "market", row->market);
    json_object_set_new(item, "exchange", text_or_null(row->exchange));
    json_object_set_new(item, "name",
                        both(str_format(arena, "%.*s, %.*s", STR_ARG(row->name_en),
                                        STR_ARG(row->market_en)),
                             str_format(arena, "%.*s, %.*s", STR_ARG(row->name_de),
                                        STR_ARG(row->market_de))));
    json_object_set_new(item, "volume", number_or_null(row->volume));
    json_set_str(item, "unit", row->unit);
    json_object_set_new(item, "validFrom", day_or_null(row->valid_from));
    json_object_set_new(item, "endsOn", day_or_null(row->ends_on));
}

static void put_board_member(json_t *item, const struct register_row *row)
{
    json_set_str(item, "key", row->key);
    json_set_str(item, "name", row->name_en);
    json_set_str(item, "function", row->detail);
    json_object_set_new(item, "birthDate", day_or_null(row->birth_date));
    json_object_set_new(item, "since", day_or_null(row->valid_from));
    json_object_set_new(item, "endsOn", day_or_null(row->ends_on));
}

static void put_clearing(json_t *item, const struct register_row *row)
{
    json_set_str(item, "key", row->key);
    json_set_str(item, "house", row->key);
    json_object_set_new(item, "name", both(row->name_en, row->name_de));
    json_object_set_new(item, "member",
                        row->detail.len ? text_or_null(row->detail) : json_null());
    json_object_set_new(item, "since", day_or_null(row->valid_from));
    json_object_set_new(item, "endsOn", day_or_null(row->ends_on));
}

static void put_obligation(json_t *item, const struct register_row *row)
{
    json_set_str(item, "key", row->request_reference);
    json_set_str(item, "kind", row->detail);
    json_object_set_new(item, "text", both(row->name_en, row->name_de));
    json_object_set_new(item, "dueOn", day_or_null(row->valid_from));
}

static enum err put_company(struct db *db, struct arena *arena,
                            const struct facts_query *query, json_t *company)
{
    const struct register_query asked = {query->company_id, query->today, query->board};
    json_t *memberships = list_in(company, "memberships");
    json_t *entitlements = list_in(company, "entitlements");
    json_t *board = list_in(company, "board");
    json_t *clearing = list_in(company, "clearing");
    json_t *obligations = list_in(company, "obligations");
    struct db_rows rows = {0};
    bool known = false;
    enum err err = register_list(db, arena, &asked, &rows);

    if (err != OK)
        return err;
    const struct register_row *items = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        switch ((enum register_kind)items[i].kind) {
        case REGISTER_MEMBERSHIP:
            put_membership(item_in(memberships), &items[i]);
            break;
        case REGISTER_ENTITLEMENT:
            put_entitlement(arena, item_in(entitlements), &items[i]);
            break;
        case REGISTER_BOARD_MEMBER:
            put_board_member(item_in(board), &items[i]);
            break;
        case REGISTER_CLEARING_ACCESS:
            put_clearing(item_in(clearing), &items[i]);
            break;
        case REGISTER_OBLIGATION:
            put_obligation(item_in(obligations), &items[i]);
            break;
        case REGISTER_COMPANY:
            json_set_str(company, "reference", items[i].key);
            json_set_str(company, "name", items[i].name_en);
            json_object_set_new(company, "endsOn", day_or_null(items[i].ends_on));
            known = true;
            break;
        }
    }
    return known ? OK : ERR_NOT_FOUND;
}

/* ---- the catalogue ---- */

static const struct catalogue_row *find(const struct db_rows *rows,
                                        enum catalogue_kind kind, struct str key)
{
    const struct catalogue_row *items = rows->items;

    for (size_t i = 0; i < rows->count; i++)
        if (items[i].kind == kind && str_eq(items[i].key, key))
            return &items[i];
    return NULL;
}

static void put_named(json_t *item, const struct catalogue_row *row)
{
    json_set_str(item, "key", row->key);
    json_object_set_new(item, "name", both(row->name_en, row->name_de));
}

static void put_market(json_t *item, const struct catalogue_row *row)
{
    put_named(item, row);
    json_object_set_new(item, "exchange", text_or_null(row->parent));
    json_object_set_new(item, "noticeDays",
                        row->notice_reference.ptr ? json_integer(row->notice_days)
                                                  : json_null());
    json_object_set_new(item, "noticeReference", text_or_null(row->notice_reference));
}

/* What is offered on a market or of a product that is no longer active is no offer any more. */
static void put_offer(struct arena *arena, json_t *offers, const struct db_rows *rows,
                      const struct catalogue_row *row)
{
    const struct catalogue_row *product = find(rows, CATALOGUE_PRODUCT, row->product);
    const struct catalogue_row *market = find(rows, CATALOGUE_MARKET, row->parent);
    if (product == NULL || market == NULL || !product->active || !market->active)
        return;
    const struct catalogue_row *exchange = find(rows, CATALOGUE_EXCHANGE, market->parent);
    if (exchange != NULL && !exchange->active)
        return;
    json_t *item = item_in(offers);
    json_set_str(item, "key", row->key);
    json_set_str(item, "product", row->product);
    json_set_str(item, "market", row->parent);
    json_object_set_new(item, "exchange", text_or_null(market->parent));
    json_object_set_new(item, "name",
                        both(str_format(arena, "%.*s, %.*s", STR_ARG(product->name_en),
                                        STR_ARG(market->name_en)),
                             str_format(arena, "%.*s, %.*s", STR_ARG(product->name_de),
                                        STR_ARG(market->name_de))));
    json_set_str(item, "unit", product->unit);
    json_set_bool(item, "available", row->available);
    json_object_set_new(
        item, "rule", row->rule_en.ptr ? both(row->rule_en, row->rule_de) : json_null());
}

static enum err put_catalogue(struct db *db, struct arena *arena, json_t *catalogue)
{
    json_t *exchanges = list_in(catalogue, "exchanges");
    json_t *markets = list_in(catalogue, "markets");
    json_t *offers = list_in(catalogue, "offers");
    json_t *houses = list_in(catalogue, "houses");
    struct db_rows rows = {0};
    enum err err = catalogue_list(db, arena, &rows);

    if (err != OK)
        return err;
    const struct catalogue_row *items = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!items[i].active)
            continue;
        if (items[i].kind == CATALOGUE_HOUSE) {
            put_named(item_in(houses), &items[i]);
        } else if (items[i].kind == CATALOGUE_EXCHANGE) {
            json_t *item = item_in(exchanges);
            put_named(item, &items[i]);
            json_object_set_new(item, "house", text_or_null(items[i].parent));
        } else if (items[i].kind == CATALOGUE_MARKET) {
            put_market(item_in(markets), &items[i]);
        } else if (items[i].kind == CATALOGUE_OFFER) {
            put_offer(arena, offers, &rows, &items[i]);
        }
    }
    return OK;
}

enum err facts_load(struct db *db, struct arena *arena, const struct facts_query *query,
                    json_t **out)
{
    json_t *facts = json_new_object(arena);
    json_t *company = json_object();
    json_t *catalogue = json_object();

    json_object_set_new(facts, "company", company);
    json_object_set_new(facts, "catalogue", catalogue);
    enum err err = put_company(db, arena, query, company);
    if (err == OK)
        err = put_catalogue(db, arena, catalogue);
    if (err == OK)
        *out = facts;
    return err;
}
