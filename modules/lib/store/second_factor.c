#include "store/second_factor.h"

/* programs: login */
SQL(SQL_SECOND_FACTOR_OF,
    "SELECT f.id, f.secret, f.last_counter, f.created_at, (SELECT COUNT(*) FROM "
    "recovery_code r WHERE r.person_id = f.person_id AND r.used_at IS NULL) "
    "FROM second_factor f WHERE f.person_id = ? AND f.kind = 'totp'");

/* programs: login */
SQL(SQL_SECOND_FACTOR_LOCK,
    "SELECT f.id, f.secret, f.last_counter, f.created_at, (SELECT COUNT(*) FROM "
    "recovery_code r WHERE r.person_id = f.person_id AND r.used_at IS NULL) "
    "FROM second_factor f WHERE f.person_id = ? AND f.kind = 'totp' FOR UPDATE");

/* programs: login */
SQL(SQL_SECOND_FACTOR_USE, "UPDATE second_factor SET last_counter = ?, secret = ? "
                           "WHERE id = ? AND last_counter < ?");

/* programs: login */
SQL(SQL_SECOND_FACTOR_INSERT, "INSERT INTO second_factor (person_id, kind, secret, "
                              "last_counter, created_at) VALUES (?, 'totp', ?, ?, ?)");

/* programs: login, account */
SQL(SQL_SECOND_FACTOR_REMOVE, "DELETE FROM second_factor WHERE person_id = ?");

/* programs: login, account */
SQL(SQL_SECOND_FACTOR_OWNER,
    "SELECT p.login, p.display_name, p.email, p.language, p.company_id, p.is_staff "
    "FROM person p WHERE p.id = ?");

/* programs: login */
SQL(SQL_SECOND_FACTOR_ROLES,
    "SELECT CASE WHEN p.is_staff "
    "THEN (SELECT GROUP_CONCAT(sr.role) FROM staff_role sr WHERE sr.person_id = p.id) "
    "ELSE (SELECT GROUP_CONCAT(DISTINCT cr.role) FROM company_role cr "
    "WHERE cr.company_id = p.company_id AND cr.person_id = p.id) END "
    "FROM person p WHERE p.id = ?");

static const struct db_column FACTOR_COLUMNS[] = {
    DB_COL(struct second_factor_row, id, DB_I64),
    DB_COL(struct second_factor_row, secret, DB_STR),
    DB_COL(struct second_factor_row, last_counter, DB_I64),
    DB_COL(struct second_factor_row, created_at, DB_TIME),
    DB_COL(struct second_factor_row, codes_left, DB_I64),
};
DB_ROW_MAP(FACTOR_MAP, struct second_factor_row, FACTOR_COLUMNS);

static const struct db_column OWNER_COLUMNS[] = {
    DB_COL(struct second_factor_owner, login, DB_STR),
    DB_COL(struct second_factor_owner, display_name, DB_STR),
    DB_COL(struct second_factor_owner, email, DB_STR),
    DB_COL(struct second_factor_owner, language, DB_STR),
    DB_COL(struct second_factor_owner, company_id, DB_I64),
    DB_COL(struct second_factor_owner, is_staff, DB_BOOL),
};
DB_ROW_MAP(OWNER_MAP, struct second_factor_owner, OWNER_COLUMNS);

struct roles_row {
    struct str roles;
};
static const struct db_column ROLES_COLUMNS[] = {DB_COL(struct roles_row, roles, DB_STR)};
DB_ROW_MAP(ROLES_MAP, struct roles_row, ROLES_COLUMNS);

enum err second_factor_of(struct db *db, struct arena *arena, int64_t person_id,
                          struct second_factor_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SECOND_FACTOR_OF, &FACTOR_MAP, out,
                        P_I64(person_id));
}

enum err second_factor_lock(struct db *db, struct arena *arena, int64_t person_id,
                            struct second_factor_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SECOND_FACTOR_LOCK, &FACTOR_MAP, out,
                        P_I64(person_id));
}

enum err second_factor_use(struct db *db, int64_t second_factor_id, int64_t counter,
                           struct str secret, bool *used_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SECOND_FACTOR_USE, &done, P_I64(counter),
                           P_STR(secret), P_I64(second_factor_id), P_I64(counter));

    if (err == OK)
        *used_out = done.affected == 1;
    return err;
}

enum err second_factor_insert(struct db *db, int64_t person_id,
                              const struct second_factor_row *row, instant_us now)
{
    return DB_EXEC(db, &SQL_SECOND_FACTOR_INSERT, NULL, P_I64(person_id),
                   P_STR(row->secret), P_I64(row->last_counter), P_TIME(now));
}

enum err second_factor_remove(struct db *db, int64_t person_id, int64_t *count_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_SECOND_FACTOR_REMOVE, &done, P_I64(person_id));

    if (err == OK && count_out)
        *count_out = done.affected;
    return err;
}

enum err second_factor_owner(struct db *db, struct arena *arena, int64_t person_id,
                             struct second_factor_owner *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SECOND_FACTOR_OWNER, &OWNER_MAP, out,
                        P_I64(person_id));
}

enum err second_factor_roles(struct db *db, struct arena *arena, int64_t person_id,
                             struct str *roles_out)
{
    struct roles_row row = {0};
    enum err err = DB_QUERY_ONE(db, arena, &SQL_SECOND_FACTOR_ROLES, &ROLES_MAP, &row,
                                P_I64(person_id));

    if (err == OK)
        *roles_out = row.roles;
    return err;
}

const struct sql *const store_second_factor_statements[] = {
    &SQL_SECOND_FACTOR_OF,     &SQL_SECOND_FACTOR_LOCK,
    &SQL_SECOND_FACTOR_USE,    &SQL_SECOND_FACTOR_INSERT,
    &SQL_SECOND_FACTOR_REMOVE, &SQL_SECOND_FACTOR_OWNER,
    &SQL_SECOND_FACTOR_ROLES,  NULL,
};
