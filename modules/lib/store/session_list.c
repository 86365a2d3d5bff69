#include "store/session_list.h"

/* programs: login, account */
SQL(SQL_SESSION_LIST,
    "SELECT s.id, s.created_at, s.last_seen_at, s.method = 'provider', s.second_factor, "
    "s.device, s.network FROM session s WHERE s.person_id = ? AND s.ended_at IS NULL "
    "AND s.expires_at > ? AND s.last_seen_at > ? "
    "ORDER BY s.last_seen_at DESC, s.id DESC LIMIT 100");

/* programs: login */
SQL(SQL_SESSION_END_OWN, "UPDATE session SET ended_at = ?, end_reason = ? "
                         "WHERE id = ? AND person_id = ? AND ended_at IS NULL");

/* programs: login */
SQL(SQL_SESSION_END_OTHERS, "UPDATE session SET ended_at = ?, end_reason = ? "
                            "WHERE person_id = ? AND ended_at IS NULL AND id <> ?");

/* programs: login */
SQL(SQL_SESSION_PROOF,
    "SELECT s.method = 'provider', i.issuer, i.subject, i.login_key FROM session s "
    "LEFT JOIN identity i ON i.id = s.identity_id WHERE s.id = ?");

/* programs: login */
SQL(SQL_SESSION_DEVICE_SEEN,
    "SELECT EXISTS (SELECT 1 FROM session s WHERE s.person_id = ? AND s.device = ? "
    "AND s.network = ?)");

static const struct db_column LIST_COLUMNS[] = {
    DB_COL(struct session_list_row, id, DB_I64),
    DB_COL(struct session_list_row, created_at, DB_TIME),
    DB_COL(struct session_list_row, last_seen_at, DB_TIME),
    DB_COL(struct session_list_row, by_provider, DB_BOOL),
    DB_COL(struct session_list_row, second_factor, DB_BOOL),
    DB_COL(struct session_list_row, device, DB_STR),
    DB_COL(struct session_list_row, network, DB_STR),
};
DB_ROW_MAP(LIST_MAP, struct session_list_row, LIST_COLUMNS);

static const struct db_column PROOF_COLUMNS[] = {
    DB_COL(struct session_proof_row, by_provider, DB_BOOL),
    DB_COL(struct session_proof_row, issuer, DB_STR),
    DB_COL(struct session_proof_row, subject, DB_STR),
    DB_COL(struct session_proof_row, login_key, DB_STR),
};
DB_ROW_MAP(PROOF_MAP, struct session_proof_row, PROOF_COLUMNS);

struct seen_row {
    bool seen;
};
static const struct db_column SEEN_COLUMNS[] = {DB_COL(struct seen_row, seen, DB_BOOL)};
DB_ROW_MAP(SEEN_MAP, struct seen_row, SEEN_COLUMNS);

enum err session_list(struct db *db, struct arena *arena, int64_t person_id,
                      instant_us now, instant_us idle_since, struct db_rows *out)
{
    const struct db_param params[] = {P_I64(person_id), P_TIME(now), P_TIME(idle_since)};

    return db_query(db, arena, &SQL_SESSION_LIST, params, 3, &LIST_MAP, out);
}

enum err session_end_own(struct db *db, int64_t person_id, int64_t session_id,
                         const char *reason, instant_us now)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SESSION_END_OWN, &done, P_TIME(now),
                           P_STR(str_from(reason)), P_I64(session_id), P_I64(person_id));

    return err == OK && done.affected == 0 ? ERR_NOT_FOUND : err;
}

enum err session_end_others(struct db *db, int64_t person_id, int64_t spared_id,
                            const char *reason, instant_us now, int64_t *count_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SESSION_END_OTHERS, &done, P_TIME(now),
                           P_STR(str_from(reason)), P_I64(person_id), P_I64(spared_id));

    if (err == OK)
        *count_out = done.affected;
    return err;
}

enum err session_proof(struct db *db, struct arena *arena, int64_t session_id,
                       struct session_proof_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SESSION_PROOF, &PROOF_MAP, out,
                        P_I64(session_id));
}

enum err session_device_seen(struct db *db, struct arena *arena, int64_t person_id,
                             struct str device, struct str network, bool *out)
{
    struct seen_row row = {0};
    enum err err = DB_QUERY_ONE(db, arena, &SQL_SESSION_DEVICE_SEEN, &SEEN_MAP, &row,
                                P_I64(person_id), P_STR(device), P_STR(network));

    if (err == OK)
        *out = row.seen;
    return err;
}

const struct sql *const store_session_list_statements[] = {
    &SQL_SESSION_LIST,  &SQL_SESSION_END_OWN,     &SQL_SESSION_END_OTHERS,
    &SQL_SESSION_PROOF, &SQL_SESSION_DEVICE_SEEN, NULL,
};
