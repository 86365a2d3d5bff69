#include "process/definition/json_own.h"

static void drop(void *value)
{
    json_decref(value);
}

json_t *json_own(struct arena *arena, json_t *value)
{
    if (!value)
        bug("JSON: out of memory");
    arena_on_end(arena, drop, value);
    return value;
}

json_t *json_text(struct str text)
{
    return json_stringn(text.ptr ? text.ptr : "", text.len);
}
