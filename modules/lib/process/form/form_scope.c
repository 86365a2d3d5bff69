#include "process/form/form_scope.h"

#include "base/vec.h"
#include "process/form/form_number.h"
#include "process/definition/json_own.h"
#include "process/values.h"

#define DAY_US ((instant_us)86400 * 1000000)

/* Options of a field in rows that do not depend on the row. */
struct offered {
    const struct form_field *field;
    const struct form_option *options;
    size_t count;
};

static struct form_scope make(struct arena *arena, const struct form_field *fields,
                              size_t count, const struct feel_context *around)
{
    size_t more = around ? around->count : 0;
    struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, count + more + 1);

    for (size_t i = 0; i < count; i++)
        entries[i] = (struct feel_entry){fields[i].key, FEEL_NULL_VALUE};
    for (size_t i = 0; i < more; i++)
        entries[count + i] = around->entries[i];
    return (struct form_scope){
        .arena = arena, .context = {entries, count + more}, .entries = entries};
}

static void free_memory(void *handle)
{
    struct arena *memory = handle;

    arena_free(&memory);
}

struct form_scope form_scope_new(struct arena *arena, const struct form *form,
                                 const struct form_world *world)
{
    struct form_scope scope =
        make(arena, form->fields, form->field_count, world->context);
    struct feel_run *run = ARENA_NEW(arena, struct feel_run);
    struct arena *memory = arena_new(FORM_MEMORY_MAX);

    arena_on_end(arena, free_memory, memory);
    *run = (struct feel_run){.arena = memory,
                             .now = (instant_us)world->today * DAY_US,
                             .steps_left = FORM_STEPS_MAX};
    scope.world = world;
    scope.run = run;
    scope.offered = ARENA_NEW(arena, struct vec);
    *scope.offered = VEC_INIT(arena, struct offered);
    return scope;
}

struct form_scope form_scope_row(const struct form_scope *outer,
                                 const struct form_field *list)
{
    struct form_scope scope =
        make(outer->arena, list->fields, list->field_count, &outer->context);

    scope.world = outer->world;
    scope.run = outer->run;
    scope.offered = outer->offered;
    scope.is_row = true;
    return scope;
}

void form_scope_set(struct form_scope *scope, size_t index, struct feel_value value)
{
    scope->entries[index].value = value;
}

struct feel_value form_scope_eval(const struct form_scope *scope,
                                  const struct feel_node *node)
{
    struct feel_value value;

    /* 0 steps would mean "as many as usual". */
    if (scope->run->steps_left <= 0 || scope->run->exhausted)
        return FEEL_NULL_VALUE;
    arena_clear(scope->run->arena);
    if (feel_eval(scope->run, node, &scope->context, &value) == OK)
        return value;
    err_clear();
    return FEEL_NULL_VALUE;
}

bool form_scope_hides(const struct form_scope *scope, const struct form_field *field)
{
    return field->hide && feel_is_true(form_scope_eval(scope, field->hide));
}

bool form_scope_fixes(const struct form_scope *scope, const struct form_field *field)
{
    return field->readonly || (field->readonly_if &&
                               feel_is_true(form_scope_eval(scope, field->readonly_if)));
}

/* ---- options ---- */

/* A copy: the value is gone with the next evaluation. */
static struct str text_of(struct arena *arena, const struct feel_value *value)
{
    if (!value || value->type == FEEL_NULL || value->type == FEEL_LIST ||
        value->type == FEEL_CONTEXT)
        return STR_NONE;
    return value->type == FEEL_STRING ? str_copy(arena, value->string)
                                      : feel_text(arena, *value);
}

static bool read_option(struct arena *arena, struct feel_value item,
                        struct form_option *out)
{
    *out = (struct form_option){.value = STR_NONE};
    if (item.type != FEEL_CONTEXT) {
        out->value = text_of(arena, &item);
        out->label = out->value;
        return out->value.len > 0;
    }
    const struct feel_value *label = feel_get(item.context, STR("label"));
    out->value = text_of(arena, feel_get(item.context, STR("value")));
    if (label && label->type == FEEL_CONTEXT) {
        out->label = text_of(arena, feel_get(label->context, STR("en")));
        out->label_de = text_of(arena, feel_get(label->context, STR("de")));
    } else {
        out->label = text_of(arena, label);
    }
    if (out->label.len == 0)
        out->label = out->label_de.len > 0 ? out->label_de : out->value;
    return out->value.len > 0 && out->value.len <= FORM_TEXT_MAX;
}

static size_t evaluate_options(const struct form_scope *scope,
                               const struct form_field *field,
                               const struct form_option **out)
{
    struct vec options = VEC_INIT(scope->arena, struct form_option);
    struct feel_value list = form_scope_eval(scope, field->options_expression);
    size_t count = list.type == FEEL_LIST ? list.list->count : 0;

    for (size_t i = 0; i < count && options.count < FORM_OPTIONS_MAX; i++) {
        struct form_option option;
        bool good = read_option(scope->arena, list.list->items[i], &option);
        for (size_t k = 0; k < options.count && good; k++)
            good = !str_eq(VEC_AT(&options, struct form_option, k)->value, option.value);
        if (good)
            *VEC_PUSH(&options, struct form_option) = option;
    }
    *out = options.items;
    return options.count;
}

size_t form_scope_options(const struct form_scope *scope, const struct form_field *field,
                          const struct form_option **out)
{
    bool shared = scope->is_row && !field->options_by_row;

    *out = field->options;
    if (!field->options_expression)
        return field->option_count;
    for (size_t i = 0; shared && i < scope->offered->count; i++) {
        const struct offered *offered = VEC_AT(scope->offered, struct offered, i);
        if (offered->field == field) {
            *out = offered->options;
            return offered->count;
        }
    }
    size_t count = evaluate_options(scope, field, out);
    if (shared)
        *VEC_PUSH(scope->offered, struct offered) = (struct offered){field, *out, count};
    return count;
}

/* ---- what is filled in ---- */

static json_t *stored_number(struct arena *arena, const struct form_field *field,
                             const json_t *value)
{
    struct feel_value number = value_of_answer(arena, field, value);
    struct feel_number rounded;
    struct str text;

    if (number.type != FEEL_NUMBER ||
        !number_round(number.number, field->decimals, FEEL_HALF_UP, &rounded) ||
        form_number_read(arena, number_text(arena, rounded), field->decimals, '\0',
                         &text) != FORM_NUMBER_OK)
        return NULL;
    return form_number_json(arena, field, text);
}

static json_t *stored_texts(struct arena *arena, const json_t *value)
{
    json_t *out = json_own(arena, json_array());

    for (size_t i = 0; i < json_array_size(value); i++)
        if (json_is_string(json_array_get(value, i)))
            json_array_append(out, json_array_get(value, i));
    return out;
}

static const json_t *stored_rows(struct arena *arena, const json_t *value)
{
    json_t *out = json_own(arena, json_array());
    size_t count = json_array_size(value);

    for (size_t i = 0; i < count && i < FORM_ROWS_MAX; i++)
        if (json_is_object(json_array_get(value, i)))
            json_array_append(out, json_array_get(value, i));
    return out;
}

/* As an answer is stored; NULL for what is none of the field's kind. */
static const json_t *stored_value(struct arena *arena, const struct form_field *field,
                                  const json_t *value)
{
    switch (field->kind) {
    case FORM_TEXT:
    case FORM_TEXTAREA:
    case FORM_SELECT:
    case FORM_RADIO:
        if (json_is_integer(value))
            return json_own(arena, json_text(json_write(arena, value)));
        return json_is_string(value) ? value : NULL;
    case FORM_DATE:
        return value_of_answer(arena, field, value).type == FEEL_DATE ? value : NULL;
    case FORM_NUMBER:
        return stored_number(arena, field, value);
    case FORM_CHECKBOX:
        return json_is_boolean(value) ? value : NULL;
    case FORM_CHECKLIST:
        return json_is_array(value) ? stored_texts(arena, value) : NULL;
    case FORM_LIST:
        return json_is_array(value) ? stored_rows(arena, value) : NULL;
    case FORM_PARAGRAPH:
        break;
    }
    return NULL;
}

const json_t *form_scope_filled(const struct form_scope *scope,
                                const struct form_field *field, const json_t *row)
{
    const json_t *value =
        row ? json_object_getn(row, field->key.ptr, field->key.len) : NULL;

    if (!value && field->prefill) {
        struct feel_value found = form_scope_eval(scope, field->prefill);
        if (found.type != FEEL_NULL)
            value = value_to_json(scope->arena, found);
    }
    if (!value && field->master_data.ptr)
        value = json_object_getn(scope->world->base, field->master_data.ptr,
                                 field->master_data.len);
    if (!value || json_is_null(value))
        value = field->default_value;
    return value ? stored_value(scope->arena, field, value) : NULL;
}

enum likeness { OF_ANOTHER, SAYS_NOTHING, OF_IT };

/* By what nobody can type. */
static enum likeness compare(const struct form_scope *scope,
                             const struct form_field *list, const json_t *row,
                             const json_t *filled)
{
    enum likeness likeness = SAYS_NOTHING;

    for (size_t i = 0; i < list->field_count; i++) {
        const struct form_field *field = &list->fields[i];
        const json_t *own = json_object_getn(row, field->key.ptr, field->key.len);
        const json_t *now = json_object_getn(filled, field->key.ptr, field->key.len);

        if (!field->readonly || !own || !now)
            continue;
        now = stored_value(scope->arena, field, now);
        if (now ? !json_equal(own, now) : !json_is_null(own))
            return OF_ANOTHER;
        likeness = OF_IT;
    }
    return likeness;
}

/* A row that does not say what it is of stays where it stands. */
static json_t *row_of(const struct form_scope *scope, const struct form_field *list,
                      const json_t *stored, size_t index, const json_t *filled)
{
    size_t count = json_array_size(stored);

    for (size_t k = 0; k < count; k++) {
        json_t *row = json_array_get(stored, (index + k) % count);
        enum likeness likeness =
            json_is_object(row) ? compare(scope, list, row, filled) : OF_ANOTHER;

        if (likeness == OF_IT || (likeness == SAYS_NOTHING && k == 0 && index < count))
            return row;
    }
    return NULL;
}

json_t *form_scope_aligned(const struct form_scope *scope, const struct form_field *list,
                           const json_t *stored, const json_t *filled)
{
    json_t *rows = json_own(scope->arena, json_array());

    for (size_t i = 0; i < json_array_size(filled) && i < FORM_ROWS_MAX; i++) {
        json_t *row = row_of(scope, list, stored, i, json_array_get(filled, i));

        if (row)
            json_array_append(rows, row);
        else
            json_array_append_new(rows, json_null());
    }
    return rows;
}

json_t *form_scope_rows(const struct form_scope *scope, const struct form_field *field,
                        const json_t *value, const json_t *filled)
{
    json_t *rows = json_own(scope->arena, json_array());
    const json_t *shown = value && !field->fixed_rows ? value : filled;
    size_t least = (size_t)(field->first_rows > field->min_rows ? field->first_rows
                                                                : field->min_rows);
    size_t count = json_array_size(shown) > least ? json_array_size(shown) : least;

    if (count > FORM_ROWS_MAX)
        count = FORM_ROWS_MAX;
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_array_get(value, i);
        if (!json_is_object(row))
            row = value && !field->fixed_rows ? NULL : json_array_get(filled, i);
        if (json_is_object(row))
            json_array_append(rows, row);
        else
            json_array_append_new(rows, json_object());
    }
    return rows;
}

struct feel_value form_scope_own(const struct form_scope *scope, size_t field_count)
{
    struct feel_entry *entries =
        ARENA_ARRAY(scope->arena, struct feel_entry, field_count + 1);

    for (size_t i = 0; i < field_count; i++)
        entries[i] = scope->entries[i];
    return feel_context(scope->arena, entries, field_count);
}

struct str form_row_name(struct arena *arena, struct str list, size_t row,
                         struct str field)
{
    return str_format(arena, "%.*s[%zu].%.*s", STR_ARG(list), row, STR_ARG(field));
}
