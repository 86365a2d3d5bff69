/* buf.h: growing text, born with a hard ceiling. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/str.h"

/** Text under construction in an arena. Past `limit` bytes it stops growing and `overflow` is set. */
struct buf {
    struct arena *arena;
    char *ptr;
    size_t len;
    size_t capacity;
    size_t limit;
    bool overflow;
};

/** Empty; nothing is allocated yet. Takes at most limit_bytes: what is too much sets `overflow` and is
 *  dropped, and so is everything after it (buf_check). */
struct buf buf_init(struct arena *arena, size_t limit_bytes);
void buf_put(struct buf *buf, struct str s);
void buf_put_bytes(struct buf *buf, const void *bytes, size_t size_bytes);
void buf_put_char(struct buf *buf, char c);
/** NUL-terminated text. */
void buf_put_c(struct buf *buf, const char *text);
void buf_put_i64(struct buf *buf, int64_t number);
void buf_format(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/** What was written so far; valid until the next put. */
struct str buf_str(const struct buf *buf);
/** OK, or ERR_TOO_LARGE if the ceiling was hit. */
enum err buf_check(const struct buf *buf) MUST_USE;
/** Empty again, memory kept. */
void buf_clear(struct buf *buf);

#endif
