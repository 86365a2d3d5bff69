/* blobs.h: are the stored documents there, and are they what the database says? */
#ifndef CTL_BLOBS_H
#define CTL_BLOBS_H

#include "ctl.h"

/** Called per document that is missing or differs. */
typedef void (*blob_problem_fn)(void *context, struct str public_id, const char *what);

/**
 * Read every accepted document of a request (0 = of all) and compare size and SHA-256. Reads the
 * files, so it takes as long as the disk does.
 */
enum err blobs_check(struct ctl *ctl, struct db *db, int64_t request_id,
                     blob_problem_fn problem, void *context,
                     int64_t *checked_out) MUST_USE;

#endif
