/* spool.h: an upload on its way: a private, nameless file, its digest and its size. */
#ifndef FILE_SPOOL_H
#define FILE_SPOOL_H

#include "base/secret.h"

/** An open spool file. The file has no name any more: a crash leaves nothing behind. */
struct spool {
    int fd; /**< read and write; closed with the arena */
    int64_t size_bytes;
    int64_t limit_bytes;
    bool overflow; /**< more came than the limit: nothing after it was kept */
    struct sha256_stream digest;
    uint8_t sha256[SHA256_BYTES]; /**< valid after spool_finish */
};

/** New file (0600) in `dir`. ERR_UNAVAILABLE noted when the disk says no. */
enum err spool_open(struct arena *arena, const char *dir, int64_t limit_bytes,
                    struct spool **out) MUST_USE;
/**
 * Append. ERR_TOO_LARGE once the limit is passed (nothing more is written),
 * ERR_UNAVAILABLE when the disk is full or fails. Blocks on the disk only.
 */
enum err spool_write(struct spool *spool, struct str bytes) MUST_USE;
/** No more bytes follow: digest is final, offset is back at 0. */
enum err spool_finish(struct spool *spool) MUST_USE;

/**
 * Remove what a process that was killed between making a spool file and taking its name away has
 * left in `dir`: regular files older than a minute. Best effort, at start; returns how many.
 */
size_t spool_tidy(const char *dir);

#endif
