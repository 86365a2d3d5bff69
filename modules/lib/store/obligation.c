#include "store/obligation.h"

#define COLUMNS                                                                          \
    "SELECT (SELECT c.reference FROM company c WHERE c.id = o.company_id), o.kind, "     \
    "o.reference, o.text_en, o.text_de, o.due_on, o.opened_at, o.closed_at "             \
    "FROM obligation o "

/* programs: worker */
SQL(SQL_OBLIGATION_LOCK_OPEN,
    COLUMNS "WHERE o.company_id = ? AND o.closed_at IS NULL ORDER BY o.id LIMIT 100 "
            "FOR UPDATE");

/* programs: ctl */
SQL(SQL_OBLIGATION_LIST,
    COLUMNS "JOIN company c ON c.id = o.company_id WHERE (? IS NULL OR c.reference = ?) "
            "ORDER BY o.closed_at IS NOT NULL, o.id LIMIT 1000");

/* programs: ctl */
SQL(SQL_OBLIGATION_INSERT,
    "INSERT INTO obligation (company_id, kind, reference, text_en, text_de, due_on, "
    "opened_at) VALUES (?, ?, ?, ?, ?, ?, ?)");

/* programs: ctl */
SQL(SQL_OBLIGATION_CLOSE, "UPDATE obligation SET closed_at = ? WHERE company_id = ? "
                          "AND reference = ? AND closed_at IS NULL");

const struct sql *const store_obligation_statements[] = {
    &SQL_OBLIGATION_LOCK_OPEN,
    &SQL_OBLIGATION_LIST,
    &SQL_OBLIGATION_INSERT,
    &SQL_OBLIGATION_CLOSE,
    NULL,
};

static const struct db_column ROW_COLUMNS[] = {
    DB_COL(struct obligation_row, company, DB_STR),
    DB_COL(struct obligation_row, kind, DB_STR),
    DB_COL(struct obligation_row, reference, DB_STR),
    DB_COL(struct obligation_row, text_en, DB_STR),
    DB_COL(struct obligation_row, text_de, DB_STR),
    DB_COL(struct obligation_row, due_on, DB_DAY),
    DB_COL(struct obligation_row, opened_at, DB_TIME),
    DB_COL(struct obligation_row, closed_at, DB_TIME),
};
DB_ROW_MAP(ROW_MAP, struct obligation_row, ROW_COLUMNS);

enum err obligation_lock_open(struct db *db, struct arena *arena, int64_t company_id,
                              struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_OBLIGATION_LOCK_OPEN, &ROW_MAP, out,
                    P_I64(company_id));
}

enum err obligation_list(struct db *db, struct arena *arena, struct str company,
                         struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_OBLIGATION_LIST, &ROW_MAP, out, P_STR(company),
                    P_STR(company));
}

enum err obligation_insert(struct db *db, int64_t company_id,
                           const struct obligation_row *row)
{
    return DB_EXEC(db, &SQL_OBLIGATION_INSERT, NULL, P_I64(company_id), P_STR(row->kind),
                   P_STR(row->reference), P_STR(row->text_en), P_STR(row->text_de),
                   P_DAY(row->due_on), P_TIME(row->opened_at));
}

enum err obligation_close(struct db *db, int64_t company_id, struct str reference,
                          instant_us now)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_OBLIGATION_CLOSE, &done, P_TIME(now),
                           P_I64(company_id), P_STR(reference));

    return err == OK && done.affected == 0 ? ERR_NOT_FOUND : err;
}
