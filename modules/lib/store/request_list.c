/* request_list.c: the company's lists of requests. */
#include "store/request_list.h"

static const struct db_column list_columns[] = {
    DB_COL(struct request_list_row, id, DB_I64),
    DB_COL(struct request_list_row, reference, DB_STR),
    DB_COL(struct request_list_row, request_type, DB_STR),
    DB_COL(struct request_list_row, definition_id, DB_I64),
    DB_COL(struct request_list_row, state, DB_STR),
    DB_COL(struct request_list_row, changed_at, DB_TIME),
    DB_COL(struct request_list_row, phase, DB_STR),
    DB_COL(struct request_list_row, department_keys, DB_STR),
    DB_COL(struct request_list_row, since_at, DB_TIME),
    DB_COL(struct request_list_row, open_items, DB_I64),
    DB_COL(struct request_list_row, unread, DB_I64),
    DB_COL(struct request_list_row, board, DB_BOOL),
};
DB_ROW_MAP(list_map, struct request_list_row, list_columns);

/* The index of messages is forced: with statistics from before a large load MariaDB reads
 * the whole table for each line. The keyset condition is spelt so that the index range ends
 * at changed_at; a row comparison would not be used as a range by MariaDB. */
/* programs: requests */
SQL(SQL_REQUEST_LIST,
    "SELECT r.id, r.reference, r.request_type, r.definition_id, r.state, r.changed_at, "
    "s.phase, "
    "s.department_keys, s.since_at, s.open_items, "
    "(SELECT COUNT(*) FROM message m FORCE INDEX (ix_message_request) "
    "WHERE m.request_id = r.id AND m.from_staff "
    "AND m.id > COALESCE((SELECT v.message_id FROM message_read v "
    "WHERE v.person_id = ? AND v.request_id = r.id), 0)) AS unread, "
    "r.visibility = 'board' "
    "FROM request r LEFT JOIN customer_status s ON s.request_id = r.id "
    "WHERE r.company_id = ? AND r.changed_at <= ? AND (r.changed_at < ? OR r.id < ?) "
    "AND r.state <> 'discarded' AND (r.visibility = 'company' OR ?) "
    "ORDER BY r.changed_at DESC, r.id DESC LIMIT ?");

static const struct db_column pending_columns[] = {
    DB_COL(struct request_pending_row, reference, DB_STR),
    DB_COL(struct request_pending_row, definition_id, DB_I64),
    DB_COL(struct request_pending_row, answers, DB_STR),
    DB_COL(struct request_pending_row, effective_date, DB_DAY),
    DB_COL(struct request_pending_row, phase, DB_STR),
    DB_COL(struct request_pending_row, department_keys, DB_STR),
    DB_COL(struct request_pending_row, since_at, DB_TIME),
};
DB_ROW_MAP(pending_map, struct request_pending_row, pending_columns);

/* uq_request_open holds the open ones of a company side by side: few, however long its
 * history. */
/* programs: requests */
SQL(SQL_REQUEST_LIST_PENDING,
    "SELECT r.reference, r.definition_id, r.answers, r.effective_date, s.phase, "
    "s.department_keys, s.since_at "
    "FROM request r JOIN customer_status s ON s.request_id = r.id "
    "WHERE r.company_id = ? AND r.open_object IS NOT NULL "
    "AND r.state IN ('submitted', 'waiting_for_customer', 'released') "
    "AND (r.visibility = 'company' OR ?) ORDER BY r.id LIMIT 50");

const struct sql *const store_request_list_statements[] = {
    &SQL_REQUEST_LIST,
    &SQL_REQUEST_LIST_PENDING,
    NULL,
};

enum err request_list(struct db *db, struct arena *arena,
                      const struct request_reader *reader,
                      const struct request_cursor *after, int64_t limit,
                      struct db_rows *out)
{
    /* 9999-12-31T00:00:00Z: later than every row, still a DATETIME. */
    const struct request_cursor top = {INT64_C(253402214400) * US_PER_S, INT64_MAX};
    if (after == NULL)
        after = &top;
    return DB_QUERY(db, arena, &SQL_REQUEST_LIST, &list_map, out,
                    P_I64(reader->person_id), P_I64(reader->company_id),
                    P_TIME(after->changed_at), P_TIME(after->changed_at),
                    P_I64(after->id), P_I64(reader->board), P_I64(limit));
}

enum err request_list_pending(struct db *db, struct arena *arena, int64_t company_id,
                              bool board, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_REQUEST_LIST_PENDING, &pending_map, out,
                    P_I64(company_id), P_I64(board));
}
