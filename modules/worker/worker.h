/* worker.h: what the parts of the worker share. */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include <signal.h>

#include "app/mail_out.h"
#include "app/staff_env.h"
#include "base/conf.h"

/** Process lifetime. */
struct worker {
    const struct conf *conf;
    const struct clock *clock;
    struct db *db;
    struct staff_env staff;
    struct mail_env mail;
    struct smtp_conf smtp;
    sigset_t signals; /**< SIGTERM, SIGINT: blocked, and waited for in the pauses */
    int64_t poll_ms;
    int64_t parked_max_age_us;
    int64_t throttle_max_age_us;
    const char *store;     /**< [files] store, NULL: another host keeps the files */
    instant_us janitor_at; /**< when the janitor works next */
    int shard;             /**< folder of the store that is swept next */
};

/** Work until SIGTERM; errors of the database are waited out. */
void worker_run(struct worker *worker);

/** One small piece of tidying, at most every 10 s; see janitor.c. */
enum err janitor_step(struct worker *worker, struct arena *arena) MUST_USE;

#endif
