/* model_json.h: a model as JSON, the form in which a published definition is stored: programs load that
 * and never parse XML. Only what was checked is written, and what cannot be read is refused. */
#ifndef BPMN_MODEL_JSON_H
#define BPMN_MODEL_JSON_H

#include "formats/json.h"
#include "bpmn/model.h"

/** All that bpmn_model_load() needs; the document is in the arena. */
json_t *bpmn_model_encode(struct arena *arena, const struct bpmn_model *model);
/** Texts point into `stored`, which must live as long as the model. ERR_INPUT noted. */
enum err bpmn_model_load(struct arena *arena, const json_t *stored,
                         struct bpmn_model **out) MUST_USE;

#endif
