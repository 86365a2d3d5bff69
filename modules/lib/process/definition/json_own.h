/* json_own.h: hand a JSON reference to an arena. */
#ifndef PROCESS_JSON_OWN_H
#define PROCESS_JSON_OWN_H

#include "formats/json.h"

/** The arena takes over the reference and drops it at its end. NULL (out of memory) is a
 * bug(). */
json_t *json_own(struct arena *arena, json_t *value);
/** Text as a JSON string. New reference; NULL if it is not UTF-8. */
json_t *json_text(struct str text);

#endif
