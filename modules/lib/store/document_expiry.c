#include "store/document_expiry.h"

/* clang-format off */
/* programs: dashboard */
SQL(SQL_DOCUMENT_EXPIRY_PUT,
    "insert into document_expiry (slot_id, request_id, company_id, definition_id, kind_key, title, expires_on,"
    " notice_on, remind_on) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " on duplicate key update kind_key = values(kind_key), expires_on = values(expires_on),"
    " notice_on = values(notice_on), remind_on = values(remind_on), replaced_at = null");

/* programs: dashboard */
SQL(SQL_DOCUMENT_EXPIRY_END,
    "update document_expiry set replaced_at = ?, remind_on = null where slot_id = ?");

/* programs: dashboard */
SQL(SQL_DOCUMENT_EXPIRY_REPLACE,
    "update document_expiry set replaced_at = ?, remind_on = null where company_id = ? and replaced_at is null"
    " and kind_key = ? and request_id <> ? and expires_on <= ?");

/* Sub-selects: a join would lock the request as well. */
/* programs: worker */
SQL(SQL_DOCUMENT_EXPIRY_NEXT,
    "select x.slot_id, x.request_id, x.company_id, x.definition_id, x.title,"
    " (select r.reference from request r where r.id = x.request_id),"
    " (select r.state from request r where r.id = x.request_id),"
    " (select c.name from company c where c.id = x.company_id),"
    " (select r.visibility = 'board' from request r where r.id = x.request_id), x.expires_on"
    " from document_expiry x where x.remind_on <= ?"
    " order by x.remind_on, x.slot_id limit 1 for update skip locked");

/* programs: worker */
SQL(SQL_DOCUMENT_EXPIRY_TOLD,
    "update document_expiry set remind_on = null where slot_id = ?");

/* programs: worker */
SQL(SQL_DOCUMENT_EXPIRY_READERS,
    "select distinct p.id, p.email, p.language from company_role o join person p on p.id = o.person_id"
    " and p.company_id = o.company_id join company c on c.id = o.company_id and c.state = 'active' where o.company_id = ? and find_in_set(o.role, ?)"
    " and p.email <> '' order by p.id limit 200");

/* programs: requests */
SQL(SQL_DOCUMENT_EXPIRY_LIST,
    "select x.title, x.definition_id, r.reference, x.expires_on"
    " from document_expiry x join request r on r.id = x.request_id"
    " where x.company_id = ? and x.replaced_at is null and x.notice_on <= ?"
    " and (r.visibility = 'company' or ?) and r.state not in ('declined', 'withdrawn')"
    " order by x.expires_on, x.slot_id limit 10");
/* clang-format on */

enum err document_expiry_put(struct db *db, const struct document_expiry_new *row)
{
    return DB_EXEC(db, &SQL_DOCUMENT_EXPIRY_PUT, NULL, P_I64(row->slot_id),
                   P_I64(row->request_id), P_I64(row->company_id),
                   P_I64(row->definition_id), P_STR(row->kind_key), P_STR(row->title),
                   P_DAY(row->expires_on), P_DAY(row->notice_on), P_DAY(row->notice_on));
}

enum err document_expiry_end(struct db *db, int64_t slot_id, instant_us at)
{
    return DB_EXEC(db, &SQL_DOCUMENT_EXPIRY_END, NULL, P_TIME(at), P_I64(slot_id));
}

enum err document_expiry_replace(struct db *db, const struct document_expiry_new *by,
                                 instant_us at)
{
    return DB_EXEC(db, &SQL_DOCUMENT_EXPIRY_REPLACE, NULL, P_TIME(at),
                   P_I64(by->company_id), P_STR(by->kind_key), P_I64(by->request_id),
                   P_DAY(by->expires_on));
}

static const struct db_column due_columns[] = {
    DB_COL(struct document_expiry_due, slot_id, DB_I64),
    DB_COL(struct document_expiry_due, request_id, DB_I64),
    DB_COL(struct document_expiry_due, company_id, DB_I64),
    DB_COL(struct document_expiry_due, definition_id, DB_I64),
    DB_COL(struct document_expiry_due, title, DB_STR),
    DB_COL(struct document_expiry_due, reference, DB_STR),
    DB_COL(struct document_expiry_due, request_state, DB_STR),
    DB_COL(struct document_expiry_due, company_name, DB_STR),
    DB_COL(struct document_expiry_due, board, DB_BOOL),
    DB_COL(struct document_expiry_due, expires_on, DB_DAY),
};
DB_ROW_MAP(due_map, struct document_expiry_due, due_columns);

enum err document_expiry_next(struct db *db, struct arena *arena, day_no today,
                              struct document_expiry_due *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_DOCUMENT_EXPIRY_NEXT, &due_map, out,
                        P_DAY(today));
}

enum err document_expiry_told(struct db *db, int64_t slot_id)
{
    return DB_EXEC(db, &SQL_DOCUMENT_EXPIRY_TOLD, NULL, P_I64(slot_id));
}

static const struct db_column reader_columns[] = {
    DB_COL(struct expiry_reader, person_id, DB_I64),
    DB_COL(struct expiry_reader, email, DB_STR),
    DB_COL(struct expiry_reader, language, DB_STR),
};
DB_ROW_MAP(reader_map, struct expiry_reader, reader_columns);

enum err document_expiry_readers(struct db *db, struct arena *arena, int64_t company_id,
                                 struct str roles, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_DOCUMENT_EXPIRY_READERS, &reader_map, out,
                    P_I64(company_id), P_STR(roles));
}

static const struct db_column notice_columns[] = {
    DB_COL(struct document_expiry_notice, title, DB_STR),
    DB_COL(struct document_expiry_notice, definition_id, DB_I64),
    DB_COL(struct document_expiry_notice, reference, DB_STR),
    DB_COL(struct document_expiry_notice, expires_on, DB_DAY),
};
DB_ROW_MAP(notice_map, struct document_expiry_notice, notice_columns);

enum err document_expiry_list(struct db *db, struct arena *arena, int64_t company_id,
                              bool board, day_no today, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_DOCUMENT_EXPIRY_LIST, &notice_map, out,
                    P_I64(company_id), P_DAY(today), P_I64(board));
}

const struct sql *const store_document_expiry_statements[] = {
    &SQL_DOCUMENT_EXPIRY_PUT,     &SQL_DOCUMENT_EXPIRY_END,
    &SQL_DOCUMENT_EXPIRY_REPLACE, &SQL_DOCUMENT_EXPIRY_NEXT,
    &SQL_DOCUMENT_EXPIRY_TOLD,    &SQL_DOCUMENT_EXPIRY_READERS,
    &SQL_DOCUMENT_EXPIRY_LIST,    NULL};
