#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>

/* Under AddressSanitizer what is not handed out is poisoned, with a gap behind each
 * allocation, so that the arenas do not hide overruns from the tests. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, size)   ASAN_POISON_MEMORY_REGION((at), (size))
#define UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION((at), (size))
#define GAP                16
#else
#define POISON(at, size)   ((void)(at), (void)(size))
#define UNPOISON(at, size) ((void)(at), (void)(size))
#define GAP                0
#endif

#define ALIGNMENT alignof(max_align_t)
/* A request's page usually fits the first block; later blocks double up to BLOCK_MAX. */
#define BLOCK_MIN ((size_t)16 << 10)
#define BLOCK_MAX ((size_t)256 << 10)

struct block {
    struct block *older;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct cleanup {
    struct cleanup *older;
    void (*fn)(void *);
    void *handle;
};

struct arena {
    struct block *block;     /* newest */
    struct cleanup *cleanup; /* newest */
    size_t limit;
    size_t held; /* sum of the block sizes */
};

static size_t round_up(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static void add_block(struct arena *arena, size_t need)
{
    size_t size = arena->block ? arena->block->size * 2 : BLOCK_MIN;
    struct block *block;

    if (size > BLOCK_MAX)
        size = BLOCK_MAX;
    if (arena->held + size > arena->limit)
        size = arena->limit - arena->held;
    if (size < need)
        size = need;
    if (need > arena->limit || arena->held > arena->limit - need)
        bug("arena over its limit of %zu bytes (%zu held, %zu wanted)", arena->limit,
            arena->held, need);
    block = malloc(sizeof(*block) + size);
    if (!block)
        bug("out of memory (%zu bytes)", size);
    block->older = arena->block;
    block->size = size;
    block->used = 0;
    POISON(block->bytes, size);
    arena->block = block;
    arena->held += size;
}

static void drop_block(struct arena *arena)
{
    struct block *block = arena->block;

    arena->block = block->older;
    arena->held -= block->size;
    UNPOISON(block->bytes, block->size);
    free(block);
}

struct arena *arena_new(size_t limit_bytes)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (!arena)
        bug("out of memory");
    arena->limit = limit_bytes;
    return arena;
}

static void run_cleanups(struct arena *arena, const void *until)
{
    while (arena->cleanup != until) {
        struct cleanup *c = arena->cleanup;

        if (!c)
            bug("arena rewound to a mark that is no longer there");
        arena->cleanup = c->older;
        c->fn(c->handle);
    }
}

void arena_free(struct arena **arena)
{
    struct arena *a = *arena;

    if (!a)
        return;
    run_cleanups(a, NULL);
    while (a->block)
        drop_block(a);
    free(a);
    *arena = NULL;
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
    size_t need;
    void *out;

    if (size_bytes > SIZE_MAX / 2)
        bug("allocation of %zu bytes", size_bytes);
    need = round_up(size_bytes ? size_bytes : 1) + GAP;
    if (!arena->block || arena->block->size - arena->block->used < need)
        add_block(arena, need);
    out = arena->block->bytes + arena->block->used;
    arena->block->used += need;
    UNPOISON(out, size_bytes);
    memset(out, 0, size_bytes);
    return out;
}

void *arena_array(struct arena *arena, size_t count, size_t size_bytes)
{
    size_t total;

    if (__builtin_mul_overflow(count, size_bytes, &total))
        bug("array of %zu x %zu bytes", count, size_bytes);
    return arena_alloc(arena, total);
}

bool arena_extend(struct arena *arena, void *last, size_t old_bytes, size_t new_bytes)
{
    struct block *block = arena->block;
    size_t old_need = round_up(old_bytes ? old_bytes : 1) + GAP;
    size_t offset, new_need;

    if (!block || block->used < old_need || new_bytes > SIZE_MAX / 2)
        return false;
    offset = block->used - old_need;
    new_need = round_up(new_bytes ? new_bytes : 1) + GAP;
    if (block->bytes + offset != (unsigned char *)last ||
        block->size - offset < new_need || new_bytes < old_bytes)
        return false;
    block->used = offset + new_need;
    UNPOISON(last, new_bytes);
    memset((unsigned char *)last + old_bytes, 0, new_bytes - old_bytes);
    return true;
}

void arena_on_end(struct arena *arena, void (*fn)(void *), void *handle)
{
    struct cleanup *c = ARENA_NEW(arena, struct cleanup);

    c->older = arena->cleanup;
    c->fn = fn;
    c->handle = handle;
    arena->cleanup = c;
}

struct arena_mark arena_mark(struct arena *arena)
{
    return (struct arena_mark){.block = arena->block,
                               .used = arena->block ? arena->block->used : 0,
                               .cleanup = arena->cleanup};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    run_cleanups(arena, mark.cleanup);
    while (arena->block != mark.block) {
        if (!arena->block)
            bug("arena rewound to a mark that is no longer there");
        /* The first block stays for reuse: most arenas live in it for ever. */
        if (!arena->block->older && !mark.block)
            break;
        drop_block(arena);
    }
    if (arena->block) {
        arena->block->used = mark.used;
        POISON(arena->block->bytes + mark.used, arena->block->size - mark.used);
    }
}

void arena_clear(struct arena *arena)
{
    arena_rewind(arena, (struct arena_mark){0});
}

size_t arena_room(const struct arena *arena)
{
    return arena->limit - arena->held;
}

size_t arena_used(const struct arena *arena)
{
    size_t used = 0;

    for (const struct block *b = arena->block; b; b = b->older)
        used += b->used;
    return used;
}
