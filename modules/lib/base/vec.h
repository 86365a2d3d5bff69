/* vec.h: a growing array in an arena. */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

/** Items of `item_size` bytes, contiguous; `items` moves on growth. */
struct vec {
    struct arena *arena;
    void *items;
    size_t count;
    size_t capacity;
    size_t item_size;
};

/** Empty; grows in the arena, so items move: keep indices, not pointers. */
struct vec vec_init(struct arena *arena, size_t item_size);
/** A zeroed new last item; valid until the next push. */
void *vec_push(struct vec *vec);
void *vec_at(const struct vec *vec, size_t index);

#define VEC_INIT(arena, type)    vec_init((arena), sizeof(type))
#define VEC_PUSH(vec, type)      ((type *)vec_push(vec))
#define VEC_AT(vec, type, index) ((type *)vec_at((vec), (index)))

#endif
