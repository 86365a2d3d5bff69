#include "process/values.h"

#include "process/definition/json_own.h"

static struct feel_value list_from(struct arena *arena, const json_t *json)
{
    size_t count = json_array_size(json);
    struct feel_value *items = ARENA_ARRAY(arena, struct feel_value, count + 1);

    for (size_t i = 0; i < count; i++)
        items[i] = value_from_json(arena, json_array_get(json, i));
    return feel_list(arena, items, count);
}

static struct feel_value context_from(struct arena *arena, const json_t *json)
{
    struct feel_entry *entries =
        ARENA_ARRAY(arena, struct feel_entry, json_object_size(json) + 1);
    /* The iterator takes a mutable object, though it only reads. */
    json_t *object = (json_t *)(uintptr_t)json;
    size_t count = 0;

    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        entries[count].name =
            (struct str){json_object_iter_key(i), json_object_iter_key_len(i)};
        entries[count++].value = value_from_json(arena, json_object_iter_value(i));
    }
    return feel_context(arena, entries, count);
}

struct feel_value value_from_json(struct arena *arena, const json_t *json)
{
    if (json_is_array(json))
        return list_from(arena, json);
    if (json_is_object(json))
        return context_from(arena, json);
    if (json_is_string(json))
        return feel_string(json_str(json));
    if (json_is_integer(json))
        return feel_i64(json_integer_value(json));
    if (json_is_boolean(json))
        return feel_boolean(json_is_true(json));
    return FEEL_NULL_VALUE;
}

/* A new reference. */
static json_t *make(struct arena *arena, struct feel_value value)
{
    int64_t whole;
    json_t *out;

    switch (value.type) {
    case FEEL_NULL:
    case FEEL_FUNCTION:
        return json_null();
    case FEEL_BOOLEAN:
        return json_boolean(value.boolean);
    case FEEL_NUMBER:
        if (number_to_i64(value.number, &whole))
            return json_integer(whole);
        return json_text(number_text(arena, value.number));
    case FEEL_LIST:
        out = json_array();
        for (size_t i = 0; i < value.list->count; i++)
            json_array_append_new(out, make(arena, value.list->items[i]));
        return out;
    case FEEL_CONTEXT:
        out = json_object();
        for (size_t i = 0; i < value.context->count; i++) {
            struct str name = value.context->entries[i].name;

            json_object_setn_new(out, name.ptr, name.len,
                                 make(arena, value.context->entries[i].value));
        }
        return out;
    default:
        return json_text(feel_text(arena, value));
    }
}

json_t *value_to_json(struct arena *arena, struct feel_value value)
{
    return json_own(arena, make(arena, value));
}
