/* eval_call.c: for, some, every; calls of built-in and defined functions. */
#include "base/vec.h"
#include "feel/temporal.h"
#include "feel/tree.h"

struct feel_value feel_iterate(struct feel_run *run, const struct feel_node *node,
                               const struct feel_scope *scope);
struct feel_value feel_invoke(struct feel_run *run, const struct feel_node *node,
                              const struct feel_scope *scope);

struct feel_value feel_condition_of(struct feel_run *run, const struct feel_node *node,
                                    const struct feel_scope *scope)
{
    struct arena_mark mark = arena_mark(run->arena);
    const char *failure = run->failure.ptr;
    struct feel_value value = feel_value_of(run, node, scope);

    /* Such values point nowhere, and nothing else remains of an evaluation but its first failure. */
    if ((value.type == FEEL_BOOLEAN || value.type == FEEL_NULL ||
         value.type == FEEL_NUMBER) &&
        run->failure.ptr == failure)
        arena_rewind(run->arena, mark);
    return value;
}

/* ---- iterations ---------------------------------------------------------------------------------- */

struct loop {
    const struct feel_node *node;
    struct vec results;       /* NODE_FOR */
    struct feel_value answer; /* NODE_SOME, NODE_EVERY */
    bool done;
};

static struct feel_value number_span(struct feel_run *run, int64_t low, int64_t high)
{
    int64_t step = low <= high ? 1 : -1;
    int64_t count = (high - low) * step + 1;
    struct feel_value *items;

    if (count < 0 || !feel_spend_values(run, count)) {
        run->exhausted = true;
        return FEEL_NULL_VALUE;
    }
    items = ARENA_ARRAY(run->arena, struct feel_value, (size_t)count);
    for (int64_t i = 0; i < count; i++)
        items[i] = feel_i64(low + i * step);
    return feel_list(run->arena, items, (size_t)count);
}

static struct feel_value date_span(struct feel_run *run, const struct feel_moment *low,
                                   const struct feel_moment *high)
{
    int64_t from = temporal_days(low->year, low->month, low->day);
    int64_t to = temporal_days(high->year, high->month, high->day);
    int64_t step = from <= to ? 1 : -1;
    int64_t count = (to - from) * step + 1;
    struct feel_value *items;

    if (!feel_spend_values(run, count))
        return FEEL_NULL_VALUE;
    items = ARENA_ARRAY(run->arena, struct feel_value, (size_t)count);
    for (int64_t i = 0; i < count; i++) {
        struct feel_moment date = {0};

        temporal_from_days(from + i * step, &date);
        items[i] = feel_moment(run->arena, FEEL_DATE, &date);
    }
    return feel_list(run->arena, items, (size_t)count);
}

static struct feel_value span_of(struct feel_run *run, struct feel_value low,
                                 struct feel_value high)
{
    int64_t from;
    int64_t to;

    if (low.type == FEEL_DATE && high.type == FEEL_DATE)
        return date_span(run, low.moment, high.moment);
    if (low.type != FEEL_NUMBER || high.type != FEEL_NUMBER ||
        !number_to_i64(low.number, &from) || !number_to_i64(high.number, &to) ||
        from < -INT64_C(1000000000000) || from > INT64_C(1000000000000) ||
        to < -INT64_C(1000000000000) || to > INT64_C(1000000000000))
        return feel_fail(run, "an iteration runs over whole numbers or dates");
    return number_span(run, from, to);
}

static struct feel_value domain_of(struct feel_run *run, const struct feel_node *node,
                                   const struct feel_scope *scope)
{
    struct feel_value value;

    if (node->kind == NODE_SPAN)
        return span_of(run, feel_value_of(run, node->items[0], scope),
                       feel_value_of(run, node->items[1], scope));
    value = feel_value_of(run, node, scope);
    if (value.type == FEEL_RANGE)
        return span_of(run, value.range->low, value.range->high);
    return value;
}

static void run_body(struct feel_run *run, struct loop *loop,
                     const struct feel_scope *scope)
{
    const struct feel_node *body = loop->node->items[loop->node->item_count - 1];
    struct feel_scope partial = {.outer = scope, .name = STR("partial")};
    struct feel_value value;

    if (loop->node->kind == NODE_FOR) {
        partial.value = feel_list(run->arena, loop->results.items, loop->results.count);
        value = feel_value_of(run, body, &partial);
        *VEC_PUSH(&loop->results, struct feel_value) = value;
        return;
    }
    value = feel_condition_of(run, body, scope);
    if (value.type != FEEL_BOOLEAN) {
        loop->answer = FEEL_NULL_VALUE;
    } else if (value.boolean == (loop->node->kind == NODE_SOME)) {
        loop->answer = value;
        loop->done = true;
    }
}

static void run_level(struct feel_run *run, struct loop *loop, size_t level,
                      const struct feel_scope *scope)
{
    struct feel_value domain;
    struct feel_list single;

    if (level == loop->node->name_count) {
        run_body(run, loop, scope);
        return;
    }
    domain = domain_of(run, loop->node->items[level], scope);
    if (domain.type == FEEL_NULL) {
        loop->answer = feel_fail(run, "there is nothing to run over");
        loop->done = true;
        return;
    }
    single = (struct feel_list){&domain, 1};
    for (size_t i = 0;
         i < (domain.type == FEEL_LIST ? domain.list->count : 1) && !loop->done; i++) {
        const struct feel_list *list = domain.type == FEEL_LIST ? domain.list : &single;
        struct feel_scope inner = {
            .outer = scope, .name = loop->node->names[level], .value = list->items[i]};

        if (!feel_spend(run, 1))
            return;
        run_level(run, loop, level + 1, &inner);
    }
}

struct feel_value feel_iterate(struct feel_run *run, const struct feel_node *node,
                               const struct feel_scope *scope)
{
    struct loop loop = {.node = node, .answer = feel_boolean(node->kind == NODE_EVERY)};

    loop.results = VEC_INIT(run->arena, struct feel_value);
    run_level(run, &loop, 0, scope);
    if (node->kind == NODE_FOR && !loop.done)
        return feel_list(run->arena, loop.results.items, loop.results.count);
    return loop.answer;
}

/* ---- calls --------------------------------------------------------------------------------------- */

/* A list of one where something else is wanted, and the other way round, is FEEL's conversion; the
 * built-ins do it themselves. */
static struct feel_value call_defined(struct feel_run *run,
                                      const struct feel_function *function,
                                      const struct feel_args *args)
{
    const struct feel_node *node = function->node;
    struct feel_entry *entries;
    /* In the arena: a function in its result keeps them. */
    struct feel_context *parameters = ARENA_NEW(run->arena, struct feel_context);
    struct feel_scope scope = {.outer = function->scope, .context = parameters};
    struct feel_value value;

    if (args->count != node->name_count)
        return feel_fail(run, "the function takes %zu arguments", node->name_count);
    if (++run->depth > FEEL_DEPTH_MAX) {
        run->exhausted = true;
        return FEEL_NULL_VALUE;
    }
    entries = ARENA_ARRAY(run->arena, struct feel_entry, args->count + 1);
    for (size_t i = 0; i < args->count; i++)
        entries[i] = (struct feel_entry){node->names[i], args->items[i]};
    *parameters = (struct feel_context){entries, args->count};
    value = feel_value_of(run, node->items[0], &scope);
    run->depth--;
    return value;
}

struct feel_value feel_call(struct feel_run *run, const struct feel_function *function,
                            const struct feel_args *args)
{
    const struct feel_builtin *builtin = function->builtin;

    if (!feel_spend(run, 1))
        return FEEL_NULL_VALUE;
    if (!builtin)
        return call_defined(run, function, args);
    if (args->count < builtin->least || args->count > builtin->most)
        return feel_fail(run, "%s() has another number of arguments", builtin->name);
    return builtin->call(run, args);
}

/* Index of a parameter of this name, -1 for none. */
static ssize_t parameter_index(const struct feel_function *function, struct str name)
{
    ssize_t index = 0;
    struct str rest;
    struct str parameter;

    if (!function->builtin) {
        for (size_t i = 0; i < function->node->name_count; i++)
            if (str_eq(function->node->names[i], name))
                return (ssize_t)i;
        return -1;
    }
    rest = str_from(function->builtin->parameters);
    for (; str_next(&rest, ';', &parameter); index++) {
        struct str other;

        /* "start position|position": names of the same parameter */
        while (str_next(&parameter, '|', &other))
            if (str_eq(other, name))
                return index;
    }
    return -1;
}

#define NAMED_MAX 16

static struct feel_value invoke_named(struct feel_run *run, const struct feel_node *node,
                                      const struct feel_scope *scope,
                                      const struct feel_function *function)
{
    struct feel_value values[NAMED_MAX];
    bool given[NAMED_MAX] = {false};
    struct feel_args args = {.items = values, .scope = scope};

    for (size_t i = 0; i < NAMED_MAX; i++)
        values[i] = FEEL_NULL_VALUE;
    for (size_t i = 0; i < node->name_count; i++) {
        ssize_t index = parameter_index(function, node->names[i]);

        if (index < 0 || index >= NAMED_MAX || given[index])
            return feel_fail(run, "the function has no parameter %.*s",
                             STR_ARG(node->names[i]));
        values[index] = feel_value_of(run, node->items[i + 1], scope);
        given[index] = true;
        if ((size_t)index + 1 > args.count)
            args.count = (size_t)index + 1;
    }
    return feel_call(run, function, &args);
}

struct feel_value feel_invoke(struct feel_run *run, const struct feel_node *node,
                              const struct feel_scope *scope)
{
    struct feel_value callee = feel_value_of(run, node->items[0], scope);
    size_t count = node->item_count - 1;
    struct feel_value *values;
    struct feel_args args = {.count = count, .scope = scope};

    if (callee.type != FEEL_FUNCTION)
        return feel_fail(run, "what is called is no function");
    if (node->name_count)
        return invoke_named(run, node, scope, callee.function);
    values = ARENA_ARRAY(run->arena, struct feel_value, count + 1);
    for (size_t i = 0; i < count; i++)
        values[i] = feel_value_of(run, node->items[i + 1], scope);
    args.items = values;
    return feel_call(run, callee.function, &args);
}
