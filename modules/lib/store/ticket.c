#include "store/ticket.h"
#include "base/buf.h"

/* programs: dashboard */
SQL(SQL_TICKET_INSERT, "insert into ticket (reference, request_id, instance_id, "
                       "company_id, request_type, state,"
                       " released_by, created_at) values (?, ?, ?, ?, ?, 'open', ?, ?)");

enum err ticket_insert(struct db *db, const struct ticket_new *ticket, int64_t *id_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_TICKET_INSERT, &done, P_STR(ticket->reference),
                           P_I64(ticket->request_id), P_I64(ticket->instance_id),
                           P_I64(ticket->company_id), P_STR(ticket->request_type),
                           P_I64(ticket->released_by), P_TIME(ticket->created_at));
    if (err == OK)
        *id_out = done.insert_id;
    return err;
}

/* programs: dashboard, worker */
SQL(SQL_TICKET_LOCK_BY_REQUEST,
    "select id, reference, state, version from ticket where request_id = ? for update");

static const struct db_column lock_columns[] = {
    DB_COL(struct ticket_lock, id, DB_I64),
    DB_COL(struct ticket_lock, reference, DB_STR),
    DB_COL(struct ticket_lock, state, DB_STR),
    DB_COL(struct ticket_lock, version, DB_I64),
};
DB_ROW_MAP(lock_map, struct ticket_lock, lock_columns);

enum err ticket_lock_by_request(struct db *db, struct arena *arena, int64_t request_id,
                                struct ticket_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_TICKET_LOCK_BY_REQUEST, &lock_map, out,
                        P_I64(request_id));
}

#define TICKET_ITEM                                                                      \
    "select straight_join t.id, t.reference, t.state, t.created_at, t.ended_at, "        \
    "r.reference,"                                                                       \
    " r.definition_id, c.reference, c.name, s.phase, s.department_keys from ticket t"    \
    " join request r on r.id = t.request_id join company c on c.id = t.company_id"       \
    " left join customer_status s on s.request_id = t.request_id"

/* programs: dashboard */
SQL(SQL_TICKET_LIST, TICKET_ITEM " where t.id < ? order by t.id desc limit ?");
/* programs: dashboard */
SQL(SQL_TICKET_LIST_COMPANY,
    TICKET_ITEM " where t.company_id = ? and t.id < ? order by t.id desc limit ?");

static const struct db_column item_columns[] = {
    DB_COL(struct ticket_item, id, DB_I64),
    DB_COL(struct ticket_item, reference, DB_STR),
    DB_COL(struct ticket_item, state, DB_STR),
    DB_COL(struct ticket_item, created_at, DB_TIME),
    DB_COL(struct ticket_item, ended_at, DB_TIME),
    DB_COL(struct ticket_item, request_reference, DB_STR),
    DB_COL(struct ticket_item, definition_id, DB_I64),
    DB_COL(struct ticket_item, company_reference, DB_STR),
    DB_COL(struct ticket_item, company_name, DB_STR),
    DB_COL(struct ticket_item, phase, DB_STR),
    DB_COL(struct ticket_item, department_keys, DB_STR),
};
DB_ROW_MAP(item_map, struct ticket_item, item_columns);

enum err ticket_list(struct db *db, struct arena *arena, int64_t company_id,
                     int64_t before_id, int64_t limit, struct db_rows *out)
{
    int64_t before = before_id == 0 ? INT64_MAX : before_id;
    if (company_id == 0)
        return DB_QUERY(db, arena, &SQL_TICKET_LIST, &item_map, out, P_I64(before),
                        P_I64(limit));
    return DB_QUERY(db, arena, &SQL_TICKET_LIST_COMPANY, &item_map, out,
                    P_I64(company_id), P_I64(before), P_I64(limit));
}

/* programs: dashboard */
SQL(SQL_TICKET_FIND,
    "select reference from ticket where reference = ? union"
    " select t.reference from request r join ticket t on t.request_id = r.id"
    " where r.reference = ? limit 1");

struct reference_row {
    struct str reference;
};
static const struct db_column reference_columns[] = {
    DB_COL(struct reference_row, reference, DB_STR)};
DB_ROW_MAP(reference_map, struct reference_row, reference_columns);

enum err ticket_find(struct db *db, struct arena *arena, struct str reference,
                     struct str *ticket_reference_out)
{
    struct reference_row row = {STR_NONE};
    enum err err = DB_QUERY_ONE(db, arena, &SQL_TICKET_FIND, &reference_map, &row,
                                P_STR(reference), P_STR(reference));
    if (err == OK)
        *ticket_reference_out = row.reference;
    return err;
}

/* programs: dashboard */
SQL(SQL_TICKET_COMPANIES,
    "select id, reference, name from company where name like ? escape '!'"
    " order by name, id limit ?");
/* programs: dashboard */
SQL(SQL_TICKET_COMPANY, "select id, reference, name from company where reference = ?");

static const struct db_column company_columns[] = {
    DB_COL(struct company_item, id, DB_I64),
    DB_COL(struct company_item, reference, DB_STR),
    DB_COL(struct company_item, name, DB_STR),
};
DB_ROW_MAP(company_map, struct company_item, company_columns);

enum err ticket_companies(struct db *db, struct arena *arena, struct str prefix,
                          int64_t limit, struct db_rows *out)
{
    struct buf pattern = buf_init(arena, prefix.len * 2 + 2);
    for (size_t i = 0; i < prefix.len; i++) {
        char c = prefix.ptr[i];
        if (c == '!' || c == '%' || c == '_')
            buf_put_char(&pattern, '!');
        buf_put_char(&pattern, c);
    }
    buf_put_char(&pattern, '%');
    return DB_QUERY(db, arena, &SQL_TICKET_COMPANIES, &company_map, out,
                    P_STR(buf_str(&pattern)), P_I64(limit));
}

enum err ticket_company(struct db *db, struct arena *arena, struct str reference,
                        struct company_item *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_TICKET_COMPANY, &company_map, out,
                        P_STR(reference));
}

const struct sql *const store_ticket_statements[] = {
    &SQL_TICKET_INSERT,  &SQL_TICKET_LOCK_BY_REQUEST,
    &SQL_TICKET_LIST,    &SQL_TICKET_LIST_COMPANY,
    &SQL_TICKET_FIND,    &SQL_TICKET_COMPANIES,
    &SQL_TICKET_COMPANY, NULL};
