/* master_data.c: a company's values and the day from which each holds. */
#include "store/master_data.h"

static const struct db_column master_data_columns[] = {
    DB_COL(struct master_data_row, attribute_key, DB_STR),
    DB_COL(struct master_data_row, valid_from, DB_DAY),
    DB_COL(struct master_data_row, value, DB_STR),
    DB_COL(struct master_data_row, request_reference, DB_STR),
};
DB_ROW_MAP(master_data_map, struct master_data_row, master_data_columns);

/* A row counts unless a later one holds on the same day already: later by day, then by
 * id. */
/* programs: requests, dashboard, worker */
SQL(SQL_MASTER_DATA_LIST,
    "SELECT a.attribute_key, a.valid_from, a.value, r.reference "
    "FROM company_attribute a LEFT JOIN request r ON r.id = a.request_id "
    "AND (r.visibility = 'company' OR ?) "
    "WHERE a.company_id = ? AND NOT EXISTS (SELECT 1 FROM company_attribute b "
    "WHERE b.company_id = a.company_id AND b.attribute_key = a.attribute_key "
    "AND b.valid_from <= GREATEST(a.valid_from, ?) "
    "AND (b.valid_from > a.valid_from OR (b.valid_from = a.valid_from AND b.id > a.id))) "
    "ORDER BY a.attribute_key, a.valid_from LIMIT 1000");

/* programs: worker */
SQL(SQL_MASTER_DATA_INSERT,
    "INSERT IGNORE INTO company_attribute (company_id, attribute_key, valid_from, value, "
    "request_id, recorded_at) VALUES (?, ?, ?, ?, ?, ?)");

const struct sql *const store_master_data_statements[] = {
    &SQL_MASTER_DATA_LIST,
    &SQL_MASTER_DATA_INSERT,
    NULL,
};

enum err master_data_list(struct db *db, struct arena *arena, int64_t company_id,
                          bool board, day_no today, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_MASTER_DATA_LIST, &master_data_map, out, P_I64(board),
                    P_I64(company_id), P_DAY(today));
}

enum err master_data_insert(struct db *db, struct arena *arena, int64_t company_id,
                            int64_t request_id, const struct master_data_new *rows,
                            size_t count, instant_us now)
{
    enum { COLUMNS = 6 };
    if (count == 0)
        return OK;
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count * COLUMNS);
    for (size_t i = 0; i < count; i++) {
        struct db_param *row = params + i * COLUMNS;
        row[0] = P_I64(company_id);
        row[1] = P_STR(rows[i].attribute_key);
        row[2] = P_DAY(rows[i].valid_from);
        row[3] = P_STR(rows[i].value);
        row[4] = P_I64(request_id);
        row[5] = P_TIME(now);
    }
    return db_exec_many(db, &SQL_MASTER_DATA_INSERT, params, COLUMNS, count, NULL);
}
