/* form_now.c: what a form shows for one request at one moment. */
#include "process/form/form_scope.h"
#include "process/values.h"

/* Where the fields stand: in the form (list absent) or in a row. */
struct place {
    struct str list;
    size_t row;
    const json_t *values; /* what the fields hold: an object; NULL: nothing yet */
    const json_t *filled; /* the row as the list's prefill has it */
};

static struct str name_of(const struct form_scope *scope, const struct place *place,
                          const struct form_field *field)
{
    if (!place->list.ptr)
        return field->key;
    return form_row_name(scope->arena, place->list, place->row, field->key);
}

static size_t resolve_fields(struct form_scope *scope, const struct form_field *fields,
                             size_t count, const struct place *place,
                             struct form_field_now *out);

/* The rows of a list; what expressions see of it. */
static struct feel_value resolve_rows(struct form_scope *scope,
                                      const struct form_field *field,
                                      const json_t *filled, struct form_field_now *now)
{
    const json_t *stored = field->fixed_rows && json_is_array(now->value)
                               ? form_scope_aligned(scope, field, now->value, filled)
                               : now->value;
    const json_t *rows = form_scope_rows(scope, field, stored, filled);
    size_t count = json_array_size(rows);
    struct form_row_now *shown =
        ARENA_ARRAY(scope->arena, struct form_row_now, count + 1);
    struct feel_value *seen = ARENA_ARRAY(scope->arena, struct feel_value, count + 1);

    for (size_t i = 0; i < count; i++) {
        struct form_scope inner = form_scope_row(scope, field);
        struct form_field_now *fields =
            ARENA_ARRAY(scope->arena, struct form_field_now, field->field_count + 1);
        const struct place place = {now->name, i, json_array_get(rows, i),
                                    json_array_get(filled, i)};

        shown[i].fields = fields;
        shown[i].field_count =
            resolve_fields(&inner, field->fields, field->field_count, &place, fields);
        seen[i] = form_scope_own(&inner, field->field_count);
    }
    now->rows = shown;
    now->row_count = count;
    return feel_list(scope->arena, seen, count);
}

/* Its value, and what expressions see of it. */
static struct feel_value resolve_value(struct form_scope *scope,
                                       const struct place *place,
                                       struct form_field_now *now)
{
    const struct form_field *field = now->field;
    const json_t *filled = form_scope_filled(scope, field, place->filled);

    now->readonly = form_scope_fixes(scope, field);
    now->value = json_object_getn(place->values, field->key.ptr, field->key.len);
    if (field->kind == FORM_LIST)
        return resolve_rows(scope, field, filled, now);
    if (now->readonly || !now->value)
        now->value = filled;
    now->option_count = form_scope_options(scope, field, &now->options);
    return value_of_answer(scope->arena, field, now->value);
}

static size_t resolve_fields(struct form_scope *scope, const struct form_field *fields,
                             size_t count, const struct place *place,
                             struct form_field_now *out)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        struct form_field_now *now = &out[used];

        if (form_scope_hides(scope, &fields[i]))
            continue;
        *now = (struct form_field_now){.field = &fields[i]};
        used++;
        if (fields[i].kind == FORM_PARAGRAPH)
            continue;
        now->name = name_of(scope, place, &fields[i]);
        form_scope_set(scope, i, resolve_value(scope, place, now));
    }
    return used;
}

struct form_now form_resolve(struct arena *arena, const struct form *form,
                             const struct form_world *world, const json_t *values)
{
    struct form_scope scope = form_scope_new(arena, form, world);
    struct form_field_now *fields =
        ARENA_ARRAY(arena, struct form_field_now, form->field_count + 1);
    const struct place place = {.list = STR_NONE, .values = values};

    return (struct form_now){
        .form = form,
        .fields = fields,
        .field_count =
            resolve_fields(&scope, form->fields, form->field_count, &place, fields)};
}

static const struct form_field_now *find(const struct form_field_now *fields,
                                         size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].name.ptr && str_eq(fields[i].name, name))
            return &fields[i];
        for (size_t k = 0; k < fields[i].row_count; k++) {
            const struct form_row_now *row = &fields[i].rows[k];
            const struct form_field_now *found =
                find(row->fields, row->field_count, name);
            if (found)
                return found;
        }
    }
    return NULL;
}

const struct form_field_now *form_now_find(const struct form_now *now, struct str name)
{
    return find(now->fields, now->field_count, name);
}
