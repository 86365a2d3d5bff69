/* seal.h: bytes that only the login program can read again: TOTP secrets in the database, cookies that carry
 * state.
 *
 * XChaCha20-Poly1305 with a random nonce. Format: version (1 byte, 1), key id (4 bytes: the first of the
 * SHA-256 of the key), nonce (24), encrypted bytes, tag (16). A purpose ("totp:42") is bound to the seal, so that
 * what was sealed for one place cannot be put into another.
 *
 * Keys: [login] key_file, one a line, 64 hexadecimal digits; the first seals, all of them open. */
#ifndef AUTH_SEAL_H
#define AUTH_SEAL_H

#include "base/conf.h"

/** Bytes that a seal adds. */
#define SEAL_OVERHEAD 45
/** Longest content. */
#define SEAL_BYTES_MAX 8192
/** Keys in one file. */
#define SEAL_KEYS_MAX 16

struct seal_keys;

/** Read [login] key_file into guarded memory that lives as long as the arena. ERR_INPUT noted (exit status 78) when
 *  it cannot be read, is open to group or others, has a line that is no key, a key twice, or none. */
enum err seal_keys_open(struct arena *arena, const struct conf *conf,
                        struct seal_keys **out) MUST_USE;

/** Raw bytes in the arena, plain.len + SEAL_OVERHEAD, for a column. */
struct str seal(struct arena *arena, const struct seal_keys *keys, struct str purpose,
                struct str plain);
/** ERR_INPUT, unnoted, unless sealed with one of our keys for just this purpose. */
enum err seal_open(struct arena *arena, const struct seal_keys *keys, struct str purpose,
                   struct str sealed, struct str *plain_out) MUST_USE;
/** Overwrite what seal_open() gave. */
void seal_wipe(struct str plain);
/** Sealed with the first key: else it is time to seal it again. Says nothing about whether it opens. */
bool seal_is_current(const struct seal_keys *keys, struct str sealed);

/** 32 bytes that nobody without the first key can compute: the same for the same purpose, others for any other.
 *  The caller wipes them. */
void seal_derive(struct arena *arena, const struct seal_keys *keys, struct str purpose,
                 uint8_t out[32]);

/** The same as text for a cookie or a hidden field (base64url). */
struct str seal_text(struct arena *arena, const struct seal_keys *keys,
                     struct str purpose, struct str plain);
enum err seal_open_text(struct arena *arena, const struct seal_keys *keys,
                        struct str purpose, struct str text,
                        struct str *plain_out) MUST_USE;

#endif
