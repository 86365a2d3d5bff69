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
SQL(SQL_INSTANCE_LOCK, "select id, definition_id, state, ended_at, version"
                       " from process_instance where request_id = ? for update");

static const struct db_column lock_columns[] = {
    DB_COL(struct instance_lock, id, DB_I64),
    DB_COL(struct instance_lock, definition_id, DB_I64),
    DB_COL(struct instance_lock, state, DB_STR),
    DB_COL(struct instance_lock, ended_at, DB_TIME),
    DB_COL(struct instance_lock, version, DB_I64),
};
DB_ROW_MAP(lock_map, struct instance_lock, lock_columns);

enum err instance_lock_by_request(struct db *db, struct arena *arena, int64_t request_id,
                                  struct instance_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_INSTANCE_LOCK, &lock_map, out, P_I64(request_id));
}

/* programs: dashboard, worker */
SQL(SQL_INSTANCE_UPDATE, "update process_instance set state = ?, ended_at = ?,"
                         " version = version + 1 where id = ?");

enum err instance_update(struct db *db, int64_t id, struct str state, instant_us ended_at)
{
    return DB_EXEC(db, &SQL_INSTANCE_UPDATE, NULL, P_STR(state), P_TIME(ended_at),
                   P_I64(id));
}

#define JOB_COLUMNS "select id, request_id, kind, payload, state, last_error from job"

/* programs: worker */
SQL(SQL_JOB_LOCK_BY_ID, JOB_COLUMNS " where id = ? for update");
/* programs: dashboard */
SQL(SQL_JOB_LOCK_FAILED, JOB_COLUMNS
    " where request_id = ? and state = 'failed' order by id limit 1 for update");
/* programs: dashboard */
SQL(SQL_JOB_FAILED,
    JOB_COLUMNS " where request_id = ? and state = 'failed' order by id limit 1");

static const struct db_column job_columns[] = {
    DB_COL(struct job_lock, id, DB_I64),    DB_COL(struct job_lock, request_id, DB_I64),
    DB_COL(struct job_lock, kind, DB_STR),  DB_COL(struct job_lock, payload, DB_STR),
    DB_COL(struct job_lock, state, DB_STR), DB_COL(struct job_lock, last_error, DB_STR),
};
DB_ROW_MAP(job_map, struct job_lock, job_columns);

enum err job_lock_by_id(struct db *db, struct arena *arena, int64_t id,
                        struct job_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_JOB_LOCK_BY_ID, &job_map, out, P_I64(id));
}

enum err job_lock_failed(struct db *db, struct arena *arena, int64_t request_id,
                         struct job_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_JOB_LOCK_FAILED, &job_map, out,
                        P_I64(request_id));
}

enum err job_failed(struct db *db, struct arena *arena, int64_t request_id,
                    struct job_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_JOB_FAILED, &job_map, out, P_I64(request_id));
}

/* programs: worker */
SQL(SQL_JOB_FINISH, "update job set state = 'done', done_at = ?, lease_until = null,"
                    " last_error = null where id = ?");

enum err job_finish(struct db *db, int64_t id, instant_us at)
{
    return DB_EXEC(db, &SQL_JOB_FINISH, NULL, P_TIME(at), P_I64(id));
}

/* programs: worker */
SQL(SQL_JOB_FAIL,
    "update job set state = 'failed', lease_until = null, last_error = ? where id = ?");

enum err job_fail(struct db *db, int64_t id, struct str reason)
{
    return DB_EXEC(db, &SQL_JOB_FAIL, NULL, P_STR(reason), P_I64(id));
}

/* programs: dashboard */
SQL(SQL_JOB_REQUEUE, "update job set state = 'queued', payload = ?, available_at = ?,"
                     " lease_until = null, attempts = 0, last_error = null where id = ?");

enum err job_requeue(struct db *db, int64_t id, struct str payload, instant_us at)
{
    return DB_EXEC(db, &SQL_JOB_REQUEUE, NULL, P_STR(payload), P_TIME(at), P_I64(id));
}

const struct sql *const store_instance_statements[] = {
    &SQL_INSTANCE_INSERT, &SQL_INSTANCE_LOCK,
    &SQL_INSTANCE_UPDATE, &SQL_JOB_LOCK_BY_ID,
    &SQL_JOB_LOCK_FAILED, &SQL_JOB_FAILED,
    &SQL_JOB_FINISH,      &SQL_JOB_FAIL,
    &SQL_JOB_REQUEUE,     NULL};
