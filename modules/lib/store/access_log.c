#include "store/access_log.h"

/* programs: account, uploads, dashboard */
SQL(SQL_ACCESS_LOG_INSERT, "INSERT INTO access_log (at, person_id, company_id, kind, "
                           "object, trace_id) VALUES (?, ?, ?, ?, ?, ?)");

enum err access_log_insert(struct db *db, const struct access_log_row *row)
{
    return DB_EXEC(db, &SQL_ACCESS_LOG_INSERT, NULL, P_TIME(row->at),
                   P_I64(row->person_id), P_ID_OR_NULL(row->company_id),
                   P_STR(str_from(row->kind)), P_STR(row->object),
                   P_STR(row->trace_id.ptr ? row->trace_id : STR("")));
}

const struct sql *const store_access_log_statements[] = {
    &SQL_ACCESS_LOG_INSERT,
    NULL,
};
