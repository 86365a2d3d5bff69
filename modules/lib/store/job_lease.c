#include "store/job_lease.h"

static const struct db_column job_columns[] = {
    DB_COL(struct leased_job, id, DB_I64),
    DB_COL(struct leased_job, kind, DB_STR),
    DB_COL(struct leased_job, request_id, DB_I64),
    DB_COL(struct leased_job, token, DB_STR),
    DB_COL(struct leased_job, payload, DB_STR),
    DB_COL(struct leased_job, attempts, DB_I64),
};
DB_ROW_MAP(job_map, struct leased_job, job_columns);

/* clang-format off */
/* programs: worker */
SQL(SQL_JOB_NEXT,
    "SELECT id, kind, request_id, token, payload, attempts FROM job"
    " WHERE state = 'queued' AND available_at <= ?"
    " ORDER BY available_at, id LIMIT 1 FOR UPDATE SKIP LOCKED");

/* programs: worker */
SQL(SQL_JOB_LEASE,
    "UPDATE job SET lease_until = ?, available_at = ?, attempts = attempts + 1 WHERE id = ?");

/* programs: worker */
SQL(SQL_JOB_RETRY,
    "UPDATE job SET available_at = ?, lease_until = NULL, last_error = ?"
    " WHERE id = ? AND state = 'queued'");

/* programs: worker */
SQL(SQL_JOB_GIVE_UP,
    "UPDATE job SET state = 'failed', lease_until = NULL, last_error = ?"
    " WHERE id = ? AND state = 'queued'");
/* clang-format on */

const struct sql *const store_job_lease_statements[] = {
    &SQL_JOB_NEXT, &SQL_JOB_LEASE, &SQL_JOB_RETRY, &SQL_JOB_GIVE_UP, NULL,
};

enum err job_next(struct db *db, struct arena *arena, instant_us now,
                  struct leased_job *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_JOB_NEXT, &job_map, out, P_TIME(now));
}

enum err job_lease(struct db *db, int64_t id, instant_us until)
{
    return DB_EXEC(db, &SQL_JOB_LEASE, NULL, P_TIME(until), P_TIME(until), P_I64(id));
}

enum { ERROR_MAX = 500 };

enum err job_later(struct db *db, int64_t id, instant_us available_at,
                   struct str last_error)
{
    return DB_EXEC(db, &SQL_JOB_RETRY, NULL, P_TIME(available_at),
                   P_STR(str_utf8_head(last_error, ERROR_MAX)), P_I64(id));
}

enum err job_give_up(struct db *db, int64_t id, struct str last_error, bool *done_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_JOB_GIVE_UP, &done,
                           P_STR(str_utf8_head(last_error, ERROR_MAX)), P_I64(id));

    if (err == OK)
        *done_out = done.affected > 0;
    return err;
}
