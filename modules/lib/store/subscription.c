#include "store/subscription.h"

enum { NAME_MAX_CHARACTERS = 200 };

static struct str cut(struct str text)
{
    return text.ptr ? str_utf8_head(text, NAME_MAX_CHARACTERS) : STR("");
}

/* programs: dashboard, worker */
SQL(SQL_SUBSCRIPTION_INSERT,
    "insert into subscription (request_id, token, kind, name, correlation, created_at)"
    " values (?, ?, ?, ?, ?, ?)");

enum err subscription_insert(struct db *db, struct arena *arena,
                             const struct subscription_new *rows, size_t count)
{
    enum { COLUMNS = 6 };
    struct db_param *at = ARENA_ARRAY(arena, struct db_param, count * COLUMNS + 1);
    const struct db_param *params = at;

    for (size_t i = 0; i < count; i++) {
        *at++ = P_I64(rows[i].request_id);
        *at++ = P_STR(rows[i].token);
        *at++ = P_STR(rows[i].signal ? STR("signal") : STR("message"));
        *at++ = P_STR(cut(rows[i].name));
        *at++ = P_STR(cut(rows[i].correlation));
        *at++ = P_TIME(rows[i].created_at);
    }
    return count == 0
               ? OK
               : db_exec_many(db, &SQL_SUBSCRIPTION_INSERT, params, COLUMNS, count, NULL);
}

/* programs: dashboard, worker */
SQL(SQL_SUBSCRIPTION_DELETE,
    "delete from subscription where request_id = ? and token = ?");

enum err subscription_delete(struct db *db, struct arena *arena, int64_t request_id,
                             const struct str *tokens, size_t count)
{
    enum { COLUMNS = 2 };
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count * COLUMNS + 1);

    for (size_t i = 0; i < count; i++) {
        params[i * COLUMNS] = P_I64(request_id);
        params[i * COLUMNS + 1] = P_STR(tokens[i]);
    }
    return count == 0
               ? OK
               : db_exec_many(db, &SQL_SUBSCRIPTION_DELETE, params, COLUMNS, count, NULL);
}

/* programs: worker */
SQL(SQL_SUBSCRIPTION_WAITING,
    "select s.request_id, r.request_type from subscription s"
    " join request r on r.id = s.request_id"
    " where s.kind = 'message' and s.name = ? and s.correlation = ?"
    " and find_in_set(r.request_type, ?) = 0"
    " group by s.request_id, r.request_type order by min(s.id) limit ?");

static const struct db_column waiting_columns[] = {
    DB_COL(struct subscription_row, request_id, DB_I64),
    DB_COL(struct subscription_row, request_type, DB_STR),
};
DB_ROW_MAP(waiting_map, struct subscription_row, waiting_columns);

enum err subscription_waiting(struct db *db, struct arena *arena,
                              const struct waiting_for *what, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUBSCRIPTION_WAITING, &waiting_map, out,
                    P_STR(cut(what->name)), P_STR(cut(what->correlation)),
                    P_STR(what->delivered.ptr ? what->delivered : STR("")),
                    P_I64(WAITING_MAX));
}

/* programs: worker */
SQL(SQL_SUBSCRIPTION_SIGNALLED,
    "select distinct request_id from subscription where kind = 'signal' and name = ?"
    " and correlation = '' and request_id > ? and request_id <> ? and created_at <= ?"
    " order by request_id limit ?");

struct request_row {
    int64_t request_id;
};
static const struct db_column request_columns[] = {
    DB_COL(struct request_row, request_id, DB_I64)};
DB_ROW_MAP(request_map, struct request_row, request_columns);

enum err subscription_signalled(struct db *db, struct arena *arena,
                                const struct signal_of *of, int64_t limit,
                                struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUBSCRIPTION_SIGNALLED, &request_map, out,
                    P_STR(cut(of->name)), P_I64(of->after_id), P_I64(of->thrower),
                    P_TIME(of->before), P_I64(limit));
}

/* programs: worker */
SQL(SQL_SUBSCRIPTION_BY_TOKEN,
    "select s.name, s.correlation, r.request_type from subscription s"
    " join request r on r.id = s.request_id where s.request_id = ? and s.token = ?");

static const struct db_column to_columns[] = {
    DB_COL(struct subscription_to, name, DB_STR),
    DB_COL(struct subscription_to, correlation, DB_STR),
    DB_COL(struct subscription_to, request_type, DB_STR),
};
DB_ROW_MAP(to_map, struct subscription_to, to_columns);

enum err subscription_by_token(struct db *db, struct arena *arena, int64_t request_id,
                               struct str token, struct subscription_to *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SUBSCRIPTION_BY_TOKEN, &to_map, out,
                        P_I64(request_id), P_STR(token));
}

const struct sql *const store_subscription_statements[] = {
    &SQL_SUBSCRIPTION_INSERT,    &SQL_SUBSCRIPTION_DELETE,   &SQL_SUBSCRIPTION_WAITING,
    &SQL_SUBSCRIPTION_SIGNALLED, &SQL_SUBSCRIPTION_BY_TOKEN, NULL};
