/* values.h: between the engine's values and jansson's, in which answers and job payloads are kept. */
#ifndef PROCESS_VALUES_H
#define PROCESS_VALUES_H

#include "formats/json.h"
#include "feel/value.h"

/** A JSON real is no value of ours (numbers are exact): it becomes null. */
struct feel_value value_from_json(struct arena *arena, const json_t *json);
/** Owned by the arena. A number with a fraction is given as text, since jansson would make a double of
 *  it; dates and durations are text, too. */
json_t *value_to_json(struct arena *arena, struct feel_value value);

#endif
