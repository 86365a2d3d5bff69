#include "base/map.h"

#include <sodium.h>

#include "base/random.h"
#include "base/vec.h"

/* Up to this many entries a plain scan is faster than hashing, and needs no seed. */
#define SCAN_MAX 8

struct map {
    struct vec entries; /* of struct map_entry */
    uint32_t *slots;   /* entry index + 1, 0 = free; open addressing, at most half full */
    size_t slot_count; /* power of two, 0 while scanning */
    unsigned char seed[crypto_shorthash_KEYBYTES];
    struct arena *arena;
};

struct map *map_new(struct arena *arena)
{
    struct map *map = ARENA_NEW(arena, struct map);

    map->arena = arena;
    map->entries = VEC_INIT(arena, struct map_entry);
    return map;
}

static size_t first_slot(const struct map *map, struct str key)
{
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t number;

    crypto_shorthash(hash, (const unsigned char *)key.ptr, key.len, map->seed);
    memcpy(&number, hash, sizeof(number));
    return (size_t)number & (map->slot_count - 1);
}

/* The entry of key, or NULL; then *slot_out is where it would go (if there are slots). */
static struct map_entry *find(const struct map *map, struct str key, size_t *slot_out)
{
    struct map_entry *entries = map->entries.items;

    if (!map->slot_count) {
        for (size_t i = 0; i < map->entries.count; i++) {
            if (str_eq(entries[i].key, key))
                return &entries[i];
        }
        return NULL;
    }
    for (size_t slot = first_slot(map, key);; slot = (slot + 1) & (map->slot_count - 1)) {
        if (!map->slots[slot]) {
            *slot_out = slot;
            return NULL;
        }
        if (str_eq(entries[map->slots[slot] - 1].key, key))
            return &entries[map->slots[slot] - 1];
    }
}

static void rehash(struct map *map)
{
    const struct map_entry *entries = map->entries.items;

    if (!map->slot_count)
        random_bytes(map->seed, sizeof(map->seed));
    map->slot_count = map->slot_count ? map->slot_count * 2 : 4 * SCAN_MAX;
    map->slots = ARENA_ARRAY(map->arena, uint32_t, map->slot_count);
    for (size_t i = 0; i < map->entries.count; i++) {
        size_t slot = first_slot(map, entries[i].key);

        while (map->slots[slot])
            slot = (slot + 1) & (map->slot_count - 1);
        map->slots[slot] = (uint32_t)i + 1;
    }
}

void map_set(struct map *map, struct str key, void *value)
{
    size_t slot = 0;
    struct map_entry *entry = find(map, key, &slot);

    if (entry) {
        entry->value = value;
        return;
    }
    entry = VEC_PUSH(&map->entries, struct map_entry);
    entry->key = key;
    entry->value = value;
    if (map->slot_count)
        map->slots[slot] = (uint32_t)map->entries.count;
    if (map->slot_count ? map->entries.count > map->slot_count / 2
                        : map->entries.count > SCAN_MAX)
        rehash(map);
}

void *map_get(const struct map *map, struct str key)
{
    size_t slot;
    const struct map_entry *entry = find(map, key, &slot);

    return entry ? entry->value : NULL;
}

bool map_has(const struct map *map, struct str key)
{
    size_t slot;

    return find(map, key, &slot) != NULL;
}

size_t map_count(const struct map *map)
{
    return map->entries.count;
}

const struct map_entry *map_entries(const struct map *map)
{
    return map->entries.items;
}
