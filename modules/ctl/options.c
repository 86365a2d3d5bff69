/* options.c: the command line of a command. */
#include "ctl.h"

/** Index of an argument, -1 if absent. */
static int find(const struct ctl *ctl, const char *name)
{
    for (int i = 0; i < ctl->argc; i++) {
        if (strcmp(ctl->argv[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static void drop(struct ctl *ctl, int at, int count)
{
    for (int i = at; i + count < ctl->argc; i++) {
        ctl->argv[i] = ctl->argv[i + count];
    }
    ctl->argc -= count;
}

const char *ctl_option(struct ctl *ctl, const char *name)
{
    int at = find(ctl, name);
    if (at < 0 || at + 1 >= ctl->argc) {
        return NULL; /* an option without its value stays and is refused by ctl_arguments
                      */
    }
    const char *value = ctl->argv[at + 1];
    drop(ctl, at, 2);
    return value;
}

bool ctl_flag(struct ctl *ctl, const char *name)
{
    int at = find(ctl, name);
    if (at >= 0) {
        drop(ctl, at, 1);
    }
    return at >= 0;
}

bool ctl_arguments(struct ctl *ctl, int min, int max)
{
    for (int i = 0; i < ctl->argc; i++) {
        if (strncmp(ctl->argv[i], "--", 2) == 0) {
            fprintf(stderr, "kontorctl: unknown option or missing value: %s\n",
                    ctl->argv[i]);
            return false;
        }
    }
    if (ctl->argc < min || ctl->argc > max) {
        fprintf(stderr, "kontorctl: %s arguments; see kontorctl --help\n",
                ctl->argc < min ? "too few" : "too many");
        return false;
    }
    return true;
}
