/* table_json.h: decisions as JSON, the form in which a published definition keeps them: programs load that
 * and never parse XML. */
#ifndef DMN_TABLE_JSON_H
#define DMN_TABLE_JSON_H

#include "formats/json.h"
#include "dmn/dmn.h"

/** The stored form, in the arena. */
json_t *dmn_encode(struct arena *arena, const struct dmn_model *model);
/** Texts point into `stored`, which must live as long as the model. ERR_INPUT noted. */
enum err dmn_load(struct arena *arena, const json_t *stored,
                  struct dmn_model **out) MUST_USE;

#endif
