/* slots_read.h: documents.json: the document slots of a definition. What the members mean stands in
 * templates/processes/README.md.
 *
 *   {"slots": [{"key", "title", "description", "required": true | "=...", "showIf": "=...",
 *               "number": 2 | "=..." | {"min", "max"}, "form": "scan" | "original",
 *               "check": "completeness" | "correctness", "checkedBy", "reuse", "validMonths",
 *               "remindDays", "kinds": [{"key", "title", "maxAgeMonths" | "maxAgeDays"}],
 *               "mediaTypes": ["application/pdf"], "reasons": [{"key", "title"}]}]} */
#ifndef PROCESS_SLOTS_READ_H
#define PROCESS_SLOTS_READ_H

#include "process/definition/definition.h"
#include "process/definition/json_source.h"

/** Read strictly; every problem is reported. `at` is NULL for a file of its own. */
void slots_read(struct json_source *source, const struct json_at *at,
                const json_t *object, const struct slot_rule **slots_out,
                size_t *count_out);

#endif
