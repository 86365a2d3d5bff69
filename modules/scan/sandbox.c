#include "sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifndef WITH_ASAN
#define WITH_ASAN 0
#endif

static enum err limit(__rlimit_resource_t resource, int64_t value, const char *name)
{
    struct rlimit both = {.rlim_cur = (rlim_t)value, .rlim_max = (rlim_t)value};
    if (setrlimit(resource, &both) != 0) {
        return err_note(ERR_UNAVAILABLE, "limit %s: %s", name, strerror(errno));
    }
    return OK;
}

static enum err limit_all(const struct sandbox_limits *limits)
{
    enum err err =
        limit(RLIMIT_CORE, 0, "core"); /* a core file would hold the document */
    if (err == OK) {
        err = limit(RLIMIT_CPU, limits->cpu_s, "cpu");
    }
    if (err == OK) {
        err = limit(RLIMIT_FSIZE, 0, "file size");
    }
    if (err == OK) {
        err = limit(RLIMIT_NOFILE, 0, "files");
    }
    if (err == OK) {
        err = limit(RLIMIT_NPROC, 0, "processes");
    }
    if (err == OK &&
        !WITH_ASAN) { /* the sanitizer's shadow memory is terabytes of address space */
        err = limit(RLIMIT_AS, limits->memory_bytes, "memory");
    }
    return err;
}

/* Computing in memory and one answer on an open socket. The database is loaded and the
 * file mapped before, so neither open nor read is here. */
static const int allowed_calls[] = {
    SCMP_SYS(sendto),       SCMP_SYS(exit_group),
    SCMP_SYS(exit),         SCMP_SYS(brk),
    SCMP_SYS(munmap),       SCMP_SYS(mremap),
    SCMP_SYS(madvise),      SCMP_SYS(futex),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(close),        SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),
#if WITH_ASAN
    SCMP_SYS(sigaltstack), /* the sanitizer's own exit path */
#endif
};

static int filter_fill(scmp_filter_ctx filter)
{
    for (size_t i = 0; i < sizeof(allowed_calls) / sizeof(*allowed_calls); i++) {
        int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
        if (failed != 0) {
            return failed;
        }
    }
    const struct scmp_arg_cmp not_executable =
        SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    int failed =
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable);
    if (failed == 0) {
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                  not_executable);
    }
    return failed;
}

static enum err filter_install(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL) {
        return err_note(ERR_UNAVAILABLE, "seccomp filter: no memory");
    }
    int failed = filter_fill(filter);
    if (failed == 0) {
        failed = seccomp_load(filter);
    }
    seccomp_release(filter);
    if (failed != 0) {
        return err_note(ERR_UNAVAILABLE, "seccomp filter: %s", strerror(-failed));
    }
    return OK;
}

enum err sandbox_enter(const struct sandbox_limits *limits)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return err_note(ERR_UNAVAILABLE, "prctl: %s", strerror(errno));
    }
    enum err err = limit_all(limits);
    return err == OK ? filter_install() : err;
}
