#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"

/* The log is the one part of the library that is allowed a memory of its own. */
static const char *program_name = "kontor";
static enum log_level least_urgent = LOG_LEVEL_INFO;
static char context_id[64];

void log_open(const char *program, enum log_level threshold)
{
    program_name = program;
    least_urgent = threshold;
}

enum log_level log_level_of(struct str name)
{
    return str_is(name, "error")   ? LOG_LEVEL_ERROR
           : str_is(name, "warn")  ? LOG_LEVEL_WARN
           : str_is(name, "debug") ? LOG_LEVEL_DEBUG
                                   : LOG_LEVEL_INFO;
}

void log_set_context(struct str id)
{
    size_t len = id.len < sizeof(context_id) - 1 ? id.len : sizeof(context_id) - 1;

    if (len)
        memcpy(context_id, id.ptr, len);
    context_id[len] = '\0';
}

#define TEXT_MAX 2048

/* Room for a text of TEXT_MAX bytes that must all be escaped (6 bytes each) and the rest.
 */
struct line {
    char text[6 * TEXT_MAX + 2048];
    size_t len;
};

static void put(struct line *line, const char *text, size_t len)
{
    if (len > sizeof(line->text) - line->len)
        return;
    memcpy(line->text + line->len, text, len);
    line->len += len;
}

static void put_escaped(struct line *line, const char *text)
{
    static const char digits[] = "0123456789abcdef";

    /* Whatever is not UTF-8 would make the whole line unreadable for a JSON reader. */
    bool utf8 = str_is_utf8(str_from(text));

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\') {
            char pair[2] = {'\\', (char)c};

            put(line, pair, 2);
        } else if (c < 0x20 || c == 0x7F) {
            char code[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

            put(line, code, 6);
        } else if (c >= 0x80 && !utf8) {
            put(line, "?", 1);
        } else {
            put(line, text, 1);
        }
    }
}

static void put_member(struct line *line, const char *name, const char *value)
{
    if (line->text[line->len - 1] != '{')
        put(line, ",", 1);
    put(line, "\"", 1);
    put(line, name, strlen(name));
    put(line, "\":\"", 3);
    put_escaped(line, value);
    put(line, "\"", 1);
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_LEVEL_ERROR:
        return "error";
    case LOG_LEVEL_WARN:
        return "warn";
    case LOG_LEVEL_INFO:
        return "info";
    case LOG_LEVEL_DEBUG:
        return "debug";
    }
    return "error";
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    int saved_errno = errno;
    struct line line;
    char text[TEXT_MAX];
    char at[ISO_BYTES];
    va_list args;

    if (level > least_urgent)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    instant_write_iso(at, clock_now(&clock_system));
    line.len = (size_t)snprintf(line.text, sizeof(line.text), "<%d>{", (int)level);
    put_member(&line, "at", at);
    put_member(&line, "program", program_name);
    put_member(&line, "level", level_name(level));
    if (context_id[0])
        put_member(&line, "id", context_id);
    put_member(&line, "event", event);
    put_member(&line, "text", text);
    put(&line, "}\n", 2);
    /* One write a line: lines of several processes do not mix. A full pipe or closed
     * descriptor must not stop a responder, so the result does not matter. */
    if (write(STDERR_FILENO, line.text, line.len) < 0)
        errno = saved_errno;
    errno = saved_errno;
}
