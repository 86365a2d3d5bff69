#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "child.h"

/** One examination under way. pid 0 = free. */
struct work {
    pid_t pid;
    int connection;
    int64_t deadline_us; /**< monotonic */
    bool overdue;        /**< killed by us */
};

struct daemon {
    const struct daemon_conf *conf;
    int listen_fd;
    sigset_t signals; /**< blocked here, read from a signalfd */
    struct work works[SCAN_CHILDREN];
};

static bool is_listening(int fd)
{
    int listening = 0;
    socklen_t size = sizeof(listening);
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
           listening != 0;
}

enum err daemon_listen(const char *socket_path, int *fd_out)
{
    if (is_listening(STDIN_FILENO)) { /* a service manager made the socket */
        *fd_out = STDIN_FILENO;
        return OK;
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(socket_path) == 0 || strlen(socket_path) >= sizeof(address.sun_path)) {
        return err_note(ERR_UNAVAILABLE, "socket path is empty or too long");
    }
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return err_note(ERR_UNAVAILABLE, "socket: %s", strerror(errno));
    }
    struct stat info;
    if (lstat(socket_path, &info) == 0 && S_ISSOCK(info.st_mode)) {
        (void)unlink(socket_path); /* left by a killed predecessor */
    }
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        chmod(socket_path, 0660) != 0 || listen(fd, 64) != 0) {
        enum err err =
            err_note(ERR_UNAVAILABLE, "socket %s: %s", socket_path, strerror(errno));
        close(fd);
        return err;
    }
    *fd_out = fd;
    return OK;
}

static struct work *free_work(struct daemon *daemon)
{
    for (int i = 0; i < SCAN_CHILDREN; i++) {
        if (daemon->works[i].pid == 0) {
            return &daemon->works[i];
        }
    }
    return NULL;
}

static void start_child(struct daemon *daemon, struct work *work)
{
    int connection = accept(daemon->listen_fd, NULL, NULL);
    if (connection < 0) {
        return;
    }
    (void)fcntl(connection, F_SETFD, FD_CLOEXEC);
    /* Only our own uploads program may connect; a silent client is cut off all the same.
     */
    struct timeval patience = {.tv_sec = 2};
    (void)setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    pid_t pid = fork();
    if (pid == 0) {
        (void)sigprocmask(SIG_UNBLOCK, &daemon->signals, NULL);
        close(daemon->listen_fd);
        for (int i = 0; i < SCAN_CHILDREN; i++) {
            if (daemon->works[i].pid != 0) {
                close(daemon->works[i].connection); /* nobody answers for another file */
            }
        }
        child_run(daemon->conf, connection);
    }
    if (pid < 0) {
        log_event(LOG_LEVEL_ERROR, "fork_failed", "%s", strerror(errno));
        close(connection);
        return;
    }
    *work = (struct work){
        .pid = pid,
        .connection = connection,
        .deadline_us = clock_monotonic_us() + daemon->conf->timeout_ms * 1000,
    };
}

/** The child is gone. If it died before it could answer, answer in its place: the file is
 * at fault unless time ran out or the sandbox could not be built. */
static void finish_child(struct work *work, int status)
{
    bool answered = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!answered) {
        bool by_file = WIFSIGNALED(status) && !work->overdue;
        const char *text = by_file ? "refused damaged" : "refused scan_unavailable";
        (void)send(work->connection, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
        log_event(LOG_LEVEL_WARN, "examination_failed", "%s %d%s",
                  WIFSIGNALED(status) ? "signal" : "status",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                  work->overdue ? " (overdue)" : "");
    }
    close(work->connection);
    *work = (struct work){0};
}

static void reap_children(struct daemon *daemon)
{
    int status = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (int i = 0; i < SCAN_CHILDREN; i++) {
            if (daemon->works[i].pid == pid) {
                finish_child(&daemon->works[i], status);
            }
        }
    }
}

/** Kill what is overdue; milliseconds until the next deadline, -1 if nothing is under
 * way. */
static int enforce_deadlines(struct daemon *daemon)
{
    int64_t now = clock_monotonic_us();
    int64_t nearest = -1;
    for (int i = 0; i < SCAN_CHILDREN; i++) {
        struct work *work = &daemon->works[i];
        if (work->pid == 0) {
            continue;
        }
        if (work->deadline_us <= now && !work->overdue) {
            work->overdue = true;
            (void)kill(work->pid, SIGKILL);
        }
        int64_t left = work->overdue ? 50 : (work->deadline_us - now) / 1000 + 1;
        nearest = nearest < 0 || left < nearest ? left : nearest;
    }
    return (int)nearest;
}

static void stop_children(struct daemon *daemon)
{
    for (int i = 0; i < SCAN_CHILDREN; i++) {
        struct work *work = &daemon->works[i];
        int status = 0;
        if (work->pid != 0 && kill(work->pid, SIGKILL) == 0 &&
            waitpid(work->pid, &status, 0) == work->pid) {
            work->overdue = true; /* not the file's fault */
            finish_child(work, status);
        }
    }
}

/** Read what arrived; true if it is time to stop. */
static bool signals_say_stop(int signal_fd)
{
    struct signalfd_siginfo info;
    bool stop = false;
    while (read(signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        stop = stop || info.ssi_signo != SIGCHLD;
    }
    return stop;
}

enum err daemon_serve(const struct daemon_conf *conf, int listen_fd)
{
    struct daemon daemon = {.conf = conf, .listen_fd = listen_fd};
    sigemptyset(&daemon.signals);
    sigaddset(&daemon.signals, SIGCHLD);
    sigaddset(&daemon.signals, SIGTERM);
    sigaddset(&daemon.signals, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &daemon.signals, NULL);
    int signal_fd = signalfd(-1, &daemon.signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signal_fd < 0) {
        return err_note(ERR_UNAVAILABLE, "signalfd: %s", strerror(errno));
    }
    /* Another process may share the socket: accept() must not wait for a connection it
     * took. */
    (void)fcntl(listen_fd, F_SETFL, O_NONBLOCK);
    for (bool stop = false; !stop;) {
        int timeout_ms = enforce_deadlines(&daemon);
        struct work *work = free_work(&daemon);
        struct pollfd waits[2] = {
            {.fd = signal_fd, .events = POLLIN},
            {.fd = work != NULL ? listen_fd : -1, .events = POLLIN},
        };
        int ready = poll(waits, 2, timeout_ms);
        stop = signals_say_stop(signal_fd);
        reap_children(&daemon);
        if (ready > 0 && !stop && (waits[1].revents & POLLIN) != 0) {
            start_child(&daemon, work);
        }
    }
    stop_children(&daemon);
    close(signal_fd);
    return OK;
}
