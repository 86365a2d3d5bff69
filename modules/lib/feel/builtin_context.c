/* builtin_context.c: contexts read and made by their names. */
#include "feel/builtin.h"

static struct feel_value with_entry(struct feel_run *run,
                                    const struct feel_context *context, struct str name,
                                    struct feel_value value)
{
    struct feel_entry *entries =
        ARENA_ARRAY(run->arena, struct feel_entry, context->count + 1);
    size_t count = context->count;
    size_t at = count;

    for (size_t i = 0; i < count; i++) {
        entries[i] = context->entries[i];
        if (str_eq(entries[i].name, name))
            at = i;
    }
    if (at == count)
        count++;
    entries[at] = (struct feel_entry){name, value};
    return feel_context(run->arena, entries, count);
}

/* Along a list of names; contexts on the way that are missing are made. */
static struct feel_value put_path(struct feel_run *run,
                                  const struct feel_context *context,
                                  const struct feel_list *path, size_t at,
                                  struct feel_value value)
{
    static const struct feel_context NOTHING = {NULL, 0};
    const struct feel_value *inner;
    struct str name;

    if (at >= path->count || path->items[at].type != FEEL_STRING || !feel_spend(run, 1))
        return feel_fail(run, "a name is no text");
    name = path->items[at].string;
    if (at + 1 == path->count)
        return with_entry(run, context, name, value);
    inner = feel_get(context, name);
    value =
        put_path(run, inner && inner->type == FEEL_CONTEXT ? inner->context : &NOTHING,
                 path, at + 1, value);
    return value.type == FEEL_NULL ? value : with_entry(run, context, name, value);
}

static struct feel_value call_context_put(struct feel_run *run,
                                          const struct feel_args *args)
{
    const struct feel_context *context;
    const struct feel_list *path;

    if (!arg_context(run, args, 0, &context) || !arg_list(run, args, 1, &path) ||
        !feel_spend(run, (int64_t)context->count))
        return FEEL_NULL_VALUE;
    if (path->count == 0 || path->count > FEEL_DEPTH_MAX)
        return feel_fail(run, "the name is missing");
    return put_path(run, context, path, 0, arg_at(args, 2));
}

static struct feel_value call_get_value(struct feel_run *run,
                                        const struct feel_args *args)
{
    const struct feel_context *context;
    const struct feel_list *path;
    const struct feel_value *found = NULL;

    if (!arg_context(run, args, 0, &context) || !arg_list(run, args, 1, &path))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < path->count; i++) {
        if (path->items[i].type != FEEL_STRING)
            return feel_fail(run, "a name is no text");
        if (found && found->type != FEEL_CONTEXT)
            return feel_fail(run, "the path goes on behind its end");
        found = feel_get(found ? found->context : context, path->items[i].string);
        if (!found)
            return feel_fail(run, "the context has no %.*s",
                             STR_ARG(path->items[i].string));
    }
    return found ? *found : FEEL_NULL_VALUE;
}

static struct feel_value call_get_entries(struct feel_run *run,
                                          const struct feel_args *args)
{
    struct vec items = VEC_INIT(run->arena, struct feel_value);
    const struct feel_context *context;

    if (!arg_context(run, args, 0, &context) || !feel_spend(run, (int64_t)context->count))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < context->count; i++) {
        struct feel_entry *pair = ARENA_ARRAY(run->arena, struct feel_entry, 2);

        pair[0] = (struct feel_entry){STR("key"), feel_string(context->entries[i].name)};
        pair[1] = (struct feel_entry){STR("value"), context->entries[i].value};
        *VEC_PUSH(&items, struct feel_value) = feel_context(run->arena, pair, 2);
    }
    return list_of(run, &items);
}

static struct feel_value merged(struct feel_run *run, const struct feel_list *list)
{
    struct feel_value out = feel_context(run->arena, NULL, 0);

    for (size_t i = 0; i < list->count; i++) {
        const struct feel_context *context = list->items[i].context;

        if (list->items[i].type != FEEL_CONTEXT)
            return feel_fail(run, "only contexts can be merged");
        for (size_t k = 0; k < context->count; k++) {
            if (!feel_spend(run, (int64_t)out.context->count + 1))
                return FEEL_NULL_VALUE;
            out = with_entry(run, out.context, context->entries[k].name,
                             context->entries[k].value);
        }
    }
    return out;
}

static struct feel_value call_context_merge(struct feel_run *run,
                                            const struct feel_args *args)
{
    const struct feel_list *list;

    return arg_all(run, args, &list) ? merged(run, list) : FEEL_NULL_VALUE;
}

/* Of a list of {key, value}. */
static struct feel_value call_context(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value out = feel_context(run->arena, NULL, 0);
    const struct feel_list *list;

    if (!arg_list(run, args, 0, &list))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++) {
        const struct feel_value *key = NULL;
        const struct feel_value *value = NULL;

        if (list->items[i].type == FEEL_CONTEXT) {
            key = feel_get(list->items[i].context, STR("key"));
            value = feel_get(list->items[i].context, STR("value"));
        }
        if (!key || !value || key->type != FEEL_STRING ||
            feel_get(out.context, key->string))
            return feel_fail(run, "an entry has one key and a value");
        if (!feel_spend(run, (int64_t)out.context->count + 1))
            return FEEL_NULL_VALUE;
        out = with_entry(run, out.context, key->string, *value);
    }
    return out;
}

const struct feel_builtin feel_builtins_context[] = {
    {"context", "entries", 1, 1, call_context},
    {"context put", "context;key|keys;value", 3, 3, call_context_put},
    {"context merge", "contexts", 1, ANY_COUNT, call_context_merge},
    {"get value", "m|context;key|keys", 2, 2, call_get_value},
    {"get entries", "m|context", 1, 1, call_get_entries},
    {NULL, NULL, 0, 0, NULL},
};
