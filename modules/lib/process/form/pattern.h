/* pattern.h: patterns of form fields. */
#ifndef PROCESS_PATTERN_H
#define PROCESS_PATTERN_H

#include "base/str.h"

/** Bytes of a pattern. */
#define PATTERN_SIZE_MAX 500

/** Does it compile? ERR_INPUT with `*reason_out` in the arena otherwise. */
enum err pattern_check(struct arena *arena, struct str pattern,
                       struct str *reason_out) MUST_USE;
/**
 * Does all of `text` match? Within 100,000 steps, else it does not: a form must not stall a
 * responder. Compiled on each call (some microseconds; a page has few patterns), so that a loaded
 * definition holds no foreign memory.
 */
bool pattern_matches(struct arena *arena, struct str pattern, struct str text);

#endif
