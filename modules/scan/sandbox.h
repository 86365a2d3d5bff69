/* sandbox.h: what a child gives up before it looks at a hostile byte. */
#ifndef SCAN_SANDBOX_H
#define SCAN_SANDBOX_H

#include <stdint.h>

#include "base/err.h"

/** Ceilings of one examination. */
struct sandbox_limits {
    int64_t memory_bytes; /**< address space */
    int64_t cpu_s;        /**< processor time, then SIGXCPU */
};

/**
 * For good: no new privileges, no new files, no new processes, no written files, and only
 * the system calls that computing in memory and answering on an open socket need
 * (seccomp, default: the process is killed). ERR_UNAVAILABLE noted when the kernel
 * refuses; the caller must not go on.
 */
enum err sandbox_enter(const struct sandbox_limits *limits) MUST_USE;

#endif
