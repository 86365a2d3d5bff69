/* json_feel.h: FEEL expressions in JSON files: text that begins with '='. */
#ifndef PROCESS_JSON_FEEL_H
#define PROCESS_JSON_FEEL_H

#include "feel/feel.h"
#include "process/definition/json_source.h"

/** True if the member is text that begins with '='. */
bool json_is_feel(const json_t *object, const char *key);
/** The expression; NULL if the member is not there, or (reported) is none. */
const struct feel_node *json_read_feel(struct json_source *source,
                                       const struct json_at *at, const json_t *object,
                                       const char *key, bool required);

#endif
