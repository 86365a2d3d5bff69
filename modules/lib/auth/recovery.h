/* recovery.h: codes on paper, for somebody whose authenticator app is gone. */
#ifndef AUTH_RECOVERY_H
#define AUTH_RECOVERY_H

#include "base/secret.h"

/** Codes of one set. */
#define RECOVERY_CODES 10
/** Crockford base-32 digits of a code, five bits each: 120 random bits, so that a plain SHA-256 of it may be kept. */
#define RECOVERY_DIGITS 24

/** One code; `text` is for its owner's eyes, once. */
struct recovery_code_new {
    struct str text; /**< "7K2M-9QXD-...": six groups of four, in the arena */
    uint8_t sha256[SHA256_BYTES];
};

/** A new one. */
struct recovery_code_new recovery_code_make(struct arena *arena);
/** The hash of a code as somebody typed it: case, blanks and dashes do not matter, nor the look-alikes O, I and L.
 *  False when it cannot be a code; out untouched then. */
bool recovery_code_hash(struct str typed, uint8_t sha256_out[SHA256_BYTES]);

#endif
