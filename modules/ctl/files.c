/* files.c: reading the files a command works on. */
#include "ctl.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/vec.h"

#define FILE_BYTES ((size_t)16 << 20)

enum err ctl_read(struct ctl *ctl, const char *path, struct str *out)
{
    FILE *file = fopen(path, "re");
    struct stat info;
    if (!file || fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode) ||
        (size_t)info.st_size > FILE_BYTES) {
        fprintf(stderr, "kontorctl: %s: %s\n", path,
                !file ? strerror(errno) : "not a file, or over 16 MiB");
        if (file) {
            fclose(file);
        }
        return err_note(ERR_INPUT, "cannot read %s", path);
    }
    size_t size = (size_t)info.st_size;
    char *text = arena_alloc(ctl->arena, size + 1);
    size_t got = fread(text, 1, size, file);
    fclose(file);
    *out = (struct str){text, got};
    return OK;
}

static int by_path(const void *a, const void *b)
{
    return str_cmp(((const struct ctl_file *)a)->path,
                   ((const struct ctl_file *)b)->path);
}

struct walk {
    struct ctl *ctl;
    struct str suffix;
    struct vec files; /* struct ctl_file */
};

static enum err walk_folder(struct walk *walk, const char *dir, struct str below,
                            int depth)
{
    struct arena *arena = walk->ctl->arena;
    DIR *handle = opendir(dir);
    if (!handle) {
        fprintf(stderr, "kontorctl: %s: %s\n", dir, strerror(errno));
        return err_note(ERR_INPUT, "cannot read %s", dir);
    }
    enum err err = OK;
    const struct dirent *entry;
    while (err == OK && (entry = readdir(handle))) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        struct str path = str_format(arena, "%s/%s", dir, entry->d_name);
        struct str inside =
            below.len ? str_format(arena, "%.*s/%s", STR_ARG(below), entry->d_name)
                      : str_copy(arena, str_from(entry->d_name));
        struct stat info;
        if (stat(path.ptr, &info) != 0) {
            continue;
        }
        if (S_ISDIR(info.st_mode) && depth > 0) {
            err = walk_folder(walk, path.ptr, inside, depth - 1);
        } else if (S_ISREG(info.st_mode) && str_ends(inside, walk->suffix)) {
            struct str content;
            err = ctl_read(walk->ctl, path.ptr, &content);
            if (err == OK) {
                *VEC_PUSH(&walk->files, struct ctl_file) =
                    (struct ctl_file){.path = inside, .content = content};
            }
        }
    }
    closedir(handle);
    return err;
}

enum err ctl_read_dir(struct ctl *ctl, const char *dir, const char *suffix, int depth,
                      struct ctl_file **out, size_t *count_out)
{
    struct walk walk = {
        .ctl = ctl,
        .suffix = str_from(suffix),
        .files = VEC_INIT(ctl->arena, struct ctl_file),
    };
    enum err err = walk_folder(&walk, dir, STR(""), depth);
    if (err != OK) {
        return err;
    }
    if (walk.files.count > 1) {
        qsort(walk.files.items, walk.files.count, sizeof(struct ctl_file), by_path);
    }
    *out = walk.files.items;
    *count_out = walk.files.count;
    return OK;
}

const char *ctl_sql_dir(struct ctl *ctl, const char *name)
{
    const char *dir = ctl_option(ctl, "--dir");
    if (dir) {
        return dir;
    }
    struct str sql = conf_str(ctl->conf, "ctl", "sql");
    if (sql.len == 0) {
        fprintf(stderr, "kontorctl: give --dir, or set sql in section [ctl]\n");
        return NULL;
    }
    return str_format(ctl->arena, "%.*s/%s", STR_ARG(sql), name).ptr;
}
