/* job_lease.h: work for the worker: a job is leased in a commit of its own, then applied
 * by the use case, which locks it again and marks it done (store/instance.h). */
#ifndef STORE_JOB_LEASE_H
#define STORE_JOB_LEASE_H

#include "db/db.h"

/** A queued job. */
struct leased_job {
    int64_t id;
    struct str kind; /**< a word of job.kind */
    int64_t request_id;
    struct str token;   /**< of the instance; absent: of none */
    struct str payload; /**< JSON object */
    int64_t attempts;   /**< before this one */
};
/** The next due job, its row locked; rows other workers hold are skipped. ERR_NOT_FOUND:
 * none. */
enum err job_next(struct db *db, struct arena *arena, instant_us now,
                  struct leased_job *out) MUST_USE;
/** Attempts + 1; nobody else takes it before `until`. */
enum err job_lease(struct db *db, int64_t id, instant_us until) MUST_USE;
/** It could not be applied: again at `available_at`. Does nothing to a job that is no longer queued. */
enum err job_later(struct db *db, int64_t id, instant_us available_at,
                   struct str last_error) MUST_USE;
/** ... or never: state failed. `done_out` false: it is no longer queued. */
enum err job_give_up(struct db *db, int64_t id, struct str last_error,
                     bool *done_out) MUST_USE;

extern const struct sql *const store_job_lease_statements[];

#endif
