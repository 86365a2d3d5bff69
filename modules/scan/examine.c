#include "examine.h"

#include <magic.h>

#include "file/check.h"

struct examiner {
    magic_t magic;
};

static void examiner_close(void *handle)
{
    magic_close(handle);
}

enum err examiner_new(struct arena *arena, struct str path, struct examiner **out)
{
    /* Nothing that unpacks, forks or walks foreign structures: the structural checks do
     * that. */
    int flags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
                MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_TOKENS |
                MAGIC_NO_CHECK_APPTYPE | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV;
    magic_t magic = magic_open(flags);
    if (magic == NULL) {
        return err_note(ERR_UNAVAILABLE, "libmagic does not open");
    }
    arena_on_end(arena, examiner_close, magic);
    if (magic_load(magic, str_is_empty(path) ? NULL : str_c(arena, path)) != 0) {
        return err_note(ERR_UNAVAILABLE, "magic database: %s", magic_error(magic));
    }
    struct examiner *examiner = ARENA_NEW(arena, struct examiner);
    examiner->magic = magic;
    *out = examiner;
    return OK;
}

enum file_refusal examine(const struct examiner *examiner, struct str bytes,
                          const struct file_type *type)
{
    if (bytes.len == 0) {
        return FILE_EMPTY;
    }
    const char *sniffed = magic_buffer(examiner->magic, bytes.ptr, bytes.len);
    if (sniffed == NULL || !file_type_is(type, str_from(sniffed))) {
        return FILE_CONTENT_MISMATCH;
    }
    if (check_has_zip_tail(bytes)) {
        return FILE_CONTENT_MISMATCH;
    }
    return type->check(bytes);
}
