/* sample.h: small files made by the tests: whole ones, to be damaged in one way each. */
#ifndef TEST_FILE_SAMPLE_H
#define TEST_FILE_SAMPLE_H

#include <zlib.h>

#include "base/buf.h"

/** A one-page PDF; `catalog` is put into its catalogue, `objects` before the xref table. */
static inline struct str sample_pdf(struct arena *arena, struct str catalog,
                                    struct str objects)
{
    struct buf b = buf_init(arena, 64u << 20);
    buf_put_c(&b, "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R");
    buf_put(&b, catalog);
    buf_put_c(&b, ">>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
                  "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>\nendobj\n");
    buf_put(&b, objects);
    size_t at = b.len;
    buf_put_c(
        &b,
        "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n");
    buf_put_i64(&b, (int64_t)at);
    buf_put_c(&b, "\n%%EOF\n");
    return buf_str(&b);
}

/** An object stream whose packed content is `text`. */
static inline struct str sample_object_stream(struct arena *arena, struct str text)
{
    uLongf size = compressBound(text.len);
    Bytef *packed = arena_alloc(arena, size);
    if (compress(packed, &size, (const Bytef *)text.ptr, text.len) != Z_OK) {
        bug("compress");
    }
    struct buf b = buf_init(arena, 64u << 20);
    buf_put_c(&b, "9 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\n");
    buf_put_bytes(&b, packed, size);
    buf_put_c(&b, "\nendstream endobj\n");
    return buf_str(&b);
}

static inline void sample_be32(struct buf *b, uint32_t v)
{
    const unsigned char bytes[4] = {(unsigned char)(v >> 24), (unsigned char)(v >> 16),
                                    (unsigned char)(v >> 8), (unsigned char)v};
    buf_put_bytes(b, bytes, 4);
}

static inline void sample_png_chunk(struct buf *b, const char *type, struct str data)
{
    sample_be32(b, (uint32_t)data.len);
    size_t from = b->len;
    buf_put_c(b, type);
    buf_put(b, data);
    sample_be32(b,
                (uint32_t)crc32(0, (const Bytef *)b->ptr + from, (uInt)(b->len - from)));
}

/** A 1 x 1 grey PNG. */
static inline struct str sample_png(struct arena *arena)
{
    static const unsigned char pixel[] = {0x78, 0x9C, 0x63, 0x60, 0x00,
                                          0x00, 0x00, 0x02, 0x00, 0x01};
    struct buf b = buf_init(arena, 4096);
    buf_put_bytes(&b, "\x89PNG\r\n\x1A\n", 8);
    sample_png_chunk(&b, "IHDR", (struct str){"\0\0\0\1\0\0\0\1\10\0\0\0\0", 13});
    sample_png_chunk(&b, "IDAT", (struct str){(const char *)pixel, sizeof(pixel)});
    sample_png_chunk(&b, "IEND", STR(""));
    return buf_str(&b);
}

/** The smallest marker sequence of a baseline JPEG: one frame, one scan, stuffed data. */
static inline struct str sample_jpeg(struct arena *arena)
{
    static const unsigned char bytes[] = {
        0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, 'J',  'F',  'I',  'F',  0x00, 0x01, 0x01,
        0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0xFF, 0xC0, 0x00, 0x0B, 0x08, 0x00,
        0x01, 0x00, 0x01, 0x01, 0x01, 0x11, 0x00, 0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01,
        0x00, 0x00, 0x3F, 0x00, 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9};
    return str_copy(arena, (struct str){(const char *)bytes, sizeof(bytes)});
}

#endif
