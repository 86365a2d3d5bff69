#include "store/session_provider.h"

/* programs: login */
SQL(SQL_SESSION_PROVIDER_FIND,
    "SELECT sp.issuer, sp.subject FROM session_provider sp WHERE sp.session_id = ?");

/* programs: login */
SQL(SQL_SESSION_PROVIDER_OF_SUBJECT,
    "SELECT s.id, s.person_id, p.company_id FROM session_provider sp "
    "JOIN session s ON s.id = sp.session_id JOIN person p ON p.id = s.person_id "
    "WHERE sp.issuer = ? AND sp.subject = ? AND (? = '' OR sp.sid = ?) "
    "AND s.ended_at IS NULL ORDER BY s.id LIMIT 100");

/* programs: login */
SQL(SQL_SESSION_PROVIDER_OF_SID,
    "SELECT s.id, s.person_id, p.company_id FROM session_provider sp "
    "JOIN session s ON s.id = sp.session_id JOIN person p ON p.id = s.person_id "
    "WHERE sp.issuer = ? AND sp.sid = ? AND s.ended_at IS NULL ORDER BY s.id LIMIT 100");

/* programs: login */
SQL(SQL_SESSION_PROVIDER_END, "UPDATE session SET ended_at = ?, end_reason = ? "
                              "WHERE id = ? AND ended_at IS NULL");

/* programs: login */
SQL(SQL_SESSION_PROVIDER_PENDING,
    "DELETE FROM pending_sign_on WHERE person_id IN (SELECT i.person_id FROM identity i "
    "WHERE i.issuer = ? AND i.subject = ?) ORDER BY id LIMIT 100");

static const struct db_column ORIGIN_COLUMNS[] = {
    DB_COL(struct session_origin_row, issuer, DB_STR),
    DB_COL(struct session_origin_row, subject, DB_STR),
};
DB_ROW_MAP(ORIGIN_MAP, struct session_origin_row, ORIGIN_COLUMNS);

static const struct db_column SESSION_COLUMNS[] = {
    DB_COL(struct provider_session_row, session_id, DB_I64),
    DB_COL(struct provider_session_row, person_id, DB_I64),
    DB_COL(struct provider_session_row, company_id, DB_I64),
};
DB_ROW_MAP(SESSION_MAP, struct provider_session_row, SESSION_COLUMNS);

enum err session_provider_find(struct db *db, struct arena *arena, int64_t session_id,
                               struct session_origin_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SESSION_PROVIDER_FIND, &ORIGIN_MAP, out,
                        P_I64(session_id));
}

enum err session_provider_of_subject(struct db *db, struct arena *arena,
                                     const struct session_origin_row *origin,
                                     struct str sid, struct provider_session_row **out,
                                     size_t *count_out)
{
    struct str exactly = sid.ptr ? sid : STR("");
    struct db_rows rows = {0};
    enum err err = DB_QUERY(db, arena, &SQL_SESSION_PROVIDER_OF_SUBJECT, &SESSION_MAP,
                            &rows, P_STR(origin->issuer), P_STR(origin->subject),
                            P_STR(exactly), P_STR(exactly));

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err session_provider_of_sid(struct db *db, struct arena *arena, struct str issuer,
                                 struct str sid, struct provider_session_row **out,
                                 size_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = DB_QUERY(db, arena, &SQL_SESSION_PROVIDER_OF_SID, &SESSION_MAP, &rows,
                            P_STR(issuer), P_STR(sid));

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err session_provider_end(struct db *db, int64_t session_id, const char *reason,
                              instant_us now)
{
    return DB_EXEC(db, &SQL_SESSION_PROVIDER_END, NULL, P_TIME(now),
                   P_STR(str_from(reason)), P_I64(session_id));
}

enum err session_provider_drop_pending(struct db *db,
                                       const struct session_origin_row *origin)
{
    return DB_EXEC(db, &SQL_SESSION_PROVIDER_PENDING, NULL, P_STR(origin->issuer),
                   P_STR(origin->subject));
}

const struct sql *const store_session_provider_statements[] = {
    &SQL_SESSION_PROVIDER_FIND,    &SQL_SESSION_PROVIDER_OF_SUBJECT,
    &SQL_SESSION_PROVIDER_OF_SID,  &SQL_SESSION_PROVIDER_END,
    &SQL_SESSION_PROVIDER_PENDING, NULL,
};
