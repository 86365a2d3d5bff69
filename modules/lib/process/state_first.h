/* state_first.h: private to step.c: states of version 1, which Kontor wrote before it had an engine for all of BPMN. */
#ifndef PROCESS_STATE_FIRST_H
#define PROCESS_STATE_FIRST_H

#include "base/err.h"
#include "base/str.h"

struct arena;
struct definition;
struct bpmn_state;

/** Which of the two it is, by how it begins. */
bool state_is_first(struct str encoded);
/**
 * As the engine would have it today. Rows call tokens "<element>#<n>" with n counted for each element: such a token
 * keeps n as its number. Answers, days and times become what they are today. ERR_INPUT noted: no state of
 * this definition.
 */
enum err state_read_first(struct arena *arena, const struct definition *definition,
                          struct str encoded, struct bpmn_state **out) MUST_USE;

#endif
