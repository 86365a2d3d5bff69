/* job.h: one job of a request: its lock, its end, another try. They are made by store/trail.h and leased by
 * store/job_lease.h. */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "db/db.h"

struct job_lock {
    int64_t id;
    int64_t request_id;
    struct str kind;
    struct str token; /**< of the instance; absent: of none */
    struct str payload;
    struct str state;
    struct str last_error;
    instant_us created_at;
};
/** Last in the lock order. ERR_NOT_FOUND. */
enum err job_lock_by_id(struct db *db, struct arena *arena, int64_t id,
                        struct job_lock *out) MUST_USE;
/** Without a lock. ERR_NOT_FOUND. */
enum err job_by_id(struct db *db, struct arena *arena, int64_t id,
                   struct job_lock *out) MUST_USE;
/** Done inside the transaction that carried it out. */
enum err job_finish(struct db *db, int64_t id, instant_us at) MUST_USE;
enum err job_fail(struct db *db, int64_t id, struct str reason) MUST_USE;
/** Queue it again, at once, with this payload. */
enum err job_requeue(struct db *db, int64_t id, struct str payload,
                     instant_us at) MUST_USE;
/** There is more of it to do: at once, with this payload, as if it were new. */
enum err job_go_on(struct db *db, int64_t id, struct str payload, instant_us at) MUST_USE;
/** The instance does not wait for these any more: what is queued or failed is cancelled. One execution. */
enum err job_cancel(struct db *db, struct arena *arena, int64_t request_id,
                    const struct str *tokens, size_t count) MUST_USE;

extern const struct sql *const store_job_statements[];

#endif
