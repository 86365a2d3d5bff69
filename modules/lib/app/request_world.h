/* request_world.h: what the expressions of a request's forms, slots and rules see (process/values.h). */
#ifndef APP_REQUEST_WORLD_H
#define APP_REQUEST_WORLD_H

#include "process/values.h"
#include "app/request_full.h"

/** A draft is seen as of today, a submitted request as it was on the day of its submission. `answers`: other than the
 *  stored ones, or NULL. */
struct request_facts request_known(const struct request_full *full,
                                   const json_t *answers);
/** The same as the world of its forms. Numbers are taken as they are stored; whoever takes what people type sets the
 *  decimal sign. */
struct form_world request_world(const struct request_full *full, struct arena *arena);
/** Remove what its forms hide: from the answers of a draft, before it is submitted. True if there was something. */
bool request_drop_hidden(struct request_full *full, struct arena *arena);

#endif
