/* map.h: text key to pointer, insertion-ordered, in an arena. Seeded hash: input may be hostile. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map_entry {
    struct str key;
    void *value;
};

struct map;

/** Empty; grows in the arena. */
struct map *map_new(struct arena *arena);
/** Set (key is not copied; it must outlive the map). Replaces an existing value. */
void map_set(struct map *map, struct str key, void *value);
/** Value, or NULL. */
void *map_get(const struct map *map, struct str key);
bool map_has(const struct map *map, struct str key);
size_t map_count(const struct map *map);
/** The entries in insertion order, map_count() of them. */
const struct map_entry *map_entries(const struct map *map);

#endif
