#include "file/check.h"

#include <zlib.h>

static uint32_t be32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/** Bit depths each colour type allows, as a bit set (ISO/IEC 15948 table 11.1). */
static uint32_t depths_of(unsigned colour_type)
{
    switch (colour_type) {
    case 0:
        return 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 | 1u << 16;
    case 3:
        return 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8;
    case 2:
    case 4:
    case 6:
        return 1u << 8 | 1u << 16;
    default:
        return 0;
    }
}

static bool header_is_valid(const unsigned char *data, uint32_t size)
{
    /* A viewer allocates by these numbers: 30,000 pixels a side are a wall poster at 600
     * dpi. */
    enum { SIDE_MAX = 30000 };
    if (size != 13) {
        return false;
    }
    uint32_t width = be32(data);
    uint32_t height = be32(data + 4);
    return width > 0 && height > 0 && width <= SIDE_MAX && height <= SIDE_MAX &&
           data[8] <= 16 && (depths_of(data[9]) >> data[8] & 1u) != 0 && data[10] == 0 &&
           data[11] == 0 && data[12] <= 1;
}

static bool is_letter(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

enum file_refusal check_png(struct str bytes)
{
    static const unsigned char signature[8] = {0x89, 'P',  'N',  'G',
                                               '\r', '\n', 0x1A, '\n'};
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    if (bytes.len < sizeof(signature) || memcmp(p, signature, sizeof(signature)) != 0) {
        return FILE_CONTENT_MISMATCH;
    }
    size_t at = sizeof(signature);
    bool first = true;
    bool seen_data = false;
    bool data_over = false;
    while (bytes.len - at >= 12) {
        uint32_t size = be32(p + at);
        const unsigned char *type = p + at + 4;
        if (size > bytes.len - at - 12) {
            return FILE_DAMAGED;
        }
        const unsigned char *data = type + 4;
        for (int i = 0; i < 4; i++) {
            if (!is_letter(type[i])) {
                return FILE_DAMAGED;
            }
        }
        if (crc32(0, type, size + 4) != be32(data + size)) {
            return FILE_DAMAGED;
        }
        bool is_header = memcmp(type, "IHDR", 4) == 0;
        if (is_header != first || (is_header && !header_is_valid(data, size))) {
            return FILE_DAMAGED;
        }
        first = false;
        at += (size_t)size + 12;
        if (memcmp(type, "IDAT", 4) == 0) {
            if (data_over) {
                return FILE_DAMAGED; /* image data chunks must be consecutive */
            }
            seen_data = true;
            continue;
        }
        data_over = seen_data;
        if (memcmp(type, "IEND", 4) == 0) {
            /* Bytes after the end are no picture: the hiding place of polyglots. */
            return size == 0 && seen_data && at == bytes.len ? FILE_OK : FILE_DAMAGED;
        }
        bool critical = (type[0] & 0x20) == 0;
        if (critical && !is_header && memcmp(type, "PLTE", 4) != 0) {
            return FILE_DAMAGED;
        }
    }
    return FILE_DAMAGED;
}
