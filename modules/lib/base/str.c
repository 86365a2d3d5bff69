#include "base/str.h"

#include <stdarg.h>

struct str str_from(const char *nul_terminated)
{
    if (!nul_terminated)
        return STR_NONE;
    return (struct str){nul_terminated, strlen(nul_terminated)};
}

bool str_is_empty(struct str s)
{
    return s.len == 0;
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_is(struct str a, const char *nul_terminated)
{
    return str_eq(a, str_from(nul_terminated));
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

int str_cmp(struct str a, struct str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

    if (order)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
    return str_eq(str_sub(s, 0, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len && str_eq(str_from_index(s, s.len - suffix.len), suffix);
}

ssize_t str_index(struct str s, char c)
{
    const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;

    return at ? at - s.ptr : -1;
}

ssize_t str_find(struct str s, struct str needle)
{
    if (needle.len == 0)
        return 0;
    for (size_t i = 0; i + needle.len <= s.len; i++) {
        const char *at = memchr(s.ptr + i, needle.ptr[0], s.len - i - needle.len + 1);

        if (!at)
            return -1;
        i = (size_t)(at - s.ptr);
        if (memcmp(at, needle.ptr, needle.len) == 0)
            return (ssize_t)i;
    }
    return -1;
}

struct str str_sub(struct str s, size_t from, size_t len)
{
    if (!s.ptr)
        return STR_NONE;
    if (from > s.len)
        from = s.len;
    if (len > s.len - from)
        len = s.len - from;
    return (struct str){s.ptr + from, len};
}

struct str str_from_index(struct str s, size_t from)
{
    return str_sub(s, from, s.len);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool str_next(struct str *rest, char separator, struct str *head_out)
{
    ssize_t at;

    if (!rest->ptr)
        return false;
    at = str_index(*rest, separator);
    if (at < 0) {
        *head_out = *rest;
        *rest = STR_NONE;
    } else {
        *head_out = str_sub(*rest, 0, (size_t)at);
        *rest = str_from_index(*rest, (size_t)at + 1);
    }
    return true;
}

struct str str_copy(struct arena *arena, struct str s)
{
    if (!s.ptr)
        return STR_NONE;
    return (struct str){str_c(arena, s), s.len};
}

char *str_c(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.len + 1);

    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

struct str str_format(struct arena *arena, const char *format, ...)
{
    struct str text;
    va_list args;

    va_start(args, format);
    text = str_vformat(arena, format, args);
    va_end(args);
    return text;
}

struct str str_vformat(struct arena *arena, const char *format, va_list args)
{
    char small[256];
    char *text;
    va_list again;
    int len;

    va_copy(again, args);
    len = vsnprintf(small, sizeof(small), format, args);
    if (len < 0)
        bug("bad format \"%s\"", format);
    text = arena_alloc(arena, (size_t)len + 1);
    if ((size_t)len < sizeof(small))
        memcpy(text, small, (size_t)len);
    else
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return (struct str){text, (size_t)len};
}

struct str str_concat(struct arena *arena, struct str a, struct str b)
{
    char *text = arena_array(arena, 1, a.len + b.len + 1);

    if (a.len)
        memcpy(text, a.ptr, a.len);
    if (b.len)
        memcpy(text + a.len, b.ptr, b.len);
    return (struct str){text, a.len + b.len};
}

struct str str_lower(struct arena *arena, struct str s)
{
    char *text = str_c(arena, s);

    for (size_t i = 0; i < s.len; i++)
        text[i] = (char)lower(text[i]);
    return (struct str){s.ptr ? text : NULL, s.len};
}

enum err str_to_i64(struct str s, int64_t *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    int64_t value = 0;

    if (i == s.len)
        return ERR_INPUT;
    for (; i < s.len; i++) {
        int digit = s.ptr[i] - '0';

        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return ERR_INPUT;
    }
    *out = value;
    return OK;
}

/* Length of the well-formed sequence at s[at], 0 if there is none (RFC 3629, section 4).
 */
static size_t utf8_sequence(struct str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    size_t left = s.len - at;
    size_t length;
    unsigned char low = 0x80, high = 0xBF;

    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        length = 2;
    else if (p[0] >= 0xE0 && p[0] <= 0xEF)
        length = 3;
    else if (p[0] >= 0xF0 && p[0] <= 0xF4)
        length = 4;
    else
        return 0;
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (left < length || p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
    }
    return length;
}

bool str_is_utf8(struct str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t length = utf8_sequence(s, at);

        if (!length)
            return false;
        at += length;
    }
    return true;
}

size_t str_utf8_length(struct str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return count;
}

struct str str_utf8_head(struct str s, size_t max)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++) {
        count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
        if (count > max)
            return str_sub(s, 0, i);
    }
    return s;
}

struct str str_hex(struct arena *arena, const void *bytes, size_t size_bytes)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *in = bytes;
    char *text = arena_array(arena, size_bytes + 1, 2);

    for (size_t i = 0; i < size_bytes; i++) {
        text[2 * i] = digits[in[i] >> 4];
        text[2 * i + 1] = digits[in[i] & 15];
    }
    return (struct str){text, 2 * size_bytes};
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err str_unhex(struct str s, void *bytes_out, size_t size_bytes)
{
    unsigned char *out = bytes_out;

    if (s.len != 2 * size_bytes)
        return ERR_INPUT;
    for (size_t i = 0; i < s.len; i++) {
        if (hex_value(s.ptr[i]) < 0)
            return ERR_INPUT;
    }
    for (size_t i = 0; i < size_bytes; i++)
        out[i] =
            (unsigned char)(hex_value(s.ptr[2 * i]) << 4 | hex_value(s.ptr[2 * i + 1]));
    return OK;
}

struct str str_base32(struct arena *arena, const void *bytes, size_t size_bytes)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const unsigned char *in = bytes;
    char *text = arena_array(arena, size_bytes / 5 + 1, 8);
    size_t len = 0;
    uint32_t bits = 0;
    int have = 0;

    for (size_t i = 0; i < size_bytes; i++) {
        bits = (bits << 8 | in[i]) & 0xFFFF;
        for (have += 8; have >= 5; have -= 5)
            text[len++] = alphabet[bits >> (have - 5) & 31];
    }
    if (have)
        text[len++] = alphabet[bits << (5 - have) & 31];
    return (struct str){text, len};
}

struct str str_base64url(struct arena *arena, const void *bytes, size_t size_bytes)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_";
    const unsigned char *in = bytes;
    char *text = arena_array(arena, size_bytes / 3 + 2, 4);
    size_t len = 0;
    uint32_t bits = 0;
    int have = 0;

    for (size_t i = 0; i < size_bytes; i++) {
        bits = bits << 8 | in[i];
        for (have += 8; have >= 6; have -= 6)
            text[len++] = alphabet[bits >> (have - 6) & 63];
    }
    if (have)
        text[len++] = alphabet[bits << (6 - have) & 63];
    return (struct str){text, len};
}

static int base64url_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

enum err str_unbase64url(struct arena *arena, struct str s, struct str *out)
{
    char *bytes;
    size_t len = 0;
    uint32_t bits = 0;
    int have = 0;

    if (s.len % 4 == 1)
        return ERR_INPUT;
    bytes = arena_alloc(arena, s.len / 4 * 3 + 3);
    for (size_t i = 0; i < s.len; i++) {
        int value = base64url_value(s.ptr[i]);

        if (value < 0)
            return ERR_INPUT;
        bits = (bits << 6 | (uint32_t)value) & 0xFFFF;
        have += 6;
        if (have >= 8) {
            have -= 8;
            bytes[len++] = (char)(bits >> have & 0xFF);
        }
    }
    if (bits & ((1U << have) - 1))
        return ERR_INPUT;
    *out = (struct str){bytes, len};
    return OK;
}
