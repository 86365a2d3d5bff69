/* trace.c: see trace.h. Not part of a release build. */
#include "db/trace.h"

#ifdef KONTOR_FAULTS

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "formats/json.h"

#define LINE_LIMIT ((size_t)8 << 20)

static void put_hex(struct buf *line, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    buf_put_char(line, '"');
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        buf_put_char(line, digits[byte >> 4]);
        buf_put_char(line, digits[byte & 15]);
    }
    buf_put_char(line, '"');
}

static void put_param(struct buf *line, const struct db_param *p)
{
    static const char *const types[] = {
        [DB_I64] = "i", [DB_BOOL] = "i", [DB_STR] = "s", [DB_TIME] = "t", [DB_DAY] = "d"};
    bool is_bytes = p->type == DB_STR && !p->null && !str_is_utf8(p->str);
    buf_format(line, "{\"t\":\"%s\",\"v\":", is_bytes ? "x" : types[p->type]);
    if (p->null)
        buf_put_c(line, "null");
    else if (is_bytes)
        put_hex(line, p->str);
    else if (p->type == DB_STR)
        json_put_str(line, p->str);
    else
        /* In quotes, since readers of JSON keep 53 bits. */
        buf_format(line, "\"%lld\"",
                   (long long)(p->type == DB_TIME  ? p->time
                               : p->type == DB_DAY ? p->day
                                                   : p->i64));
    buf_put_char(line, '}');
}

/* One write per line: several processes share the file. */
static void append(const char *path, struct str line)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, line.ptr, line.len) != (ssize_t)line.len)
        bug("the trace was cut short");
    close(fd);
}

static const char *trace_path(void)
{
    const char *path = getenv("KONTOR_TRACE_FILE");
    return path && access(path, W_OK) == 0 ? path : NULL;
}

void trace_statement(const struct db_call *call)
{
    const char *path = trace_path();
    if (!path)
        return;
    struct arena *arena = arena_new(2 * LINE_LIMIT);
    struct buf line = buf_init(arena, LINE_LIMIT);
    buf_put_c(&line, "{\"name\":");
    json_put_str(&line, str_from(call->sql->name));
    buf_put_c(&line, ",\"sql\":");
    json_put_str(&line, str_from(call->sql->text));
    buf_format(&line, ",\"rows\":%zu,\"params\":[", call->row_count);
    for (size_t i = 0; i < call->param_count * call->row_count; i++) {
        buf_put_c(&line, i ? "," : "");
        put_param(&line, &call->params[i]);
    }
    buf_put_c(&line, "]}\n");
    append(path, buf_str(&line));
    arena_free(&arena);
}

void trace_control(enum db_control what)
{
    static const char *const texts[] = {
        [DB_BEGIN_READ_ONLY] = "{\"control\":\"START TRANSACTION READ ONLY\"}\n",
        [DB_BEGIN_READ_WRITE] = "{\"control\":\"START TRANSACTION READ WRITE\"}\n",
        [DB_COMMIT] = "{\"control\":\"COMMIT\"}\n",
        [DB_ROLLBACK] = "{\"control\":\"ROLLBACK\"}\n",
    };
    const char *path = trace_path();
    if (path)
        append(path, str_from(texts[what]));
}

#else
/* ISO C wants a declaration in every file. */
typedef int trace_not_compiled;
#endif
