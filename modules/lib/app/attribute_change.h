/* attribute_change.h: what a request's service task would do to the master data, and
 * whether they have changed since the request began. */
#ifndef APP_ATTRIBUTE_CHANGE_H
#define APP_ATTRIBUTE_CHANGE_H

#include "db/db.h"

struct attribute_change {
    struct str key;
    struct str base_value;    /**< when the request began */
    struct str current_value; /**< holds today */
    struct str new_value;
    bool differs; /**< base and current are not the same */
};
struct attribute_changes {
    struct attribute_change *items;
    size_t count;
    day_no valid_from;
    bool conflict; /**< one of them differs */
};
/** From the payload of the job (inputs attributes and validFrom; nested objects are keys
 * joined by
 *  '.', null leaves the value as it is), the request's base and the company's master
 * data. One statement. ERR_INPUT when the payload is not understood. */
enum err attribute_changes(struct db *db, struct arena *arena, int64_t company_id,
                           struct str base_json, struct str job_payload, day_no today,
                           struct attribute_changes *out) MUST_USE;

#endif
