/* log.h: one JSON line an event on standard error, with a <N> priority prefix for journald. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARN = 4,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

/** Program name for every line and the least urgent level that is written. Once, from main(). */
void log_open(const char *program, enum log_level threshold);
/** Of [log] level; LOG_LEVEL_INFO for any other word. */
enum log_level log_level_of(struct str name);
/** The id that lines carry from now on (nginx's request id, a job id); absent for none. */
void log_set_context(struct str id);
/**
 * Write one line: {"at","program","level","id","event", "text"}. `event` is a short stable key
 * (lower_snake); the text says what happened without secrets or personal data. Never fails, never
 * blocks on more than the write.
 */
void log_event(enum log_level level, const char *event, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
