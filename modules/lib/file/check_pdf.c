#include "file/check.h"

#include <zlib.h>

/* Names (ISO 32000-1, 7.3.5) whose presence refuses the file. They are long enough not to
 * occur by chance in compressed data, so the whole file is searched, inside streams as
 * well: no trust in where a stream says it ends. A name may be written with #xx escapes;
 * they are decoded first. */
static const struct {
    const char *name;
    enum file_refusal refusal;
} forbidden[] = {
    {"Encrypt", FILE_ENCRYPTED},
    {"JavaScript", FILE_ACTIVE_CONTENT},
    {"Launch", FILE_ACTIVE_CONTENT},
    {"EmbeddedFile", FILE_ACTIVE_CONTENT},
    {"EmbeddedFiles", FILE_ACTIVE_CONTENT},
    {"RichMedia", FILE_ACTIVE_CONTENT},
    {"ImportData", FILE_ACTIVE_CONTENT},
    {"SubmitForm", FILE_ACTIVE_CONTENT},
};
enum { NAME_MAX_BYTES = 32, TAIL_BYTES = 1024 };
/* Object streams are small (some 100 objects); these limits bound time and memory of one
 * file. */
#define INFLATED_MAX_BYTES ((size_t)32 << 20)
#define OBJECT_STREAM_MAX  20000

static bool is_space(unsigned char c)
{
    return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

static bool is_delimiter(unsigned char c)
{
    return is_space(c) || strchr("()<>[]{}/%", c) != NULL;
}

static int hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** Decode the name behind the '/' at p[0]; its length, 0 if it is longer than any we look
 * for. */
static size_t name_decode(const unsigned char *p, const unsigned char *end, char *out)
{
    size_t length = 0;
    for (p++; p < end && !is_delimiter(*p); p++) {
        if (length == NAME_MAX_BYTES) {
            return 0;
        }
        unsigned char c = *p;
        if (c == '#' && end - p > 2 && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
            c = (unsigned char)(hex_digit(p[1]) << 4 | hex_digit(p[2]));
            p += 2;
        }
        out[length++] = (char)c;
    }
    return length;
}

static enum file_refusal search_names(const unsigned char *p, size_t size)
{
    const unsigned char *end = p + size;
    char name[NAME_MAX_BYTES];
    while (p < end && (p = memchr(p, '/', (size_t)(end - p))) != NULL) {
        struct str found = {name, name_decode(p, end, name)};
        for (size_t i = 0; found.len > 0 && i < sizeof(forbidden) / sizeof(*forbidden);
             i++) {
            if (str_is(found, forbidden[i].name)) {
                return forbidden[i].refusal;
            }
        }
        p++;
    }
    return FILE_OK;
}

/** What of one inflated stream is looked at together: names that cross a window are kept
 * whole. */
struct inflated {
    unsigned char window[16384];
    size_t kept;  /**< bytes carried over from the window before */
    size_t total; /**< bytes inflated of this file so far */
};

/** Inflate one stream and search its text for names. Broken streams are left to the
 * reader. */
static enum file_refusal search_deflated(struct inflated *state, const unsigned char *p,
                                         size_t size)
{
    z_stream z = {.zalloc = Z_NULL};
    if (inflateInit(&z) != Z_OK) {
        return FILE_SCAN_UNAVAILABLE;
    }
    enum file_refusal refusal = FILE_OK;
    z.next_in = (Bytef *)(uintptr_t)p; /* zlib only reads it */
    z.avail_in = (uInt)size;
    state->kept = 0;
    int step = Z_OK;
    while (step == Z_OK && refusal == FILE_OK) {
        z.next_out = state->window + state->kept;
        z.avail_out = (uInt)(sizeof(state->window) - state->kept);
        step = inflate(&z, Z_NO_FLUSH);
        size_t filled = (size_t)(z.next_out - state->window);
        state->total += filled - state->kept;
        if (filled == state->kept && step == Z_OK) {
            break;
        }
        refusal = search_names(state->window, filled);
        if (state->total > INFLATED_MAX_BYTES) {
            refusal = FILE_DAMAGED;
        }
        /* A name cut at the end of the window is seen again with the next one. An escaped
         * name takes three bytes a character. */
        size_t keep = 3 * NAME_MAX_BYTES + 1;
        state->kept = filled < keep ? filled : keep;
        memmove(state->window, state->window + filled - state->kept, state->kept);
    }
    (void)inflateEnd(&z);
    return refusal;
}

/** First byte of the data of the stream whose dictionary p is in, NULL if there is none.
 */
static const unsigned char *stream_data(const unsigned char *p, const unsigned char *end)
{
    static const char keyword[] = "stream";
    const size_t length = sizeof(keyword) - 1;
    while ((size_t)(end - p) > length &&
           (p = memchr(p, 's', (size_t)(end - p) - length)) != NULL) {
        if (memcmp(p, keyword, length) == 0) {
            p += length;
            p += p < end && *p == '\r';
            p += p < end && *p == '\n';
            return p;
        }
        p++;
    }
    return NULL;
}

static bool starts_deflate(const unsigned char *p, const unsigned char *end)
{
    return end - p > 2 && (p[0] & 0x0F) == 8 &&
           (p[0] << 8 | p[1]) % 31 == 0; /* RFC 1950 2.2 */
}

/** Since PDF 1.5 dictionaries may sit in compressed object streams (7.5.7): look into
 * each. One that is packed in another way than any writer does it is refused, as it could
 * hide anything. */
static enum file_refusal search_object_streams(const unsigned char *p, size_t size)
{
    const unsigned char *end = p + size;
    char name[NAME_MAX_BYTES];
    struct inflated state = {.total = 0};
    int streams = 0;
    for (; p < end && (p = memchr(p, '/', (size_t)(end - p))) != NULL; p++) {
        struct str found = {name, name_decode(p, end, name)};
        if (!str_is(found, "ObjStm")) {
            continue;
        }
        const unsigned char *data = stream_data(p, end);
        if (data == NULL) {
            break;
        }
        if (++streams > OBJECT_STREAM_MAX || !starts_deflate(data, end)) {
            return FILE_DAMAGED;
        }
        enum file_refusal refusal = search_deflated(&state, data, (size_t)(end - data));
        if (refusal != FILE_OK) {
            return refusal;
        }
        p = data;
    }
    return FILE_OK;
}

static bool header_is_valid(const unsigned char *p, size_t size)
{
    return size >= 9 && memcmp(p, "%PDF-", 5) == 0 && p[6] == '.' &&
           ((p[5] == '1' && p[7] >= '0' && p[7] <= '7') ||
            (p[5] == '2' && p[7] == '0')) &&
           is_space(p[8]);
}

/** Last occurrence of `needle` in p[from, size), or -1. */
static ssize_t find_last(const unsigned char *p, size_t from, size_t size,
                         const char *needle)
{
    size_t length = strlen(needle);
    for (size_t i = size; i >= from + length; i--) {
        if (memcmp(p + i - length, needle, length) == 0) {
            return (ssize_t)(i - length);
        }
    }
    return -1;
}

/** %%EOF within the last KiB; before it startxref with an offset inside the file. */
static bool trailer_is_valid(const unsigned char *p, size_t size)
{
    size_t from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
    ssize_t eof = find_last(p, from, size, "%%EOF");
    if (eof < 0) {
        return false;
    }
    size_t before = (size_t)eof > TAIL_BYTES ? (size_t)eof - TAIL_BYTES : 0;
    ssize_t startxref = find_last(p, before, (size_t)eof, "startxref");
    if (startxref < 0) {
        return false;
    }
    size_t at = (size_t)startxref + 9;
    while (at < (size_t)eof && is_space(p[at])) {
        at++;
    }
    size_t offset = 0;
    size_t digits = 0;
    for (; at < (size_t)eof && p[at] >= '0' && p[at] <= '9' && digits < 10;
         at++, digits++) {
        offset = offset * 10 + (size_t)(p[at] - '0');
    }
    return digits > 0 && offset < size;
}

enum file_refusal check_pdf(struct str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    if (!header_is_valid(p, bytes.len)) {
        return FILE_CONTENT_MISMATCH;
    }
    if (check_has_zip_tail(bytes)) {
        return FILE_CONTENT_MISMATCH;
    }
    if (!trailer_is_valid(p, bytes.len)) {
        return FILE_DAMAGED;
    }
    enum file_refusal refusal = search_names(p, bytes.len);
    if (refusal == FILE_OK) {
        refusal = search_object_streams(p, bytes.len);
    }
    return refusal;
}
