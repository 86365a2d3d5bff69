/* fuzz_file_name.c: cleaning of names as browsers send them; what comes out is safe to show. */
#include "file/type_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    if (size <= 4096) {
        struct str name = file_name_clean(arena, (struct str){(const char *)data, size});
        if (name.len > 200 || !str_is_utf8(name) || str_index(name, '/') >= 0 ||
            str_index(name, '\\') >= 0 || str_index(name, '\n') >= 0) {
            bug("unsafe name");
        }
        (void)file_type_by_name(name);
    }
    arena_free(&arena);
    return 0;
}
