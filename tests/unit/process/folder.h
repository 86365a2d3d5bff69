/* folder.h: read a definition's folder in a unit test (the library itself does no I/O). */
#ifndef TEST_FOLDER_H
#define TEST_FOLDER_H

#include <dirent.h>

#include "base/vec.h"
#include "process/definition/definition.h"

static inline struct str folder_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        bug("cannot open %s: unit tests run in the root of the tree", path);
    char *text = arena_alloc(arena, 1 << 20);
    size_t len = fread(text, 1, 1 << 20, file);
    fclose(file);
    return (struct str){text, len};
}

static inline int folder_by_path(const void *a, const void *b)
{
    return str_cmp(((const struct definition_file *)a)->path,
                   ((const struct definition_file *)b)->path);
}

static inline void folder_add(struct arena *arena, struct vec *files, const char *dir,
                              const char *below)
{
    DIR *handle = opendir(dir);
    if (!handle)
        return;
    for (const struct dirent *entry; (entry = readdir(handle));) {
        struct str name = str_from(entry->d_name);
        struct str path = str_format(arena, "%s/%s", dir, entry->d_name);
        if (name.ptr[0] == '.')
            continue;
        if (str_index(name, '.') < 0) {
            folder_add(arena, files, path.ptr,
                       str_format(arena, "%s/", entry->d_name).ptr);
            continue;
        }
        struct definition_file *file = VEC_PUSH(files, struct definition_file);
        file->path = str_format(arena, "%s%s", below, entry->d_name);
        file->content = folder_file(arena, path.ptr);
    }
    closedir(handle);
}

/** All files of a definition, in order of path. */
static inline struct vec folder_read(struct arena *arena, const char *dir)
{
    struct vec files = VEC_INIT(arena, struct definition_file);
    folder_add(arena, &files, dir, "");
    if (files.count > 0)
        qsort(files.items, files.count, sizeof(struct definition_file), folder_by_path);
    return files;
}

#endif
