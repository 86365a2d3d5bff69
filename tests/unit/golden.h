/* golden.h: a text that a test makes is the one in tests/golden, or with BLESS=1 becomes it. */
#ifndef TEST_GOLDEN_H
#define TEST_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

/** `name` is a path below tests/golden; the folder exists. Tests run in the root of the tree. */
static inline void golden_check(struct arena *arena, const char *name, struct str text)
{
    const char *path = str_format(arena, "tests/golden/%s", name).ptr;
    const char *bless = getenv("BLESS");
    if (bless != NULL && *bless != '\0') {
        FILE *file = fopen(path, "wb");
        if (file == NULL || fwrite(text.ptr, 1, text.len, file) != text.len ||
            fclose(file) != 0) {
            fail_msg("%s: not written", path);
        }
        return;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is missing; make bless writes it", path);
        return;
    }
    size_t room = text.len + 2;
    char *wanted = arena_alloc(arena, room);
    size_t len = fread(wanted, 1, room - 1, file);
    fclose(file);
    if (len != text.len || memcmp(wanted, text.ptr, len) != 0) {
        print_error("%.*s\n", (int)text.len, text.ptr);
        fail_msg("%s differs from the text above; make bless if it is meant", path);
    }
}

#endif
