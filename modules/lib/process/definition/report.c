#include "process/definition/report.h"

#include <stdarg.h>

#include "base/buf.h"

/* A line of a trace, with all its inputs, can be copied from it. */
#define REASON_MAX 4000

void report_problem(struct report *report, int line, const char *format, ...)
{
    report->count++;
    if (!report->fn)
        return;
    char text[REASON_MAX];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t len = size < 0 ? 0 : (size_t)size;
    if (len >= sizeof text)
        len = sizeof text - 1;
    report->fn(report->context, report->file, line,
               str_copy(report->arena, (struct str){text, len}));
}

enum err report_result(const struct report *report)
{
    return report->count == 0 ? OK : ERR_INPUT;
}
