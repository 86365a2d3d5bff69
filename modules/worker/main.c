/*
 * NAME
 *     kontor-worker - what happens after a change: jobs, mails, the audit chain, tidying
 *
 * SYNOPSIS
 *     kontor-worker --config FILE
 *     kontor-worker --config FILE --check-config
 *     kontor-worker --version | --help
 *
 * DESCRIPTION
 *     A loop over four kinds of work, all of them rows that a change wrote in its own transaction:
 *
 *     jobs     events from the customers' side; service tasks, timers, messages and signals of
 *              processes; applied in one transaction that also marks the job done
 *     outbox   mails; composed in the recipient's language and handed to the relay
 *     seals    audit events are chained by their hashes
 *     janitor  removes stored files that no document names
 *
 *     A row is leased before it is worked on, so several workers may run, and one that is killed
 *     loses nothing. Inside Kontor nothing happens twice; a mail may leave twice after a crash,
 *     with the same Message-ID. What fails is tried again with growing pauses and finally marked
 *     failed with its reason.
 *
 * SECURITY
 *     Runs as: a user of its own; member of the group that owns the store.
 *     May reach: the database socket (account kontor_worker) and the mail relay. No listening
 *     socket. May write: the store, to remove unnamed files.
 *
 * CONFIGURATION
 *     [site] origin, staff_origin, prefix, name, language, [database], [templates] dir, catalogues,
 *     [mail], [worker], [files] store (absent: stored files are not tidied), [log] level.
 *
 * DIAGNOSTICS
 *     JSON lines on standard error: job_done, job_later, job_failed, mail_sent, mail_later,
 *     mail_failed, round_failed (the database is away; it is tried again every 2 s),
 *     round_recovered, blobs_removed, sweep_failed. Exit status 0 after SIGTERM, 64 wrong usage,
 *     78 bad configuration or templates.
 */
#include <sysexits.h>

#include "base/log.h"
#include "base/options.h"
#include "db/account.h"
#include "worker.h"

static const char manual[] = "Usage: kontor-worker --config FILE [--check-config]\n"
                             "       kontor-worker --version | --help\n"
                             "Does what follows a change: jobs, mails, the audit chain, "
                             "tidying. See kontor-worker(8).\n";

#define PROCESS_ARENA_BYTES ((size_t)256 << 20)

static enum smtp_verdict send_by_smtp(void *context, struct arena *arena,
                                      struct str sender, struct str recipient,
                                      struct str message, struct str *error_out)
{
    return smtp_send(arena, context, sender, recipient, message, error_out);
}

/** "https://portal.example.org:8443" -> "portal.example.org". */
static struct str host_of(struct arena *arena, struct str origin)
{
    ssize_t scheme = str_find(origin, STR("://"));
    struct str rest = scheme < 0 ? origin : str_from_index(origin, (size_t)scheme + 3);
    ssize_t port = str_index(rest, ':');
    return str_copy(arena, port < 0 ? rest : str_sub(rest, 0, (size_t)port));
}

static enum err open_mail(struct worker *worker, struct arena *arena)
{
    const struct conf *conf = worker->conf;
    struct i18n *i18n = NULL;
    struct mail_composer *composer = NULL;
    struct str host = host_of(arena, conf_str(conf, "site", "origin"));
    worker->smtp = (struct smtp_conf){
        .host = conf_c(conf, "mail", "relay_host"),
        .port = (int)conf_int(conf, "mail", "relay_port"),
        .starttls = str_is(conf_str(conf, "mail", "relay_tls"), "starttls"),
        .ca_file = conf_c(conf, "mail", "relay_ca_file"),
        .helo = host.ptr,
        .connect_timeout_ms = 5000,
        .timeout_ms = 20000,
    };
    worker->mail = (struct mail_env){
        .definitions = worker->staff.definitions,
        .carrier = {send_by_smtp, &worker->smtp},
        .origin = conf_str(conf, "site", "origin"),
        .staff_origin = conf_str(conf, "site", "staff_origin"),
        .prefix = conf_str(conf, "site", "prefix"),
        .host = host,
        .site_name = conf_str(conf, "site", "name"),
        .sender = conf_str(conf, "mail", "from"),
    };
    if (!mail_address_is_plain(worker->mail.sender)) {
        return err_note(ERR_INPUT, "[mail] from is not one plain address");
    }
    enum err err = i18n_open(arena, conf_c(conf, "templates", "catalogues"), &i18n);
    if (err == OK) {
        err = mail_composer_new(arena, conf_c(conf, "templates", "dir"), i18n, &composer);
    }
    if (err == OK) {
        err = smtp_start();
    }
    worker->mail.i18n = i18n;
    worker->mail.composer = composer;
    return err;
}

static enum err open_worker(struct worker *worker, struct arena *arena)
{
    const struct conf *conf = worker->conf;
    enum err err = conf_need(conf, "database");
    if (err == OK) {
        err = conf_need(conf, "templates");
    }
    if (err != OK) {
        return err;
    }
    worker->clock = &clock_system;
    worker->staff.definitions = definitions_new(arena);
    worker->staff.site_language = conf_str(conf, "site", "language");
    worker->poll_ms = conf_int(conf, "worker", "poll_ms");
    if (conf_need(conf, "files") == OK) {
        worker->store = conf_c(conf, "files", "store");
    }
    err_clear();
    err = open_mail(worker, arena);
    return err == OK ? db_open_account(arena, conf, "worker", 0, &worker->db) : err;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct worker worker = {0};
    struct conf *conf = NULL;
    int status = options_read(argc, argv, "kontor-worker", manual, &options);
    if (status >= 0) {
        return status;
    }
    log_open("worker", LOG_LEVEL_INFO);
    sigemptyset(&worker.signals);
    sigaddset(&worker.signals, SIGTERM);
    sigaddset(&worker.signals, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &worker.signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    struct arena *arena = arena_new(PROCESS_ARENA_BYTES);
    enum err err = conf_load(arena, options.config, &conf);
    if (err == OK) {
        log_open("worker", log_level_of(conf_str(conf, "log", "level")));
        worker.conf = conf;
        err = open_worker(&worker, arena);
    }
    status = err == OK ? EX_OK : EX_CONFIG;
    if (err != OK) {
        log_event(LOG_LEVEL_ERROR, "start_refused", "%s: %s", err_name(err), err_text());
    } else if (options.check_only) {
        puts("kontor-worker: configuration and templates are good");
    } else {
        log_event(LOG_LEVEL_INFO, "started", "kontor-worker " KONTOR_VERSION);
        worker_run(&worker);
        log_event(LOG_LEVEL_INFO, "stopped", "on request");
    }
    arena_free(&arena);
    return status;
}
