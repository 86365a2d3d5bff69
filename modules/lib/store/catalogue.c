#include "store/catalogue.h"

/* One statement for all five, since a page that needs one of them needs all. */
/* programs: requests, worker, ctl */
SQL(SQL_CATALOGUE_LIST,
    "SELECT 0 AS kind, h.house_key AS row_key, h.name_en, h.name_de, NULL AS parent, "
    "NULL AS product, NULL AS unit, NULL AS notice_days, NULL AS notice_reference, "
    "NULL AS available, NULL AS rule_en, NULL AS rule_de, h.active, "
    "h.position AS position FROM clearing_house h "
    "UNION ALL SELECT 1, e.exchange_key, e.name_en, e.name_de, e.house_key, NULL, NULL, "
    "NULL, NULL, NULL, NULL, NULL, e.active, e.position FROM exchange e "
    "UNION ALL SELECT 2, m.market_key, m.name_en, m.name_de, m.exchange_key, NULL, NULL, "
    "m.notice_days, m.notice_reference, NULL, NULL, NULL, m.active, m.position "
    "FROM market m "
    "UNION ALL SELECT 3, p.product_key, p.name_en, p.name_de, NULL, NULL, p.unit, NULL, "
    "NULL, NULL, NULL, NULL, p.active, p.position FROM product p "
    "UNION ALL SELECT 4, CONCAT(o.product_key, '@', o.market_key), NULL, NULL, "
    "o.market_key, o.product_key, NULL, NULL, NULL, o.available, o.rule_en, o.rule_de, "
    "o.active, m.position * 1000 + p.position FROM offer o "
    "JOIN market m ON m.market_key = o.market_key "
    "JOIN product p ON p.product_key = o.product_key "
    "ORDER BY kind, position, row_key LIMIT 20000");

/* programs: ctl */
SQL(SQL_CATALOGUE_PUT_HOUSE,
    "INSERT INTO clearing_house (house_key, name_en, name_de, position, active) "
    "VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE name_en = VALUES(name_en), "
    "name_de = VALUES(name_de), position = VALUES(position), active = VALUES(active)");

/* programs: ctl */
SQL(SQL_CATALOGUE_PUT_EXCHANGE,
    "INSERT INTO exchange (exchange_key, name_en, name_de, house_key, position, active) "
    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE name_en = VALUES(name_en), "
    "name_de = VALUES(name_de), house_key = VALUES(house_key), "
    "position = VALUES(position), active = VALUES(active)");

/* programs: ctl */
SQL(SQL_CATALOGUE_PUT_MARKET,
    "INSERT INTO market (market_key, name_en, name_de, exchange_key, notice_days, "
    "notice_reference, position, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE name_en = VALUES(name_en), name_de = VALUES(name_de), "
    "exchange_key = VALUES(exchange_key), notice_days = VALUES(notice_days), "
    "notice_reference = VALUES(notice_reference), position = VALUES(position), "
    "active = VALUES(active)");

/* programs: ctl */
SQL(SQL_CATALOGUE_PUT_PRODUCT,
    "INSERT INTO product (product_key, name_en, name_de, unit, position, active) "
    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE name_en = VALUES(name_en), "
    "name_de = VALUES(name_de), unit = VALUES(unit), position = VALUES(position), "
    "active = VALUES(active)");

/* programs: ctl */
SQL(SQL_CATALOGUE_PUT_OFFER,
    "INSERT INTO offer (product_key, market_key, available, rule_en, rule_de, active) "
    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE available = VALUES(available), "
    "rule_en = VALUES(rule_en), rule_de = VALUES(rule_de), active = VALUES(active)");

const struct sql *const store_catalogue_statements[] = {
    &SQL_CATALOGUE_LIST,
    &SQL_CATALOGUE_PUT_HOUSE,
    &SQL_CATALOGUE_PUT_EXCHANGE,
    &SQL_CATALOGUE_PUT_MARKET,
    &SQL_CATALOGUE_PUT_PRODUCT,
    &SQL_CATALOGUE_PUT_OFFER,
    NULL,
};

static const struct db_column LIST_COLUMNS[] = {
    DB_COL(struct catalogue_row, kind, DB_I64),
    DB_COL(struct catalogue_row, key, DB_STR),
    DB_COL(struct catalogue_row, name_en, DB_STR),
    DB_COL(struct catalogue_row, name_de, DB_STR),
    DB_COL(struct catalogue_row, parent, DB_STR),
    DB_COL(struct catalogue_row, product, DB_STR),
    DB_COL(struct catalogue_row, unit, DB_STR),
    DB_COL(struct catalogue_row, notice_days, DB_I64),
    DB_COL(struct catalogue_row, notice_reference, DB_STR),
    DB_COL(struct catalogue_row, available, DB_BOOL),
    DB_COL(struct catalogue_row, rule_en, DB_STR),
    DB_COL(struct catalogue_row, rule_de, DB_STR),
    DB_COL(struct catalogue_row, active, DB_BOOL),
    DB_COL(struct catalogue_row, position, DB_I64),
};
DB_ROW_MAP(LIST_MAP, struct catalogue_row, LIST_COLUMNS);

enum err catalogue_list(struct db *db, struct arena *arena, struct db_rows *out)
{
    return db_query(db, arena, &SQL_CATALOGUE_LIST, NULL, 0, &LIST_MAP, out);
}

enum err catalogue_put(struct db *db, const struct catalogue_row *row)
{
    struct db_param days = row->notice_reference.ptr
                               ? P_I64(row->notice_days)
                               : (struct db_param){.type = DB_I64, .null = true};

    switch ((enum catalogue_kind)row->kind) {
    case CATALOGUE_HOUSE:
        return DB_EXEC(db, &SQL_CATALOGUE_PUT_HOUSE, NULL, P_STR(row->key),
                       P_STR(row->name_en), P_STR(row->name_de), P_I64(row->position),
                       P_I64(row->active));
    case CATALOGUE_EXCHANGE:
        return DB_EXEC(db, &SQL_CATALOGUE_PUT_EXCHANGE, NULL, P_STR(row->key),
                       P_STR(row->name_en), P_STR(row->name_de), P_STR(row->parent),
                       P_I64(row->position), P_I64(row->active));
    case CATALOGUE_MARKET:
        return DB_EXEC(db, &SQL_CATALOGUE_PUT_MARKET, NULL, P_STR(row->key),
                       P_STR(row->name_en), P_STR(row->name_de), P_STR(row->parent), days,
                       P_STR(row->notice_reference), P_I64(row->position),
                       P_I64(row->active));
    case CATALOGUE_PRODUCT:
        return DB_EXEC(db, &SQL_CATALOGUE_PUT_PRODUCT, NULL, P_STR(row->key),
                       P_STR(row->name_en), P_STR(row->name_de), P_STR(row->unit),
                       P_I64(row->position), P_I64(row->active));
    case CATALOGUE_OFFER:
        return DB_EXEC(db, &SQL_CATALOGUE_PUT_OFFER, NULL, P_STR(row->product),
                       P_STR(row->parent), P_I64(row->available), P_STR(row->rule_en),
                       P_STR(row->rule_de), P_I64(row->active));
    case CATALOGUE_KIND_COUNT:
        break;
    }
    bug("kind %lld of a row of the catalogue", (long long)row->kind);
}
