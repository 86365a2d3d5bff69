/* attribute_change.h: what a request's service task would do to the master data, and
 * whether they have changed since the request began. */
#ifndef APP_ATTRIBUTE_CHANGE_H
#define APP_ATTRIBUTE_CHANGE_H

#include "formats/json.h"
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
/** What it is worked out from. */
struct attribute_change_of {
    int64_t company_id;
    struct str base;      /**< the request's: JSON */
    const json_t *inputs; /**< the service task's: attributes, validFrom */
    day_no today;
};
/** Nested objects are keys joined by '.', null empties the value. One statement. ERR_INPUT when the
 *  inputs are not understood. */
enum err attribute_changes(struct db *db, struct arena *arena,
                           const struct attribute_change_of *of,
                           struct attribute_changes *out) MUST_USE;

#endif
