/* customer_status.c: what the customer sees of the progress. */
#include "store/customer_status.h"

/* programs: requests, dashboard, worker */
SQL(SQL_CUSTOMER_STATUS_PUT,
    "INSERT INTO customer_status (request_id, company_id, phase, steps, department_keys, "
    "contact_team, "
    "since_at, open_items) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE phase = VALUES(phase), steps = COALESCE(VALUES(steps), "
    "steps), department_keys = VALUES(department_keys), "
    "contact_team = VALUES(contact_team), since_at = VALUES(since_at), "
    "open_items = VALUES(open_items), version = version + 1");

static const struct db_column timeline_columns[] = {
    DB_COL(struct timeline_row, field, DB_STR),
    DB_COL(struct timeline_row, new_value, DB_STR),
    DB_COL(struct timeline_row, changed_at, DB_TIME),
};
DB_ROW_MAP(timeline_map, struct timeline_row, timeline_columns);

/* The view shows two fields of the request's history and nothing else of the trail; the
 * account of the customer's side has no right on the history itself, which quotes
 * internal notes. */
/* programs: requests */
SQL(SQL_TIMELINE_LIST,
    "SELECT t.field, t.new_value, t.changed_at FROM customer_timeline t "
    "JOIN request r ON r.id = t.request_id WHERE t.request_id = ? AND r.company_id = ? "
    "ORDER BY t.id LIMIT 100");

const struct sql *const store_customer_status_statements[] = {
    &SQL_CUSTOMER_STATUS_PUT,
    &SQL_TIMELINE_LIST,
    NULL,
};

enum err customer_status_put(struct db *db, const struct customer_status_row *row)
{
    return DB_EXEC(db, &SQL_CUSTOMER_STATUS_PUT, NULL, P_I64(row->request_id),
                   P_I64(row->company_id), P_STR(row->phase), P_STR(row->steps),
                   P_STR(row->department_keys), P_STR(row->contact_team),
                   P_TIME(row->since_at), P_I64(row->open_items));
}

enum err timeline_list(struct db *db, struct arena *arena, int64_t company_id,
                       int64_t request_id, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_TIMELINE_LIST, &timeline_map, out, P_I64(request_id),
                    P_I64(company_id));
}
