/* builtin.c: finding a built-in function, and reading its arguments. */
#include "feel/builtin.h"

static const struct feel_builtin *const TABLES[] = {
    feel_builtins_string, feel_builtins_list,    feel_builtins_more_list,
    feel_builtins_number, feel_builtins_convert, feel_builtins_temporal,
    feel_builtins_range,  feel_builtins_context,
};
#define TABLE_COUNT (sizeof(TABLES) / sizeof(*TABLES))

const struct feel_builtin *feel_builtin_find(struct str name)
{
    for (size_t t = 0; t < TABLE_COUNT; t++)
        for (const struct feel_builtin *row = TABLES[t]; row->name; row++)
            if (str_is(name, row->name))
                return row;
    return NULL;
}

const struct feel_builtin *const *feel_builtin_tables(size_t *count_out)
{
    *count_out = TABLE_COUNT;
    return TABLES;
}

struct feel_value arg_at(const struct feel_args *args, size_t i)
{
    return i < args->count ? args->items[i] : FEEL_NULL_VALUE;
}

/* The value itself, or the only item of a list where no list is wanted. */
static bool arg_of(struct feel_run *run, const struct feel_args *args, size_t i,
                   enum feel_type type, struct feel_value *out)
{
    struct feel_value value = arg_at(args, i);

    if (value.type == FEEL_LIST && type != FEEL_LIST && value.list->count == 1)
        value = value.list->items[0];
    if (value.type != type) {
        (void)feel_fail(run, "argument %zu is %s, not %s", i + 1,
                        feel_type_name(value.type), feel_type_name(type));
        return false;
    }
    *out = value;
    return true;
}

bool arg_number(struct feel_run *run, const struct feel_args *args, size_t i,
                struct feel_number *out)
{
    struct feel_value value;

    if (!arg_of(run, args, i, FEEL_NUMBER, &value))
        return false;
    *out = value.number;
    return true;
}

bool arg_whole(struct feel_run *run, const struct feel_args *args, size_t i, int64_t *out)
{
    struct feel_number number;

    if (!arg_number(run, args, i, &number))
        return false;
    if (number_to_i64(number, out))
        return true;
    (void)feel_fail(run, "argument %zu is no whole number", i + 1);
    return false;
}

bool arg_string(struct feel_run *run, const struct feel_args *args, size_t i,
                struct str *out)
{
    struct feel_value value;

    if (!arg_of(run, args, i, FEEL_STRING, &value))
        return false;
    *out = value.string;
    return true;
}

bool arg_list(struct feel_run *run, const struct feel_args *args, size_t i,
              const struct feel_list **out)
{
    struct feel_value value = arg_at(args, i);
    struct feel_value *single;

    if (value.type == FEEL_NULL) {
        (void)feel_fail(run, "argument %zu is null, not list", i + 1);
        return false;
    }
    if (value.type != FEEL_LIST) {
        single = ARENA_NEW(run->arena, struct feel_value);
        *single = value;
        value = feel_list(run->arena, single, 1);
    }
    *out = value.list;
    /* Some make a copy, and sort it with the help of another. */
    return feel_spend_values(run, (int64_t)value.list->count) &&
           feel_room(run, 2 * value.list->count * sizeof(struct feel_value));
}

bool arg_context(struct feel_run *run, const struct feel_args *args, size_t i,
                 const struct feel_context **out)
{
    struct feel_value value;

    if (!arg_of(run, args, i, FEEL_CONTEXT, &value))
        return false;
    *out = value.context;
    return true;
}

bool arg_all(struct feel_run *run, const struct feel_args *args,
             const struct feel_list **out)
{
    if (args->count == 1)
        return arg_list(run, args, 0, out);
    *out = feel_list(run->arena, args->items, args->count).list;
    return feel_spend(run, (int64_t)args->count);
}

struct feel_value list_of(struct feel_run *run, const struct vec *items)
{
    return feel_list(run->arena, items->items, items->count);
}
