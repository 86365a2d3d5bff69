#include "store/persons.h"

#include "store/companies.h"

#define PERSON                                                                           \
    "SELECT p.id, p.display_name, p.login, p.email, p.is_staff, p.company_id, "          \
    "c.reference, c.name, EXISTS (SELECT 1 FROM second_factor f WHERE f.person_id = "    \
    "p.id), p.created_at, (SELECT MAX(i.last_sign_on_at) FROM identity i "               \
    "WHERE i.person_id = p.id), CASE WHEN p.is_staff "                                   \
    "THEN (SELECT GROUP_CONCAT(sr.role ORDER BY sr.role) FROM staff_role sr "            \
    "WHERE sr.person_id = p.id) "                                                        \
    "ELSE (SELECT GROUP_CONCAT(cr.role, IF(cr.market_key = '', '', ':'), cr.market_key " \
    "ORDER BY cr.role, cr.market_key) FROM company_role cr "                             \
    "WHERE cr.company_id = p.company_id AND cr.person_id = p.id) END, "                  \
    "(SELECT GROUP_CONCAT(tm.team_key ORDER BY tm.team_key) FROM team_member tm "        \
    "WHERE tm.person_id = p.id) FROM person p LEFT JOIN company c "                      \
    "ON c.id = p.company_id "

/* `a` is the last person of the page before. */
/* programs: account */
SQL(SQL_PERSONS_LIST,
    PERSON "LEFT JOIN person a ON a.id = ? WHERE (a.id IS NULL OR p.display_name > "
           "a.display_name OR (p.display_name = a.display_name AND p.id > a.id)) "
           "AND (p.display_name LIKE ? OR p.display_name LIKE ? OR p.login LIKE ? OR "
           "p.email LIKE ?) "
           "ORDER BY p.display_name, p.id LIMIT ?");

/* programs: account */
SQL(SQL_PERSONS_GET, PERSON "WHERE p.id = ?");

/* programs: account */
SQL(SQL_PERSON_IDENTITIES,
    "SELECT i.issuer, i.login_key, i.subject IS NOT NULL, i.last_sign_on_at "
    "FROM identity i WHERE i.person_id = ? ORDER BY i.last_sign_on_at DESC, i.id LIMIT "
    "20");

static const struct db_column PERSON_COLUMNS[] = {
    DB_COL(struct persons_row, id, DB_I64),
    DB_COL(struct persons_row, display_name, DB_STR),
    DB_COL(struct persons_row, login, DB_STR),
    DB_COL(struct persons_row, email, DB_STR),
    DB_COL(struct persons_row, is_staff, DB_BOOL),
    DB_COL(struct persons_row, company_id, DB_I64),
    DB_COL(struct persons_row, company_reference, DB_STR),
    DB_COL(struct persons_row, company_name, DB_STR),
    DB_COL(struct persons_row, has_second_factor, DB_BOOL),
    DB_COL(struct persons_row, created_at, DB_TIME),
    DB_COL(struct persons_row, last_sign_on_at, DB_TIME),
    DB_COL(struct persons_row, roles, DB_STR),
    DB_COL(struct persons_row, team_keys, DB_STR),
};
DB_ROW_MAP(PERSON_MAP, struct persons_row, PERSON_COLUMNS);

static const struct db_column IDENTITY_COLUMNS[] = {
    DB_COL(struct person_identity_row, issuer, DB_STR),
    DB_COL(struct person_identity_row, login_key, DB_STR),
    DB_COL(struct person_identity_row, bound, DB_BOOL),
    DB_COL(struct person_identity_row, last_sign_on_at, DB_TIME),
};
DB_ROW_MAP(IDENTITY_MAP, struct person_identity_row, IDENTITY_COLUMNS);

enum err persons_list(struct db *db, struct arena *arena,
                      const struct persons_query *query, struct db_rows *out)
{
    struct str pattern = pattern_beginning(arena, query->search);
    struct str word = pattern_word(arena, pattern);

    return DB_QUERY(db, arena, &SQL_PERSONS_LIST, &PERSON_MAP, out,
                    P_I64(query->after_id), P_STR(pattern), P_STR(word), P_STR(pattern),
                    P_STR(pattern), P_I64(query->limit));
}

enum err persons_get(struct db *db, struct arena *arena, int64_t person_id,
                     struct persons_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PERSONS_GET, &PERSON_MAP, out, P_I64(person_id));
}

enum err person_identities(struct db *db, struct arena *arena, int64_t person_id,
                           struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_PERSON_IDENTITIES, &IDENTITY_MAP, out,
                    P_I64(person_id));
}

const struct sql *const store_persons_statements[] = {
    &SQL_PERSONS_LIST,
    &SQL_PERSONS_GET,
    &SQL_PERSON_IDENTITIES,
    NULL,
};
