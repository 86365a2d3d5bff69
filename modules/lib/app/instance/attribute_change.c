#include "app/instance/attribute_change.h"

#include "base/vec.h"
#include "formats/json.h"
#include "store/master_data.h"

/* An answer as master data hold it: text. No answer empties the attribute, so that a part of the old
 * value (a house number, say) does not outlive the rest. False for what is no plain value. */
static bool as_text(struct arena *arena, const json_t *value, struct str *out)
{
    if (json_is_string(value))
        *out = (struct str){json_string_value(value), json_string_length(value)};
    else if (json_is_integer(value))
        *out = str_format(arena, "%lld", (long long)json_integer_value(value));
    else if (json_is_boolean(value))
        *out = json_is_true(value) ? STR("true") : STR("false");
    else if (json_is_null(value))
        *out = STR("");
    else
        return false;
    return true;
}

static void collect(struct arena *arena, struct vec *changes, struct str prefix,
                    json_t *attributes, const json_t *base)
{
    const char *key;
    json_t *value;
    json_object_foreach(attributes, key, value)
    {
        struct str name = str_is_empty(prefix)
                              ? str_copy(arena, str_from(key))
                              : str_format(arena, "%.*s.%s", STR_ARG(prefix), key);
        struct str text;
        if (json_is_object(value)) {
            collect(arena, changes, name, value, base);
        } else if (as_text(arena, value, &text)) {
            *VEC_PUSH(changes, struct attribute_change) = (struct attribute_change){
                .key = name,
                .base_value = json_get_str(base, str_c(arena, name)),
                .new_value = text,
            };
        }
    }
}

static bool same(struct str a, struct str b)
{
    return str_is_empty(a) ? str_is_empty(b) : str_eq(a, b);
}

enum err attribute_changes(struct db *db, struct arena *arena,
                           const struct attribute_change_of *of,
                           struct attribute_changes *out)
{
    json_t *base;
    enum err err = json_parse(arena, of->base, &base);
    if (err != OK)
        return err;
    const json_t *inputs = of->inputs;
    struct vec changes = VEC_INIT(arena, struct attribute_change);
    collect(arena, &changes, STR_NONE, json_object_get(inputs, "attributes"), base);
    struct attribute_changes result = {
        .items = changes.items, .count = changes.count, .valid_from = of->today};
    struct str valid_from = json_get_str(inputs, "validFrom");
    if (!str_is_empty(valid_from)) {
        err = day_parse(valid_from, &result.valid_from);
        if (err != OK)
            return err_note(err, "validFrom is not a day");
    }
    struct db_rows rows;
    err = master_data_list(db, arena, of->company_id, true, of->today, &rows);
    if (err != OK)
        return err;
    const struct master_data_row *current = rows.items;
    for (size_t i = 0; i < result.count; i++) {
        struct attribute_change *change = &result.items[i];
        for (size_t k = 0; k < rows.count; k++)
            if (current[k].valid_from <= of->today &&
                str_eq(current[k].attribute_key, change->key))
                change->current_value = current[k].value;
        change->differs = !same(change->base_value, change->current_value);
        result.conflict = result.conflict || change->differs;
    }
    *out = result;
    return OK;
}
