#include "file/check.h"

enum {
    JPEG_SOI = 0xD8,
    JPEG_EOI = 0xD9,
    JPEG_SOS = 0xDA,
    JPEG_DHT = 0xC4,
    JPEG_JPG = 0xC8,
    JPEG_DAC = 0xCC,
    JPEG_TEM = 0x01,
};

static bool is_frame_header(unsigned marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != JPEG_DHT && marker != JPEG_JPG &&
           marker != JPEG_DAC;
}

static bool stands_alone(unsigned marker)
{
    return (marker >= 0xD0 && marker <= 0xD7) || marker == JPEG_TEM;
}

/** Length of one image from SOI to EOI, 0 if it is not whole. */
static size_t image_length(const unsigned char *p, size_t size)
{
    if (size < 4 || p[0] != 0xFF || p[1] != JPEG_SOI) {
        return 0;
    }
    size_t at = 2;
    bool frame = false;
    bool scan = false;
    while (at + 1 < size) {
        if (p[at] != 0xFF) {
            return 0;
        }
        while (at + 1 < size && p[at + 1] == 0xFF) {
            at++; /* fill bytes, T.81 B.1.1.2 */
        }
        if (at + 1 >= size) {
            return 0;
        }
        unsigned marker = p[at + 1];
        at += 2;
        if (marker == JPEG_EOI) {
            return frame && scan ? at : 0;
        }
        if (stands_alone(marker)) {
            continue;
        }
        if (marker == 0 || marker == JPEG_SOI || size - at < 2) {
            return 0;
        }
        size_t length = (size_t)p[at] << 8 | p[at + 1];
        if (length < 2 || length > size - at) {
            return 0;
        }
        if (is_frame_header(marker)) {
            /* precision, height, width, component count */
            bool sane = length >= 8 && (p[at + 5] | p[at + 6]) != 0 && p[at + 7] != 0;
            if (!sane) {
                return 0;
            }
            frame = true;
        }
        at += length;
        if (marker != JPEG_SOS) {
            continue;
        }
        if (!frame) {
            return 0;
        }
        scan = true;
        /* Entropy-coded data ends at a marker that is neither a stuffed 0xFF00 nor a
         * restart. */
        while (at + 1 < size && (p[at] != 0xFF || p[at + 1] == 0 || p[at + 1] == 0xFF ||
                                 (p[at + 1] >= 0xD0 && p[at + 1] <= 0xD7))) {
            at++;
        }
    }
    return 0;
}

enum file_refusal check_jpeg(struct str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    if (bytes.len < 3 || p[0] != 0xFF || p[1] != JPEG_SOI || p[2] != 0xFF) {
        return FILE_CONTENT_MISMATCH;
    }
    size_t at = image_length(p, bytes.len);
    if (at == 0) {
        return FILE_DAMAGED;
    }
    /* Cameras pad with zeros and append further whole pictures (multi-picture format).
     * Anything else behind the end is no picture. */
    while (at < bytes.len) {
        if (p[at] == 0) {
            at++;
            continue;
        }
        size_t more = image_length(p + at, bytes.len - at);
        if (more == 0) {
            return FILE_DAMAGED;
        }
        at += more;
    }
    return FILE_OK;
}
