#include "store/session.h"

/* A customer's roles count only while the company is active; a person whose company was ended in
 * the meantime keeps the session and has no rights in it. */
/* programs: login, requests, uploads, dashboard, account */
SQL(SQL_SESSION_LIVE,
    "SELECT s.id, p.id, p.login, p.display_name, p.email, p.language, COALESCE(p.zone, "
    "c.zone), "
    "p.is_staff, p.company_id, c.name, c.reference, c.state = 'active', "
    "CASE WHEN p.is_staff "
    "THEN (SELECT GROUP_CONCAT(sr.role) FROM staff_role sr WHERE sr.person_id = p.id) "
    "ELSE (SELECT GROUP_CONCAT(cr.role, IF(cr.market_key = '', '', ':'), cr.market_key "
    "ORDER BY cr.role, cr.market_key) FROM company_role cr "
    "WHERE cr.company_id = p.company_id AND cr.person_id = p.id) END, "
    "(SELECT GROUP_CONCAT(tm.team_key) FROM team_member tm WHERE tm.person_id = p.id), "
    "s.created_at, s.last_seen_at, s.confirmed_at, s.second_factor, s.renew, "
    "s.support_company_id, v.reference, v.name, s.support_until "
    "FROM session s JOIN person p ON p.id = s.person_id "
    "LEFT JOIN company c ON c.id = p.company_id "
    "LEFT JOIN company v ON v.id = s.support_company_id AND v.state = 'active' "
    "WHERE s.token_sha256 = ? AND s.ended_at IS NULL AND s.expires_at > ? "
    "AND s.last_seen_at > ?");

/* programs: login, requests, uploads, dashboard, account */
SQL(SQL_SESSION_OWNER, "SELECT s.person_id FROM session s "
                       "WHERE s.token_sha256 = ? OR s.old_token_sha256 = ? LIMIT 1");

/* programs: login */
SQL(SQL_SESSION_STATE, "SELECT s.ended_at IS NOT NULL, s.end_reason FROM session s WHERE "
                       "s.token_sha256 = ?");

/* programs: login */
SQL(SQL_SESSION_INSERT,
    "INSERT INTO session (token_sha256, person_id, identity_id, method, second_factor, "
    "created_at, confirmed_at, last_seen_at, expires_at, device, network) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

/* programs: login */
SQL(SQL_SESSION_END, "UPDATE session SET ended_at = ?, end_reason = ? "
                     "WHERE token_sha256 = ? AND ended_at IS NULL");

/* programs: login, account */
SQL(SQL_SESSION_END_ALL, "UPDATE session SET ended_at = ?, end_reason = ? "
                         "WHERE person_id = ? AND ended_at IS NULL");

/* programs: login */
SQL(SQL_SESSION_RENEW, "UPDATE session SET old_token_sha256 = token_sha256, "
                       "token_sha256 = ?, renew = 0 "
                       "WHERE token_sha256 = ? AND ended_at IS NULL");

/* programs: login */
SQL(SQL_SESSION_CONFIRM,
    "UPDATE session SET old_token_sha256 = token_sha256, token_sha256 = ?, renew = 0, "
    "confirmed_at = ?, second_factor = second_factor OR ? "
    "WHERE token_sha256 = ? AND ended_at IS NULL");

/* programs: login */
SQL(SQL_SESSION_PROVIDER_INSERT,
    "INSERT INTO session_provider (session_id, issuer, subject, sid) "
    "VALUES (?, ?, ?, ?)");

/* programs: login, requests, uploads, dashboard, account */
SQL(SQL_SESSION_SEEN,
    "UPDATE session SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?");

/* programs: login */
SQL(SQL_SESSION_PURGE,
    "DELETE FROM session WHERE expires_at < ? ORDER BY expires_at LIMIT 100");

static const struct db_column LIVE_COLUMNS[] = {
    DB_COL(struct session_row, session_id, DB_I64),
    DB_COL(struct session_row, person_id, DB_I64),
    DB_COL(struct session_row, login, DB_STR),
    DB_COL(struct session_row, display_name, DB_STR),
    DB_COL(struct session_row, email, DB_STR),
    DB_COL(struct session_row, language, DB_STR),
    DB_COL(struct session_row, zone, DB_STR),
    DB_COL(struct session_row, is_staff, DB_BOOL),
    DB_COL(struct session_row, company_id, DB_I64),
    DB_COL(struct session_row, company_name, DB_STR),
    DB_COL(struct session_row, company_reference, DB_STR),
    DB_COL(struct session_row, company_active, DB_BOOL),
    DB_COL(struct session_row, roles, DB_STR),
    DB_COL(struct session_row, team_keys, DB_STR),
    DB_COL(struct session_row, created_at, DB_TIME),
    DB_COL(struct session_row, last_seen_at, DB_TIME),
    DB_COL(struct session_row, confirmed_at, DB_TIME),
    DB_COL(struct session_row, second_factor, DB_BOOL),
    DB_COL(struct session_row, renew, DB_BOOL),
    DB_COL(struct session_row, support_company_id, DB_I64),
    DB_COL(struct session_row, support_company_reference, DB_STR),
    DB_COL(struct session_row, support_company_name, DB_STR),
    DB_COL(struct session_row, support_until, DB_TIME),
};
DB_ROW_MAP(LIVE_MAP, struct session_row, LIVE_COLUMNS);

struct owner_row {
    int64_t person_id;
};
static const struct db_column OWNER_COLUMNS[] = {
    DB_COL(struct owner_row, person_id, DB_I64)};
DB_ROW_MAP(OWNER_MAP, struct owner_row, OWNER_COLUMNS);

static const struct db_column STATE_COLUMNS[] = {
    DB_COL(struct session_state_row, ended, DB_BOOL),
    DB_COL(struct session_state_row, end_reason, DB_STR),
};
DB_ROW_MAP(STATE_MAP, struct session_state_row, STATE_COLUMNS);

enum err session_live(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                      instant_us now, instant_us idle_since, struct session_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SESSION_LIVE, &LIVE_MAP, out,
                        P_BYTES(token_sha256, 32), P_TIME(now), P_TIME(idle_since));
}

enum err session_owner(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                       int64_t *person_id_out)
{
    struct owner_row row = {0};
    enum err err = DB_QUERY_ONE(db, arena, &SQL_SESSION_OWNER, &OWNER_MAP, &row,
                                P_BYTES(token_sha256, 32), P_BYTES(token_sha256, 32));

    if (err == OK)
        *person_id_out = row.person_id;
    return err;
}

enum err session_state(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                       struct session_state_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SESSION_STATE, &STATE_MAP, out,
                        P_BYTES(token_sha256, 32));
}

/* One row, or the session has ended or has another token already. */
static enum err one_row(enum err err, const struct db_done *done)
{
    return err == OK && done->affected != 1 ? ERR_NOT_FOUND : err;
}

enum err session_renew(struct db *db, const uint8_t token_sha256[32],
                       const uint8_t new_sha256[32])
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SESSION_RENEW, &done, P_BYTES(new_sha256, 32),
                           P_BYTES(token_sha256, 32));

    return one_row(err, &done);
}

enum err session_confirm(struct db *db, const struct session_confirm_row *row)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SESSION_CONFIRM, &done, P_BYTES(row->new_sha256, 32),
                           P_TIME(row->now), P_I64(row->second_factor),
                           P_BYTES(row->token_sha256, 32));

    return one_row(err, &done);
}

enum err session_insert(struct db *db, const struct session_insert_row *row,
                        int64_t *session_id_out)
{
    struct db_done done = {0};
    enum err err =
        DB_EXEC(db, &SQL_SESSION_INSERT, &done, P_BYTES(row->token_sha256, 32),
                P_I64(row->person_id), P_ID_OR_NULL(row->identity_id),
                P_STR(str_from(row->method)), P_I64(row->second_factor), P_TIME(row->now),
                P_TIME(row->confirmed_at), P_TIME(row->now), P_TIME(row->expires_at),
                P_STR(row->device), P_STR(row->network));

    if (err == OK)
        *session_id_out = done.insert_id;
    return err;
}

enum err session_provider_insert(struct db *db, int64_t session_id,
                                 const struct session_provider_row *row)
{
    return DB_EXEC(db, &SQL_SESSION_PROVIDER_INSERT, NULL, P_I64(session_id),
                   P_STR(row->issuer), P_STR(row->subject), P_STR(row->sid));
}

enum err session_end(struct db *db, const uint8_t token_sha256[32], const char *reason,
                     instant_us now)
{
    return DB_EXEC(db, &SQL_SESSION_END, NULL, P_TIME(now), P_STR(str_from(reason)),
                   P_BYTES(token_sha256, 32));
}

enum err session_end_all(struct db *db, int64_t person_id, const char *reason,
                         instant_us now)
{
    return DB_EXEC(db, &SQL_SESSION_END_ALL, NULL, P_TIME(now), P_STR(str_from(reason)),
                   P_I64(person_id));
}

enum err session_seen(struct db *db, int64_t session_id, instant_us now)
{
    return DB_EXEC(db, &SQL_SESSION_SEEN, NULL, P_TIME(now), P_I64(session_id),
                   P_TIME(now));
}

enum err session_purge(struct db *db, instant_us before)
{
    return DB_EXEC(db, &SQL_SESSION_PURGE, NULL, P_TIME(before));
}

const struct sql *const store_session_statements[] = {
    &SQL_SESSION_STATE, &SQL_SESSION_RENEW,   &SQL_SESSION_CONFIRM,
    &SQL_SESSION_LIVE,  &SQL_SESSION_OWNER,   &SQL_SESSION_INSERT,
    &SQL_SESSION_END,   &SQL_SESSION_END_ALL, &SQL_SESSION_PROVIDER_INSERT,
    &SQL_SESSION_SEEN,  &SQL_SESSION_PURGE,   NULL,
};
