/* random.h: unpredictable bytes (libsodium) and the references that people read. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/str.h"

/** Fill with bytes from the system's CSPRNG. Does not fail. */
void random_bytes(void *out, size_t size_bytes);
/**
 * A reference such as "R-7K2M-9QXD": prefix, then 8 Crockford base-32 digits (40 bits; no I L O U).
 * Unique by the table's key: on a duplicate the transaction runs again with a new one.
 */
struct str random_reference(struct arena *arena, char prefix);

#endif
