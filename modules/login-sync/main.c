/*
 * NAME
 *     kontor-login-sync - what changes in a directory takes effect on those who are signed in
 *
 * SYNOPSIS
 *     kontor-login-sync --config FILE
 *     kontor-login-sync --config FILE --check-config
 *     kontor-login-sync --version | --help
 *
 * DESCRIPTION
 *     Every [session] directory_sync_seconds each directory is asked for the people of it who have a
 *     live session, 50 in one search. Who is gone, disabled, in another company or without a role is
 *     signed off at once; names, mail addresses, staff roles and teams follow, and the next page of
 *     a person whose rights changed gives out a new token. One transaction each, with an audit
 *     event.
 *
 *     A directory that does not answer, or not wholly, ends nobody's session. It is asked again every
 *     10 s; kontorctl doctor says since when it is away. Sessions by identity providers are not
 *     asked about: a provider says itself who left (back-channel logout), and a session has its
 *     length.
 *
 *     Several processes, on several machines, may run: a lease in the directory's row lets one ask,
 *     and a killed one is waited for 10 s. "kontorctl sync" does a round at once.
 *
 * SECURITY
 *     Runs as: the user of kontor-login, with its database account. May reach: the database and the
 *     directories. No listening socket. Writes nothing but the database.
 *
 * CONFIGURATION
 *     [database] (account login), [directory] and [directory.NAME], [session] directory_sync_seconds,
 *     idle_minutes, [second_factor] required_for, [log] level.
 *
 * DIAGNOSTICS
 *     JSON lines on standard error: directory_left (somebody was signed off), directory_away,
 *     directory_back, directory_round (of each round, at level debug; a warning when the directory could
 *     not answer for somebody), round_failed (the database is away; it is tried again every 2 s),
 *     round_recovered. Exit status 0 after SIGTERM, 64 wrong usage, 78 bad configuration.
 */
#include <signal.h>
#include <sysexits.h>
#include <time.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/options.h"
#include "base/random.h"
#include "db/account.h"
#include "app/people/directory_sync.h"

#define PROCESS_ARENA_BYTES ((size_t)64 << 20)
#define ROUND_ARENA_BYTES   ((size_t)256 << 20)
#define TROUBLE_PAUSE_US    (2 * US_PER_S)

static const char manual[] =
    "Usage: kontor-login-sync --config FILE [--check-config]\n"
    "       kontor-login-sync --version | --help\n"
    "Signs off who left the directory. See kontor-login-sync(8).\n";

/* Process lifetime. */
struct login_sync {
    struct directory_sync sync;
    struct db *db;
    sigset_t signals; /* SIGTERM, SIGINT: blocked, and waited for in the pauses */
};

static enum err open_all(struct login_sync *self, struct arena *arena,
                         const struct conf *conf)
{
    enum err err = conf_need(conf, "database");

    if (err == OK)
        err = directory_sync_open(arena, conf, &self->sync);
    return err == OK ? db_open_account(arena, conf, "login", 0, &self->db) : err;
}

/* Every directory that is due; `*next_at` is moved to when the next one is. */
static enum err work(const struct login_sync *self, struct arena *arena,
                     instant_us *next_at)
{
    static const struct principal NOBODY = {0};
    struct actor actor = {
        .db = self->db, .arena = arena, .principal = &NOBODY, .program = "login-sync"};
    enum err err = OK;

    for (size_t i = 0; i < directory_count(self->sync.directories) && err == OK; i++) {
        struct directory_sync_result result = {0};
        uint8_t bytes[8];

        random_bytes(bytes, sizeof(bytes));
        actor.trace_id =
            str_format(arena, "sync-%.*s", STR_ARG(str_hex(arena, bytes, sizeof(bytes))));
        actor.now = clock_now(&clock_system);
        err = directory_sync_step(&actor, &self->sync, i, &result);
        if (err == OK && result.next_at < *next_at)
            *next_at = result.next_at;
        if (err == OK)
            arena_clear(arena);
    }
    return err;
}

static bool pause_or_stop(const struct login_sync *self, int64_t pause_us)
{
    struct timespec wait = {.tv_sec = pause_us / US_PER_S,
                            .tv_nsec = pause_us % US_PER_S * 1000};

    return sigtimedwait(&self->signals, NULL, &wait) > 0;
}

static void run(const struct login_sync *self)
{
    struct arena *arena = arena_new(ROUND_ARENA_BYTES);
    bool in_trouble = false;
    int64_t pause_us;

    do {
        instant_us next_at = clock_now(&clock_system) + self->sync.interval_us;
        enum err err;

        err_clear();
        err = work(self, arena, &next_at);
        arena_clear(arena);
        if (err != OK && !in_trouble)
            log_event(LOG_LEVEL_ERROR, "round_failed", "%s: %s", err_name(err),
                      err_text());
        else if (err == OK && in_trouble)
            log_event(LOG_LEVEL_INFO, "round_recovered", "work goes on");
        in_trouble = err != OK;
        pause_us = next_at - clock_now(&clock_system);
        if (in_trouble || pause_us < 0)
            pause_us = in_trouble ? TROUBLE_PAUSE_US : 0;
        /* A clock that was set back must not stop the rounds. */
        if (pause_us > self->sync.interval_us)
            pause_us = self->sync.interval_us;
    } while (!pause_or_stop(self, pause_us));
    arena_free(&arena);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct login_sync self = {0};
    struct conf *conf = NULL;
    struct arena *arena;
    enum err err;
    int status = options_read(argc, argv, "kontor-login-sync", manual, &options);

    if (status >= 0)
        return status;
    log_open("login-sync", LOG_LEVEL_INFO);
    sigemptyset(&self.signals);
    sigaddset(&self.signals, SIGTERM);
    sigaddset(&self.signals, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &self.signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    arena = arena_new(PROCESS_ARENA_BYTES);
    err = conf_load(arena, options.config, &conf);
    if (err == OK) {
        log_open("login-sync", log_level_of(conf_str(conf, "log", "level")));
        err = open_all(&self, arena, conf);
    }
    status = err == OK ? EX_OK : EX_CONFIG;
    if (err != OK) {
        log_event(LOG_LEVEL_ERROR, "start_refused", "%s: %s", err_name(err), err_text());
    } else if (options.check_only) {
        puts("kontor-login-sync: the configuration is good");
    } else {
        log_event(LOG_LEVEL_INFO, "started", "kontor-login-sync " KONTOR_VERSION);
        run(&self);
        log_event(LOG_LEVEL_INFO, "stopped", "on request");
    }
    arena_free(&arena);
    return status;
}
