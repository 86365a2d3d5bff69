/*
 * NAME
 *     kontor-scan - say whether an uploaded file is what it claims to be
 *
 * SYNOPSIS
 *     kontor-scan --config FILE
 *     kontor-scan --config FILE --check-config
 *     kontor-scan --version | --help
 *
 * DESCRIPTION
 *     A daemon on a Unix socket (SOCK_SEQPACKET). kontor-uploads connects, sends "scan1 MEDIA-TYPE" with
 *     an open descriptor of the file (SCM_RIGHTS), and gets one answer: "ok", or "refused KEY" with a
 *     key of file/type_policy. Each file is examined by a child of its own, which libmagic and the
 *     structural checks of file/check cannot leave. A child that crashes or takes too much memory or
 *     processor time means "refused damaged"; one that runs out of time "refused scan_unavailable". At
 *     most 4 files are examined at a time; others wait.
 *
 *     If descriptor 0 is a listening socket (socket activation) it is used; otherwise the program binds
 *     the configured path, mode 0660.
 *
 * SECURITY
 *     Runs as a user of its own, without network and without a database account. Reaches its socket.
 *     Reads the magic database and its configuration, before the first connection. Writes nothing. A
 *     child has no open files but the answer socket, may open none, start no process, map no executable
 *     memory, and is killed on any system call outside a list of fifteen (seccomp).
 *
 * CONFIGURATION
 *     [scan] socket, timeout_ms, magic, [files] max_bytes, [log] level. `kontorctl configuration` prints
 *     every key.
 *
 * DIAGNOSTICS
 *     JSON lines on standard error. examination_failed: a child died; with signal 31 (SIGSYS) a library
 *     uses a system call that sandbox.c does not list. Exit status: 0 after SIGTERM, 64 for wrong usage,
 *     69 when socket or magic database cannot be used, 78 for a bad configuration.
 */
#include <getopt.h>
#include <sysexits.h>

#include "base/conf.h"
#include "base/log.h"
#include "daemon.h"

static const char usage[] =
    "Usage: kontor-scan --config FILE [--check-config]\n"
    "       kontor-scan --version | --help\n"
    "Says whether an uploaded file is what it claims to be. See kontor-scan(8).\n";

struct options {
    const char *config;
    bool check_only;
};

/** -1 = go on, else the exit status. */
static int parse_options(int argc, char **argv, struct options *out)
{
    static const struct option table[] = {
        {"config", required_argument, NULL, 'c'},
        {"check-config", no_argument, NULL, 'k'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        switch (option) {
        case 'c':
            out->config = optarg;
            break;
        case 'k':
            out->check_only = true;
            break;
        case 'v':
            puts("kontor-scan " KONTOR_VERSION);
            return EX_OK;
        case 'h':
            fputs(usage, stdout);
            return EX_OK;
        default:
            fputs(usage, stderr);
            return EX_USAGE;
        }
    }
    if (out->config == NULL || optind != argc) {
        fputs(usage, stderr);
        return EX_USAGE;
    }
    return -1;
}

static int serve(struct arena *arena, const struct conf *conf)
{
    struct examiner *examiner = NULL;
    int listen_fd = -1;
    enum err err = examiner_new(arena, conf_str(conf, "scan", "magic"), &examiner);
    if (err == OK) {
        err = daemon_listen(conf_c(conf, "scan", "socket"), &listen_fd);
    }
    if (err == OK) {
        const struct daemon_conf daemon = {
            .socket_path = conf_c(conf, "scan", "socket"),
            /* The client gives up after timeout_ms: be a little earlier and say why. */
            .timeout_ms = conf_int(conf, "scan", "timeout_ms") * 9 / 10,
            .file_max_bytes = conf_int(conf, "files", "max_bytes"),
            .examiner = examiner,
        };
        log_event(LOG_LEVEL_INFO, "started", "kontor-scan " KONTOR_VERSION);
        err = daemon_serve(&daemon, listen_fd);
    }
    if (err != OK) {
        log_event(LOG_LEVEL_ERROR, "not_started", "%s", err_text());
        return EX_UNAVAILABLE;
    }
    log_event(LOG_LEVEL_INFO, "stopped", "clean");
    return EX_OK;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    int status = parse_options(argc, argv, &options);
    if (status >= 0) {
        return status;
    }
    log_open("scan", LOG_LEVEL_INFO);
    struct arena *arena = arena_new((size_t)8 << 20);
    struct conf *conf = NULL;
    enum err err = conf_load(arena, options.config, &conf);
    if (err == OK) {
        err = conf_need(conf, "scan");
    }
    if (err != OK) {
        fprintf(stderr, "%s\n", err_text());
        status = EX_CONFIG;
    } else if (options.check_only) {
        status = EX_OK;
    } else {
        log_open("scan", log_level_of(conf_str(conf, "log", "level")));
        status = serve(arena, conf);
    }
    arena_free(&arena);
    return status;
}
