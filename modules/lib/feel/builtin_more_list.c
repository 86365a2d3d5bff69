/* builtin_more_list.c: lists made of lists. */
#include "feel/builtin.h"

static void push(struct vec *items, struct feel_value value)
{
    *VEC_PUSH(items, struct feel_value) = value;
}

static bool holds(const struct vec *items, struct feel_value value)
{
    for (size_t i = 0; i < items->count; i++)
        if (feel_same(*VEC_AT(items, struct feel_value, i), value))
            return true;
    return false;
}

static struct feel_value call_sublist(struct feel_run *run, const struct feel_args *args)
{
    const struct feel_list *list;
    int64_t start;
    int64_t length = INT64_MAX;

    if (!arg_list(run, args, 0, &list) || !arg_whole(run, args, 1, &start) ||
        (arg_at(args, 2).type != FEEL_NULL && !arg_whole(run, args, 2, &length)))
        return FEEL_NULL_VALUE;
    if (start < 0)
        start += (int64_t)list->count + 1;
    if (start < 1 || start > (int64_t)list->count || length < 0)
        return feel_fail(run, "the list has no item %lld", (long long)start);
    if (length > (int64_t)list->count - start + 1)
        length = (int64_t)list->count - start + 1;
    return feel_list(run->arena, list->items + start - 1, (size_t)length);
}

static struct feel_value call_append(struct feel_run *run, const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;

    if (!arg_list(run, args, 0, &list))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++)
        push(&items, list->items[i]);
    for (size_t i = 1; i < args->count; i++)
        push(&items, args->items[i]);
    return list_of(run, &items);
}

static struct feel_value call_concatenate(struct feel_run *run,
                                          const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;

    for (size_t a = 0; a < args->count; a++) {
        if (!arg_list(run, args, a, &list))
            return FEEL_NULL_VALUE;
        for (size_t i = 0; i < list->count; i++)
            push(&items, list->items[i]);
    }
    return list_of(run, &items);
}

/* Position 1..count, negative from the end. */
static bool position_in(struct feel_run *run, const struct feel_args *args,
                        size_t argument, size_t count, size_t *out)
{
    int64_t position;

    if (!arg_whole(run, args, argument, &position))
        return false;
    if (position < 0)
        position += (int64_t)count + 1;
    if (position < 1 || position > (int64_t)count) {
        (void)feel_fail(run, "the list has no item %lld", (long long)position);
        return false;
    }
    *out = (size_t)position - 1;
    return true;
}

static struct feel_value call_insert_before(struct feel_run *run,
                                            const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;
    size_t at;

    if (!arg_list(run, args, 0, &list) || !position_in(run, args, 1, list->count, &at))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++) {
        if (i == at)
            push(&items, arg_at(args, 2));
        push(&items, list->items[i]);
    }
    return list_of(run, &items);
}

static struct feel_value call_remove(struct feel_run *run, const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;
    size_t at;

    if (!arg_list(run, args, 0, &list) || !position_in(run, args, 1, list->count, &at))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++)
        if (i != at)
            push(&items, list->items[i]);
    return list_of(run, &items);
}

/* By position, or where a function of (item, new item) says true. */
static struct feel_value call_list_replace(struct feel_run *run,
                                           const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    struct feel_value which = arg_at(args, 1);
    const struct feel_list *list;
    size_t at = SIZE_MAX;

    if (!arg_list(run, args, 0, &list) ||
        (which.type != FEEL_FUNCTION && !position_in(run, args, 1, list->count, &at)))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++) {
        struct feel_value pair[] = {list->items[i], arg_at(args, 2)};
        struct feel_args both = {pair, 2, args->scope};
        bool chosen = i == at;

        if (which.type == FEEL_FUNCTION)
            chosen = feel_is_true(feel_call(run, which.function, &both));
        push(&items, chosen ? pair[1] : pair[0]);
    }
    return list_of(run, &items);
}

static struct feel_value call_reverse(struct feel_run *run, const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;

    if (!arg_list(run, args, 0, &list))
        return FEEL_NULL_VALUE;
    for (size_t i = list->count; i > 0; i--)
        push(&items, list->items[i - 1]);
    return list_of(run, &items);
}

static struct feel_value call_index_of(struct feel_run *run, const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;

    if (!arg_list(run, args, 0, &list))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++)
        if (feel_same(list->items[i], arg_at(args, 1)))
            push(&items, feel_i64((int64_t)i + 1));
    return list_of(run, &items);
}

static struct feel_value call_union(struct feel_run *run, const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;

    for (size_t a = 0; a < args->count; a++) {
        if (!arg_list(run, args, a, &list))
            return FEEL_NULL_VALUE;
        for (size_t i = 0; i < list->count; i++) {
            if (!feel_spend(run, (int64_t)items.count))
                return FEEL_NULL_VALUE;
            if (!holds(&items, list->items[i]))
                push(&items, list->items[i]);
        }
    }
    return list_of(run, &items);
}

/* In the order in which they occur first, as Camunda 8 has it. */
static struct feel_value call_duplicate_values(struct feel_run *run,
                                               const struct feel_args *args)
{
    struct vec seen = VEC_INIT(run->arena, struct feel_value);
    struct vec again = VEC_INIT(run->arena, struct feel_value);
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;

    if (!arg_list(run, args, 0, &list))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++) {
        if (!feel_spend(run, (int64_t)seen.count))
            return FEEL_NULL_VALUE;
        if (!holds(&seen, list->items[i]))
            push(&seen, list->items[i]);
        else if (!holds(&again, list->items[i]))
            push(&again, list->items[i]);
    }
    for (size_t i = 0; i < seen.count; i++) {
        struct feel_value item = *VEC_AT(&seen, struct feel_value, i);

        if (!feel_spend(run, (int64_t)again.count))
            return FEEL_NULL_VALUE;
        if (holds(&again, item))
            push(&items, item);
    }
    return list_of(run, &items);
}

static bool flatten_into(struct feel_run *run, const struct feel_list *list,
                         struct vec *items)
{
    if (!feel_spend(run, (int64_t)list->count + 1))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != FEEL_LIST)
            push(items, list->items[i]);
        else if (!flatten_into(run, list->items[i].list, items))
            return false;
    }
    return true;
}

static struct feel_value call_flatten(struct feel_run *run, const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;

    if (!arg_list(run, args, 0, &list) || !flatten_into(run, list, &items))
        return FEEL_NULL_VALUE;
    return list_of(run, &items);
}

static struct feel_value call_partition(struct feel_run *run,
                                        const struct feel_args *args)
{
    struct vec parts = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;
    int64_t size;

    if (!arg_list(run, args, 0, &list) || !arg_whole(run, args, 1, &size))
        return FEEL_NULL_VALUE;
    if (size < 1)
        return feel_fail(run, "a part has at least one item");
    for (size_t at = 0; at < list->count;) {
        size_t count = list->count - at;

        if ((uint64_t)size < count)
            count = (size_t)size;
        push(&parts, feel_list(run->arena, list->items + at, count));
        at += count;
    }
    return list_of(run, &parts);
}

const struct feel_builtin feel_builtins_more_list[] = {
    {"sublist", "list;start position;length", 2, 3, call_sublist},
    {"append", "list;item", 1, ANY_COUNT, call_append},
    {"concatenate", "list", 1, ANY_COUNT, call_concatenate},
    {"insert before", "list;position;newItem", 3, 3, call_insert_before},
    {"remove", "list;position", 2, 2, call_remove},
    {"list replace", "list;position|match;newItem", 3, 3, call_list_replace},
    {"reverse", "list", 1, 1, call_reverse},
    {"index of", "list;match", 2, 2, call_index_of},
    {"union", "list", 1, ANY_COUNT, call_union},
    {"distinct values", "list", 1, 1, call_union},
    {"duplicate values", "list", 1, 1, call_duplicate_values},
    {"flatten", "list", 1, 1, call_flatten},
    {"partition", "list;size", 2, 2, call_partition},
    {NULL, NULL, 0, 0, NULL},
};
