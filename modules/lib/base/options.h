/* options.h: the command line of a program that takes its configuration and nothing else. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>

struct options {
    const char *config;
    bool check_only;
};

/**
 * Read --config FILE, --check-config, --version, --help. -1: go on; else the program's exit status (sysexits.h), and
 * what there was to say has been printed.
 */
int options_read(int argc, char **argv, const char *program, const char *manual,
                 struct options *out);

#endif
