#include "store/process_message.h"

enum { NAME_MAX_CHARACTERS = 200 };

static struct str cut(struct str text)
{
    return text.ptr ? str_utf8_head(text, NAME_MAX_CHARACTERS) : STR("");
}

/* programs: dashboard, worker */
SQL(SQL_PROCESS_MESSAGE_INSERT,
    "insert into process_message (request_id, token, name, correlation, payload,"
    " published_at, expires_at) values (?, ?, ?, ?, ?, ?, ?)");

enum err process_message_insert(struct db *db, struct arena *arena,
                                const struct process_message_new *rows, size_t count)
{
    enum { COLUMNS = 7 };
    struct db_param *at = ARENA_ARRAY(arena, struct db_param, count * COLUMNS + 1);
    const struct db_param *params = at;

    for (size_t i = 0; i < count; i++) {
        *at++ = P_I64(rows[i].request_id);
        *at++ = P_STR(rows[i].token);
        *at++ = P_STR(cut(rows[i].name));
        *at++ = P_STR(cut(rows[i].correlation));
        *at++ = P_STR(rows[i].payload);
        *at++ = P_TIME(rows[i].published_at);
        *at++ = P_TIME(rows[i].expires_at);
    }
    return count == 0 ? OK
                      : db_exec_many(db, &SQL_PROCESS_MESSAGE_INSERT, params, COLUMNS,
                                     count, NULL);
}

#define MESSAGE "select id, payload, delivered, expires_at from process_message"

/* programs: worker */
SQL(SQL_PROCESS_MESSAGE_BY_TOKEN, MESSAGE " where request_id = ? and token = ?");
/* programs: worker */
SQL(SQL_PROCESS_MESSAGE_LOCK, MESSAGE " where id = ? for update");
/* programs: worker */
SQL(SQL_PROCESS_MESSAGE_KEPT,
    MESSAGE " where name = ? and correlation = ? and expires_at > ?"
            " and find_in_set(?, delivered) = 0 order by id limit 100");

static const struct db_column message_columns[] = {
    DB_COL(struct process_message, id, DB_I64),
    DB_COL(struct process_message, payload, DB_STR),
    DB_COL(struct process_message, delivered, DB_STR),
    DB_COL(struct process_message, expires_at, DB_TIME),
};
DB_ROW_MAP(message_map, struct process_message, message_columns);

enum err process_message_by_token(struct db *db, struct arena *arena, int64_t request_id,
                                  struct str token, struct process_message *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PROCESS_MESSAGE_BY_TOKEN, &message_map, out,
                        P_I64(request_id), P_STR(token));
}

enum err process_message_lock(struct db *db, struct arena *arena, int64_t id,
                              struct process_message *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PROCESS_MESSAGE_LOCK, &message_map, out,
                        P_I64(id));
}

enum err process_message_kept(struct db *db, struct arena *arena,
                              const struct message_wanted *wanted, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_PROCESS_MESSAGE_KEPT, &message_map, out,
                    P_STR(cut(wanted->name)), P_STR(cut(wanted->correlation)),
                    P_TIME(wanted->now), P_STR(wanted->request_type));
}

/* programs: worker */
SQL(SQL_PROCESS_MESSAGE_DELIVERED,
    "update process_message set delivered = ? where id = ?");

enum err process_message_delivered(struct db *db, int64_t id, struct str delivered)
{
    return DB_EXEC(db, &SQL_PROCESS_MESSAGE_DELIVERED, NULL, P_STR(delivered), P_I64(id));
}

const struct sql *const store_process_message_statements[] = {
    &SQL_PROCESS_MESSAGE_INSERT,    &SQL_PROCESS_MESSAGE_BY_TOKEN,
    &SQL_PROCESS_MESSAGE_LOCK,      &SQL_PROCESS_MESSAGE_KEPT,
    &SQL_PROCESS_MESSAGE_DELIVERED, NULL};
