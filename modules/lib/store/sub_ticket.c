#include "store/sub_ticket.h"

/* programs: dashboard */
SQL(SQL_SUB_TICKET_LIST,
    "select s.id, s.reference, s.activation, s.name, s.team_key, s.owner_id, "
    "o.display_name,"
    " s.state, s.due_at, s.created_at, s.taken_at, s.ended_at, e.display_name, s.version,"
    " d.outcome, d.reason from sub_ticket s left join person o on o.id = s.owner_id"
    " left join person e on e.id = s.ended_by left join decision d on d.sub_ticket_id = "
    "s.id"
    " where s.ticket_id = ? order by s.id limit 200");

static const struct db_column row_columns[] = {
    DB_COL(struct sub_ticket_row, id, DB_I64),
    DB_COL(struct sub_ticket_row, reference, DB_STR),
    DB_COL(struct sub_ticket_row, activation, DB_STR),
    DB_COL(struct sub_ticket_row, name, DB_STR),
    DB_COL(struct sub_ticket_row, team_key, DB_STR),
    DB_COL(struct sub_ticket_row, owner_id, DB_I64),
    DB_COL(struct sub_ticket_row, owner_name, DB_STR),
    DB_COL(struct sub_ticket_row, state, DB_STR),
    DB_COL(struct sub_ticket_row, due_at, DB_TIME),
    DB_COL(struct sub_ticket_row, created_at, DB_TIME),
    DB_COL(struct sub_ticket_row, taken_at, DB_TIME),
    DB_COL(struct sub_ticket_row, ended_at, DB_TIME),
    DB_COL(struct sub_ticket_row, ended_by_name, DB_STR),
    DB_COL(struct sub_ticket_row, version, DB_I64),
    DB_COL(struct sub_ticket_row, outcome, DB_STR),
    DB_COL(struct sub_ticket_row, reason, DB_STR),
};
DB_ROW_MAP(row_map, struct sub_ticket_row, row_columns);

enum err sub_ticket_list(struct db *db, struct arena *arena, int64_t ticket_id,
                         struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUB_TICKET_LIST, &row_map, out, P_I64(ticket_id));
}

/* programs: dashboard, worker */
SQL(SQL_SUB_TICKET_INSERT,
    "insert into sub_ticket (reference, ticket_id, instance_id, activation, name, "
    "team_key,"
    " state, is_open, due_at, created_at) values (?, ?, ?, ?, ?, ?, 'open', 1, ?, ?)");

enum err sub_ticket_insert(struct db *db, struct arena *arena,
                           const struct sub_ticket_new *rows, size_t count)
{
    enum { COLUMNS = 8 };
    if (count == 0)
        return OK;
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count * COLUMNS);
    struct db_param *at = params;
    for (size_t i = 0; i < count; i++) {
        const struct sub_ticket_new *row = &rows[i];
        *at++ = P_STR(row->reference);
        *at++ = P_I64(row->ticket_id);
        *at++ = P_I64(row->instance_id);
        *at++ = P_STR(row->activation);
        *at++ = P_STR(row->name);
        *at++ = P_STR(row->team_key);
        *at++ = P_TIME(row->due_at);
        *at++ = P_TIME(row->created_at);
    }
    return db_exec_many(db, &SQL_SUB_TICKET_INSERT, params, COLUMNS, count, NULL);
}

/* programs: dashboard */
SQL(SQL_SUB_TICKET_FIND, "select s.id, t.request_id, t.id, t.reference from sub_ticket s"
                         " join ticket t on t.id = s.ticket_id where s.reference = ?");

static const struct db_column home_columns[] = {
    DB_COL(struct sub_ticket_home, id, DB_I64),
    DB_COL(struct sub_ticket_home, request_id, DB_I64),
    DB_COL(struct sub_ticket_home, ticket_id, DB_I64),
    DB_COL(struct sub_ticket_home, ticket_reference, DB_STR),
};
DB_ROW_MAP(home_map, struct sub_ticket_home, home_columns);

enum err sub_ticket_find(struct db *db, struct arena *arena, struct str reference,
                         struct sub_ticket_home *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SUB_TICKET_FIND, &home_map, out,
                        P_STR(reference));
}

/* programs: dashboard */
SQL(SQL_SUB_TICKET_LOCK, "select id, reference, activation, name, team_key, owner_id,"
                         " (select p.display_name from person p where p.id = owner_id), "
                         "state, version, ended_by"
                         " from sub_ticket where id = ? for update");

static const struct db_column lock_columns[] = {
    DB_COL(struct sub_ticket_lock, id, DB_I64),
    DB_COL(struct sub_ticket_lock, reference, DB_STR),
    DB_COL(struct sub_ticket_lock, activation, DB_STR),
    DB_COL(struct sub_ticket_lock, name, DB_STR),
    DB_COL(struct sub_ticket_lock, team_key, DB_STR),
    DB_COL(struct sub_ticket_lock, owner_id, DB_I64),
    DB_COL(struct sub_ticket_lock, owner_name, DB_STR),
    DB_COL(struct sub_ticket_lock, state, DB_STR),
    DB_COL(struct sub_ticket_lock, version, DB_I64),
    DB_COL(struct sub_ticket_lock, ended_by, DB_I64),
};
DB_ROW_MAP(lock_map, struct sub_ticket_lock, lock_columns);

enum err sub_ticket_lock_by_id(struct db *db, struct arena *arena, int64_t id,
                               struct sub_ticket_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SUB_TICKET_LOCK, &lock_map, out, P_I64(id));
}

/* programs: dashboard */
SQL(SQL_SUB_TICKET_OWN,
    "update sub_ticket set owner_id = ?, taken_at = ?, state = ?, version = version + 1"
    " where id = ?");

enum err sub_ticket_own(struct db *db, int64_t id, int64_t owner_id, instant_us taken_at)
{
    return DB_EXEC(db, &SQL_SUB_TICKET_OWN, NULL, P_ID_OR_NULL(owner_id),
                   P_TIME(owner_id == 0 ? INSTANT_NONE : taken_at),
                   P_STR(owner_id == 0 ? STR("open") : STR("in_progress")), P_I64(id));
}

/* programs: dashboard */
SQL(SQL_SUB_TICKET_END,
    "update sub_ticket set state = 'done', is_open = null, ended_at = ?, ended_by = ?,"
    " version = version + 1 where id = ?");

enum err sub_ticket_end(struct db *db, int64_t id, int64_t person_id, instant_us at)
{
    return DB_EXEC(db, &SQL_SUB_TICKET_END, NULL, P_TIME(at), P_I64(person_id),
                   P_I64(id));
}

/* programs: dashboard, worker */
SQL(SQL_SUB_TICKET_STATES, "select id, reference, team_key, is_open is not null from "
                           "sub_ticket where ticket_id = ?"
                           " order by id limit 1000 for update");

static const struct db_column state_columns[] = {
    DB_COL(struct sub_ticket_state, id, DB_I64),
    DB_COL(struct sub_ticket_state, reference, DB_STR),
    DB_COL(struct sub_ticket_state, team_key, DB_STR),
    DB_COL(struct sub_ticket_state, is_open, DB_BOOL),
};
DB_ROW_MAP(state_map, struct sub_ticket_state, state_columns);

enum err sub_ticket_states(struct db *db, struct arena *arena, int64_t ticket_id,
                           struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUB_TICKET_STATES, &state_map, out, P_I64(ticket_id));
}

const struct sql *const store_sub_ticket_statements[] = {
    &SQL_SUB_TICKET_LIST,   &SQL_SUB_TICKET_INSERT,
    &SQL_SUB_TICKET_FIND,   &SQL_SUB_TICKET_LOCK,
    &SQL_SUB_TICKET_OWN,    &SQL_SUB_TICKET_END,
    &SQL_SUB_TICKET_STATES, NULL};
