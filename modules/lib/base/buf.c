#include "base/buf.h"

struct buf buf_init(struct arena *arena, size_t limit_bytes)
{
    return (struct buf){.arena = arena, .limit = limit_bytes};
}

/* Room for `more` bytes, or false with `overflow` set. */
static bool reserve(struct buf *buf, size_t more)
{
    size_t capacity = buf->capacity ? buf->capacity : 256;
    char *grown;

    if (buf->overflow || more > buf->limit || buf->len > buf->limit - more) {
        buf->overflow = true;
        return false;
    }
    if (buf->capacity - buf->len >= more)
        return true;
    while (capacity < buf->len + more)
        capacity = capacity > buf->limit / 2 ? buf->limit : capacity * 2;
    if (capacity > buf->limit)
        capacity = buf->limit;
    if (!buf->ptr || !arena_extend(buf->arena, buf->ptr, buf->capacity, capacity)) {
        grown = arena_alloc(buf->arena, capacity);
        if (buf->len)
            memcpy(grown, buf->ptr, buf->len);
        buf->ptr = grown;
    }
    buf->capacity = capacity;
    return true;
}

void buf_put_bytes(struct buf *buf, const void *bytes, size_t size_bytes)
{
    if (size_bytes == 0 || !reserve(buf, size_bytes))
        return;
    memcpy(buf->ptr + buf->len, bytes, size_bytes);
    buf->len += size_bytes;
}

void buf_put(struct buf *buf, struct str s)
{
    buf_put_bytes(buf, s.ptr, s.len);
}

void buf_put_char(struct buf *buf, char c)
{
    buf_put_bytes(buf, &c, 1);
}

void buf_put_c(struct buf *buf, const char *text)
{
    buf_put_bytes(buf, text, strlen(text));
}

void buf_put_i64(struct buf *buf, int64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        digits[--at] = '-';
    buf_put_bytes(buf, digits + at, sizeof(digits) - at);
}

void buf_format(struct buf *buf, const char *format, ...)
{
    char small[256];
    va_list args, again;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    if (len < 0)
        bug("bad format \"%s\"", format);
    if ((size_t)len < sizeof(small)) {
        buf_put_bytes(buf, small, (size_t)len);
    } else {
        struct arena_mark mark;
        char *text;

        /* Room first, so that rewinding the scratch copy cannot take the buffer with it.
         */
        if (reserve(buf, (size_t)len)) {
            mark = arena_mark(buf->arena);
            text = arena_alloc(buf->arena, (size_t)len + 1);
            (void)vsnprintf(text, (size_t)len + 1, format, again);
            buf_put_bytes(buf, text, (size_t)len);
            arena_rewind(buf->arena, mark);
        }
    }
    va_end(again);
}

struct str buf_str(const struct buf *buf)
{
    return (struct str){buf->ptr ? buf->ptr : "", buf->len};
}

enum err buf_check(const struct buf *buf)
{
    if (buf->overflow)
        return err_note(ERR_TOO_LARGE, "text over its limit of %zu bytes", buf->limit);
    return OK;
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->overflow = false;
}
