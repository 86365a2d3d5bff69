/* child.h: one question answered by a process that lives for it alone. */
#ifndef SCAN_CHILD_H
#define SCAN_CHILD_H

#include "daemon.h"

/**
 * Runs in a forked child: receive the question and the descriptor on `connection`, map
 * the file, enter the sandbox, examine, answer. Never returns: exit status 0 after an
 * answer was sent.
 */
_Noreturn void child_run(const struct daemon_conf *conf, int connection);

#endif
