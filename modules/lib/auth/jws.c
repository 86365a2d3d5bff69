#include "auth/jws.h"

#include <cjose/cjose.h>
#include <openssl/evp.h>

#define RSA_BITS_MIN   2048
#define RSA_BITS_MAX   8192
#define KEY_SET_MAX    (256 * 1024)
#define KID_MAX        256
#define TYPE_MAX       64
#define SIGNATURE_MAX  1024 /* bytes; RSA of 8,192 bits */
#define HASH_BYTES_MAX 64

enum key_kind { KEY_RSA, KEY_P256, KEY_P384, KEY_P521 };

static const struct algorithm {
    const char *name;
    enum key_kind kind; /* of a key for it */
    int hash_bits;
} ALGORITHMS[JWS_ALGORITHM_COUNT] = {
    [JWS_RS256] = {"RS256", KEY_RSA, 256},  [JWS_RS384] = {"RS384", KEY_RSA, 384},
    [JWS_RS512] = {"RS512", KEY_RSA, 512},  [JWS_PS256] = {"PS256", KEY_RSA, 256},
    [JWS_PS384] = {"PS384", KEY_RSA, 384},  [JWS_PS512] = {"PS512", KEY_RSA, 512},
    [JWS_ES256] = {"ES256", KEY_P256, 256}, [JWS_ES384] = {"ES384", KEY_P384, 384},
    [JWS_ES512] = {"ES512", KEY_P521, 512},
};

struct key {
    struct str kid; /* absent if none */
    struct str alg; /* absent if none */
    enum key_kind kind;
    cjose_jwk_t *jwk;
};

struct jws_keys {
    struct key items[JWS_KEYS_MAX];
    size_t count;
};

const char *jws_algorithm_name(enum jws_algorithm algorithm)
{
    return ALGORITHMS[algorithm].name;
}

bool jws_algorithm_parse(struct str name, enum jws_algorithm *out)
{
    for (int i = 0; i < JWS_ALGORITHM_COUNT; i++)
        if (str_is(name, ALGORITHMS[i].name)) {
            *out = (enum jws_algorithm)i;
            return true;
        }
    return false;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void release_key(void *jwk)
{
    (void)cjose_jwk_release(jwk);
}

/* Only what a public key consists of reaches the library. */
static cjose_jwk_t *import(struct arena *arena, const json_t *source,
                           const char *const *members)
{
    json_t *clean = json_new_object(arena);
    struct str text;
    cjose_err failure;
    cjose_jwk_t *jwk;

    for (size_t i = 0; members[i]; i++) {
        struct str value = json_get_str(source, members[i]);
        struct str bytes;

        if (value.len == 0 || value.len > 2 * RSA_BITS_MAX / 8)
            return NULL;
        if (i > 0 && !str_is(str_from(members[i]), "crv") &&
            str_unbase64url(arena, value, &bytes) != OK)
            return NULL;
        json_set_str(clean, members[i], value);
    }
    text = json_write(arena, clean);
    jwk = cjose_jwk_import(text.ptr, text.len, &failure);
    if (jwk)
        arena_on_end(arena, release_key, jwk);
    return jwk;
}

static bool read_rsa(struct arena *arena, const json_t *source, struct key *key)
{
    static const char *const MEMBERS[] = {"kty", "n", "e", NULL};
    cjose_err failure;
    size_t bits;

    key->jwk = import(arena, source, MEMBERS);
    if (!key->jwk)
        return false;
    bits = cjose_jwk_get_keysize(key->jwk, &failure);
    key->kind = KEY_RSA;
    return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
}

static bool read_ec(struct arena *arena, const json_t *source, struct key *key)
{
    static const char *const MEMBERS[] = {"kty", "crv", "x", "y", NULL};
    struct str curve = json_get_str(source, "crv");

    if (str_is(curve, "P-256"))
        key->kind = KEY_P256;
    else if (str_is(curve, "P-384"))
        key->kind = KEY_P384;
    else if (str_is(curve, "P-521"))
        key->kind = KEY_P521;
    else
        return false;
    key->jwk = import(arena, source, MEMBERS);
    return key->jwk != NULL;
}

static bool may_verify(const json_t *source)
{
    struct str use = json_get_str(source, "use");
    const json_t *ops = json_object_get(source, "key_ops");

    if (use.ptr && !str_is(use, "sig"))
        return false;
    if (!ops)
        return true;
    for (size_t i = 0; i < json_array_size(ops); i++) {
        const json_t *op = json_array_get(ops, i);

        if (json_is_string(op) && strcmp(json_string_value(op), "verify") == 0)
            return true;
    }
    return false;
}

static bool read_key(struct arena *arena, const json_t *source, struct key *key)
{
    struct str kind = json_get_str(source, "kty");
    struct str kid = json_get_str(source, "kid");
    struct str alg = json_get_str(source, "alg");

    /* A set that shows private or symmetric keys is somebody's mistake; such a key proves nothing. */
    if (!json_is_object(source) || json_object_get(source, "d") ||
        json_object_get(source, "k") || !may_verify(source) || kid.len > KID_MAX)
        return false;
    key->kid = kid.ptr ? str_copy(arena, kid) : STR_NONE;
    key->alg = alg.ptr ? str_copy(arena, alg) : STR_NONE;
    if (str_is(kind, "RSA"))
        return read_rsa(arena, source, key);
    if (str_is(kind, "EC"))
        return read_ec(arena, source, key);
    return false;
}

enum err jws_keys_read(struct arena *arena, struct str json, struct jws_keys **out)
{
    struct jws_keys *keys = ARENA_NEW(arena, struct jws_keys);
    const json_t *list;
    json_t *document = NULL;
    enum err err;

    if (json.len > KEY_SET_MAX)
        return err_note(ERR_INPUT, "key set over %d bytes", KEY_SET_MAX);
    err = json_parse(arena, json, &document);
    if (err != OK)
        return err;
    list = json_object_get(document, "keys");
    if (!json_is_array(list))
        return err_note(ERR_INPUT, "no key set");
    for (size_t i = 0; i < json_array_size(list) && keys->count < JWS_KEYS_MAX; i++) {
        struct key key = {0};

        if (read_key(arena, json_array_get(list, i), &key))
            keys->items[keys->count++] = key;
    }
    if (keys->count == 0)
        return err_note(ERR_INPUT, "key set without a usable key");
    *out = keys;
    return OK;
}

size_t jws_keys_count(const struct jws_keys *keys)
{
    return keys->count;
}

/* A key id of ours; without one in the token, the only key that fits. */
static const struct key *find_key(const struct jws_keys *keys, struct str kid,
                                  const struct algorithm *algorithm)
{
    const struct key *found = NULL;

    for (size_t i = 0; i < keys->count; i++) {
        const struct key *key = &keys->items[i];

        if (key->kind != algorithm->kind ||
            (key->alg.ptr && !str_is(key->alg, algorithm->name)) ||
            (kid.ptr && !(key->kid.ptr && str_eq(kid, key->kid))))
            continue;
        if (found)
            return NULL;
        found = key;
    }
    return found;
}

/* ---- tokens --------------------------------------------------------------------------------- */

struct parts {
    struct str header;    /* decoded */
    struct str payload;   /* decoded */
    struct str signature; /* decoded */
};

static bool split(struct arena *arena, struct str token, struct parts *out)
{
    struct str *const decoded[] = {&out->header, &out->payload, &out->signature};
    struct str rest = token;
    struct str part;

    if (token.len == 0 || token.len > JWS_BYTES_MAX)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (!str_next(&rest, '.', &part) ||
            str_unbase64url(arena, part, decoded[i]) != OK)
            return false;
    return !str_next(&rest, '.', &part) && out->header.len > 0 && out->payload.len > 0 &&
           str_index(token, '\0') < 0;
}

static bool read_object(struct arena *arena, struct str text, json_t **out)
{
    return json_parse(arena, text, out) == OK && json_is_object(*out);
}

/* Absent, or a string of that length at most. */
static bool read_text(const json_t *object, const char *name, size_t max, struct str *out)
{
    const json_t *value = json_object_get(object, name);

    *out = json_get_str(object, name);
    return !value || (json_is_string(value) && out->len <= max);
}

static bool verifies(struct arena *arena, struct str token, const struct key *key)
{
    cjose_err failure;
    cjose_jws_t *jws = cjose_jws_import(str_c(arena, token), token.len, &failure);
    bool good = jws && cjose_jws_verify(jws, key->jwk, &failure);

    if (jws)
        cjose_jws_release(jws);
    return good;
}

enum jws_verdict jws_verify(struct arena *arena, struct str token,
                            const struct jws_keys *keys, unsigned algorithms,
                            struct jws *out)
{
    struct jws jws = {0};
    struct parts parts = {0};
    struct str alg;
    struct str kid;
    json_t *header = NULL;
    const struct algorithm *algorithm;
    const struct key *key;

    if (!split(arena, token, &parts) || !read_object(arena, parts.header, &header) ||
        !read_text(header, "alg", TYPE_MAX, &alg) ||
        !read_text(header, "kid", KID_MAX, &kid) ||
        !read_text(header, "typ", TYPE_MAX, &jws.type))
        return JWS_MALFORMED;
    if (!jws_algorithm_parse(alg, &jws.algorithm) || !(algorithms >> jws.algorithm & 1u))
        return JWS_ALGORITHM;
    /* "b64" (RFC 7797) means nothing unless it is critical, and then it is refused as such. */
    if (json_object_get(header, "crit"))
        return JWS_CRITICAL;
    algorithm = &ALGORITHMS[jws.algorithm];
    key = find_key(keys, kid, algorithm);
    if (!key)
        return JWS_KEY_UNKNOWN;
    if (parts.signature.len == 0 || parts.signature.len > SIGNATURE_MAX ||
        !verifies(arena, token, key))
        return JWS_SIGNATURE;
    if (!read_object(arena, parts.payload, &jws.claims))
        return JWS_MALFORMED;
    *out = jws;
    return JWS_OK;
}

struct str jws_half_hash(struct arena *arena, enum jws_algorithm algorithm,
                         struct str text)
{
    int bits = ALGORITHMS[algorithm].hash_bits;
    const EVP_MD *kind = bits == 256   ? EVP_sha256()
                         : bits == 384 ? EVP_sha384()
                                       : EVP_sha512();
    unsigned char digest[HASH_BYTES_MAX];
    unsigned length = 0;

    if (EVP_Digest(text.ptr, text.len, digest, &length, kind, NULL) != 1)
        bug("no digest");
    return str_base64url(arena, digest, length / 2);
}
