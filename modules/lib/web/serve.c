/* The process around the exchanges: options, start, the FastCGI loop, signals. The only
 * file that includes fcgiapp.h. */
#include "web/exchange.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "db/account.h"

#define PROCESS_ARENA_LIMIT ((size_t)64 << 20)
/* Body limit of ordinary forms, decoded twice, a page's rows and the view: well below. */
#define EXCHANGE_ARENA_LIMIT ((size_t)32 << 20)

/* Signal handlers cannot have a context. */
static volatile sig_atomic_t stop_asked;
static volatile sig_atomic_t reload_asked;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = 1;
}

static void on_reload(int signal_number)
{
    (void)signal_number;
    reload_asked = 1;
}

static void install(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    (void)sigemptyset(&action.sa_mask);
    if (sigaction(signal_number, &action, NULL) != 0)
        bug("sigaction(%d)", signal_number);
}

/* Where a process waits for the next connection: the only place where signals are let in. libfcgi's
 * own accept drops a connection that has just come when a signal interrupts it, and between looking
 * at a flag and blocking a signal would be missed. So the listen socket does not block, signals
 * stay pending elsewhere, and epoll lets them in while it waits; EPOLLEXCLUSIVE wakes one of the
 * processes that share the socket, not all. */
struct waiting {
    int epoll;
    sigset_t open; /* the mask while it waits */
};

static enum err waiting_init(struct waiting *out)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
    int flags = fcntl(0, F_GETFL);
    sigset_t held;

    install(SIGTERM, on_stop);
    install(SIGINT, on_stop);
    install(SIGHUP, on_reload);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGTERM);
    (void)sigaddset(&held, SIGINT);
    (void)sigaddset(&held, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &held, &out->open) != 0)
        bug("sigprocmask");
    (void)sigdelset(&out->open, SIGTERM);
    (void)sigdelset(&out->open, SIGINT);
    (void)sigdelset(&out->open, SIGHUP);
    out->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (flags < 0 || fcntl(0, F_SETFL, flags | O_NONBLOCK) < 0 || out->epoll < 0 ||
        epoll_ctl(out->epoll, EPOLL_CTL_ADD, 0, &event) != 0)
        return err_note(ERR_INTERNAL, "descriptor 0 is no listen socket: %s",
                        strerror(errno));
    return OK;
}

static const char *fcgi_param(void *handle, const char *name)
{
    const FCGX_Request *request = handle;

    return FCGX_GetParam(name, request->envp);
}

static ssize_t fcgi_read(void *handle, void *out, size_t size_bytes)
{
    FCGX_Request *request = handle;
    int want = size_bytes > 1 << 20 ? 1 << 20 : (int)size_bytes;
    int got = FCGX_GetStr(out, want, request->in);

    if (got <= 0 && FCGX_GetError(request->in) != 0)
        return -1;
    return got;
}

static void reload(struct web_site *site)
{
    struct web_look *fresh = NULL;

    reload_asked = 0;
    err_clear();
    if (look_load(site->program, site->conf, &fresh) != OK) {
        log_event(LOG_LEVEL_ERROR, "reload_refused", "%s", err_text());
        return;
    }
    look_free(&site->look);
    site->look = fresh;
    log_event(LOG_LEVEL_INFO, "reloaded", "templates and catalogues");
}

static void serve_one(struct web_site *site, struct arena *arena, FCGX_Request *request)
{
    struct web_io io = {fcgi_param, fcgi_read, request};
    struct web_exchange *ex = exchange_run(site, arena, &io);
    struct str bytes = response_bytes(ex);

    (void)FCGX_PutStr(bytes.ptr, (int)bytes.len, request->out);
    FCGX_Finish_r(request);
    exchange_after(ex);
    log_set_context(STR_NONE);
    arena_clear(arena);
}

static int serve(struct web_site *site)
{
    struct arena *arena = arena_new(EXCHANGE_ARENA_LIMIT);
    struct waiting waiting = {.epoll = -1};
    FCGX_Request request;
    int rc = EX_OK;

    if (waiting_init(&waiting) != OK || FCGX_Init() != 0 ||
        FCGX_InitRequest(&request, 0, 0) != 0) {
        log_event(LOG_LEVEL_ERROR, "start_refused", "%s", err_text());
        arena_free(&arena);
        return EX_OSERR;
    }
    log_event(LOG_LEVEL_INFO, "started", "version %s", KONTOR_VERSION);
    while (!stop_asked) {
        struct epoll_event event;
        int accepted;

        if (reload_asked)
            reload(site);
        if (epoll_pwait(waiting.epoll, &event, 1, -1, &waiting.open) < 0)
            continue; /* a signal: look at the flags */
        accepted = FCGX_Accept_r(&request);
        if (accepted >= 0) {
            serve_one(site, arena, &request);
        } else if (accepted != -EAGAIN && accepted != -ECONNABORTED) {
            /* Not that another process was faster: the socket itself is in trouble. */
            log_event(LOG_LEVEL_ERROR, "accept_failed", "%s", strerror(-accepted));
            rc = EX_OSERR;
            break;
        }
    }
    FCGX_Free(&request, 1);
    arena_free(&arena);
    (void)close(waiting.epoll);
    log_event(LOG_LEVEL_INFO, "stopped", "%s",
              rc == EX_OK ? "on request" : "after an error");
    return rc;
}

/* ---- start ---- */

static void print_routes(const struct web_program *program,
                         void (*print)(struct arena *, const struct web_program *))
{
    struct arena *arena = arena_new(PROCESS_ARENA_LIMIT);

    print(arena, program);
    arena_free(&arena);
}

struct options {
    const char *config;
    bool check_only;
    int exit_now; /* -1 = go on */
};

static struct options parse_options(int argc, char **argv,
                                    const struct web_program *program)
{
    struct options options = {.exit_now = -1};

    for (int i = 1; i < argc && options.exit_now < 0; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            options.config = argv[++i];
        } else if (strcmp(argv[i], "--check-config") == 0) {
            options.check_only = true;
        } else if (strcmp(argv[i], "--routes") == 0) {
            print_routes(program, route_report_text);
            options.exit_now = EX_OK;
        } else if (strcmp(argv[i], "--routes-json") == 0) {
            print_routes(program, route_report_json);
            options.exit_now = EX_OK;
        } else if (strcmp(argv[i], "--version") == 0) {
            printf("kontor-%s %s\n", program->name, KONTOR_VERSION);
            options.exit_now = EX_OK;
        } else if (strcmp(argv[i], "--help") == 0) {
            printf("%s", program->manual);
            options.exit_now = EX_OK;
        } else {
            fprintf(stderr, "kontor-%s: unknown option %s (see --help)\n", program->name,
                    argv[i]);
            options.exit_now = EX_USAGE;
        }
    }
    if (options.exit_now < 0 && !options.config) {
        fprintf(stderr, "kontor-%s: --config FILE is missing (see --help)\n",
                program->name);
        options.exit_now = EX_USAGE;
    }
    return options;
}

int web_main(int argc, char **argv, const struct web_program *program)
{
    struct options options = parse_options(argc, argv, program);
    struct arena *arena;
    struct conf *conf = NULL;
    struct web_site site = {0};
    enum err err;
    int rc = EX_CONFIG;

    if (options.exit_now >= 0)
        return options.exit_now;
    log_open(program->name, LOG_LEVEL_INFO);
    arena = arena_new(PROCESS_ARENA_LIMIT);
    err = conf_load(arena, options.config, &conf);
    if (err == OK) {
        log_open(program->name, log_level_of(conf_str(conf, "log", "level")));
        err = site_init(arena, program, conf, &site);
    }
    if (err == OK)
        err = look_load(program, conf, &site.look);
    if (err == OK)
        err = db_open_account(arena, conf, program->name, 0, &site.db);
    if (err == OK && program->start)
        err = program->start(arena, conf, &site.state);
    if (err != OK) {
        log_event(LOG_LEVEL_ERROR, "start_refused", "%s: %s", err_name(err), err_text());
        goto out;
    }
    if (options.check_only) {
        printf("kontor-%s: configuration and templates are good\n", program->name);
        rc = EX_OK;
        goto out;
    }
    rc = serve(&site);
out:
    look_free(&site.look);
    arena_free(&arena);
    return rc;
}
