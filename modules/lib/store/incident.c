#include "store/incident.h"

enum { REASON_MAX = 1000, ABOUT_MAX = 500 };

#define INCIDENT "select id, job_id, kind, token, reason, about, opened_at from incident"

/* programs: dashboard, worker */
SQL(SQL_INCIDENT_OPEN,
    INCIDENT " where request_id = ? and is_open = 1 order by id limit 200");
/* programs: dashboard */
SQL(SQL_INCIDENT_FIND, INCIDENT " where id = ? and request_id = ? and is_open = 1");

static const struct db_column incident_columns[] = {
    DB_COL(struct incident_row, id, DB_I64),
    DB_COL(struct incident_row, job_id, DB_I64),
    DB_COL(struct incident_row, kind, DB_STR),
    DB_COL(struct incident_row, token, DB_STR),
    DB_COL(struct incident_row, reason, DB_STR),
    DB_COL(struct incident_row, about, DB_STR),
    DB_COL(struct incident_row, opened_at, DB_TIME),
};
DB_ROW_MAP(incident_map, struct incident_row, incident_columns);

enum err incident_open(struct db *db, struct arena *arena, int64_t request_id,
                       struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_INCIDENT_OPEN, &incident_map, out, P_I64(request_id));
}

enum err incident_find(struct db *db, struct arena *arena, int64_t request_id, int64_t id,
                       struct incident_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_INCIDENT_FIND, &incident_map, out, P_I64(id),
                        P_I64(request_id));
}

/* programs: dashboard, worker */
SQL(SQL_INCIDENT_INSERT, "insert into incident (request_id, job_id, kind, token, "
                         "reason, about, opened_at)"
                         " values (?, ?, ?, ?, ?, ?, ?)");

enum err incident_insert(struct db *db, struct arena *arena,
                         const struct incident_new *rows, size_t count)
{
    enum { COLUMNS = 7 };
    struct db_param *at = ARENA_ARRAY(arena, struct db_param, count * COLUMNS + 1);
    const struct db_param *params = at;

    for (size_t i = 0; i < count; i++) {
        const struct incident_new *row = &rows[i];

        *at++ = P_I64(row->request_id);
        *at++ = P_ID_OR_NULL(row->job_id);
        *at++ = P_STR(str_from(row->kind));
        *at++ = P_STR(row->token.ptr ? row->token : STR(""));
        *at++ = P_STR(str_utf8_head(row->reason, REASON_MAX));
        *at++ = P_STR(str_utf8_head(row->about, ABOUT_MAX));
        *at++ = P_TIME(row->opened_at);
    }
    return count == 0
               ? OK
               : db_exec_many(db, &SQL_INCIDENT_INSERT, params, COLUMNS, count, NULL);
}

/* programs: dashboard, worker */
SQL(SQL_INCIDENT_CLOSE, "update incident set is_open = null, closed_at = ?, closed_by = ?"
                        " where id = ? and is_open = 1");

enum err incident_close(struct db *db, struct arena *arena, const int64_t *ids,
                        size_t count, int64_t person_id, instant_us at)
{
    enum { COLUMNS = 3 };
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count * COLUMNS + 1);

    for (size_t i = 0; i < count; i++) {
        params[i * COLUMNS] = P_TIME(at);
        params[i * COLUMNS + 1] = P_ID_OR_NULL(person_id);
        params[i * COLUMNS + 2] = P_I64(ids[i]);
    }
    return count == 0
               ? OK
               : db_exec_many(db, &SQL_INCIDENT_CLOSE, params, COLUMNS, count, NULL);
}

/* programs: dashboard */
SQL(SQL_INCIDENT_LIST,
    "select straight_join n.id, n.kind, n.token, n.reason, n.about, n.opened_at,"
    " r.definition_id, r.reference, t.reference, c.name"
    " from incident n join request r on r.id = n.request_id"
    " join company c on c.id = r.company_id"
    " left join ticket t on t.request_id = r.id"
    " where n.is_open = 1 and n.id > ? order by n.id limit ?");

static const struct db_column item_columns[] = {
    DB_COL(struct incident_item, id, DB_I64),
    DB_COL(struct incident_item, kind, DB_STR),
    DB_COL(struct incident_item, token, DB_STR),
    DB_COL(struct incident_item, reason, DB_STR),
    DB_COL(struct incident_item, about, DB_STR),
    DB_COL(struct incident_item, opened_at, DB_TIME),
    DB_COL(struct incident_item, definition_id, DB_I64),
    DB_COL(struct incident_item, request_reference, DB_STR),
    DB_COL(struct incident_item, ticket_reference, DB_STR),
    DB_COL(struct incident_item, company_name, DB_STR),
};
DB_ROW_MAP(item_map, struct incident_item, item_columns);

enum err incident_list(struct db *db, struct arena *arena, int64_t after_id,
                       int64_t limit, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_INCIDENT_LIST, &item_map, out, P_I64(after_id),
                    P_I64(limit));
}

const struct sql *const store_incident_statements[] = {
    &SQL_INCIDENT_OPEN,  &SQL_INCIDENT_FIND, &SQL_INCIDENT_INSERT,
    &SQL_INCIDENT_CLOSE, &SQL_INCIDENT_LIST, NULL};
