/* examine.h: one file, one verdict: what it is (libmagic) and whether it is whole
 * (file/check). */
#ifndef SCAN_EXAMINE_H
#define SCAN_EXAMINE_H

#include "file/type_policy.h"

/** libmagic with its database in memory (the only home of magic.h). */
struct examiner;

/** Load the database; `path` "" = the system's. ERR_UNAVAILABLE noted. Blocks on reading
 * it. */
enum err examiner_new(struct arena *arena, struct str path,
                      struct examiner **out) MUST_USE;
/** Verdict on a whole file in memory that claims to be `type`. Opens nothing, writes
 * nothing. */
enum file_refusal examine(const struct examiner *examiner, struct str bytes,
                          const struct file_type *type);

#endif
