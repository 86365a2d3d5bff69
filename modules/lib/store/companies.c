#include "store/companies.h"

#include "base/buf.h"

struct str pattern_beginning(struct arena *arena, struct str text)
{
    struct buf out = buf_init(arena, text.len * 2 + 2);

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\')
            buf_put_char(&out, '\\');
        buf_put_char(&out, text.ptr[i]);
    }
    buf_put_char(&out, '%');
    return buf_str(&out);
}

struct str pattern_word(struct arena *arena, struct str beginning)
{
    return str_concat(arena, STR("% "), beginning);
}

#define COMPANY                                                                          \
    "SELECT c.id, c.reference, c.name, c.state, "                                        \
    "(SELECT COUNT(DISTINCT r.person_id) FROM company_role r WHERE r.company_id = "      \
    "c.id), (SELECT COUNT(DISTINCT k.person_id) FROM company_role k "                    \
    "JOIN identity i ON i.person_id = k.person_id AND i.subject IS NOT NULL "            \
    "WHERE k.company_id = c.id AND k.role = 'coordinator') FROM company c "

/* programs: account */
SQL(SQL_COMPANIES_LIST,
    COMPANY "LEFT JOIN company a ON a.id = ? WHERE (a.id IS NULL OR c.name > a.name OR "
            "(c.name = a.name AND c.id > a.id)) AND (c.name LIKE ? OR c.name LIKE ? OR "
            "c.reference = ?) "
            "ORDER BY c.name, c.id LIMIT ?");

/* programs: account */
SQL(SQL_COMPANIES_BY_REFERENCE, COMPANY "WHERE c.reference = ?");

static const struct db_column COMPANY_COLUMNS[] = {
    DB_COL(struct companies_row, id, DB_I64),
    DB_COL(struct companies_row, reference, DB_STR),
    DB_COL(struct companies_row, name, DB_STR),
    DB_COL(struct companies_row, state, DB_STR),
    DB_COL(struct companies_row, people, DB_I64),
    DB_COL(struct companies_row, coordinators, DB_I64),
};
DB_ROW_MAP(COMPANY_MAP, struct companies_row, COMPANY_COLUMNS);

enum err companies_list(struct db *db, struct arena *arena,
                        const struct companies_query *query, struct db_rows *out)
{
    struct str pattern = pattern_beginning(arena, query->search);

    return DB_QUERY(
        db, arena, &SQL_COMPANIES_LIST, &COMPANY_MAP, out, P_I64(query->after_id),
        P_STR(pattern), P_STR(pattern_word(arena, pattern)),
        P_STR(query->search.ptr ? query->search : STR("")), P_I64(query->limit));
}

enum err companies_by_reference(struct db *db, struct arena *arena, struct str reference,
                                struct companies_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_COMPANIES_BY_REFERENCE, &COMPANY_MAP, out,
                        P_STR(reference));
}

const struct sql *const store_companies_statements[] = {
    &SQL_COMPANIES_LIST,
    &SQL_COMPANIES_BY_REFERENCE,
    NULL,
};
