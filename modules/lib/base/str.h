/* str.h: text as pointer and length. Never owns; lives as long as the memory it points into. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

/** Bytes, not necessarily NUL-terminated. `ptr` NULL means "absent" (SQL NULL), which also has len 0. */
struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NONE     ((struct str){NULL, 0})
/** For printf: "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/** The text without its NUL, not copied; NULL is absent text. */
struct str str_from(const char *nul_terminated);
/** Absent text and text of no length are both empty, and equal to each other. */
bool str_is_empty(struct str s);
bool str_eq(struct str a, struct str b);
/** Equal to a NUL-terminated literal. */
bool str_is(struct str a, const char *nul_terminated);
/** ASCII letters compared without case. */
bool str_eq_nocase(struct str a, struct str b);
/** memcmp order, shorter first on a tie. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/** Index of the first `c`, or -1. */
ssize_t str_index(struct str s, char c);
/** Index of the first occurrence of `needle`, or -1. */
ssize_t str_find(struct str s, struct str needle);
/** Bytes [from, from+len), clamped to s. */
struct str str_sub(struct str s, size_t from, size_t len);
/** From `from` to the end. */
struct str str_from_index(struct str s, size_t from);
/** Without ASCII white space at both ends. */
struct str str_trim(struct str s);
/**
 * Split at the first `separator`: `*head_out` before it, return true and advance `*rest` past it.
 * Without one: `*head_out` is all of it, `*rest` becomes empty. False when `*rest` is absent or was
 * used up (so `while (str_next(&rest, ',', &part))` visits every part).
 */
bool str_next(struct str *rest, char separator, struct str *head_out);

/** Copy into the arena; the copy is NUL-terminated (the NUL is not counted). */
struct str str_copy(struct arena *arena, struct str s);
/** As str_copy, as a C string. */
char *str_c(struct arena *arena, struct str s);
/** printf into the arena. */
struct str str_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
struct str str_vformat(struct arena *arena, const char *format, va_list args)
    PRINTF_LIKE(2, 0);
struct str str_concat(struct arena *arena, struct str a, struct str b);
/** ASCII lower case copy. */
struct str str_lower(struct arena *arena, struct str s);

/** Whole of s as a decimal number; ERR_INPUT on anything else or overflow, out untouched. */
enum err str_to_i64(struct str s, int64_t *out) MUST_USE;
/** Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, up to U+10FFFF). */
bool str_is_utf8(struct str s);
/** Code points in well-formed UTF-8. */
size_t str_utf8_length(struct str s);
/** At most so many code points from its beginning; absent stays absent. */
struct str str_utf8_head(struct str s, size_t max);
/** Lower-case hexadecimal. */
struct str str_hex(struct arena *arena, const void *bytes, size_t size_bytes);
/** Reverse of str_hex, either case; ERR_INPUT unless exactly 2*size_bytes digits. */
enum err str_unhex(struct str s, void *bytes_out, size_t size_bytes) MUST_USE;
/** RFC 4648 section 6 alphabet (A-Z 2-7), no padding. */
struct str str_base32(struct arena *arena, const void *bytes, size_t size_bytes);
/** RFC 4648 section 5 alphabet, no padding. */
struct str str_base64url(struct arena *arena, const void *bytes, size_t size_bytes);
/** Reverse of str_base64url, strict: ERR_INPUT on any other character, on padding, on a length that
 *  cannot be, and on unused bits that are set; out untouched then. */
enum err str_unbase64url(struct arena *arena, struct str s, struct str *out) MUST_USE;

#endif
