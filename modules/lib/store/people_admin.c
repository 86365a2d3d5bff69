#include "store/people_admin.h"

/* programs: account */
SQL(SQL_COMPANY_LOCK, "SELECT c.id, c.name FROM company c WHERE c.id = ? FOR UPDATE");

/* programs: account */
SQL(SQL_COMPANY_ROLE_INSERT,
    "INSERT INTO company_role (company_id, person_id, role, market_key, given_by, "
    "given_at) VALUES (?, ?, ?, ?, ?, ?)");

/* programs: account */
SQL(SQL_COMPANY_ROLE_DELETE, "DELETE FROM company_role WHERE company_id = ? "
                             "AND person_id = ? AND role = ? AND market_key = ?");

/* programs: account */
SQL(SQL_COMPANY_COORDINATORS_BESIDES,
    "SELECT COUNT(DISTINCT r.person_id) FROM company_role r "
    "JOIN person p ON p.id = r.person_id AND p.company_id = r.company_id "
    "JOIN identity i ON i.person_id = r.person_id AND i.subject IS NOT NULL "
    "WHERE r.company_id = ? AND r.role = 'coordinator' AND r.market_key = '' "
    "AND r.person_id <> ?");

/* programs: account */
SQL(SQL_PERSON_ACCESS_ENDED,
    "UPDATE person SET access_ended_at = ? WHERE id = ? AND company_id = ?");

/* programs: account */
SQL(SQL_IDENTITY_REMOVE_UNBOUND,
    "DELETE FROM identity WHERE person_id = ? AND subject IS NULL");

/* programs: account */
SQL(SQL_SESSION_RENEW_ALL,
    "UPDATE session SET renew = 1 WHERE person_id = ? AND ended_at IS NULL");

/* programs: account */
SQL(SQL_SESSION_END_UNPROVED,
    "UPDATE session SET ended_at = ?, end_reason = 'role-change' WHERE person_id = ? "
    "AND second_factor = 0 AND ended_at IS NULL");

/* programs: account */
SQL(SQL_COMPANY_PERSON_BY_MAIL,
    "SELECT p.id, (SELECT MAX(n.created_at) FROM invitation n WHERE n.person_id = p.id "
    "AND n.used_at IS NULL AND n.invited_by = ?) FROM person p "
    "WHERE p.company_id = ? AND p.email = ? ORDER BY p.id LIMIT 1");

/* programs: account */
SQL(SQL_INVITATION_COUNT,
    "SELECT COUNT(*) FROM person p JOIN invitation n ON n.person_id = p.id "
    "WHERE p.company_id = ? AND n.created_at > ?");

/* programs: account */
SQL(SQL_INVITATION_INSERT,
    "INSERT INTO invitation (token_sha256, person_id, invited_by, created_at, "
    "expires_at) VALUES (?, ?, ?, ?, ?)");

/* programs: account */
SQL(SQL_INVITATION_CLOSE, "UPDATE invitation SET expires_at = ? WHERE person_id = ? "
                          "AND used_at IS NULL AND expires_at > ?");

static const struct db_column LOCK_COLUMNS[] = {
    DB_COL(struct company_lock_row, id, DB_I64),
    DB_COL(struct company_lock_row, name, DB_STR),
};
DB_ROW_MAP(LOCK_MAP, struct company_lock_row, LOCK_COLUMNS);

struct count_row {
    int64_t count;
};
static const struct db_column COUNT_COLUMNS[] = {DB_COL(struct count_row, count, DB_I64)};
DB_ROW_MAP(COUNT_MAP, struct count_row, COUNT_COLUMNS);

static const struct db_column MAIL_COLUMNS[] = {
    DB_COL(struct company_mail_row, person_id, DB_I64),
    DB_COL(struct company_mail_row, invited_at, DB_TIME),
};
DB_ROW_MAP(MAIL_MAP, struct company_mail_row, MAIL_COLUMNS);

enum err company_lock(struct db *db, struct arena *arena, int64_t company_id,
                      struct company_lock_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_COMPANY_LOCK, &LOCK_MAP, out, P_I64(company_id));
}

/** More than a person can have: bounds the stack. */
#define ROLES_MAX 136

/* Company, person, role, market. */
static void role_params(const struct company_roles *roles, size_t index,
                        struct db_param *params)
{
    const struct company_role_row *row = &roles->rows[index];

    params[0] = P_I64(roles->company_id);
    params[1] = P_I64(roles->person_id);
    params[2] = P_STR(str_from(row->role));
    params[3] = P_STR(row->market.ptr ? row->market : STR(""));
}

enum err company_role_insert(struct db *db, const struct company_roles *roles,
                             int64_t given_by, instant_us now)
{
    enum { COLUMNS = 6 };
    struct db_param params[ROLES_MAX * COLUMNS];

    if (roles->count == 0)
        return OK;
    if (roles->count > ROLES_MAX)
        bug("%zu roles for one person", roles->count);
    for (size_t i = 0; i < roles->count; i++) {
        struct db_param *p = &params[i * COLUMNS];

        role_params(roles, i, p);
        p[4] = P_ID_OR_NULL(given_by);
        p[5] = P_TIME(now);
    }
    return db_exec_many(db, &SQL_COMPANY_ROLE_INSERT, params, COLUMNS, roles->count,
                        NULL);
}

enum err company_role_delete(struct db *db, const struct company_roles *roles)
{
    enum { COLUMNS = 4 };
    struct db_param params[ROLES_MAX * COLUMNS];

    if (roles->count == 0)
        return OK;
    if (roles->count > ROLES_MAX)
        bug("%zu roles of one person", roles->count);
    for (size_t i = 0; i < roles->count; i++) {
        role_params(roles, i, &params[i * COLUMNS]);
    }
    return db_exec_many(db, &SQL_COMPANY_ROLE_DELETE, params, COLUMNS, roles->count,
                        NULL);
}

enum err company_coordinators_besides(struct db *db, struct arena *arena,
                                      int64_t company_id, int64_t person_id, int64_t *out)
{
    struct count_row row = {0};
    enum err err = DB_QUERY_ONE(db, arena, &SQL_COMPANY_COORDINATORS_BESIDES, &COUNT_MAP,
                                &row, P_I64(company_id), P_I64(person_id));

    if (err == OK)
        *out = row.count;
    return err;
}

enum err person_access_ended(struct db *db, int64_t company_id, int64_t person_id,
                             instant_us now)
{
    return DB_EXEC(db, &SQL_PERSON_ACCESS_ENDED, NULL, P_TIME(now), P_I64(person_id),
                   P_I64(company_id));
}

enum err identity_remove_unbound(struct db *db, int64_t person_id)
{
    return DB_EXEC(db, &SQL_IDENTITY_REMOVE_UNBOUND, NULL, P_I64(person_id));
}

enum err session_renew_all(struct db *db, int64_t person_id)
{
    return DB_EXEC(db, &SQL_SESSION_RENEW_ALL, NULL, P_I64(person_id));
}

enum err session_end_unproved(struct db *db, int64_t person_id, instant_us now)
{
    return DB_EXEC(db, &SQL_SESSION_END_UNPROVED, NULL, P_TIME(now), P_I64(person_id));
}

enum err company_person_by_mail(struct db *db, struct arena *arena, int64_t company_id,
                                struct str email, int64_t invited_by,
                                struct company_mail_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_COMPANY_PERSON_BY_MAIL, &MAIL_MAP, out,
                        P_I64(invited_by), P_I64(company_id), P_STR(email));
}

enum err invitation_count(struct db *db, struct arena *arena, int64_t company_id,
                          instant_us since, int64_t *out)
{
    struct count_row row = {0};
    enum err err = DB_QUERY_ONE(db, arena, &SQL_INVITATION_COUNT, &COUNT_MAP, &row,
                                P_I64(company_id), P_TIME(since));

    if (err == OK)
        *out = row.count;
    return err;
}

enum err invitation_insert(struct db *db, const struct invitation_insert_row *row)
{
    return DB_EXEC(db, &SQL_INVITATION_INSERT, NULL, P_BYTES(row->token_sha256, 32),
                   P_I64(row->person_id), P_I64(row->invited_by), P_TIME(row->created_at),
                   P_TIME(row->expires_at));
}

enum err invitation_close(struct db *db, int64_t person_id, instant_us now)
{
    return DB_EXEC(db, &SQL_INVITATION_CLOSE, NULL, P_TIME(now), P_I64(person_id),
                   P_TIME(now));
}

const struct sql *const store_people_admin_statements[] = {
    &SQL_COMPANY_LOCK,
    &SQL_COMPANY_ROLE_INSERT,
    &SQL_COMPANY_ROLE_DELETE,
    &SQL_COMPANY_COORDINATORS_BESIDES,
    &SQL_PERSON_ACCESS_ENDED,
    &SQL_IDENTITY_REMOVE_UNBOUND,
    &SQL_SESSION_RENEW_ALL,
    &SQL_SESSION_END_UNPROVED,
    &SQL_COMPANY_PERSON_BY_MAIL,
    &SQL_INVITATION_COUNT,
    &SQL_INVITATION_INSERT,
    &SQL_INVITATION_CLOSE,
    NULL,
};
