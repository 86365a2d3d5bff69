#include <time.h>

#include "base/log.h"
#include "app/upkeep/jobs.h"
#include "app/upkeep/seal.h"
#include "worker.h"

/* Of each kind at most this many in a row, so that none waits for the end of another's queue. */
enum { ROUND_JOBS = 50, ROUND_MAILS = 5, ROUND_SEALS = 5 };
enum { TROUBLE_PAUSE_MS = 2000 };
#define STEP_ARENA_BYTES ((size_t)64 << 20)

/** Wait for a signal; true if it is time to stop. 0 ms only looks. */
static bool pause_or_stop(const struct worker *worker, int64_t pause_ms)
{
    struct timespec wait = {.tv_sec = pause_ms / 1000,
                            .tv_nsec = pause_ms % 1000 * 1000000};
    return sigtimedwait(&worker->signals, NULL, &wait) > 0;
}

static enum err do_jobs(struct worker *worker, struct arena *arena, bool *busy,
                        bool *stop)
{
    enum job_step step = JOB_STEP_DONE;
    for (int i = 0; i < ROUND_JOBS && !*stop; i++) {
        enum err err =
            app_job_step(worker->db, arena, &worker->staff, worker->clock, &step);
        arena_clear(arena);
        if (err != OK || step == JOB_STEP_NONE) {
            return err;
        }
        *busy = true;
        *stop = pause_or_stop(worker, 0);
    }
    return OK;
}

static enum err do_mails(struct worker *worker, struct arena *arena, bool *busy,
                         bool *stop)
{
    enum mail_step step = MAIL_STEP_SENT;
    for (int i = 0; i < ROUND_MAILS && !*stop; i++) {
        enum err err =
            app_mail_step(worker->db, arena, &worker->mail, worker->clock, &step);
        arena_clear(arena);
        if (err != OK || step == MAIL_STEP_NONE) {
            return err;
        }
        *busy = true;
        *stop = pause_or_stop(worker, 0);
        if (step == MAIL_STEP_LATER) {
            break; /* the relay may be away: jobs come first */
        }
    }
    return OK;
}

static enum err do_seals(struct worker *worker, struct arena *arena, bool *busy)
{
    for (int i = 0; i < ROUND_SEALS; i++) {
        size_t sealed = 0;
        enum err err = app_seal_batch(worker->db, arena, &sealed);
        arena_clear(arena);
        if (err != OK || sealed == 0) {
            return err;
        }
        *busy = true;
    }
    return OK;
}

static enum err do_round(struct worker *worker, struct arena *arena, bool *busy,
                         bool *stop)
{
    enum err err = do_jobs(worker, arena, busy, stop);
    if (err == OK && !*stop) {
        err = do_mails(worker, arena, busy, stop);
    }
    if (err == OK && !*stop) {
        err = do_seals(worker, arena, busy);
    }
    if (err == OK && !*stop) {
        janitor_step(worker, arena);
        arena_clear(arena);
        due_step(worker, arena);
        arena_clear(arena);
        reminder_step(worker, arena);
        arena_clear(arena);
    }
    return err;
}

void worker_run(struct worker *worker)
{
    struct arena *arena = arena_new(STEP_ARENA_BYTES);
    bool in_trouble = false;
    for (bool stop = false; !stop;) {
        bool busy = false;
        err_clear();
        enum err err = do_round(worker, arena, &busy, &stop);
        arena_clear(arena);
        if (err != OK && !in_trouble) {
            log_event(LOG_LEVEL_ERROR, "round_failed", "%s: %s", err_name(err),
                      err_text());
        } else if (err == OK && in_trouble) {
            log_event(LOG_LEVEL_INFO, "round_recovered", "work goes on");
        }
        in_trouble = err != OK;
        int64_t pause_ms = in_trouble ? TROUBLE_PAUSE_MS : busy ? 0 : worker->poll_ms;
        stop = stop || pause_or_stop(worker, pause_ms);
    }
    arena_free(&arena);
}
