/* daemon.h: the socket side of the scan program: connections in, verdicts out, children
 * in between. */
#ifndef SCAN_DAEMON_H
#define SCAN_DAEMON_H

#include "examine.h"

struct daemon_conf {
    const char *socket_path; /**< bound here unless fd 0 is a listening socket already */
    int64_t timeout_ms;      /**< after which a child is killed and the client told */
    int64_t file_max_bytes;
    const struct examiner *examiner;
};

/** Open the listening socket (mode 0660). ERR_UNAVAILABLE noted. */
enum err daemon_listen(const char *socket_path, int *fd_out) MUST_USE;
/**
 * Serve until SIGTERM or SIGINT; at most SCAN_CHILDREN files are examined at a time, the
 * others wait in the socket's queue. Returns OK after a clean stop.
 */
enum err daemon_serve(const struct daemon_conf *conf, int listen_fd) MUST_USE;

/** Files examined at the same time. */
#define SCAN_CHILDREN 4

#endif
