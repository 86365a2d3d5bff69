#include "store/support_visit.h"

/* programs: account */
SQL(SQL_SUPPORT_VISIT_INSERT,
    "INSERT INTO support_visit (company_id, person_id, reason, started_at, until_at) "
    "VALUES (?, ?, ?, ?, ?)");

/* programs: account, login */
SQL(SQL_SUPPORT_VISIT_END, "UPDATE support_visit SET ended_at = ? "
                           "WHERE person_id = ? AND ended_at IS NULL AND until_at > ?");

/* A visit is over with its session, too, whoever ended that. */
/* programs: account */
SQL(SQL_SUPPORT_VISIT_LIST,
    "SELECT v.id, p.display_name, v.reason, v.started_at, "
    "LEAST(COALESCE(v.ended_at, s.ended_at, v.until_at), v.until_at), "
    "v.ended_at IS NULL AND s.ended_at IS NULL AND v.until_at > ? "
    "FROM support_visit v JOIN person p ON p.id = v.person_id "
    "LEFT JOIN session s ON s.support_visit_id = v.id "
    "WHERE v.company_id = ? AND v.id < ? ORDER BY v.id DESC LIMIT ?");

/* programs: account */
SQL(SQL_SUPPORT_SESSION_SET,
    "UPDATE session SET support_company_id = ?, support_until = ?, support_visit_id = ? "
    "WHERE id = ? AND ended_at IS NULL");

/* All live sessions, so that two that begin a view at once wait for each other. */
/* programs: account */
SQL(SQL_SUPPORT_SESSION_CLEAR,
    "UPDATE session SET support_company_id = NULL, support_until = NULL, "
    "support_visit_id = NULL WHERE person_id = ? AND ended_at IS NULL");

static const struct db_column LIST_COLUMNS[] = {
    DB_COL(struct support_visit_row, id, DB_I64),
    DB_COL(struct support_visit_row, person_name, DB_STR),
    DB_COL(struct support_visit_row, reason, DB_STR),
    DB_COL(struct support_visit_row, started_at, DB_TIME),
    DB_COL(struct support_visit_row, ended_at, DB_TIME),
    DB_COL(struct support_visit_row, running, DB_BOOL),
};
DB_ROW_MAP(LIST_MAP, struct support_visit_row, LIST_COLUMNS);

enum err support_visit_insert(struct db *db, const struct support_visit_insert_row *row,
                              int64_t *visit_id_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SUPPORT_VISIT_INSERT, &done, P_I64(row->company_id),
                           P_I64(row->person_id), P_STR(row->reason),
                           P_TIME(row->started_at), P_TIME(row->until_at));

    if (err == OK)
        *visit_id_out = done.insert_id;
    return err;
}

enum err support_visit_end(struct db *db, int64_t person_id, instant_us now)
{
    return DB_EXEC(db, &SQL_SUPPORT_VISIT_END, NULL, P_TIME(now), P_I64(person_id),
                   P_TIME(now));
}

enum err support_visit_list(struct db *db, struct arena *arena, int64_t company_id,
                            const struct support_visit_query *query, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUPPORT_VISIT_LIST, &LIST_MAP, out,
                    P_TIME(query->now), P_I64(company_id),
                    P_I64(query->before_id ? query->before_id : INT64_MAX),
                    P_I64(query->limit));
}

enum err support_session_set(struct db *db, const struct support_session_row *row)
{
    struct db_done done = {0};
    enum err err =
        DB_EXEC(db, &SQL_SUPPORT_SESSION_SET, &done, P_I64(row->company_id),
                P_TIME(row->until), P_I64(row->visit_id), P_I64(row->session_id));

    if (err == OK && done.affected != 1)
        return err_note(ERR_CONFLICT, "the session has ended");
    return err;
}

enum err support_session_clear(struct db *db, int64_t person_id)
{
    return DB_EXEC(db, &SQL_SUPPORT_SESSION_CLEAR, NULL, P_I64(person_id));
}

const struct sql *const store_support_visit_statements[] = {
    &SQL_SUPPORT_VISIT_INSERT, &SQL_SUPPORT_VISIT_END,     &SQL_SUPPORT_VISIT_LIST,
    &SQL_SUPPORT_SESSION_SET,  &SQL_SUPPORT_SESSION_CLEAR, NULL,
};
