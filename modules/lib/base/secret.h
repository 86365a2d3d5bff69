/* secret.h: bytes that must not be seen, swapped or compared in variable time; digests and MACs. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/str.h"

#define SHA256_BYTES 32

struct secret;

/** Read a whole file (at most 4 KiB, one trailing newline dropped) into guarded, locked memory that is
 *  wiped at the end of the arena. ERR_UNAVAILABLE with a note. */
enum err secret_read_file(struct arena *arena, const char *path,
                          struct secret **out) MUST_USE;
/** The bytes; never log them. */
struct str secret_str(const struct secret *secret);
/** Overwrite now. */
void secret_wipe(void *bytes, size_t size_bytes);

/** Constant-time equality for equal lengths. */
bool secret_eq(struct str a, struct str b);
void sha256(struct str bytes, uint8_t out[SHA256_BYTES]);
void hmac_sha256(struct str key, struct str bytes, uint8_t out[SHA256_BYTES]);

/** A digest fed piece by piece. */
struct sha256_stream {
    uint64_t opaque[16];
};
void sha256_begin(struct sha256_stream *stream);
void sha256_feed(struct sha256_stream *stream, const void *bytes, size_t size_bytes);
void sha256_end(struct sha256_stream *stream, uint8_t out[SHA256_BYTES]);

#endif
