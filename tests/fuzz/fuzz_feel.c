/* First line: the context as JSON; the rest: an expression. */
#include "process/feel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore_path(void *context, const struct str *names, size_t count)
{
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64u << 20);
    struct str rest = {(const char *)data, size}, first, reason;
    json_t *context = NULL;
    struct feel *feel;
    const json_t *value;
    bool holds;
    err_clear();
    (void)str_next(&rest, '\n', &first);
    if (json_parse(arena, first, &context) != OK)
        context = json_new_object(arena);
    if (feel_parse(arena, rest.ptr ? rest : STR(""), &feel, &reason) == OK) {
        feel_paths(feel, ignore_path, NULL);
        if (feel_eval(feel, arena, context, &value) == OK)
            (void)json_write(arena, value);
        if (feel_test(feel, arena, context, &holds) == OK && holds != true &&
            holds != false)
            bug("neither true nor false");
    }
    arena_free(&arena);
    return 0;
}
