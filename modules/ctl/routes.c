/* routes.c: kontorctl routes: asks each responder for its route table and prints them as one. The
 * output is the access report that tests keep as a golden file. */
#include "ctl.h"

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const RESPONDERS[] = {"login",     "requests", "uploads",
                                         "dashboard", "account",  NULL};

extern char **environ;

/** Run `path OPTION` and print its lines. With `separator` each line is a member of a JSON array: it goes
 *  before the line, and is "," from then on. */
static int print_routes(const char *path, const char *option, const char **separator)
{
    int ends[2];
    if (pipe(ends) != 0) {
        perror("kontorctl: pipe");
        return CTL_FAILED;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    char name[4096], argument[32];
    snprintf(name, sizeof name, "%s", path);
    snprintf(argument, sizeof argument, "%s", option);
    char *argv[] = {name, argument, NULL};
    pid_t pid;
    int failed = posix_spawn(&pid, path, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed) {
        fprintf(stderr, "kontorctl: %s: %s\n", path, strerror(failed));
        close(ends[0]);
        return CTL_FAILED;
    }
    FILE *lines = fdopen(ends[0], "r");
    if (!lines) {
        bug("fdopen: %s", strerror(errno));
    }
    /* Fields and choices make long lines; a piece of one goes out as it comes. */
    char piece[4096];
    bool begins = true;
    while (fgets(piece, sizeof piece, lines)) {
        if (begins && separator) {
            fputs(*separator, stdout);
            *separator = ",";
        }
        fputs(piece, stdout);
        begins = strchr(piece, '\n') != NULL;
    }
    fclose(lines);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) {
        fprintf(stderr, "kontorctl: %s %s failed\n", path, option);
    }
    return status == 0 ? CTL_OK : CTL_FAILED;
}

int command_routes(struct ctl *ctl)
{
    const char *dir = ctl_option(ctl, "--bin");
    bool json = ctl_flag(ctl, "--json");
    if (!ctl_arguments(ctl, 0, 0)) {
        return CTL_USAGE;
    }
    if (!dir) {
        /* The responders lie beside this binary, as the build leaves them. */
        char self[4096];
        ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
        if (length <= 0) {
            perror("kontorctl: /proc/self/exe");
            return CTL_FAILED;
        }
        self[length] = 0;
        char *slash = strrchr(self, '/');
        *slash = 0;
        dir = str_copy(ctl->arena, str_from(self)).ptr;
    }
    int worst = CTL_OK;
    const char *separator = "[";
    for (size_t i = 0; RESPONDERS[i]; i++) {
        struct str path = str_format(ctl->arena, "%s/kontor-%s", dir, RESPONDERS[i]);
        int code = json ? print_routes(path.ptr, "--routes-json", &separator)
                        : print_routes(path.ptr, "--routes", NULL);
        worst = code != CTL_OK ? code : worst;
    }
    if (json) {
        puts("]");
    }
    return worst;
}
