/* feel.h: the FEEL expressions that definitions use (DMN 1.3, clause 10.3). Pure; no I/O.
 *
 * This stage knows: names and paths, text, number and boolean literals, null, comparison,
 * and, or, not(), number(), context literals {name: value}, parentheses. What it does not
 * know is refused when the definition is checked, never ignored.
 *
 * Numbers are exact: integers and decimal text, compared digit by digit and never as
 * doubles. There is no arithmetic yet; a JSON real in the context, or a decimal fraction
 * as a result, is refused, since jansson could only hold it as a double. */
#ifndef PROCESS_FEEL_H
#define PROCESS_FEEL_H

#include "formats/json.h"

struct feel;

/**
 * Parse `source` (without the leading '='). ERR_INPUT: `*reason_out` says "column N:
 * ...", in the arena. The tree points into `source`.
 */
enum err feel_parse(struct arena *arena, struct str source, struct feel **out,
                    struct str *reason_out) MUST_USE;
/** Value as JSON (borrowed from context or owned by the arena). A missing name is null.
 */
enum err feel_eval(const struct feel *feel, struct arena *arena, const json_t *context,
                   const json_t **out) MUST_USE;
/** Evaluate as a condition: only the boolean true is true. */
enum err feel_test(const struct feel *feel, struct arena *arena, const json_t *context,
                   bool *out) MUST_USE;

/** Call `fn` for every path a.b.c: what the expression reads from its context. */
void feel_paths(const struct feel *feel,
                void (*fn)(void *context, const struct str *names, size_t count),
                void *context);
/** The keys of a context literal; false if the expression is anything else. */
bool feel_context_keys(const struct feel *feel, const struct str **keys_out,
                       size_t *count_out);

#endif
