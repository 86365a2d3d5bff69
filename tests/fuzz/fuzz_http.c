/* Forms, cookies and percent escapes: any bytes give a verdict, and what comes out is text. */
#include <stdint.h>

#include "web/exchange.h"

static void check_text(struct str s)
{
    if (s.len && (memchr(s.ptr, 0, s.len) || !str_is_utf8(s)))
        bug("NUL or invalid UTF-8 came through");
}

static void check_map(const struct map *map)
{
    const struct map_entry *entries = map_entries(map);

    for (size_t i = 0; i < map_count(map); i++)
        check_text(*(const struct str *)entries[i].value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    /* A copy of exactly this size, so that a read past the end is seen. */
    struct str in =
        str_sub(str_copy(arena, (struct str){(const char *)data, size}), 0, size);
    struct path_param params[PATH_PARAMS_MAX];
    struct map *map = NULL;
    struct str text;
    size_t count;

    if (http_parse_form(arena, in, 50, &map) == OK)
        check_map(map);
    check_map(http_parse_cookies(arena, in));
    if (http_decode(arena, in, false, &text) == OK)
        check_text(text);
    (void)route_pattern_matches("/requests/{reference}/answers/{form}", in, params,
                                &count);
    arena_free(&arena);
    err_clear();
    return 0;
}
