#include "store/operator.h"

/* programs: ctl */
SQL(SQL_OPERATOR_PEOPLE,
    "SELECT p.id, p.login, p.display_name, p.email, p.is_staff, p.company_id, "
    "c.reference, c.name, c.state, "
    "CASE WHEN p.is_staff "
    "THEN (SELECT GROUP_CONCAT(sr.role ORDER BY sr.role) FROM staff_role sr "
    "WHERE sr.person_id = p.id) "
    "ELSE (SELECT GROUP_CONCAT(cr.role, IF(cr.market_key = '', '', ':'), cr.market_key "
    "ORDER BY cr.role, cr.market_key) FROM company_role cr "
    "WHERE cr.company_id = p.company_id AND cr.person_id = p.id) END, "
    "(SELECT GROUP_CONCAT(tm.team_key ORDER BY tm.team_key) FROM team_member tm "
    "WHERE tm.person_id = p.id), "
    "EXISTS (SELECT 1 FROM second_factor f WHERE f.person_id = p.id), "
    "(SELECT COUNT(*) FROM recovery_code rc WHERE rc.person_id = p.id "
    "AND rc.used_at IS NULL) "
    "FROM (SELECT a.id FROM person a WHERE a.login = ? UNION SELECT b.person_id "
    "FROM identity b WHERE b.login_key = ?) found JOIN person p ON p.id = found.id "
    "LEFT JOIN company c ON c.id = p.company_id WHERE ? = '' OR EXISTS (SELECT 1 "
    "FROM identity i WHERE i.person_id = p.id AND i.issuer = ?) ORDER BY p.id LIMIT 20");

/* programs: ctl */
SQL(SQL_OPERATOR_IDENTITIES,
    "SELECT issuer, subject, login_key, last_sign_on_at FROM identity "
    "WHERE person_id = ? ORDER BY id LIMIT 50");

/* programs: ctl */
SQL(SQL_OPERATOR_SESSIONS,
    "SELECT s.id, i.issuer, s.method, s.second_factor, s.created_at, s.last_seen_at, "
    "s.device, s.network FROM session s LEFT JOIN identity i ON i.id = s.identity_id "
    "WHERE s.person_id = ? AND s.ended_at IS NULL AND s.expires_at > ? "
    "AND s.last_seen_at > ? ORDER BY s.id DESC LIMIT 100");

/* programs: ctl */
SQL(SQL_OPERATOR_ISSUERS,
    "SELECT COALESCE(i.issuer, '') AS issuer, COUNT(*) FROM session s "
    "LEFT JOIN identity i ON i.id = s.identity_id WHERE s.ended_at IS NULL "
    "AND s.expires_at > ? AND s.last_seen_at > ? GROUP BY issuer ORDER BY issuer "
    "LIMIT 50");

/* programs: ctl */
SQL(SQL_OPERATOR_COMPANY, "SELECT id FROM company WHERE reference = ?");

/* programs: ctl */
SQL(SQL_OPERATOR_END_PERSON,
    "UPDATE session SET ended_at = ?, end_reason = 'operator' WHERE person_id = ? "
    "AND ended_at IS NULL AND expires_at > ?");

/* programs: ctl */
SQL(SQL_OPERATOR_END_COMPANY,
    "UPDATE session s JOIN person p ON p.id = s.person_id SET s.ended_at = ?, "
    "s.end_reason = 'operator' WHERE p.company_id = ? AND s.ended_at IS NULL "
    "AND s.expires_at > ?");

/* programs: ctl */
SQL(SQL_OPERATOR_END_ISSUER,
    "UPDATE session s JOIN identity i ON i.id = s.identity_id SET s.ended_at = ?, "
    "s.end_reason = 'operator' WHERE i.issuer = ? AND s.ended_at IS NULL "
    "AND s.expires_at > ?");

/* programs: ctl */
SQL(SQL_OPERATOR_END_ALL, "UPDATE session SET ended_at = ?, end_reason = 'operator' "
                          "WHERE ended_at IS NULL AND expires_at > ?");

/* What waits for a code, or it would be a session a minute later. A few rows at most: no index is needed. */
/* programs: ctl */
SQL(SQL_OPERATOR_END_PENDING,
    "DELETE FROM pending_sign_on WHERE (? = 0 OR person_id = ?) "
    "AND (? = 0 OR person_id IN (SELECT p.id FROM person p WHERE p.company_id = ?)) "
    "AND (? = '' OR person_id IN (SELECT i.person_id FROM identity i WHERE i.issuer = "
    "?))");

/* programs: ctl */
SQL(SQL_OPERATOR_CLOCK, "SELECT UTC_TIMESTAMP(6)");

/* "Feb 24 06:54:44 2029 GMT" */
/* programs: ctl */
SQL(SQL_OPERATOR_CERTIFICATE,
    "SELECT x.variable_value, STR_TO_DATE(x.variable_value, '%b %e %H:%i:%s %Y') "
    "FROM information_schema.session_status x "
    "WHERE x.variable_name = 'SSL_SERVER_NOT_AFTER' LIMIT 1");

static const struct db_column PERSON_COLUMNS[] = {
    DB_COL(struct operator_person_row, id, DB_I64),
    DB_COL(struct operator_person_row, login, DB_STR),
    DB_COL(struct operator_person_row, display_name, DB_STR),
    DB_COL(struct operator_person_row, email, DB_STR),
    DB_COL(struct operator_person_row, is_staff, DB_BOOL),
    DB_COL(struct operator_person_row, company_id, DB_I64),
    DB_COL(struct operator_person_row, company_reference, DB_STR),
    DB_COL(struct operator_person_row, company_name, DB_STR),
    DB_COL(struct operator_person_row, company_state, DB_STR),
    DB_COL(struct operator_person_row, roles, DB_STR),
    DB_COL(struct operator_person_row, team_keys, DB_STR),
    DB_COL(struct operator_person_row, has_second_factor, DB_BOOL),
    DB_COL(struct operator_person_row, recovery_codes, DB_I64),
};
DB_ROW_MAP(PERSON_MAP, struct operator_person_row, PERSON_COLUMNS);

static const struct db_column IDENTITY_COLUMNS[] = {
    DB_COL(struct operator_identity_row, issuer, DB_STR),
    DB_COL(struct operator_identity_row, subject, DB_STR),
    DB_COL(struct operator_identity_row, login_key, DB_STR),
    DB_COL(struct operator_identity_row, last_sign_on_at, DB_TIME),
};
DB_ROW_MAP(IDENTITY_MAP, struct operator_identity_row, IDENTITY_COLUMNS);

static const struct db_column SESSION_COLUMNS[] = {
    DB_COL(struct operator_session_row, id, DB_I64),
    DB_COL(struct operator_session_row, issuer, DB_STR),
    DB_COL(struct operator_session_row, method, DB_STR),
    DB_COL(struct operator_session_row, second_factor, DB_BOOL),
    DB_COL(struct operator_session_row, created_at, DB_TIME),
    DB_COL(struct operator_session_row, last_seen_at, DB_TIME),
    DB_COL(struct operator_session_row, device, DB_STR),
    DB_COL(struct operator_session_row, network, DB_STR),
};
DB_ROW_MAP(SESSION_MAP, struct operator_session_row, SESSION_COLUMNS);

static const struct db_column ISSUER_COLUMNS[] = {
    DB_COL(struct operator_issuer_row, issuer, DB_STR),
    DB_COL(struct operator_issuer_row, sessions, DB_I64),
};
DB_ROW_MAP(ISSUER_MAP, struct operator_issuer_row, ISSUER_COLUMNS);

struct id_row {
    int64_t id;
};
static const struct db_column ID_COLUMNS[] = {DB_COL(struct id_row, id, DB_I64)};
DB_ROW_MAP(ID_MAP, struct id_row, ID_COLUMNS);

struct clock_row {
    instant_us now;
};
static const struct db_column CLOCK_COLUMNS[] = {DB_COL(struct clock_row, now, DB_TIME)};
DB_ROW_MAP(CLOCK_MAP, struct clock_row, CLOCK_COLUMNS);

struct certificate_row {
    struct str text;
    instant_us until;
};
static const struct db_column CERTIFICATE_COLUMNS[] = {
    DB_COL(struct certificate_row, text, DB_STR),
    DB_COL(struct certificate_row, until, DB_TIME),
};
DB_ROW_MAP(CERTIFICATE_MAP, struct certificate_row, CERTIFICATE_COLUMNS);

enum err operator_people(struct db *db, struct arena *arena, struct str login,
                         struct str login_key, struct str issuer,
                         struct operator_person_row **out, size_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = DB_QUERY(db, arena, &SQL_OPERATOR_PEOPLE, &PERSON_MAP, &rows,
                            P_STR(login), P_STR(login_key), P_STR(issuer), P_STR(issuer));

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err operator_identities(struct db *db, struct arena *arena, int64_t person_id,
                             struct operator_identity_row **out, size_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = DB_QUERY(db, arena, &SQL_OPERATOR_IDENTITIES, &IDENTITY_MAP, &rows,
                            P_I64(person_id));

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err operator_sessions(struct db *db, struct arena *arena, int64_t person_id,
                           instant_us now, instant_us idle_since,
                           struct operator_session_row **out, size_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = DB_QUERY(db, arena, &SQL_OPERATOR_SESSIONS, &SESSION_MAP, &rows,
                            P_I64(person_id), P_TIME(now), P_TIME(idle_since));

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err operator_issuers(struct db *db, struct arena *arena, instant_us now,
                          instant_us idle_since, struct operator_issuer_row **out,
                          size_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = DB_QUERY(db, arena, &SQL_OPERATOR_ISSUERS, &ISSUER_MAP, &rows,
                            P_TIME(now), P_TIME(idle_since));

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err operator_company(struct db *db, struct arena *arena, struct str reference,
                          int64_t *company_id_out)
{
    struct id_row row = {0};
    enum err err =
        DB_QUERY_ONE(db, arena, &SQL_OPERATOR_COMPANY, &ID_MAP, &row, P_STR(reference));

    if (err == OK)
        *company_id_out = row.id;
    return err;
}

enum err operator_sessions_end(struct db *db, const struct operator_scope *scope,
                               instant_us now, int64_t *ended_out)
{
    struct str issuer = scope->issuer.ptr ? scope->issuer : STR("");
    struct db_done done = {0};
    enum err err;

    if (scope->person_id)
        err = DB_EXEC(db, &SQL_OPERATOR_END_PERSON, &done, P_TIME(now),
                      P_I64(scope->person_id), P_TIME(now));
    else if (scope->company_id)
        err = DB_EXEC(db, &SQL_OPERATOR_END_COMPANY, &done, P_TIME(now),
                      P_I64(scope->company_id), P_TIME(now));
    else if (scope->issuer.ptr)
        err = DB_EXEC(db, &SQL_OPERATOR_END_ISSUER, &done, P_TIME(now),
                      P_STR(scope->issuer), P_TIME(now));
    else
        err = DB_EXEC(db, &SQL_OPERATOR_END_ALL, &done, P_TIME(now), P_TIME(now));
    if (err != OK)
        return err;
    *ended_out = done.affected;
    return DB_EXEC(db, &SQL_OPERATOR_END_PENDING, NULL, P_I64(scope->person_id),
                   P_I64(scope->person_id), P_I64(scope->company_id),
                   P_I64(scope->company_id), P_STR(issuer), P_STR(issuer));
}

enum err operator_clock(struct db *db, struct arena *arena, instant_us *now_out)
{
    struct clock_row row = {0};
    enum err err =
        db_query_one(db, arena, &SQL_OPERATOR_CLOCK, NULL, 0, &CLOCK_MAP, &row);

    if (err == OK)
        *now_out = row.now;
    return err;
}

enum err operator_certificate(struct db *db, struct arena *arena, struct str *text_out,
                              instant_us *until_out)
{
    struct certificate_row row = {0};
    enum err err = db_query_one(db, arena, &SQL_OPERATOR_CERTIFICATE, NULL, 0,
                                &CERTIFICATE_MAP, &row);

    if (err == OK) {
        *text_out = row.text;
        *until_out = row.until;
    }
    return err;
}

const struct sql *const store_operator_statements[] = {
    &SQL_OPERATOR_PEOPLE,
    &SQL_OPERATOR_IDENTITIES,
    &SQL_OPERATOR_SESSIONS,
    &SQL_OPERATOR_ISSUERS,
    &SQL_OPERATOR_COMPANY,
    &SQL_OPERATOR_END_PERSON,
    &SQL_OPERATOR_END_COMPANY,
    &SQL_OPERATOR_END_ISSUER,
    &SQL_OPERATOR_END_ALL,
    &SQL_OPERATOR_END_PENDING,
    &SQL_OPERATOR_CLOCK,
    &SQL_OPERATOR_CERTIFICATE,
    NULL,
};
