#include "formats/letter_case.h"

#include <unicode/ucasemap.h>

static struct str map(struct arena *arena, struct str text,
                      int32_t (*convert)(const UCaseMap *, char *, int32_t, const char *,
                                         int32_t, UErrorCode *))
{
    UErrorCode status = U_ZERO_ERROR;
    UCaseMap *cases = ucasemap_open("", 0, &status);
    /* One character becomes at most three, of at most three times the bytes. */
    int32_t room = (int32_t)text.len * 3 + 1;
    char *out = arena_alloc(arena, (size_t)room);
    int32_t length = 0;

    if (U_SUCCESS(status))
        length = convert(cases, out, room, text.ptr ? text.ptr : "", (int32_t)text.len,
                         &status);
    ucasemap_close(cases);
    return U_FAILURE(status) ? text : (struct str){out, (size_t)length};
}

struct str text_upper(struct arena *arena, struct str text)
{
    return map(arena, text, ucasemap_utf8ToUpper);
}

struct str text_lower(struct arena *arena, struct str text)
{
    return map(arena, text, ucasemap_utf8ToLower);
}
