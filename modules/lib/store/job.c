#include "store/job.h"

#define JOB_COLUMNS                                                                      \
    "select id, request_id, kind, token, payload, state, last_error, created_at from "   \
    "job"

/* programs: worker, dashboard */
SQL(SQL_JOB_LOCK_BY_ID, JOB_COLUMNS " where id = ? for update");
/* programs: dashboard, worker */
SQL(SQL_JOB_BY_ID, JOB_COLUMNS " where id = ?");

static const struct db_column job_columns[] = {
    DB_COL(struct job_lock, id, DB_I64),
    DB_COL(struct job_lock, request_id, DB_I64),
    DB_COL(struct job_lock, kind, DB_STR),
    DB_COL(struct job_lock, token, DB_STR),
    DB_COL(struct job_lock, payload, DB_STR),
    DB_COL(struct job_lock, state, DB_STR),
    DB_COL(struct job_lock, last_error, DB_STR),
    DB_COL(struct job_lock, created_at, DB_TIME),
};
DB_ROW_MAP(job_map, struct job_lock, job_columns);

enum err job_lock_by_id(struct db *db, struct arena *arena, int64_t id,
                        struct job_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_JOB_LOCK_BY_ID, &job_map, out, P_I64(id));
}

enum err job_by_id(struct db *db, struct arena *arena, int64_t id, struct job_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_JOB_BY_ID, &job_map, out, P_I64(id));
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
    return DB_EXEC(db, &SQL_JOB_FAIL, NULL, P_STR(str_sub(reason, 0, 500)), P_I64(id));
}

/* programs: dashboard */
SQL(SQL_JOB_REQUEUE, "update job set state = 'queued', payload = ?, available_at = ?,"
                     " lease_until = null, attempts = 0, last_error = null where id = ?");

enum err job_requeue(struct db *db, int64_t id, struct str payload, instant_us at)
{
    return DB_EXEC(db, &SQL_JOB_REQUEUE, NULL, P_STR(payload), P_TIME(at), P_I64(id));
}

/* programs: worker */
SQL(SQL_JOB_GO_ON, "update job set payload = ?, available_at = ?, lease_until = null,"
                   " attempts = 0, last_error = null where id = ? and state = 'queued'");

enum err job_go_on(struct db *db, int64_t id, struct str payload, instant_us at)
{
    return DB_EXEC(db, &SQL_JOB_GO_ON, NULL, P_STR(payload), P_TIME(at), P_I64(id));
}

/* programs: dashboard, worker */
SQL(SQL_JOB_CANCEL,
    "update job set state = 'cancelled', lease_until = null where request_id = ?"
    " and token = ? and state in ('queued', 'failed')");

enum err job_cancel(struct db *db, struct arena *arena, int64_t request_id,
                    const struct str *tokens, size_t count)
{
    enum { COLUMNS = 2 };
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count * COLUMNS + 1);

    for (size_t i = 0; i < count; i++) {
        params[i * COLUMNS] = P_I64(request_id);
        params[i * COLUMNS + 1] = P_STR(tokens[i]);
    }
    return count == 0 ? OK
                      : db_exec_many(db, &SQL_JOB_CANCEL, params, COLUMNS, count, NULL);
}

const struct sql *const store_job_statements[] = {
    &SQL_JOB_LOCK_BY_ID, &SQL_JOB_BY_ID, &SQL_JOB_FINISH, &SQL_JOB_FAIL,
    &SQL_JOB_REQUEUE,    &SQL_JOB_GO_ON, &SQL_JOB_CANCEL, NULL};
