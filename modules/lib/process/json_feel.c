#include "process/json_feel.h"

bool json_is_feel(const json_t *object, const char *key)
{
    struct str text = json_get_str(object, key);
    return text.ptr && str_starts(text, STR("="));
}

const struct feel_node *json_read_feel(struct json_source *source,
                                       const struct json_at *at, const json_t *object,
                                       const char *key, bool required)
{
    struct json_at place = {at, key, 0};
    const struct feel_node *node = NULL;
    struct str reason;
    if (!json_object_get(object, key)) {
        if (required)
            json_problem(source, at, "\"%s\" is missing", key);
        return NULL;
    }
    if (!json_is_feel(object, key)) {
        json_problem(source, &place, "\"%s\" must be an expression: \"=...\"", key);
        return NULL;
    }
    struct str text = str_from_index(json_get_str(object, key), 1);
    if (feel_parse(source->arena, text, NULL, &node, &reason) != OK) {
        json_problem(source, &place, "\"%s\": FEEL expression: %.*s", key,
                     STR_ARG(reason));
        return NULL;
    }
    return node;
}
