#include "base/err.h"

#include <stdarg.h>

#include "base/log.h"

/* The one note of the request in hand. A responder serves one request at a time, so this
 * is state of the log, static like it; it saves an output parameter on every function. */
static char note[512];

const char *err_name(enum err err)
{
    switch (err) {
    case OK:
        return "OK";
    case ERR_INPUT:
        return "INPUT";
    case ERR_AUTH:
        return "AUTH";
    case ERR_DENIED:
        return "DENIED";
    case ERR_NOT_FOUND:
        return "NOT_FOUND";
    case ERR_CONFLICT:
        return "CONFLICT";
    case ERR_TOO_LARGE:
        return "TOO_LARGE";
    case ERR_LIMITED:
        return "LIMITED";
    case ERR_UNAVAILABLE:
        return "UNAVAILABLE";
    case ERR_UNCERTAIN:
        return "UNCERTAIN";
    case ERR_INTERNAL:
        return "INTERNAL";
    }
    return "UNKNOWN";
}

enum err err_note(enum err err, const char *format, ...)
{
    va_list args;

    if (note[0])
        return err;
    va_start(args, format);
    (void)vsnprintf(note, sizeof(note), format, args);
    va_end(args);
    return err;
}

const char *err_text(void)
{
    return note;
}

void err_clear(void)
{
    note[0] = '\0';
}

_Noreturn void err_bug(const char *file, int line, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    log_event(LOG_LEVEL_ERROR, "bug", "%s:%d: %s", file, line, text);
    abort();
}
