/* form_validate.c: the answers of a form, field by field in their order, as the form is at the moment. */
#include "text/i18n.h"
#include "process/form/form_check.h"
#include "process/form/form_posted.h"
#include "process/definition/json_own.h"
#include "process/values.h"

static const char ADD_ROW[] = N_("Add at least one entry to “{0}”.");
static const char TOO_FEW_ROWS[] = N_("“{0}” must have at least {1} entries.");
static const char TOO_MANY_ROWS[] = N_("“{0}” must have at most {1} entries.");

struct validation {
    struct arena *arena;
    char decimal_sign;
    bool keep_rows; /* also the empty ones at the end */
    bool
        stored; /* what is checked was stored before, maybe when other rows were filled in */
    struct vec errors;
};

/* Where the fields stand: in the form (list absent) or in a row. */
struct place {
    struct str list;
    size_t row;
    const json_t *raw;    /* what was typed: an object */
    const json_t *filled; /* the row as the list's prefill has it */
};

static json_t *check_fields(struct validation *v, struct form_scope *scope,
                            const struct form_field *fields, size_t count,
                            const struct place *place);

/* `false` is no tick in a box, and text that cannot be read anywhere else. */
static bool is_blank(const struct form_field *field, const json_t *value)
{
    if (json_is_string(value))
        return str_trim(json_str(value)).len == 0;
    return !value || json_is_null(value) ||
           (json_is_false(value) && field->kind == FORM_CHECKBOX) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

/* Nothing was typed into it. What is filled in by itself does not count. */
static bool is_empty_row(const struct form_field *list, const json_t *row)
{
    for (size_t i = 0; i < list->field_count; i++) {
        const struct form_field *field = &list->fields[i];
        if (!field->readonly &&
            !is_blank(field, json_object_getn(row, field->key.ptr, field->key.len)))
            return false;
    }
    return true;
}

/* What is left without the empty rows at the end; of fixed rows as many as there must be. */
static json_t *rows_to_check(const struct validation *v, struct form_scope *scope,
                             const struct form_check *c, const json_t *raw,
                             const json_t *filled)
{
    const struct form_field *field = c->field;
    json_t *rows;

    if (field->fixed_rows && v->stored && json_is_array(raw))
        raw = form_scope_aligned(scope, field, raw, filled);
    if (field->fixed_rows)
        return form_scope_rows(scope, field, json_is_array(raw) ? raw : NULL, filled);
    rows = json_own(scope->arena, json_array());
    for (size_t i = 0; i < json_array_size(raw) && i <= FORM_ROWS_MAX; i++)
        json_array_append(rows, json_array_get(raw, i));
    while (!v->keep_rows && json_array_size(rows) > 0 &&
           is_empty_row(field, json_array_get(rows, json_array_size(rows) - 1)))
        json_array_remove(rows, json_array_size(rows) - 1);
    return rows;
}

/* Checks every row; what expressions see of the list. */
static struct feel_value check_rows(struct validation *v, struct form_scope *scope,
                                    struct form_check *c, const json_t *raw)
{
    const struct form_field *field = c->field;
    const json_t *filled = form_scope_filled(scope, field, NULL);
    const json_t *rows = rows_to_check(v, scope, c, raw, filled);
    size_t count = json_array_size(rows);
    struct feel_value *seen = ARENA_ARRAY(v->arena, struct feel_value, count + 1);

    c->value = json_own(v->arena, json_array());
    for (size_t i = 0; i < count; i++) {
        struct form_scope inner = form_scope_row(scope, field);
        const struct place place = {c->name, i, json_array_get(rows, i),
                                    json_array_get(filled, i)};
        json_array_append(
            c->value, check_fields(v, &inner, field->fields, field->field_count, &place));
        seen[i] = form_scope_own(&inner, field->field_count);
    }
    if (count < (size_t)field->min_rows && field->min_rows == 1)
        form_fail(c, ADD_ROW);
    else if (count < (size_t)field->min_rows)
        form_fail_count(c, TOO_FEW_ROWS, field->min_rows);
    else if (count > (size_t)field->max_rows)
        form_fail_count(c, TOO_MANY_ROWS, field->max_rows);
    return feel_list(v->arena, seen, count);
}

/* What expressions see of the answer: also of a wrong one what can be read, as form_resolve() shows it. */
static struct feel_value check_field(struct validation *v, struct form_scope *scope,
                                     struct form_check *c, const json_t *raw,
                                     const struct place *place)
{
    if (c->field->kind == FORM_LIST)
        return check_rows(v, scope, c, raw);
    if (form_scope_fixes(scope, c->field)) {
        const json_t *filled = form_scope_filled(scope, c->field, place->filled);
        c->value = filled ? json_own(v->arena, json_deep_copy(filled)) : json_null();
    } else {
        form_check_answer(c, raw);
    }
    return value_of_answer(v->arena, c->field, c->value);
}

static json_t *check_fields(struct validation *v, struct form_scope *scope,
                            const struct form_field *fields, size_t count,
                            const struct place *place)
{
    json_t *values = json_new_object(v->arena);

    for (size_t i = 0; i < count; i++) {
        struct str key = fields[i].key;
        if (fields[i].kind == FORM_PARAGRAPH || form_scope_hides(scope, &fields[i]))
            continue;
        struct form_check c = {
            .arena = v->arena,
            .scope = scope,
            .errors = &v->errors,
            .decimal_sign = v->decimal_sign,
            .field = &fields[i],
            .name = place->list.ptr
                        ? form_row_name(v->arena, place->list, place->row, key)
                        : key,
            .row = place->list.ptr ? (int)place->row + 1 : 0,
        };
        form_scope_set(scope, i,
                       check_field(v, scope, &c,
                                   json_object_getn(place->raw, key.ptr, key.len),
                                   place));
        json_object_setn(values, key.ptr, key.len, c.value);
    }
    return values;
}

static void validate(struct validation *v, const struct form *form, const json_t *raw,
                     const struct form_world *world, struct form_result *out)
{
    struct form_scope scope = form_scope_new(v->arena, form, world);
    const struct place place = {.list = STR_NONE, .raw = raw};

    v->errors = VEC_INIT(v->arena, struct form_error);
    out->values = check_fields(v, &scope, form->fields, form->field_count, &place);
    out->errors = v->errors.items;
    out->error_count = v->errors.count;
}

void form_validate(struct arena *arena, const struct form *form, const struct map *posted,
                   const struct form_world *world, struct form_result *out)
{
    struct validation v = {.arena = arena, .decimal_sign = world->decimal_sign};

    validate(&v, form, form_posted(arena, form, posted), world, out);
}

void form_validate_values(struct arena *arena, const struct form *form,
                          const json_t *values, const struct form_world *world,
                          struct form_result *out)
{
    struct validation v = {.arena = arena, .stored = true};

    validate(&v, form, values, world, out);
}

json_t *form_typed(struct arena *arena, const struct form *form, const struct map *posted,
                   const struct form_world *world)
{
    struct validation v = {
        .arena = arena, .decimal_sign = world->decimal_sign, .keep_rows = true};
    struct form_result result;

    validate(&v, form, form_posted(arena, form, posted), world, &result);
    return result.values;
}
