#include "store/sync.h"

/* programs: login */
SQL(SQL_SYNC_PEOPLE,
    "SELECT i.id, i.subject, i.login_key, p.id, p.login, p.display_name, p.email, "
    "p.is_staff, c.reference, "
    "(SELECT GROUP_CONCAT(sr.role ORDER BY sr.role) FROM staff_role sr "
    "WHERE sr.person_id = p.id), "
    "(SELECT GROUP_CONCAT(tm.team_key ORDER BY tm.team_key) FROM team_member tm "
    "WHERE tm.person_id = p.id) "
    "FROM (SELECT DISTINCT s.identity_id FROM session s "
    "JOIN identity k ON k.id = s.identity_id WHERE s.ended_at IS NULL "
    "AND s.identity_id > ? AND s.expires_at > ? AND s.last_seen_at > ? AND k.issuer = ? "
    "ORDER BY s.identity_id LIMIT 50) live "
    "JOIN identity i ON i.id = live.identity_id JOIN person p ON p.id = i.person_id "
    "LEFT JOIN company c ON c.id = p.company_id ORDER BY i.id");

/* programs: login */
SQL(SQL_SYNC_IDENTITY,
    "SELECT i.login_key, i.last_sign_on_at, NOT EXISTS (SELECT 1 FROM identity o "
    "WHERE o.person_id = i.person_id AND o.last_sign_on_at > i.last_sign_on_at) "
    "FROM identity i WHERE i.id = ?");

/* programs: login */
SQL(SQL_SYNC_LOGIN_FREE, "UPDATE identity SET login_key = NULL "
                         "WHERE issuer = ? AND login_key = ? AND id <> ?");

/* programs: login */
SQL(SQL_SYNC_LOGIN_TAKE, "UPDATE identity SET login_key = ? WHERE id = ?");

/* programs: login */
SQL(SQL_SYNC_SESSIONS_END,
    "UPDATE session SET ended_at = ?, end_reason = 'directory' "
    "WHERE identity_id = ? AND ended_at IS NULL AND second_factor <= ?");

/* programs: login */
SQL(SQL_SYNC_SESSIONS_RENEW,
    "UPDATE session SET renew = 1 WHERE person_id = ? AND ended_at IS NULL");

/* programs: login */
SQL(SQL_SYNC_STATE,
    "SELECT issuer, due_at, lease_until, finished_at, took_ms, asked, changed, ended, "
    "unclear, away_since, away_reason FROM directory_sync WHERE issuer = ?");

/* programs: ctl */
SQL(SQL_SYNC_STATES,
    "SELECT issuer, due_at, lease_until, finished_at, took_ms, asked, changed, ended, "
    "unclear, away_since, away_reason FROM directory_sync ORDER BY issuer LIMIT 50");

/* programs: login */
SQL(SQL_SYNC_STATE_INSERT, "INSERT INTO directory_sync (issuer, due_at) VALUES (?, ?)");

/* programs: login */
SQL(SQL_SYNC_LEASE, "UPDATE directory_sync SET lease_until = ? WHERE issuer = ? "
                    "AND due_at <= ? AND (lease_until IS NULL OR lease_until <= ?)");

/* programs: login */
SQL(SQL_SYNC_LEASE_EXTEND,
    "UPDATE directory_sync SET lease_until = ? WHERE issuer = ? AND lease_until = ?");

/* programs: login */
SQL(SQL_SYNC_FINISHED,
    "UPDATE directory_sync SET due_at = ?, lease_until = NULL, finished_at = ?, "
    "took_ms = ?, asked = ?, changed = ?, ended = ?, unclear = ?, away_since = NULL, "
    "away_reason = '' WHERE issuer = ? AND lease_until = ?");

/* programs: login */
SQL(SQL_SYNC_AWAY, "UPDATE directory_sync SET due_at = ?, lease_until = NULL, "
                   "away_since = COALESCE(away_since, ?), away_reason = ? "
                   "WHERE issuer = ? AND lease_until = ?");

static const struct db_column PERSON_COLUMNS[] = {
    DB_COL(struct sync_person_row, identity_id, DB_I64),
    DB_COL(struct sync_person_row, subject, DB_STR),
    DB_COL(struct sync_person_row, login_key, DB_STR),
    DB_COL(struct sync_person_row, person_id, DB_I64),
    DB_COL(struct sync_person_row, login, DB_STR),
    DB_COL(struct sync_person_row, display_name, DB_STR),
    DB_COL(struct sync_person_row, email, DB_STR),
    DB_COL(struct sync_person_row, is_staff, DB_BOOL),
    DB_COL(struct sync_person_row, company_reference, DB_STR),
    DB_COL(struct sync_person_row, roles, DB_STR),
    DB_COL(struct sync_person_row, team_keys, DB_STR),
};
DB_ROW_MAP(PERSON_MAP, struct sync_person_row, PERSON_COLUMNS);

static const struct db_column IDENTITY_COLUMNS[] = {
    DB_COL(struct sync_identity_row, login_key, DB_STR),
    DB_COL(struct sync_identity_row, last_sign_on_at, DB_TIME),
    DB_COL(struct sync_identity_row, is_newest, DB_BOOL),
};
DB_ROW_MAP(IDENTITY_MAP, struct sync_identity_row, IDENTITY_COLUMNS);

static const struct db_column STATE_COLUMNS[] = {
    DB_COL(struct sync_state_row, issuer, DB_STR),
    DB_COL(struct sync_state_row, due_at, DB_TIME),
    DB_COL(struct sync_state_row, lease_until, DB_TIME),
    DB_COL(struct sync_state_row, finished_at, DB_TIME),
    DB_COL(struct sync_state_row, took_ms, DB_I64),
    DB_COL(struct sync_state_row, asked, DB_I64),
    DB_COL(struct sync_state_row, changed, DB_I64),
    DB_COL(struct sync_state_row, ended, DB_I64),
    DB_COL(struct sync_state_row, unclear, DB_I64),
    DB_COL(struct sync_state_row, away_since, DB_TIME),
    DB_COL(struct sync_state_row, away_reason, DB_STR),
};
DB_ROW_MAP(STATE_MAP, struct sync_state_row, STATE_COLUMNS);

enum err sync_people(struct db *db, struct arena *arena, const struct sync_page *page,
                     struct sync_person_row **out, size_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = DB_QUERY(db, arena, &SQL_SYNC_PEOPLE, &PERSON_MAP, &rows,
                            P_I64(page->after_identity_id), P_TIME(page->now),
                            P_TIME(page->idle_since), P_STR(page->issuer));

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err sync_identity(struct db *db, struct arena *arena, int64_t identity_id,
                       struct sync_identity_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SYNC_IDENTITY, &IDENTITY_MAP, out,
                        P_I64(identity_id));
}

enum err sync_login_free(struct db *db, struct str issuer, struct str login_key,
                         int64_t identity_id)
{
    return DB_EXEC(db, &SQL_SYNC_LOGIN_FREE, NULL, P_STR(issuer), P_STR(login_key),
                   P_I64(identity_id));
}

enum err sync_login_take(struct db *db, int64_t identity_id, struct str login_key)
{
    return DB_EXEC(db, &SQL_SYNC_LOGIN_TAKE, NULL, P_STR(login_key), P_I64(identity_id));
}

enum err sync_sessions_end(struct db *db, int64_t identity_id, bool only_weak,
                           instant_us now, int64_t *ended_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SYNC_SESSIONS_END, &done, P_TIME(now),
                           P_I64(identity_id), P_I64(only_weak ? 0 : 1));

    if (err == OK)
        *ended_out = done.affected;
    return err;
}

enum err sync_sessions_renew(struct db *db, int64_t person_id)
{
    return DB_EXEC(db, &SQL_SYNC_SESSIONS_RENEW, NULL, P_I64(person_id));
}

enum err sync_state(struct db *db, struct arena *arena, struct str issuer,
                    struct sync_state_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SYNC_STATE, &STATE_MAP, out, P_STR(issuer));
}

enum err sync_states(struct db *db, struct arena *arena, struct sync_state_row **out,
                     size_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = db_query(db, arena, &SQL_SYNC_STATES, NULL, 0, &STATE_MAP, &rows);

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err sync_state_insert(struct db *db, struct str issuer, instant_us due_at)
{
    return DB_EXEC(db, &SQL_SYNC_STATE_INSERT, NULL, P_STR(issuer), P_TIME(due_at));
}

enum err sync_lease(struct db *db, struct str issuer, instant_us now, instant_us until,
                    bool *taken_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SYNC_LEASE, &done, P_TIME(until), P_STR(issuer),
                           P_TIME(now), P_TIME(now));

    if (err == OK)
        *taken_out = done.affected == 1;
    return err;
}

enum err sync_lease_extend(struct db *db, struct str issuer, instant_us held_until,
                           instant_us until, bool *held_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SYNC_LEASE_EXTEND, &done, P_TIME(until),
                           P_STR(issuer), P_TIME(held_until));

    if (err == OK)
        *held_out = done.affected == 1;
    return err;
}

enum err sync_finished(struct db *db, const struct sync_state_row *row,
                       instant_us held_until)
{
    return DB_EXEC(db, &SQL_SYNC_FINISHED, NULL, P_TIME(row->due_at),
                   P_TIME(row->finished_at), P_I64(row->took_ms), P_I64(row->asked),
                   P_I64(row->changed), P_I64(row->ended), P_I64(row->unclear),
                   P_STR(row->issuer), P_TIME(held_until));
}

enum err sync_away(struct db *db, const struct sync_state_row *row, instant_us held_until)
{
    return DB_EXEC(db, &SQL_SYNC_AWAY, NULL, P_TIME(row->due_at), P_TIME(row->away_since),
                   P_STR(row->away_reason), P_STR(row->issuer), P_TIME(held_until));
}

const struct sql *const store_sync_statements[] = {
    &SQL_SYNC_PEOPLE,       &SQL_SYNC_IDENTITY,
    &SQL_SYNC_LOGIN_FREE,   &SQL_SYNC_LOGIN_TAKE,
    &SQL_SYNC_SESSIONS_END, &SQL_SYNC_SESSIONS_RENEW,
    &SQL_SYNC_STATE,        &SQL_SYNC_STATES,
    &SQL_SYNC_STATE_INSERT, &SQL_SYNC_LEASE,
    &SQL_SYNC_LEASE_EXTEND, &SQL_SYNC_FINISHED,
    &SQL_SYNC_AWAY,         NULL,
};
