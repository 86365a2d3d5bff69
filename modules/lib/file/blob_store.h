/* blob_store.h: accepted files by their content: <store>/ab/cdef...; written once, never
 * changed. */
#ifndef FILE_BLOB_STORE_H
#define FILE_BLOB_STORE_H

#include "base/clock.h"
#include "file/spool.h"

/** Path of a blob below the store: "ab/cdef0123..." (65 characters). */
struct str blob_path(struct arena *arena, const uint8_t sha256[SHA256_BYTES]);

/**
 * Copy a finished spool file into the store and make it durable (file and folders are
 * synced before OK). Content that is already there is left as it is. The digest is
 * computed again while copying: ERR_INTERNAL if the bytes are not those of spool->sha256.
 * ERR_UNAVAILABLE when the disk says no; then nothing is left under the blob's name.
 * Blocks on the disk.
 */
enum err blob_put(struct arena *arena, const char *store,
                  const struct spool *spool) MUST_USE;
/** True if a blob of that content is present. */
bool blob_exists(struct arena *arena, const char *store,
                 const uint8_t sha256[SHA256_BYTES]);

/** Called for each blob older than the limit; ERR_ stops the walk. `wanted_out` false =
 * delete it. */
typedef enum err (*blob_wanted_fn)(void *context, const uint8_t sha256[SHA256_BYTES],
                                   bool *wanted_out);
/**
 * Walk one folder of the store (`shard` 0..255) and remove blobs last put before
 * `before` that `wanted` does not know, and unfinished files of that age (shard 0 only). A
 * put of present content renews the blob's time first, so that it cannot be removed
 * between that put and its commit.
 */
enum err blob_sweep(struct arena *arena, const char *store, int shard, instant_us before,
                    blob_wanted_fn wanted, void *context, int64_t *removed_out) MUST_USE;

#endif
