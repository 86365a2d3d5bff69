/* request_world.h: what the expressions of a request's forms, slots and rules see (process/values.h). */
#ifndef APP_REQUEST_WORLD_H
#define APP_REQUEST_WORLD_H

#include "process/values.h"
#include "app/request/request_full.h"

/** A draft is seen as of today, a submitted request as it was on the day of its submission. `answers`: other than the
 *  stored ones, or NULL. */
struct request_facts request_known(const struct request_full *full,
                                   const json_t *answers);
/** The same as the world of its forms. Numbers are taken as they are stored; whoever takes what people type sets the
 *  decimal sign. */
struct form_world request_world(const struct request_full *full, struct arena *arena);
/** The day from which the change is to hold, as the answers have it; DAY_NONE: none yet, or the type has none. */
day_no request_effective_date(const struct request_full *full, struct arena *arena);

/** An answer that submitting changed; texts as history keeps them. */
struct settled_answer {
    struct str key;
    struct str old_value;
    struct str new_value; /**< absent: it is hidden now, and gone */
};
/**
 * Bring the answers to what its forms come to now, before it is submitted: what is hidden goes, what is shown and not
 * asked is filled in. A draft without problems stays one. Returns what changed.
 */
size_t request_settle(struct request_full *full, struct arena *arena,
                      struct settled_answer **out);

#endif
