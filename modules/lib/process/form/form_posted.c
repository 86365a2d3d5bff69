#include "process/form/form_posted.h"

#include "process/form/form_scope.h"
#include "process/definition/json_own.h"

struct reader {
    struct arena *arena;
    const struct map *posted;
};

static json_t *text_value(const struct reader *r, struct str raw)
{
    json_t *text = raw.len <= FORM_ANSWER_BYTES_MAX ? json_text(raw) : NULL;

    return text ? text : json_false();
}

/* "name[12]": what follows "name[", up to ']'; false for any other name. */
static bool index_after(struct str key, struct str name, size_t *index_out,
                        struct str *rest_out)
{
    int64_t index;

    if (!str_starts(key, name) || key.len <= name.len || key.ptr[name.len] != '[')
        return false;
    struct str rest = str_from_index(key, name.len + 1);
    ssize_t end = str_index(rest, ']');
    if (end < 1 || end > 4 || rest.ptr[0] == '-' ||
        str_to_i64(str_sub(rest, 0, (size_t)end), &index) != OK)
        return false;
    *index_out = (size_t)index;
    *rest_out = str_from_index(rest, (size_t)end + 1);
    return true;
}

static json_t *checklist(const struct reader *r, struct str name)
{
    const struct map_entry *entries = map_entries(r->posted);
    json_t *list = json_array();

    for (size_t i = 0; i < map_count(r->posted); i++) {
        const struct str *value = entries[i].value;
        struct str rest;
        size_t index;
        if (index_after(entries[i].key, name, &index, &rest) && rest.len == 0 &&
            value->len > 0 && json_array_size(list) < FORM_OPTIONS_MAX)
            json_array_append_new(list, text_value(r, *value));
    }
    return list;
}

static json_t *object_of(const struct reader *r, const struct form_field *fields,
                         size_t count, struct str list, size_t row);

/* Of those behind a full list one is read, so that it is said. */
static json_t *rows_of(const struct reader *r, const struct form_field *field)
{
    const struct map_entry *entries = map_entries(r->posted);
    bool there[FORM_ROWS_MAX] = {false};
    size_t beyond = 0;
    json_t *rows = json_array();

    for (size_t i = 0; i < map_count(r->posted); i++) {
        struct str rest;
        size_t index;
        const struct str *value = entries[i].value;
        if (!index_after(entries[i].key, field->key, &index, &rest) ||
            (rest.len > 0 && rest.ptr[0] != '.'))
            continue;
        if (index < FORM_ROWS_MAX)
            there[index] = true;
        else if (rest.len > 0 && value->len > 0)
            beyond = index;
    }
    for (size_t i = 0; i < FORM_ROWS_MAX; i++)
        if (there[i])
            json_array_append_new(
                rows, object_of(r, field->fields, field->field_count, field->key, i));
    if (beyond > 0 && there[FORM_ROWS_MAX - 1])
        json_array_append_new(
            rows, object_of(r, field->fields, field->field_count, field->key, beyond));
    return rows;
}

static json_t *value_of(const struct reader *r, const struct form_field *field,
                        struct str name)
{
    const struct str *raw = map_get(r->posted, name);

    switch (field->kind) {
    case FORM_CHECKBOX:
        return json_boolean(
            raw && (str_is(*raw, "true") || str_is(*raw, "on") || str_is(*raw, "1")));
    case FORM_CHECKLIST:
        return checklist(r, name);
    case FORM_LIST:
        return rows_of(r, field);
    default:
        return raw ? text_value(r, *raw) : json_null();
    }
}

static json_t *object_of(const struct reader *r, const struct form_field *fields,
                         size_t count, struct str list, size_t row)
{
    json_t *object = json_object();

    for (size_t i = 0; i < count; i++) {
        struct str key = fields[i].key;
        if (!key.ptr)
            continue;
        struct str name = list.ptr ? form_row_name(r->arena, list, row, key) : key;
        json_object_setn_new(object, key.ptr, key.len, value_of(r, &fields[i], name));
    }
    return object;
}

json_t *form_posted(struct arena *arena, const struct form *form,
                    const struct map *posted)
{
    const struct reader r = {arena, posted};

    return json_own(arena, object_of(&r, form->fields, form->field_count, STR_NONE, 0));
}
