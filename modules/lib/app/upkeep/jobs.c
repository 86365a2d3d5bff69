#include "app/upkeep/jobs.h"

#include "base/log.h"
#include "store/incident.h"
#include "store/job_lease.h"
#include "app/actor.h"
#include "app/ticket/intake.h"
#include "app/upkeep/mail_out.h"
#include "app/instance/process_jobs.h"
#include "app/instance/service_task.h"
#include "app/ticket/ticket_work.h"

int64_t job_backoff_s(int64_t attempt)
{
    static const int64_t waits[JOB_ATTEMPTS - 1] = {1, 5, 30, 120, 600, 3600, 10800};
    return attempt >= 1 && attempt < JOB_ATTEMPTS ? waits[attempt - 1] : 0;
}

int64_t job_lease_s(int64_t attempt)
{
    int64_t pause = job_backoff_s(attempt);
    return pause > JOB_LEASE_S ? pause : JOB_LEASE_S;
}

struct lease_context {
    instant_us now;
    struct leased_job job;
    bool abandoned; /**< every try has ended without a word: the worker died of it */
};

/** Parked until staff start it again: they see it as an incident. */
static enum err give_up(struct db *db, struct arena *arena, const struct leased_job *job,
                        struct str reason, instant_us now)
{
    struct incident_new incident = {
        .request_id = job->request_id,
        .job_id = job->id,
        .kind = "failed",
        .token = job->token,
        .reason = reason,
        .opened_at = now,
    };
    bool given_up = false;
    enum err err = job_give_up(db, job->id, reason, &given_up);
    return err == OK && given_up ? incident_insert(db, arena, &incident, 1) : err;
}

static enum err lease_tx(struct db *db, struct arena *arena, void *context)
{
    struct lease_context *lease = context;
    enum err err = job_next(db, arena, lease->now, &lease->job);
    if (err != OK) {
        return err;
    }
    lease->abandoned = lease->job.attempts >= JOB_ATTEMPTS;
    if (lease->abandoned) {
        return give_up(db, arena, &lease->job, STR("abandoned: no try came to an end"),
                       lease->now);
    }
    return job_lease(db, lease->job.id,
                     lease->now + job_lease_s(lease->job.attempts + 1) * US_PER_S);
}

static enum err service_task(const struct actor *actor, const struct staff_env *env,
                             const struct app_job *job)
{
    enum service_verdict verdict;
    return app_service_task(actor, env, job, &verdict);
}

static const struct {
    const char *kind;
    enum err (*apply)(const struct actor *actor, const struct staff_env *env,
                      const struct app_job *job);
} KINDS[] = {
    {"document_provided", app_document_provided},
    {"message_written", app_message_written},
    {"service_task", service_task},
    {"timer", app_timer_due},
    {"message", app_message_thrown},
    {"subscribed", app_subscribed},
    {"signal", app_signal_thrown},
    {"signal_caught", app_signal_caught},
};

static enum err apply(struct db *db, struct arena *arena, const struct staff_env *env,
                      const struct leased_job *leased, instant_us now)
{
    /* Kontor itself acts: nobody is signed in, and history says so. */
    static const struct principal nobody = {.person_id = 0};
    struct actor actor = {
        .db = db,
        .arena = arena,
        .principal = &nobody,
        .now = now,
        .program = "worker",
        .trace_id = str_format(arena, "job-%lld", (long long)leased->id),
    };
    struct app_job job = {leased->id, leased->request_id, leased->payload, leased->token};
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(*KINDS); i++) {
        if (str_is(leased->kind, KINDS[i].kind)) {
            return KINDS[i].apply(&actor, env, &job);
        }
    }
    return err_note(ERR_INPUT, "unknown kind of job");
}

struct give_up_context {
    const struct leased_job *job;
    struct str reason;
    instant_us now;
};

static enum err give_up_tx(struct db *db, struct arena *arena, void *context)
{
    const struct give_up_context *c = context;
    return give_up(db, arena, c->job, c->reason, c->now);
}

/** The job was not applied. What time cannot heal is given up at once. */
static enum err put_off(struct db *db, struct arena *arena, const struct leased_job *job,
                        enum err cause, instant_us now, enum job_step *out)
{
    bool for_good = cause == ERR_INPUT || cause == ERR_NOT_FOUND || cause == ERR_LIMITED;
    int64_t wait_s = for_good ? 0 : job_backoff_s(job->attempts + 1);
    instant_us next = now + wait_s * US_PER_S;
    struct str reason =
        mail_printable(arena, str_format(arena, "%s: %s", err_name(cause), err_text()));
    log_event(wait_s == 0 ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN,
              wait_s == 0 ? "job_failed" : "job_later", "job %lld, attempt %lld: %.*s",
              (long long)job->id, (long long)job->attempts + 1, STR_ARG(reason));
    struct give_up_context parked = {job, reason, now};
    enum err err = wait_s == 0 ? tx_run(db, arena, TX_READ_WRITE, give_up_tx, &parked)
                               : job_later(db, job->id, next, reason);
    if (err == OK) {
        *out = wait_s == 0 ? JOB_STEP_FAILED : JOB_STEP_LATER;
    }
    return err;
}

/** Something that the operator has to enter may be missing, too; only when the database is away, all wait. What was
 *  noted stays noted. */
static bool db_is_away(struct db *db, struct arena *arena)
{
    struct str noted = str_copy(arena, str_from(err_text()));
    enum err err = db_ping(db);
    (void)err_note(ERR_UNAVAILABLE, "%.*s", STR_ARG(noted));
    return err != OK;
}

enum err app_job_step(struct db *db, struct arena *arena, const struct staff_env *env,
                      const struct clock *clock, enum job_step *out)
{
    struct lease_context lease = {.now = clock_now(clock)};
    enum err err = tx_run(db, arena, TX_READ_WRITE, lease_tx, &lease);
    if (err == ERR_NOT_FOUND) {
        *out = JOB_STEP_NONE;
        return OK;
    }
    if (err != OK) {
        return err;
    }
    if (lease.abandoned) {
        log_event(LOG_LEVEL_ERROR, "job_failed", "job %lld: abandoned after %d tries",
                  (long long)lease.job.id, JOB_ATTEMPTS);
        *out = JOB_STEP_FAILED;
        return OK;
    }
    err_clear();
    err = apply(db, arena, env, &lease.job, lease.now);
    if (err == ERR_UNCERTAIN || (err == ERR_UNAVAILABLE && db_is_away(db, arena))) {
        return err;
    }
    if (err != OK) {
        return put_off(db, arena, &lease.job, err, clock_now(clock), out);
    }
    log_event(LOG_LEVEL_INFO, "job_done", "job %lld", (long long)lease.job.id);
    *out = JOB_STEP_DONE;
    return OK;
}
