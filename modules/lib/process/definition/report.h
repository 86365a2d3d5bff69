/* report.h: problems of a definition, each with file and line, collected while it is
 * checked. */
#ifndef PROCESS_REPORT_H
#define PROCESS_REPORT_H

#include "base/str.h"

/** Called per problem: file below the folder, line (0 = whole file), reason (one line,
 * English). */
typedef void (*definition_problem_fn)(void *context, struct str file, int line,
                                      struct str reason);

/** Where the checks of one file report to. */
struct report {
    struct arena *arena;      /**< holds the reasons */
    definition_problem_fn fn; /**< NULL: only count */
    void *context;
    struct str file;
    size_t count; /**< problems so far */
};

/** Count one problem and pass it on with the report's file. Lines from 1; 0 = the whole file. */
void report_problem(struct report *report, int line, const char *format, ...)
    PRINTF_LIKE(3, 4);
/** OK while nothing was reported, else ERR_INPUT. */
enum err report_result(const struct report *report) MUST_USE;

#endif
