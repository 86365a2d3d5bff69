#include "auth/seal.h"

#include "base/random.h"
#include "base/secret.h"

#define VERSION    1
#define ID_BYTES   4
#define NONCE_AT   (1 + ID_BYTES)
#define CONTENT_AT (NONCE_AT + AEAD_NONCE_BYTES)

_Static_assert(SEAL_OVERHEAD == CONTENT_AT + AEAD_TAG_BYTES, "what a seal adds");

struct seal_key {
    const struct secret *bytes;
    uint8_t id[ID_BYTES];
};

struct seal_keys {
    struct seal_key key[SEAL_KEYS_MAX];
    size_t count;
};

static const uint8_t *key_bytes(const struct seal_key *key)
{
    return (const uint8_t *)secret_str(key->bytes).ptr;
}

static const struct seal_key *key_of(const struct seal_keys *keys, const char *id)
{
    for (size_t i = 0; i < keys->count; i++)
        if (memcmp(keys->key[i].id, id, ID_BYTES) == 0)
            return &keys->key[i];
    return NULL;
}

/* NULL, or what is wrong with the line. */
static const char *add_key(struct arena *arena, struct seal_keys *keys, struct str digits)
{
    struct seal_key *key = &keys->key[keys->count];
    uint8_t bytes[AEAD_KEY_BYTES];
    uint8_t digest[SHA256_BYTES];

    if (keys->count == SEAL_KEYS_MAX)
        return "one key too many";
    if (str_unhex(digits, bytes, sizeof(bytes)) != OK)
        return "not 64 hexadecimal digits";
    sha256((struct str){(const char *)bytes, sizeof(bytes)}, digest);
    memcpy(key->id, digest, ID_BYTES);
    key->bytes = secret_copy(arena, (struct str){(const char *)bytes, sizeof(bytes)});
    secret_wipe(bytes, sizeof(bytes));
    if (key_of(keys, (const char *)key->id))
        return "a key given twice";
    keys->count++;
    return NULL;
}

static enum err read_keys(struct arena *arena, const char *path, struct str text,
                          struct seal_keys *keys)
{
    struct str rest = text;
    struct str line;

    for (int number = 1; str_next(&rest, '\n', &line); number++) {
        const char *wrong = NULL;

        line = str_trim(line);
        if (line.len)
            wrong = add_key(arena, keys, line);
        if (wrong)
            return err_note(ERR_INPUT, "%s:%d: %s", path, number, wrong);
    }
    return keys->count ? OK : err_note(ERR_INPUT, "%s: holds no key", path);
}

enum err seal_keys_open(struct arena *arena, const struct conf *conf,
                        struct seal_keys **out)
{
    struct seal_keys *keys = ARENA_NEW(arena, struct seal_keys);
    const char *path = conf_c(conf, "login", "key_file");
    struct secret *file = NULL;
    enum err err = secret_read_private_file(arena, path, &file);

    if (err == OK)
        err = read_keys(arena, path, secret_str(file), keys);
    if (err == OK)
        *out = keys;
    return err;
}

/* Version and purpose are authenticated and not encrypted. */
static struct str extra_of(struct arena *arena, struct str purpose)
{
    return str_format(arena, "kontor seal %d %.*s", VERSION, STR_ARG(purpose));
}

struct str seal(struct arena *arena, const struct seal_keys *keys, struct str purpose,
                struct str plain)
{
    const struct seal_key *key = &keys->key[0];
    uint8_t *bytes;

    if (plain.len > SEAL_BYTES_MAX)
        bug("%zu bytes to seal", plain.len);
    bytes = arena_alloc(arena, plain.len + SEAL_OVERHEAD);
    bytes[0] = VERSION;
    memcpy(bytes + 1, key->id, ID_BYTES);
    random_bytes(bytes + NONCE_AT, AEAD_NONCE_BYTES);
    aead_encrypt(key_bytes(key), bytes + NONCE_AT, extra_of(arena, purpose), plain,
                 bytes + CONTENT_AT);
    return (struct str){(const char *)bytes, plain.len + SEAL_OVERHEAD};
}

enum err seal_open(struct arena *arena, const struct seal_keys *keys, struct str purpose,
                   struct str sealed, struct str *plain_out)
{
    const struct seal_key *key;
    uint8_t *plain;

    if (sealed.len < SEAL_OVERHEAD || sealed.len > SEAL_BYTES_MAX + SEAL_OVERHEAD ||
        sealed.ptr[0] != VERSION)
        return ERR_INPUT;
    key = key_of(keys, sealed.ptr + 1);
    if (!key)
        return ERR_INPUT;
    plain = arena_alloc(arena, sealed.len - SEAL_OVERHEAD + 1);
    if (!aead_decrypt(key_bytes(key), (const uint8_t *)sealed.ptr + NONCE_AT,
                      extra_of(arena, purpose), str_from_index(sealed, CONTENT_AT),
                      plain))
        return ERR_INPUT;
    *plain_out = (struct str){(const char *)plain, sealed.len - SEAL_OVERHEAD};
    return OK;
}

void seal_wipe(struct str plain)
{
    /* The bytes are ours to write: seal_open() allocated them. */
    secret_wipe((void *)(uintptr_t)plain.ptr, plain.len);
}

bool seal_is_current(const struct seal_keys *keys, struct str sealed)
{
    return sealed.len >= SEAL_OVERHEAD && sealed.ptr[0] == VERSION &&
           memcmp(keys->key[0].id, sealed.ptr + 1, ID_BYTES) == 0;
}

void seal_derive(struct arena *arena, const struct seal_keys *keys, struct str purpose,
                 uint8_t out[32])
{
    hmac_sha256(secret_str(keys->key[0].bytes),
                str_format(arena, "kontor derive %.*s", STR_ARG(purpose)), out);
}

struct str seal_text(struct arena *arena, const struct seal_keys *keys,
                     struct str purpose, struct str plain)
{
    struct str sealed = seal(arena, keys, purpose, plain);

    return str_base64url(arena, sealed.ptr, sealed.len);
}

enum err seal_open_text(struct arena *arena, const struct seal_keys *keys,
                        struct str purpose, struct str text, struct str *plain_out)
{
    struct str sealed;

    if (text.len > (SEAL_BYTES_MAX + SEAL_OVERHEAD) / 3 * 4 + 4 ||
        str_unbase64url(arena, text, &sealed) != OK)
        return ERR_INPUT;
    return seal_open(arena, keys, purpose, sealed, plain_out);
}
