/* message.c: messages of a request. */
#include "store/message.h"

static const struct db_column message_columns[] = {
    DB_COL(struct message_row, id, DB_I64),
    DB_COL(struct message_row, from_staff, DB_BOOL),
    DB_COL(struct message_row, author_name, DB_STR),
    DB_COL(struct message_row, body, DB_STR),
    DB_COL(struct message_row, written_at, DB_TIME),
    DB_COL(struct message_row, unread, DB_BOOL),
};
DB_ROW_MAP(message_map, struct message_row, message_columns);

/* programs: requests */
SQL(SQL_MESSAGE_LIST,
    "SELECT m.id, m.from_staff, m.author_name, m.body, m.written_at, "
    "m.from_staff AND m.id > COALESCE(v.message_id, 0) "
    "FROM message m LEFT JOIN message_read v ON v.person_id = ? AND v.request_id = "
    "m.request_id "
    "WHERE m.request_id = ? AND m.company_id = ? ORDER BY m.id DESC LIMIT 200");

/* programs: requests, dashboard */
SQL(SQL_MESSAGE_INSERT, "INSERT INTO message (request_id, company_id, from_staff, "
                        "author_id, author_name, body, "
                        "form_key, written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

/* programs: requests, dashboard */
SQL(SQL_MESSAGE_FORM_TAKEN, "SELECT COUNT(*) FROM message WHERE form_key = ? AND "
                            "request_id = ? AND company_id = ?");

/* programs: requests */
SQL(SQL_MESSAGE_MARK_READ,
    "INSERT INTO message_read (person_id, request_id, message_id) "
    "SELECT ?, m.request_id, m.id FROM message m "
    "WHERE m.id = ? AND m.request_id = ? AND m.company_id = ? "
    "ON DUPLICATE KEY UPDATE message_id = GREATEST(message_read.message_id, "
    "VALUES(message_id))");

/* programs: requests */
SQL(SQL_MESSAGE_EVENT_INSERT,
    "insert into message_event (kind, unique_key, request_id, payload, available_at,"
    " created_at) values ('message_written', ?, ?, ?, ?, ?)");

const struct sql *const store_message_statements[] = {
    &SQL_MESSAGE_LIST,      &SQL_MESSAGE_INSERT,       &SQL_MESSAGE_FORM_TAKEN,
    &SQL_MESSAGE_MARK_READ, &SQL_MESSAGE_EVENT_INSERT, NULL,
};

enum err message_list(struct db *db, struct arena *arena, int64_t company_id,
                      int64_t request_id, int64_t person_id, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_MESSAGE_LIST, &message_map, out, P_I64(person_id),
                    P_I64(request_id), P_I64(company_id));
}

enum err message_insert(struct db *db, const struct message_new *row, int64_t *id_out)
{
    struct db_done done;
    enum err err = DB_EXEC(
        db, &SQL_MESSAGE_INSERT, &done, P_I64(row->request_id), P_I64(row->company_id),
        P_I64(row->from_staff ? 1 : 0), P_I64(row->author_id), P_STR(row->author_name),
        P_STR(row->body), P_BYTES(row->form_key, 16), P_TIME(row->written_at));
    if (err == OK)
        *id_out = done.insert_id;
    return err;
}

struct count_row {
    int64_t count;
};
static const struct db_column count_columns[] = {DB_COL(struct count_row, count, DB_I64)};
DB_ROW_MAP(count_map, struct count_row, count_columns);

enum err message_form_taken(struct db *db, struct arena *arena, int64_t company_id,
                            int64_t request_id, const uint8_t form_key[16], bool *out)
{
    struct count_row row;
    enum err err =
        DB_QUERY_ONE(db, arena, &SQL_MESSAGE_FORM_TAKEN, &count_map, &row,
                     P_BYTES(form_key, 16), P_I64(request_id), P_I64(company_id));
    if (err == OK)
        *out = row.count > 0;
    return err;
}

enum err message_mark_read(struct db *db, int64_t company_id, int64_t request_id,
                           int64_t person_id, int64_t message_id)
{
    return DB_EXEC(db, &SQL_MESSAGE_MARK_READ, NULL, P_I64(person_id), P_I64(message_id),
                   P_I64(request_id), P_I64(company_id));
}

enum err message_event_insert(struct db *db, const struct message_event *event)
{
    return DB_EXEC(db, &SQL_MESSAGE_EVENT_INSERT, NULL, P_STR(event->unique_key),
                   P_I64(event->request_id), P_STR(event->payload),
                   P_TIME(event->created_at), P_TIME(event->created_at));
}
