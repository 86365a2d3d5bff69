#include "store/sub_ticket.h"

/* programs: dashboard */
SQL(SQL_SUB_TICKET_LIST,
    "select s.id, s.reference, s.activation, s.name, s.subject, s.type_key, s.phase,"
    " s.team_key, s.owner_id, o.display_name,"
    " s.state, s.due_at, s.paused_at, s.waiting_for, s.clock, s.created_at, s.taken_at,"
    " s.ended_at, s.ended_by, e.display_name, s.version,"
    " d.outcome, d.reason, d.answers from sub_ticket s"
    " left join person o on o.id = s.owner_id"
    " left join person e on e.id = s.ended_by left join decision d on d.sub_ticket_id = "
    "s.id"
    " where s.ticket_id = ? order by s.id limit 200");

static const struct db_column row_columns[] = {
    DB_COL(struct sub_ticket_row, id, DB_I64),
    DB_COL(struct sub_ticket_row, reference, DB_STR),
    DB_COL(struct sub_ticket_row, activation, DB_STR),
    DB_COL(struct sub_ticket_row, name, DB_STR),
    DB_COL(struct sub_ticket_row, subject, DB_STR),
    DB_COL(struct sub_ticket_row, type_key, DB_STR),
    DB_COL(struct sub_ticket_row, phase, DB_STR),
    DB_COL(struct sub_ticket_row, team_key, DB_STR),
    DB_COL(struct sub_ticket_row, owner_id, DB_I64),
    DB_COL(struct sub_ticket_row, owner_name, DB_STR),
    DB_COL(struct sub_ticket_row, state, DB_STR),
    DB_COL(struct sub_ticket_row, due_at, DB_TIME),
    DB_COL(struct sub_ticket_row, paused_at, DB_TIME),
    DB_COL(struct sub_ticket_row, waiting_for, DB_STR),
    DB_COL(struct sub_ticket_row, clock, DB_STR),
    DB_COL(struct sub_ticket_row, created_at, DB_TIME),
    DB_COL(struct sub_ticket_row, taken_at, DB_TIME),
    DB_COL(struct sub_ticket_row, ended_at, DB_TIME),
    DB_COL(struct sub_ticket_row, ended_by, DB_I64),
    DB_COL(struct sub_ticket_row, ended_by_name, DB_STR),
    DB_COL(struct sub_ticket_row, version, DB_I64),
    DB_COL(struct sub_ticket_row, outcome, DB_STR),
    DB_COL(struct sub_ticket_row, reason, DB_STR),
    DB_COL(struct sub_ticket_row, answers, DB_STR),
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
    "subject,"
    " type_key, phase, team_key, state, is_open, due_at, clock, created_at)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 1, ?, ?, ?)");

enum err sub_ticket_insert(struct db *db, struct arena *arena,
                           const struct sub_ticket_new *rows, size_t count,
                           int64_t *id_out)
{
    enum { COLUMNS = 12, SUBJECT_MAX = 200 };
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
        *at++ = P_STR(str_utf8_head(row->subject, SUBJECT_MAX));
        *at++ = P_STR(row->type_key);
        *at++ = P_STR(row->phase);
        *at++ = P_STR(row->team_key);
        *at++ = P_TIME(row->due_at);
        *at++ = P_STR(row->clock);
        *at++ = P_TIME(row->created_at);
    }
    struct db_done done = {0};
    enum err err =
        db_exec_many(db, &SQL_SUB_TICKET_INSERT, params, COLUMNS, count, &done);
    if (err == OK)
        *id_out = done.insert_id;
    return err;
}

/* programs: dashboard, worker */
SQL(SQL_SUB_TICKET_CANCEL,
    "update sub_ticket set state = 'cancelled', is_open = null, paused_at = null,"
    " waiting_for = null, remaining_s = null, ended_at = ?, version = version + 1 where "
    "id = ?");

enum err sub_ticket_cancel(struct db *db, struct arena *arena, const int64_t *ids,
                           size_t count, instant_us at)
{
    enum { COLUMNS = 2 };
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count * COLUMNS + 1);
    for (size_t i = 0; i < count; i++) {
        params[i * COLUMNS] = P_TIME(at);
        params[i * COLUMNS + 1] = P_I64(ids[i]);
    }
    return count == 0
               ? OK
               : db_exec_many(db, &SQL_SUB_TICKET_CANCEL, params, COLUMNS, count, NULL);
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

#define LOCK(owner_name)                                                                 \
    "select s.id, s.reference, s.activation, s.name, s.type_key, s.phase, s.team_key,"   \
    " s.owner_id, " owner_name ", s.state, s.due_at, s.paused_at, s.waiting_for,"        \
    " coalesce(s.remaining_s, -1), s.version, s.ended_by from "
/* programs: dashboard */
SQL(SQL_SUB_TICKET_LOCK, LOCK("(select p.display_name from person p where p.id = "
                              "s.owner_id)") "sub_ticket s where s.id = ? for update");
/* The worker reads no names. */
/* programs: dashboard, worker */
SQL(SQL_SUB_TICKET_LOCK_OPEN,
    LOCK("null") "ticket t straight_join sub_ticket s on s.ticket_id = t.id"
                 " where t.request_id = ? and s.is_open = 1 order by s.id limit 1000"
                 " for update");

/* programs: dashboard */
SQL(SQL_SUB_TICKET_LOCK_ALL,
    LOCK(
        "null") "sub_ticket s where s.ticket_id = ? order by s.id limit 1000 for update");

static const struct db_column lock_columns[] = {
    DB_COL(struct sub_ticket_lock, id, DB_I64),
    DB_COL(struct sub_ticket_lock, reference, DB_STR),
    DB_COL(struct sub_ticket_lock, activation, DB_STR),
    DB_COL(struct sub_ticket_lock, name, DB_STR),
    DB_COL(struct sub_ticket_lock, type_key, DB_STR),
    DB_COL(struct sub_ticket_lock, phase, DB_STR),
    DB_COL(struct sub_ticket_lock, team_key, DB_STR),
    DB_COL(struct sub_ticket_lock, owner_id, DB_I64),
    DB_COL(struct sub_ticket_lock, owner_name, DB_STR),
    DB_COL(struct sub_ticket_lock, state, DB_STR),
    DB_COL(struct sub_ticket_lock, due_at, DB_TIME),
    DB_COL(struct sub_ticket_lock, paused_at, DB_TIME),
    DB_COL(struct sub_ticket_lock, waiting_for, DB_STR),
    DB_COL(struct sub_ticket_lock, remaining_s, DB_I64),
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
    "update sub_ticket set state = 'done', is_open = null, paused_at = null,"
    " waiting_for = null, remaining_s = null, ended_at = ?, ended_by = ?, version = "
    "version + 1 where id = "
    "?");

enum err sub_ticket_end(struct db *db, int64_t id, int64_t person_id, instant_us at)
{
    return DB_EXEC(db, &SQL_SUB_TICKET_END, NULL, P_TIME(at), P_I64(person_id),
                   P_I64(id));
}

enum err sub_ticket_lock_open(struct db *db, struct arena *arena, int64_t request_id,
                              struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUB_TICKET_LOCK_OPEN, &lock_map, out,
                    P_I64(request_id));
}

enum err sub_ticket_lock_all(struct db *db, struct arena *arena, int64_t ticket_id,
                             struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUB_TICKET_LOCK_ALL, &lock_map, out,
                    P_I64(ticket_id));
}

/* programs: dashboard */
SQL(SQL_SUB_TICKET_SET_PHASE,
    "update sub_ticket set phase = ?, version = version + 1 where id = ?");

enum err sub_ticket_set_phase(struct db *db, int64_t id, struct str phase)
{
    return DB_EXEC(db, &SQL_SUB_TICKET_SET_PHASE, NULL, P_STR(phase), P_I64(id));
}

/* programs: dashboard, worker */
SQL(SQL_SUB_TICKET_STATES,
    "select id, reference, activation, team_key, state, version, is_open is not null,"
    " waiting_for <=> 'answer' from sub_ticket where ticket_id = ? order by id limit "
    "1000 for update");

static const struct db_column state_columns[] = {
    DB_COL(struct sub_ticket_state, id, DB_I64),
    DB_COL(struct sub_ticket_state, reference, DB_STR),
    DB_COL(struct sub_ticket_state, activation, DB_STR),
    DB_COL(struct sub_ticket_state, team_key, DB_STR),
    DB_COL(struct sub_ticket_state, state, DB_STR),
    DB_COL(struct sub_ticket_state, version, DB_I64),
    DB_COL(struct sub_ticket_state, is_open, DB_BOOL),
    DB_COL(struct sub_ticket_state, asks, DB_BOOL),
};
DB_ROW_MAP(state_map, struct sub_ticket_state, state_columns);

enum err sub_ticket_states(struct db *db, struct arena *arena, int64_t ticket_id,
                           struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUB_TICKET_STATES, &state_map, out, P_I64(ticket_id));
}

const struct sql *const store_sub_ticket_statements[] = {
    &SQL_SUB_TICKET_LIST,      &SQL_SUB_TICKET_INSERT,   &SQL_SUB_TICKET_FIND,
    &SQL_SUB_TICKET_LOCK_OPEN, &SQL_SUB_TICKET_LOCK_ALL, &SQL_SUB_TICKET_SET_PHASE,
    &SQL_SUB_TICKET_LOCK,      &SQL_SUB_TICKET_OWN,      &SQL_SUB_TICKET_END,
    &SQL_SUB_TICKET_STATES,    &SQL_SUB_TICKET_CANCEL,   NULL};
