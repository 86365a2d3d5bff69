#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_FILE_MAX 4096

struct secret {
    void *bytes; /* from sodium_malloc: guard pages around it, locked, wiped when freed */
    size_t len;
};

struct secret *secret_copy(struct arena *arena, struct str bytes)
{
    struct secret *secret = ARENA_NEW(arena, struct secret);

    if (sodium_init() < 0)
        bug("libsodium does not start");
    secret->bytes = sodium_malloc(bytes.len);
    if (!secret->bytes)
        bug("out of guarded memory (%zu bytes)", bytes.len);
    arena_on_end(arena, sodium_free, secret->bytes);
    if (bytes.len)
        memcpy(secret->bytes, bytes.ptr, bytes.len);
    secret->len = bytes.len;
    (void)sodium_mprotect_readonly(secret->bytes);
    return secret;
}

/* Reads and closes `fd`. */
static enum err read_all(struct arena *arena, const char *path, int fd,
                         struct secret **out)
{
    char bytes[SECRET_FILE_MAX + 1];
    size_t len = 0;
    ssize_t got = 0;
    enum err err = OK;

    while (len < sizeof(bytes) &&
           (got = read(fd, bytes + len, sizeof(bytes) - len)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        len += (size_t)got;
    }
    if (got < 0)
        err = err_note(ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    else if (len > SECRET_FILE_MAX)
        err =
            err_note(ERR_UNAVAILABLE, "%s: longer than %d bytes", path, SECRET_FILE_MAX);
    (void)close(fd);
    if (err == OK) {
        if (len && bytes[len - 1] == '\n')
            len--;
        *out = secret_copy(arena, (struct str){bytes, len});
    }
    secret_wipe(bytes, sizeof(bytes));
    return err;
}

enum err secret_read_file(struct arena *arena, const char *path, struct secret **out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return err_note(ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    return read_all(arena, path, fd, out);
}

enum err secret_read_private_file(struct arena *arena, const char *path,
                                  struct secret **out)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return err_note(ERR_INPUT, "%s: %s", path, strerror(errno));
    if (fstat(fd, &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO))) {
        (void)close(fd);
        return err_note(ERR_INPUT, "%s: must be closed to group and others (chmod 0400)",
                        path);
    }
    return read_all(arena, path, fd, out);
}

struct str secret_str(const struct secret *secret)
{
    return (struct str){secret->bytes, secret->len};
}

void secret_wipe(void *bytes, size_t size_bytes)
{
    sodium_memzero(bytes, size_bytes);
}

bool secret_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.ptr, b.ptr, a.len) == 0);
}

void sha256(struct str bytes, uint8_t out[SHA256_BYTES])
{
    (void)crypto_hash_sha256(out, (const unsigned char *)bytes.ptr, bytes.len);
}

void hmac_sha256(struct str key, struct str bytes, uint8_t out[SHA256_BYTES])
{
    crypto_auth_hmacsha256_state state;

    (void)crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.ptr, key.len);
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)bytes.ptr,
                                        bytes.len);
    (void)crypto_auth_hmacsha256_final(&state, out);
    secret_wipe(&state, sizeof(state));
}

void aead_encrypt(const uint8_t key[AEAD_KEY_BYTES],
                  const uint8_t nonce[AEAD_NONCE_BYTES], struct str extra,
                  struct str plain, uint8_t *out)
{
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, NULL, (const unsigned char *)plain.ptr, plain.len,
        (const unsigned char *)extra.ptr, extra.len, NULL, nonce, key);
}

bool aead_decrypt(const uint8_t key[AEAD_KEY_BYTES],
                  const uint8_t nonce[AEAD_NONCE_BYTES], struct str extra,
                  struct str sealed, uint8_t *out)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               out, NULL, NULL, (const unsigned char *)sealed.ptr, sealed.len,
               (const unsigned char *)extra.ptr, extra.len, nonce, key) == 0;
}

_Static_assert(AEAD_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES &&
                   AEAD_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
                   AEAD_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "sizes of the AEAD");

/* The public struct is opaque so that sodium.h stays in this file. */
_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct sha256_stream),
               "sha256_stream too small");

void sha256_begin(struct sha256_stream *stream)
{
    (void)crypto_hash_sha256_init((crypto_hash_sha256_state *)stream);
}

void sha256_feed(struct sha256_stream *stream, const void *bytes, size_t size_bytes)
{
    (void)crypto_hash_sha256_update((crypto_hash_sha256_state *)stream, bytes,
                                    size_bytes);
}

void sha256_end(struct sha256_stream *stream, uint8_t out[SHA256_BYTES])
{
    (void)crypto_hash_sha256_final((crypto_hash_sha256_state *)stream, out);
}
