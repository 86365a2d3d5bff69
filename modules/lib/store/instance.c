#include "store/instance.h"

/* programs: dashboard */
SQL(SQL_INSTANCE_INSERT,
    "insert into process_instance (request_id, definition_id, state) values (?, ?, ?)");

enum err instance_insert(struct db *db, int64_t request_id, int64_t definition_id,
                         struct str state, int64_t *id_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_INSTANCE_INSERT, &done, P_I64(request_id),
                           P_I64(definition_id), P_STR(state));
    if (err == OK)
        *id_out = done.insert_id;
    return err;
}

/* programs: dashboard, worker */
SQL(SQL_INSTANCE_LOCK,
    "select straight_join i.id, i.definition_id, i.state, i.ended_at, i.version, t.id,"
    " t.reference, t.state, t.version,"
    " (select count(*) from incident n where n.request_id = i.request_id and n.is_open = "
    "1)"
    " from process_instance i join ticket t on t.instance_id = i.id"
    " where i.request_id = ? for update");

static const struct db_column lock_columns[] = {
    DB_COL(struct instance_lock, id, DB_I64),
    DB_COL(struct instance_lock, definition_id, DB_I64),
    DB_COL(struct instance_lock, state, DB_STR),
    DB_COL(struct instance_lock, ended_at, DB_TIME),
    DB_COL(struct instance_lock, version, DB_I64),
    DB_COL(struct instance_lock, ticket.id, DB_I64),
    DB_COL(struct instance_lock, ticket.reference, DB_STR),
    DB_COL(struct instance_lock, ticket.state, DB_STR),
    DB_COL(struct instance_lock, ticket.version, DB_I64),
    DB_COL(struct instance_lock, incidents, DB_I64),
};
DB_ROW_MAP(lock_map, struct instance_lock, lock_columns);

enum err instance_lock_by_request(struct db *db, struct arena *arena, int64_t request_id,
                                  struct instance_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_INSTANCE_LOCK, &lock_map, out, P_I64(request_id));
}

/* programs: dashboard, worker */
SQL(SQL_INSTANCE_UPDATE,
    "update process_instance set state = ?, version = version + 1 where id = ?");

enum err instance_update(struct db *db, int64_t id, struct str state)
{
    return DB_EXEC(db, &SQL_INSTANCE_UPDATE, NULL, P_STR(state), P_I64(id));
}

/* programs: dashboard, worker */
SQL(SQL_INSTANCE_END,
    "update process_instance i join ticket t on t.instance_id = i.id set i.state = ?,"
    " i.ended_at = ?, i.version = i.version + 1, t.state = ?, t.ended_at = ?,"
    " t.version = t.version + 1 where i.id = ?");

enum err instance_end(struct db *db, int64_t id, struct str state,
                      struct str ticket_state, instant_us at)
{
    return DB_EXEC(db, &SQL_INSTANCE_END, NULL, P_STR(state), P_TIME(at),
                   P_STR(ticket_state), P_TIME(at), P_I64(id));
}

const struct sql *const store_instance_statements[] = {
    &SQL_INSTANCE_INSERT, &SQL_INSTANCE_LOCK, &SQL_INSTANCE_UPDATE, &SQL_INSTANCE_END,
    NULL};
