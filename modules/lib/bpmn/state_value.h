/* state_value.h: private to the stored form of a state: values with dates and durations in JSON. */
#ifndef BPMN_STATE_VALUE_H
#define BPMN_STATE_VALUE_H

#include "feel/value.h"

/** As JSON, which state_read_value() understands. */
void state_put_value(struct buf *out, struct arena *arena, struct feel_value value);
/** A value of feel_from_json() as it was. */
struct feel_value state_read_value(struct arena *arena, struct feel_value value);

#endif
