#include <errno.h>

#include "text/template_compile.h"

#define FILE_MAX_BYTES ((size_t)1 << 20)
#define PATH_MAX_BYTES 4096

enum err template_set_new(struct arena *arena, const char *dir,
                          const struct view_type *frame, struct template_set **out)
{
    struct template_set *set = ARENA_NEW(arena, struct template_set);

    set->arena = arena;
    set->dir = str_copy(arena, str_from(dir));
    set->frame = frame;
    set->files = map_new(arena);
    *out = set;
    return OK;
}

enum err template_refuse(const struct parsed *parsed, int line, const char *reason,
                         struct str what)
{
    return err_note(ERR_INPUT, "%.*s:%d: %s%s%.*s", STR_ARG(parsed->file), line, reason,
                    what.len ? ": " : "", STR_ARG(what));
}

static enum err read_source(struct template_set *set, const char *path, struct str *out)
{
    FILE *file = fopen(path, "rbe");
    struct arena_mark mark = arena_mark(set->arena);
    long size;
    char *text;
    enum err err = ERR_INPUT;

    if (!file)
        return ERR_INPUT;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 &&
        (size_t)size <= FILE_MAX_BYTES && fseek(file, 0, SEEK_SET) == 0) {
        text = arena_alloc(set->arena, (size_t)size + 1);
        if (fread(text, 1, (size_t)size, file) == (size_t)size) {
            *out = (struct str){text, (size_t)size};
            err = OK;
        }
    } else {
        errno = EFBIG;
    }
    (void)fclose(file);
    if (err != OK)
        arena_rewind(set->arena, mark);
    return err;
}

enum err template_load(struct template_set *set, const struct parsed *from, int line,
                       struct str name, const struct parsed **out)
{
    struct parsed *parsed = map_get(set->files, name);
    const struct parsed itself = {.file = name};
    struct str source = STR_NONE, owned;
    char path[PATH_MAX_BYTES];
    enum err err;

    if (!parsed) {
        int length =
            snprintf(path, sizeof(path), "%.*s/%.*s", STR_ARG(set->dir), STR_ARG(name));

        if (length >= PATH_MAX_BYTES)
            errno = ENAMETOOLONG;
        if (length >= PATH_MAX_BYTES || read_source(set, path, &source) != OK)
            return template_refuse(from ? from : &itself, from ? line : 1,
                                   strerror(errno), name);
        owned = str_copy(set->arena, name);
        parsed = ARENA_NEW(set->arena, struct parsed);
        err = template_parse(set->arena, owned, source, parsed);
        if (err != OK)
            return err;
        map_set(set->files, owned, parsed);
    }
    if (from && parsed->html != from->html)
        return template_refuse(from, line, "mixes .html and .txt", name);
    *out = parsed;
    return OK;
}
