/* worker.h: what the parts of the worker share. */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include <signal.h>

#include "base/conf.h"
#include "app/upkeep/mail_out.h"
#include "app/ticket/staff_env.h"

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
    const char *store;     /**< [files] store, NULL: another host keeps the files */
    instant_us janitor_at; /**< when the janitor works next */
    int shard;             /**< folder of the store that is swept next */
    instant_us due_at;     /**< when companies are looked after next */
    instant_us remind_at;  /**< when documents that end are looked for next */
};

/** Work until SIGTERM; errors of the database are waited out. */
void worker_run(struct worker *worker);

/** At most every 10 s, one folder of the store is looked through for files that no document names.
 *  (Sessions, parked forms and counters are tidied by kontor-login, whose account may.) Trouble is
 *  logged; the next round tries again. */
void janitor_step(struct worker *worker, struct arena *arena);

/** At most once a minute: companies whose new name or last day has come. Trouble is logged; the next
 *  round tries again. */
void due_step(struct worker *worker, struct arena *arena);

/** At most every 5 s: companies are told of documents that end soon, 20 at a time. Trouble is logged; the next round
 *  tries again. */
void reminder_step(struct worker *worker, struct arena *arena);

#endif
