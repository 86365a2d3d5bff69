#include "base/vec.h"

struct vec vec_init(struct arena *arena, size_t item_size)
{
    return (struct vec){.arena = arena, .item_size = item_size};
}

void *vec_push(struct vec *vec)
{
    if (vec->count == vec->capacity) {
        size_t capacity = vec->capacity ? vec->capacity * 2 : 8;

        if (!vec->items ||
            !arena_extend(vec->arena, vec->items, vec->capacity * vec->item_size,
                          capacity * vec->item_size)) {
            void *grown = arena_array(vec->arena, capacity, vec->item_size);

            if (vec->count)
                memcpy(grown, vec->items, vec->count * vec->item_size);
            vec->items = grown;
        }
        vec->capacity = capacity;
    }
    vec->count++;
    return vec_at(vec, vec->count - 1);
}

void *vec_at(const struct vec *vec, size_t index)
{
    if (index >= vec->count)
        bug("item %zu of %zu", index, vec->count);
    return (char *)vec->items + index * vec->item_size;
}
