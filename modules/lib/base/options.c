#include "base/options.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int options_read(int argc, char **argv, const char *program, const char *manual,
                 struct options *out)
{
    *out = (struct options){0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            out->config = argv[++i];
        } else if (strcmp(argv[i], "--check-config") == 0) {
            out->check_only = true;
        } else if (strcmp(argv[i], "--version") == 0) {
            printf("%s %s\n", program, KONTOR_VERSION);
            return EX_OK;
        } else if (strcmp(argv[i], "--help") == 0) {
            fputs(manual, stdout);
            return EX_OK;
        } else {
            fprintf(stderr, "%s: unknown option %s (see --help)\n", program, argv[i]);
            return EX_USAGE;
        }
    }
    if (!out->config) {
        fprintf(stderr, "%s: --config FILE is missing (see --help)\n", program);
        return EX_USAGE;
    }
    return -1;
}
