/* company.c: member companies. */
#include "store/company.h"

static const struct db_column company_columns[] = {
    DB_COL(struct company_row, id, DB_I64),
    DB_COL(struct company_row, reference, DB_STR),
    DB_COL(struct company_row, name, DB_STR),
    DB_COL(struct company_row, state, DB_STR),
    DB_COL(struct company_row, zone, DB_STR),
};
DB_ROW_MAP(company_map, struct company_row, company_columns);

/* programs: requests */
SQL(SQL_COMPANY_GET, "SELECT id, reference, name, state, zone FROM company WHERE id = ?");

const struct sql *const store_company_statements[] = {
    &SQL_COMPANY_GET,
    NULL,
};

enum err company_get(struct db *db, struct arena *arena, int64_t company_id,
                     struct company_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_COMPANY_GET, &company_map, out,
                        P_I64(company_id));
}
