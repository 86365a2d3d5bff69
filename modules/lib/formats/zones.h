/* zones.h: the time zones of the world for somebody to choose from (ICU). */
#ifndef FORMATS_ZONES_H
#define FORMATS_ZONES_H

#include "base/str.h"

struct zone_choice {
    struct str id;     /**< IANA name, "Europe/Berlin" */
    struct str region; /**< its first part, "Europe" */
    struct str name;   /**< the city as the language calls it: "Vienna", "Wien" */
};

/** All zones that are a place, by region and then by name as the language sorts; `tag` is "en" or "de". Some 450 and some
 *  milliseconds: make it once per process and language. ERR_UNAVAILABLE with a note when ICU fails. */
enum err zones_list(struct arena *arena, const char *tag, struct zone_choice **out,
                    size_t *count_out) MUST_USE;

#endif
