/* jws.h: signed tokens (RFC 7515, compact form) and the keys that verify them (RFC 7517); the only home of
 * cjose. Nothing of a token's content is handed out before its signature was verified with a key of the set
 * that the caller brings. What a token says about keys (jwk, jku, x5u, x5c) is not looked at. */
#ifndef AUTH_JWS_H
#define AUTH_JWS_H

#include "formats/json.h"

/** Longest token. */
#define JWS_BYTES_MAX 16384
/** Keys of a set that are looked at. */
#define JWS_KEYS_MAX 64

/** Signatures that are known. There is no "none" and no HMAC: a bit set of these is all a configuration can allow. */
enum jws_algorithm {
    JWS_RS256,
    JWS_RS384,
    JWS_RS512,
    JWS_PS256,
    JWS_PS384,
    JWS_PS512,
    JWS_ES256,
    JWS_ES384,
    JWS_ES512,
    JWS_ALGORITHM_COUNT
};
/** "RS256" ... */
const char *jws_algorithm_name(enum jws_algorithm algorithm);
/** False for any other name ("none" and "HS256" among them). */
bool jws_algorithm_parse(struct str name, enum jws_algorithm *out);

/** Public keys of one issuer. */
struct jws_keys;
/**
 * From a JWK set. Keys for other uses, of unknown or weak kinds (RSA below 2,048 bits), with private parts, or that do not
 * parse are left out. ERR_INPUT noted when the text is no key set or nothing is left. Lives in the arena.
 */
enum err jws_keys_read(struct arena *arena, struct str json,
                       struct jws_keys **out) MUST_USE;
size_t jws_keys_count(const struct jws_keys *keys);

enum jws_verdict {
    JWS_OK,
    JWS_MALFORMED, /**< not three parts of base64url, no JSON object, a key twice, too long, encrypted */
    JWS_ALGORITHM,   /**< none, HMAC, unknown, or not allowed */
    JWS_CRITICAL,    /**< a critical extension; we know none (RFC 7515 section 4.1.11) */
    JWS_KEY_UNKNOWN, /**< the set has no such key: it may have been rotated */
    JWS_SIGNATURE,   /**< does not verify */
};

/** A token whose signature was verified. */
struct jws {
    enum jws_algorithm algorithm;
    struct str type; /**< "typ" of the header; absent if none */
    json_t *claims;  /**< an object */
};

/** Verify; `out` is filled for JWS_OK only. `algorithms` is a bit set: 1u << enum jws_algorithm. */
enum jws_verdict jws_verify(struct arena *arena, struct str token,
                            const struct jws_keys *keys, unsigned algorithms,
                            struct jws *out) MUST_USE;

/** base64url of the left half of the algorithm's hash of an ASCII text: what at_hash holds. */
struct str jws_half_hash(struct arena *arena, enum jws_algorithm algorithm,
                         struct str text);

#endif
