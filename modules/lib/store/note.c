#include "store/note.h"

/* programs: dashboard */
SQL(SQL_NOTE_INSERT,
    "insert into internal_note (request_id, sub_ticket_id, author_id, body, form_key,"
    " written_at) values (?, ?, ?, ?, ?, ?)");

enum err note_insert(struct db *db, const struct note_new *note, int64_t *id_out)
{
    struct db_done done = {0};
    enum err err =
        DB_EXEC(db, &SQL_NOTE_INSERT, &done, P_I64(note->request_id),
                P_ID_OR_NULL(note->sub_ticket_id), P_I64(note->author_id),
                P_STR(note->body), P_BYTES(note->form_key, 16), P_TIME(note->written_at));
    if (err == OK)
        *id_out = done.insert_id;
    return err;
}

/* programs: dashboard */
SQL(SQL_CONVERSATION_LIST,
    "(select 0 as internal, m.id as id, m.from_staff as from_staff, p.display_name as "
    "author,"
    " m.author_name as shown_as, m.body as body, m.written_at as written_at,"
    " null as sub_ticket from message m join person p on p.id = m.author_id"
    " where m.request_id = ? order by m.id desc limit 200) union all"
    " (select 1, n.id, 1, p.display_name, null, n.body, n.written_at, s.reference"
    " from internal_note n join person p on p.id = n.author_id"
    " left join sub_ticket s on s.id = n.sub_ticket_id"
    " where n.request_id = ? order by n.id desc limit 200)"
    " order by written_at, internal, id");

static const struct db_column entry_columns[] = {
    DB_COL(struct conversation_entry, internal, DB_BOOL),
    DB_COL(struct conversation_entry, id, DB_I64),
    DB_COL(struct conversation_entry, from_staff, DB_BOOL),
    DB_COL(struct conversation_entry, author_name, DB_STR),
    DB_COL(struct conversation_entry, shown_as, DB_STR),
    DB_COL(struct conversation_entry, body, DB_STR),
    DB_COL(struct conversation_entry, written_at, DB_TIME),
    DB_COL(struct conversation_entry, sub_ticket_reference, DB_STR),
};
DB_ROW_MAP(entry_map, struct conversation_entry, entry_columns);

enum err conversation_list(struct db *db, struct arena *arena, int64_t request_id,
                           struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_CONVERSATION_LIST, &entry_map, out, P_I64(request_id),
                    P_I64(request_id));
}

const struct sql *const store_note_statements[] = {&SQL_NOTE_INSERT,
                                                   &SQL_CONVERSATION_LIST, NULL};
