/* drawing_json.h: private to model_json.c: where the drawing puts things, in the stored form of a model. */
#ifndef BPMN_DRAWING_JSON_H
#define BPMN_DRAWING_JSON_H

#include "base/map.h"
#include "formats/json.h"
#include "bpmn/model.h"

/** A new reference: the list of shapes. */
json_t *drawing_encode(struct arena *arena, const struct bpmn_model *model);
/** Set `model->shapes`. The maps lead from an id to its struct bpmn_element and struct bpmn_flow. What cannot
 *  be read is left out: nothing runs by a drawing. */
void drawing_load(struct arena *arena, const json_t *list, const struct map *elements,
                  const struct map *flows, struct bpmn_model *model);

#endif
