#include "store/person.h"

/* programs: login */
SQL(SQL_PERSON_LOCK,
    "SELECT p.id, p.login, p.display_name, p.email, p.language, p.company_id, "
    "p.is_staff, EXISTS (SELECT 1 FROM second_factor f WHERE f.person_id = p.id), "
    "(SELECT GROUP_CONCAT(sr.role ORDER BY sr.role) FROM staff_role sr "
    "WHERE sr.person_id = p.id), "
    "(SELECT GROUP_CONCAT(tm.team_key ORDER BY tm.team_key) FROM team_member tm "
    "WHERE tm.person_id = p.id) "
    "FROM person p WHERE p.id = ? FOR UPDATE");

/* programs: login */
SQL(SQL_PERSON_ID_OF,
    "SELECT p.id FROM person p WHERE p.login = ? ORDER BY p.id LIMIT 1");

/* programs: login, account */
SQL(SQL_PERSON_INSERT, "INSERT INTO person (login, display_name, email, language, "
                       "company_id, is_staff, created_at) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?)");

/* programs: login */
SQL(SQL_PERSON_UPDATE, "UPDATE person SET login = ?, display_name = ?, email = ?, "
                       "language = ?, company_id = ?, is_staff = ? WHERE id = ?");

/* programs: login */
SQL(SQL_PERSON_COMPANY,
    "SELECT c.id, c.name, c.state, (SELECT GROUP_CONCAT(cr.role) FROM company_role cr "
    "WHERE cr.company_id = c.id AND cr.person_id = ?) FROM company c "
    "WHERE c.reference = ?");

/* programs: login */
SQL(SQL_PERSON_COMPANY_BY_ID,
    "SELECT c.id, c.name, c.state, (SELECT GROUP_CONCAT(cr.role) FROM company_role cr "
    "WHERE cr.company_id = c.id AND cr.person_id = ?) FROM company c WHERE c.id = ?");

/* programs: login */
SQL(SQL_PERSON_ACCESS_READERS,
    "SELECT DISTINCT a.display_name, a.company_id, a.access_ended_at, p.id, p.email, "
    "p.language FROM person a "
    "JOIN company_role r ON r.company_id = a.company_id AND r.market_key = '' "
    "AND FIND_IN_SET(r.role, ?) > 0 "
    "JOIN person p ON p.id = r.person_id AND p.company_id = r.company_id "
    "WHERE a.id = ? AND p.email <> '' AND EXISTS (SELECT 1 FROM identity i "
    "WHERE i.person_id = p.id AND i.subject IS NOT NULL) ORDER BY p.id LIMIT 50");

/* programs: login */
SQL(SQL_STAFF_ROLE_CLEAR, "DELETE FROM staff_role WHERE person_id = ?");

/* programs: login */
SQL(SQL_STAFF_ROLE_INSERT, "INSERT INTO staff_role (person_id, role) VALUES (?, ?)");

/* programs: login */
SQL(SQL_TEAM_MEMBER_CLEAR, "DELETE FROM team_member WHERE person_id = ?");

/* programs: login */
SQL(SQL_TEAM_MEMBER_INSERT,
    "INSERT INTO team_member (person_id, team_key) VALUES (?, ?)");

/* programs: login */
SQL(SQL_TEAM_KEYS, "SELECT t.team_key FROM team t ORDER BY t.team_key LIMIT 200");

static const struct db_column PERSON_COLUMNS[] = {
    DB_COL(struct person_row, id, DB_I64),
    DB_COL(struct person_row, login, DB_STR),
    DB_COL(struct person_row, display_name, DB_STR),
    DB_COL(struct person_row, email, DB_STR),
    DB_COL(struct person_row, language, DB_STR),
    DB_COL(struct person_row, company_id, DB_I64),
    DB_COL(struct person_row, is_staff, DB_BOOL),
    DB_COL(struct person_row, has_second_factor, DB_BOOL),
    DB_COL(struct person_row, roles, DB_STR),
    DB_COL(struct person_row, team_keys, DB_STR),
};
DB_ROW_MAP(PERSON_MAP, struct person_row, PERSON_COLUMNS);

struct id_row {
    int64_t id;
};
static const struct db_column ID_COLUMNS[] = {DB_COL(struct id_row, id, DB_I64)};
DB_ROW_MAP(ID_MAP, struct id_row, ID_COLUMNS);

static const struct db_column COMPANY_COLUMNS[] = {
    DB_COL(struct sign_on_company_row, id, DB_I64),
    DB_COL(struct sign_on_company_row, name, DB_STR),
    DB_COL(struct sign_on_company_row, state, DB_STR),
    DB_COL(struct sign_on_company_row, roles, DB_STR),
};
DB_ROW_MAP(COMPANY_MAP, struct sign_on_company_row, COMPANY_COLUMNS);

static const struct db_column READER_COLUMNS[] = {
    DB_COL(struct access_reader_row, asker_name, DB_STR),
    DB_COL(struct access_reader_row, company_id, DB_I64),
    DB_COL(struct access_reader_row, access_ended_at, DB_TIME),
    DB_COL(struct access_reader_row, person_id, DB_I64),
    DB_COL(struct access_reader_row, email, DB_STR),
    DB_COL(struct access_reader_row, language, DB_STR),
};
DB_ROW_MAP(READER_MAP, struct access_reader_row, READER_COLUMNS);

static const struct db_column TEAM_COLUMNS[] = {
    DB_COL(struct team_key_row, team_key, DB_STR)};
DB_ROW_MAP(TEAM_MAP, struct team_key_row, TEAM_COLUMNS);

enum err person_lock(struct db *db, struct arena *arena, int64_t person_id,
                     struct person_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PERSON_LOCK, &PERSON_MAP, out, P_I64(person_id));
}

enum err person_id_of(struct db *db, struct arena *arena, struct str login,
                      int64_t *person_id_out)
{
    struct id_row row = {0};
    enum err err =
        DB_QUERY_ONE(db, arena, &SQL_PERSON_ID_OF, &ID_MAP, &row, P_STR(login));

    if (err == OK)
        *person_id_out = row.id;
    return err;
}

enum err person_insert(struct db *db, const struct person_row *row, instant_us now,
                       int64_t *person_id_out)
{
    struct db_done done = {0};
    enum err err =
        DB_EXEC(db, &SQL_PERSON_INSERT, &done, P_STR(row->login),
                P_STR(row->display_name), P_STR(row->email), P_STR(row->language),
                P_ID_OR_NULL(row->company_id), P_I64(row->is_staff), P_TIME(now));

    if (err == OK)
        *person_id_out = done.insert_id;
    return err;
}

enum err person_update(struct db *db, const struct person_row *row)
{
    return DB_EXEC(db, &SQL_PERSON_UPDATE, NULL, P_STR(row->login),
                   P_STR(row->display_name), P_STR(row->email), P_STR(row->language),
                   P_ID_OR_NULL(row->company_id), P_I64(row->is_staff), P_I64(row->id));
}

enum err person_company(struct db *db, struct arena *arena, struct str company_reference,
                        int64_t person_id, struct sign_on_company_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PERSON_COMPANY, &COMPANY_MAP, out,
                        P_I64(person_id), P_STR(company_reference));
}

enum err person_company_by_id(struct db *db, struct arena *arena, int64_t company_id,
                              int64_t person_id, struct sign_on_company_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PERSON_COMPANY_BY_ID, &COMPANY_MAP, out,
                        P_I64(person_id), P_I64(company_id));
}

enum err person_access_readers(struct db *db, struct arena *arena, int64_t asker_id,
                               struct str role_keys, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_PERSON_ACCESS_READERS, &READER_MAP, out,
                    P_STR(role_keys), P_I64(asker_id));
}

enum err staff_role_clear(struct db *db, int64_t person_id)
{
    return DB_EXEC(db, &SQL_STAFF_ROLE_CLEAR, NULL, P_I64(person_id));
}

enum err team_member_clear(struct db *db, int64_t person_id)
{
    return DB_EXEC(db, &SQL_TEAM_MEMBER_CLEAR, NULL, P_I64(person_id));
}

#define KEYS_MAX 64

/* A person and a few keys, by array binding. */
static enum err insert_keys(struct db *db, const struct sql *sql, int64_t person_id,
                            const struct str *keys, size_t count)
{
    struct db_param params[KEYS_MAX * 2];

    if (count == 0)
        return OK;
    if (count > KEYS_MAX)
        bug("%zu keys for one person", count);
    for (size_t i = 0; i < count; i++) {
        params[i * 2] = P_I64(person_id);
        params[i * 2 + 1] = P_STR(keys[i]);
    }
    return db_exec_many(db, sql, params, 2, count, NULL);
}

enum err staff_role_insert(struct db *db, int64_t person_id, const struct str *roles,
                           size_t count)
{
    return insert_keys(db, &SQL_STAFF_ROLE_INSERT, person_id, roles, count);
}

enum err team_member_insert(struct db *db, int64_t person_id,
                            const struct str *team_keys_in, size_t count)
{
    return insert_keys(db, &SQL_TEAM_MEMBER_INSERT, person_id, team_keys_in, count);
}

enum err team_keys(struct db *db, struct arena *arena, struct team_key_row **out,
                   size_t *count_out)
{
    struct db_rows rows = {0};
    enum err err = db_query(db, arena, &SQL_TEAM_KEYS, NULL, 0, &TEAM_MAP, &rows);

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

const struct sql *const store_person_statements[] = {
    &SQL_PERSON_LOCK,
    &SQL_PERSON_ID_OF,
    &SQL_PERSON_INSERT,
    &SQL_PERSON_UPDATE,
    &SQL_PERSON_COMPANY,
    &SQL_PERSON_COMPANY_BY_ID,
    &SQL_STAFF_ROLE_CLEAR,
    &SQL_STAFF_ROLE_INSERT,
    &SQL_TEAM_MEMBER_CLEAR,
    &SQL_TEAM_MEMBER_INSERT,
    &SQL_TEAM_KEYS,
    &SQL_PERSON_ACCESS_READERS,
    NULL,
};
