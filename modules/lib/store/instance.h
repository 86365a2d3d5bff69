/* instance.h: the process instance of a released request, and the jobs that carry out its
 * service tasks (made by store/trail.h, leased by the worker). */
#ifndef STORE_INSTANCE_H
#define STORE_INSTANCE_H

#include "db/db.h"

/** `state` is the document of process_state_encode. */
enum err instance_insert(struct db *db, int64_t request_id, int64_t definition_id,
                         struct str state, int64_t *id_out) MUST_USE;

struct instance_lock {
    int64_t id;
    int64_t definition_id;
    struct str state;
    instant_us ended_at;
    int64_t version;
};
/** Lock after the request. ERR_NOT_FOUND before the release. */
enum err instance_lock_by_request(struct db *db, struct arena *arena, int64_t request_id,
                                  struct instance_lock *out) MUST_USE;
/** ended_at INSTANT_NONE: it goes on. */
enum err instance_update(struct db *db, int64_t id, struct str state,
                         instant_us ended_at) MUST_USE;

struct job_lock {
    int64_t id;
    int64_t request_id;
    struct str kind;
    struct str payload;
    struct str state;
    struct str last_error;
};
/** Last in the lock order. ERR_NOT_FOUND. */
enum err job_lock_by_id(struct db *db, struct arena *arena, int64_t id,
                        struct job_lock *out) MUST_USE;
/** The failed job of the request that is locked first (oldest). ERR_NOT_FOUND: none. */
enum err job_lock_failed(struct db *db, struct arena *arena, int64_t request_id,
                         struct job_lock *out) MUST_USE;
/** The same without a lock, for the ticket page. */
enum err job_failed(struct db *db, struct arena *arena, int64_t request_id,
                    struct job_lock *out) MUST_USE;
/** Done inside the transaction that carried it out. */
enum err job_finish(struct db *db, int64_t id, instant_us at) MUST_USE;
enum err job_fail(struct db *db, int64_t id, struct str reason) MUST_USE;
/** Queue a failed job again, at once, with this payload. */
enum err job_requeue(struct db *db, int64_t id, struct str payload,
                     instant_us at) MUST_USE;

extern const struct sql *const store_instance_statements[];

#endif
