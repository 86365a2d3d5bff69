#include "store/company_people.h"

#define ROLES                                                                            \
    "(SELECT GROUP_CONCAT(cr.role, IF(cr.market_key = '', '', ':'), cr.market_key "      \
    "ORDER BY cr.role, cr.market_key) FROM company_role cr "                             \
    "WHERE cr.company_id = p.company_id AND cr.person_id = p.id)"
#define LAST_SIGN_ON                                                                     \
    "(SELECT MAX(i.last_sign_on_at) FROM identity i WHERE i.person_id = p.id)"
#define PERSON                                                                           \
    "SELECT p.id, p.display_name, p.login, p.email, p.language, "                        \
    "EXISTS (SELECT 1 FROM second_factor f WHERE f.person_id = p.id), " LAST_SIGN_ON     \
    ", p.access_ended_at, " ROLES ", (SELECT MAX(n.expires_at) FROM invitation n "       \
    "WHERE n.person_id = p.id AND n.used_at IS NULL) FROM person p "

/* A company's people are few, and its page wants them by name: they are read by the company's index and
 * sorted. `a` is the last person of the page before. */
#define LISTED                                                                           \
    PERSON                                                                               \
    "LEFT JOIN person a ON a.id = ? AND a.company_id = p.company_id "                    \
    "WHERE p.company_id = ? AND (a.id IS NULL OR p.display_name > a.display_name "       \
    "OR (p.display_name = a.display_name AND p.id > a.id)) "                             \
    "AND (LOCATE(?, p.display_name) > 0 OR LOCATE(?, p.email) > 0 "                      \
    "OR LOCATE(?, p.login COLLATE utf8mb4_uca1400_ai_ci) > 0) "
#define SORTED "ORDER BY p.display_name, p.id LIMIT ?"
#define HAS_ROLE                                                                         \
    "EXISTS (SELECT 1 FROM company_role h WHERE h.company_id = p.company_id "            \
    "AND h.person_id = p.id) "
#define ASKED                                                                            \
    "COALESCE(" LAST_SIGN_ON ", '1000-01-01') > COALESCE(p.access_ended_at, "            \
    "'1000-01-01') "

/* programs: account */
SQL(SQL_COMPANY_PEOPLE_CURRENT, LISTED "AND " HAS_ROLE SORTED);

/* programs: account */
SQL(SQL_COMPANY_PEOPLE_ASKED, LISTED "AND NOT " HAS_ROLE "AND " ASKED SORTED);

/* programs: account */
SQL(SQL_COMPANY_PEOPLE_FORMER, LISTED "AND NOT " HAS_ROLE "AND NOT " ASKED SORTED);

/* programs: account */
SQL(SQL_COMPANY_PERSON_GET, PERSON "WHERE p.id = ? AND p.company_id = ?");

/* programs: account */
SQL(SQL_MARKET_LIST, "SELECT m.market_key, m.name_en, m.name_de FROM market m "
                     "WHERE m.active ORDER BY m.position, m.market_key LIMIT 64");

static const struct db_column PERSON_COLUMNS[] = {
    DB_COL(struct company_person_row, id, DB_I64),
    DB_COL(struct company_person_row, display_name, DB_STR),
    DB_COL(struct company_person_row, login, DB_STR),
    DB_COL(struct company_person_row, email, DB_STR),
    DB_COL(struct company_person_row, language, DB_STR),
    DB_COL(struct company_person_row, has_second_factor, DB_BOOL),
    DB_COL(struct company_person_row, last_sign_on_at, DB_TIME),
    DB_COL(struct company_person_row, access_ended_at, DB_TIME),
    DB_COL(struct company_person_row, roles, DB_STR),
    DB_COL(struct company_person_row, invited_until, DB_TIME),
};
DB_ROW_MAP(PERSON_MAP, struct company_person_row, PERSON_COLUMNS);

static const struct db_column MARKET_COLUMNS[] = {
    DB_COL(struct market_row, market_key, DB_STR),
    DB_COL(struct market_row, name_en, DB_STR),
    DB_COL(struct market_row, name_de, DB_STR),
};
DB_ROW_MAP(MARKET_MAP, struct market_row, MARKET_COLUMNS);

enum err company_people_list(struct db *db, struct arena *arena, int64_t company_id,
                             const struct company_people_query *query,
                             struct db_rows *out)
{
    static const struct sql *const statements[] = {
        [COMPANY_PEOPLE_CURRENT] = &SQL_COMPANY_PEOPLE_CURRENT,
        [COMPANY_PEOPLE_ASKED] = &SQL_COMPANY_PEOPLE_ASKED,
        [COMPANY_PEOPLE_FORMER] = &SQL_COMPANY_PEOPLE_FORMER,
    };
    struct str search = query->search.ptr ? query->search : STR("");

    return DB_QUERY(db, arena, statements[query->kind], &PERSON_MAP, out,
                    P_I64(query->after_id), P_I64(company_id), P_STR(search),
                    P_STR(search), P_STR(search), P_I64(query->limit));
}

enum err company_person_get(struct db *db, struct arena *arena, int64_t company_id,
                            int64_t person_id, struct company_person_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_COMPANY_PERSON_GET, &PERSON_MAP, out,
                        P_I64(person_id), P_I64(company_id));
}

enum err market_list(struct db *db, struct arena *arena, struct market_table *out)
{
    struct db_rows rows = {0};
    enum err err = db_query(db, arena, &SQL_MARKET_LIST, NULL, 0, &MARKET_MAP, &rows);

    *out = (struct market_table){rows.items, rows.count};
    return err;
}

const struct sql *const store_company_people_statements[] = {
    &SQL_COMPANY_PEOPLE_CURRENT, &SQL_COMPANY_PEOPLE_ASKED, &SQL_COMPANY_PEOPLE_FORMER,
    &SQL_COMPANY_PERSON_GET,     &SQL_MARKET_LIST,          NULL,
};
