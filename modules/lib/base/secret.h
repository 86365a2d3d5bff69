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
/** As secret_read_file; ERR_INPUT with a note when the group or others may do anything with the file. */
enum err secret_read_private_file(struct arena *arena, const char *path,
                                  struct secret **out) MUST_USE;
/** A copy of `bytes` in guarded memory, wiped at the end of the arena. */
struct secret *secret_copy(struct arena *arena, struct str bytes);
/** The bytes; never log them. */
struct str secret_str(const struct secret *secret);
/** Overwrite now. */
void secret_wipe(void *bytes, size_t size_bytes);

/** Constant-time equality for equal lengths. */
bool secret_eq(struct str a, struct str b);
void sha256(struct str bytes, uint8_t out[SHA256_BYTES]);
void hmac_sha256(struct str key, struct str bytes, uint8_t out[SHA256_BYTES]);

/* Authenticated encryption: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha). A nonce this long may be random. */
#define AEAD_KEY_BYTES   32
#define AEAD_NONCE_BYTES 24
#define AEAD_TAG_BYTES   16
/** `out` has room for plain.len + AEAD_TAG_BYTES. `extra` is bound to the result, not in it. */
void aead_encrypt(const uint8_t key[AEAD_KEY_BYTES],
                  const uint8_t nonce[AEAD_NONCE_BYTES], struct str extra,
                  struct str plain, uint8_t *out);
/** False when key, nonce, extra or sealed bytes are not the ones of the encryption; `out` (room for
 *  sealed.len - AEAD_TAG_BYTES) holds nothing then. */
bool aead_decrypt(const uint8_t key[AEAD_KEY_BYTES],
                  const uint8_t nonce[AEAD_NONCE_BYTES], struct str extra,
                  struct str sealed, uint8_t *out) MUST_USE;

/** A digest fed piece by piece. */
struct sha256_stream {
    uint64_t opaque[16];
};
void sha256_begin(struct sha256_stream *stream);
void sha256_feed(struct sha256_stream *stream, const void *bytes, size_t size_bytes);
void sha256_end(struct sha256_stream *stream, uint8_t out[SHA256_BYTES]);

#endif
