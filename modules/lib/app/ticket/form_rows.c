#include "app/ticket/form_rows.h"

/* The rows of a list whose rows the person may change; NULL for anything else. */
static json_t *open_rows(struct arena *arena, const struct form_now *now, json_t *values,
                         struct str name, size_t *max_out)
{
    const struct form_field_now *list = form_now_find(now, name);
    json_t *rows = json_object_get(values, str_c(arena, name));

    *max_out = list == NULL ? 0 : (size_t)list->field->max_rows;
    if (list == NULL || list->field->kind != FORM_LIST || list->readonly ||
        list->field->fixed_rows || !json_is_array(rows))
        return NULL;
    return rows;
}

void form_rows_change(struct arena *arena, const struct form_now *now, json_t *values,
                      const struct form_rows_act *act)
{
    struct str rest = act->remove;
    struct str list;
    struct str digits;
    int64_t row;
    size_t max = 0;
    json_t *rows =
        str_is_empty(act->add) ? NULL : open_rows(arena, now, values, act->add, &max);

    if (rows != NULL && json_array_size(rows) < max)
        (void)json_array_append_new(rows, json_object());
    if (!str_next(&rest, '[', &list) || !str_next(&rest, ']', &digits) ||
        str_to_i64(digits, &row) != OK || row < 0)
        return;
    rows = open_rows(arena, now, values, list, &max);
    if (rows != NULL)
        (void)json_array_remove(rows, (size_t)row);
}
