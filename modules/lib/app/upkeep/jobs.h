/* jobs.h: queued work is done, one job at a time: leased in a commit of its own, then applied by its
 * use case, which marks it done in the transaction that changes everything else. */
#ifndef APP_JOBS_H
#define APP_JOBS_H

#include "app/ticket/staff_env.h"

/** A job that fails is tried again this often, over some 4 hours, then staff see it as failed. */
#define JOB_ATTEMPTS 8
/** Nobody else takes a leased job for so long at first. Short, because a job whose worker was killed
 *  waits for the end of its lease; a repeat changes nothing, since the use case reads the job again
 *  under its lock. */
#define JOB_LEASE_S 4

enum job_step {
    JOB_STEP_NONE,  /**< nothing is due */
    JOB_STEP_DONE,  /**< applied, or found applied already, or set aside as a conflict */
    JOB_STEP_LATER, /**< will be tried again */
    JOB_STEP_FAILED /**< given up: job.state failed, last_error says why */
};
/**
 * Do the next due job. Errors are the database's; the job is free again after the lease. Killed at
 * any time, nothing is lost and nothing happens twice. A job that kills its worker is leased for
 * longer each time and given up after JOB_ATTEMPTS: it cannot hold up the others.
 */
enum err app_job_step(struct db *db, struct arena *arena, const struct staff_env *env,
                      const struct clock *clock, enum job_step *out) MUST_USE;

/** When try number `attempt` (from 1) has failed: seconds until the next, 0 = give up. */
int64_t job_backoff_s(int64_t attempt);
/** Length of the lease of try number `attempt` (from 1): JOB_LEASE_S, later the pause that a failure
 *  would bring. */
int64_t job_lease_s(int64_t attempt);

#endif
