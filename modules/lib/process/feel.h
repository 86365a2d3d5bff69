/* feel.h: the FEEL expressions that definitions use (DMN 1.3, clause 10.3). Pure; no I/O.
 *
 * This stage knows: names and paths, text, number (decimal128 arrives with the full language) and
 * boolean literals, null, comparison, and, or, not(), parentheses. What it does not know is refused
 * when the definition is checked, never ignored. */
#ifndef PROCESS_FEEL_H
#define PROCESS_FEEL_H

#include "formats/json.h"

struct feel;

/** Parse `source` (without the leading '='). ERR_INPUT with "column: reason" noted. */
enum err feel_parse(struct arena *arena, struct str source, struct feel **out) MUST_USE;
/** Value as JSON (borrowed from context or owned by the arena). A missing name is null. */
enum err feel_eval(const struct feel *feel, struct arena *arena, const json_t *context,
                   const json_t **out) MUST_USE;
/** Evaluate as a condition: only the boolean true is true. */
enum err feel_test(const struct feel *feel, struct arena *arena, const json_t *context,
                   bool *out) MUST_USE;

#endif
