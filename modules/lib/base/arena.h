/* arena.h: memory with a lifetime. Process, request and scratch are the three that exist. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;

/** A place to rewind to. */
struct arena_mark {
    void *block;
    size_t used;
    void *cleanup;
};

/**
 * New arena that owns all it hands out. `limit_bytes` is a hard ceiling over all its blocks: to
 * pass it is a bug(), since real limits on input come first.
 */
struct arena *arena_new(size_t limit_bytes);

/** Run the cleanups (last first), free all blocks, null the pointer. NULL is allowed. */
void arena_free(struct arena **arena);

/** Zeroed memory, aligned for any type. Does not return on exhaustion. */
void *arena_alloc(struct arena *arena, size_t size_bytes)
    __attribute__((returns_nonnull));

/** Zeroed array; the multiplication is checked. */
void *arena_array(struct arena *arena, size_t count, size_t size_bytes)
    __attribute__((returns_nonnull));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count)                                                  \
    ((type *)arena_array((arena), (count), sizeof(type)))

/**
 * Grow the newest allocation in place; the new bytes are zeroed. False (nothing changed) when
 * `last` is not the newest or its block is full.
 */
bool arena_extend(struct arena *arena, void *last, size_t old_bytes,
                  size_t new_bytes) MUST_USE;

/** Call `fn(handle)` when the arena is freed, cleared or rewound past this point. */
void arena_on_end(struct arena *arena, void (*fn)(void *), void *handle);

/** Remember the present fill level. */
struct arena_mark arena_mark(struct arena *arena);

/** Back to `mark`: cleanups registered since run, memory handed out since is reused. */
void arena_rewind(struct arena *arena, struct arena_mark mark);

/** Rewind to empty; keeps the first block for reuse. */
void arena_clear(struct arena *arena);

/** Bytes that its blocks may still take before the limit: for work that gives up in time. */
size_t arena_room(const struct arena *arena);

/** Bytes handed out now, for tests and diagnostics. */
size_t arena_used(const struct arena *arena);

#endif
