/* faults.c: see faults.h. Not part of a release build. */
#include "db/faults.h"

#ifdef KONTOR_FAULTS

#include <signal.h>
#include <unistd.h>

/** "requests" for .../kontor-requests, "ctl" for .../kontorctl. */
static void program_name(char *out, size_t size)
{
    char path[512];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    if (strncmp(base, "kontor-", 7) == 0) {
        base += 7;
    } else if (strncmp(base, "kontor", 6) == 0) {
        base += 6;
    }
    snprintf(out, size, "%.*s", (int)size - 1, base);
}

/** Take the instruction if it names this program and fits this point. */
static void claim(struct faults *faults, enum fault_point point)
{
    const char *path = getenv("KONTOR_FAULT_FILE");
    if (!path || !*path) {
        return;
    }
    FILE *file = fopen(path, "re");
    if (!file) {
        return;
    }
    char verb[16] = "", program[32] = "", self[64];
    long n = 0;
    int fields = fscanf(file, "%15s %31s %ld", verb, program, &n);
    fclose(file);
    program_name(self, sizeof self);
    bool kill_verb = strcmp(verb, "kill") == 0;
    if (fields != 3 || n < 1 || strcmp(program, self) != 0 ||
        (!kill_verb && strcmp(verb, "fail") != 0) ||
        (kill_verb && point != FAULT_BEGIN_WRITE)) {
        return;
    }
    snprintf(faults->claimed, sizeof faults->claimed, "%s.claimed", path);
    /* Whoever renames it has claimed it; the losers of the race see ENOENT. */
    if (rename(path, faults->claimed) != 0) {
        return;
    }
    faults->armed = true;
    faults->kill = kill_verb;
    faults->remaining = n;
}

bool fault_here(struct faults *faults, enum fault_point point)
{
    if (!faults->armed) {
        claim(faults, point);
    }
    if (!faults->armed) {
        return false;
    }
    if (access(faults->claimed, F_OK) != 0) {
        faults->armed = false; /* the test withdrew it */
        return false;
    }
    if (!faults->kill && point == FAULT_COMMITTED) {
        return false; /* what is committed cannot fail any more */
    }
    if (--faults->remaining > 0) {
        return false;
    }
    faults->armed = false;
    unlink(faults->claimed);
    if (faults->kill) {
        kill(getpid(), SIGKILL);
    }
    return true;
}

#else
/* ISO C wants a declaration in every file. */
typedef int faults_not_compiled;
#endif
