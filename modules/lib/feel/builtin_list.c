/* builtin_list.c: what lists hold, and what their numbers come to. */
#include "feel/builtin.h"

static struct feel_value call_list_contains(struct feel_run *run,
                                            const struct feel_args *args)
{
    const struct feel_list *list;

    if (!arg_list(run, args, 0, &list))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++)
        if (feel_same(list->items[i], arg_at(args, 1)))
            return feel_boolean(true);
    return feel_boolean(false);
}

static struct feel_value call_count(struct feel_run *run, const struct feel_args *args)
{
    const struct feel_list *list;

    if (!arg_all(run, args, &list))
        return FEEL_NULL_VALUE;
    return feel_i64((int64_t)list->count);
}

static struct feel_value call_is_empty(struct feel_run *run, const struct feel_args *args)
{
    const struct feel_list *list;

    if (!arg_list(run, args, 0, &list))
        return FEEL_NULL_VALUE;
    return feel_boolean(list->count == 0);
}

/* The smallest (sign -1) or largest (1). */
static struct feel_value extreme(struct feel_run *run, const struct feel_args *args,
                                 int sign)
{
    const struct feel_list *list;
    struct feel_value best;
    int order;

    if (!arg_all(run, args, &list))
        return FEEL_NULL_VALUE;
    if (list->count == 0)
        return feel_fail(run, "the list is empty");
    best = list->items[0];
    for (size_t i = 0; i < list->count; i++) {
        if (!feel_order(list->items[i], best, &order))
            return feel_fail(run, "the items have no order");
        if (order * sign > 0)
            best = list->items[i];
    }
    return best;
}

static struct feel_value call_min(struct feel_run *run, const struct feel_args *args)
{
    return extreme(run, args, -1);
}

static struct feel_value call_max(struct feel_run *run, const struct feel_args *args)
{
    return extreme(run, args, 1);
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Numbers, or durations of one kind, added up; false after feel_fail(). */
static bool add_up(struct feel_run *run, const struct feel_list *list,
                   struct feel_value *out)
{
    if (list->count == 0) {
        (void)feel_fail(run, "the list is empty");
        return false;
    }
    *out = list->items[0];
    for (size_t i = 0; i < list->count; i++) {
        enum feel_type type = list->items[i].type;

        if (type != FEEL_NUMBER && type != FEEL_DAYS && type != FEEL_MONTHS) {
            (void)feel_fail(run, "%s cannot be added up", feel_type_name(type));
            return false;
        }
        if (i > 0)
            *out = feel_operate(run, NODE_ADD, *out, list->items[i]);
    }
    return out->type != FEEL_NULL;
}

static struct feel_value call_sum(struct feel_run *run, const struct feel_args *args)
{
    const struct feel_list *list;
    struct feel_value sum;

    if (!arg_all(run, args, &list) || !add_up(run, list, &sum))
        return FEEL_NULL_VALUE;
    return sum;
}

static struct feel_value mean_of(struct feel_run *run, const struct feel_list *list)
{
    struct feel_value sum;

    if (!add_up(run, list, &sum))
        return FEEL_NULL_VALUE;
    return feel_operate(run, NODE_DIVIDE, sum, feel_i64((int64_t)list->count));
}

static struct feel_value call_mean(struct feel_run *run, const struct feel_args *args)
{
    const struct feel_list *list;

    return arg_all(run, args, &list) ? mean_of(run, list) : FEEL_NULL_VALUE;
}

static struct feel_value call_product(struct feel_run *run, const struct feel_args *args)
{
    const struct feel_list *list;
    struct feel_value product;

    if (!arg_all(run, args, &list))
        return FEEL_NULL_VALUE;
    if (list->count == 0)
        return feel_fail(run, "the list is empty");
    product = feel_i64(1);
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != FEEL_NUMBER)
            return feel_fail(run, "only numbers have a product");
        product = feel_operate(run, NODE_MULTIPLY, product, list->items[i]);
    }
    return product;
}

/* ---- order ----------------------------------------------------------------------------------- */

struct sorting {
    struct feel_run *run;
    const struct feel_function *precedes; /* NULL: by feel_order() */
    const struct feel_scope *scope;
    bool failed;
};

/* True if b must come before a. */
static bool is_after(struct sorting *sorting, struct feel_value a, struct feel_value b)
{
    struct feel_value pair[] = {b, a};
    struct feel_args args = {pair, 2, sorting->scope};
    struct feel_value answer;
    int order = 0;

    if (!feel_spend(sorting->run, 1)) {
        sorting->failed = true;
        return false;
    }
    if (!sorting->precedes) {
        sorting->failed |= !feel_order(a, b, &order);
        return order > 0;
    }
    answer = feel_call(sorting->run, sorting->precedes, &args);
    sorting->failed |= answer.type != FEEL_BOOLEAN;
    return feel_is_true(answer);
}

/* Merge sort: stable, and `precedes` may answer whatever it likes. */
static void merge_sort(struct sorting *sorting, struct feel_value *items,
                       struct feel_value *room, size_t count)
{
    size_t half = count / 2;
    size_t a = 0;
    size_t b = half;

    if (count < 2 || sorting->failed)
        return;
    merge_sort(sorting, items, room, half);
    merge_sort(sorting, items + half, room, count - half);
    for (size_t i = 0; i < count; i++) {
        bool second = a == half || (b < count && is_after(sorting, items[a], items[b]));

        room[i] = second ? items[b++] : items[a++];
    }
    memcpy(items, room, count * sizeof(*items));
}

static bool sort_by(struct sorting *sorting, const struct feel_list *list,
                    struct feel_value *out)
{
    struct arena *arena = sorting->run->arena;
    struct feel_value *items = ARENA_ARRAY(arena, struct feel_value, list->count + 1);
    struct feel_value *room = ARENA_ARRAY(arena, struct feel_value, list->count + 1);

    for (size_t i = 0; i < list->count; i++)
        items[i] = list->items[i];
    merge_sort(sorting, items, room, list->count);
    if (sorting->failed)
        (void)feel_fail(sorting->run, "the items have no order");
    *out = feel_list(arena, items, list->count);
    return !sorting->failed;
}

bool list_sorted(struct feel_run *run, const struct feel_list *list,
                 struct feel_value *out)
{
    struct sorting sorting = {.run = run};

    return sort_by(&sorting, list, out);
}

static struct feel_value call_sort(struct feel_run *run, const struct feel_args *args)
{
    struct sorting sorting = {.run = run, .scope = args->scope};
    struct feel_value precedes = arg_at(args, 1);
    const struct feel_list *list;
    struct feel_value sorted;

    if (!arg_list(run, args, 0, &list))
        return FEEL_NULL_VALUE;
    if (precedes.type == FEEL_FUNCTION)
        sorting.precedes = precedes.function;
    else if (args->count > 1)
        return feel_fail(run, "sort takes a function of two items");
    return sort_by(&sorting, list, &sorted) ? sorted : FEEL_NULL_VALUE;
}

/* ---- statistics ------------------------------------------------------------------------------- */

static bool all_numbers(struct feel_run *run, const struct feel_args *args,
                        const struct feel_list **out)
{
    if (!arg_all(run, args, out))
        return false;
    for (size_t i = 0; i < (*out)->count; i++)
        if ((*out)->items[i].type != FEEL_NUMBER) {
            (void)feel_fail(run, "item %zu is no number", i + 1);
            return false;
        }
    return true;
}

static struct feel_value call_median(struct feel_run *run, const struct feel_args *args)
{
    const struct feel_list *list;
    struct feel_value sorted;
    size_t middle;

    if (!all_numbers(run, args, &list) || !list_sorted(run, list, &sorted))
        return FEEL_NULL_VALUE;
    if (list->count == 0)
        return feel_fail(run, "the list is empty");
    middle = list->count / 2;
    if (list->count % 2)
        return sorted.list->items[middle];
    return feel_operate(run, NODE_DIVIDE,
                        feel_operate(run, NODE_ADD, sorted.list->items[middle - 1],
                                     sorted.list->items[middle]),
                        feel_i64(2));
}

/* Of a sample: divided by one less than there are. */
static struct feel_value call_stddev(struct feel_run *run, const struct feel_args *args)
{
    const struct feel_list *list;
    struct feel_value mean;
    struct feel_value squares = feel_i64(0);
    struct feel_number root;

    if (!all_numbers(run, args, &list))
        return FEEL_NULL_VALUE;
    if (list->count < 2)
        return feel_fail(run, "a deviation needs two numbers");
    mean = mean_of(run, list);
    for (size_t i = 0; i < list->count; i++) {
        struct feel_value gap = feel_operate(run, NODE_SUBTRACT, list->items[i], mean);

        squares = feel_operate(run, NODE_ADD, squares,
                               feel_operate(run, NODE_MULTIPLY, gap, gap));
    }
    squares = feel_operate(run, NODE_DIVIDE, squares, feel_i64((int64_t)list->count - 1));
    if (squares.type != FEEL_NUMBER || !number_sqrt(squares.number, &root))
        return feel_fail(run, "the result is no number");
    return feel_number_value(root);
}

static struct feel_value call_mode(struct feel_run *run, const struct feel_args *args)
{
    struct vec modes = VEC_INIT(run->arena, struct feel_value);
    const struct feel_list *list;
    struct feel_value sorted;
    size_t most = 1;

    if (!all_numbers(run, args, &list) || !list_sorted(run, list, &sorted))
        return FEEL_NULL_VALUE;
    list = sorted.list;
    for (size_t start = 0; start < list->count;) {
        size_t end = start;

        while (end < list->count && feel_same(list->items[end], list->items[start]))
            end++;
        if (end - start > most)
            modes.count = 0;
        if (end - start >= most) {
            most = end - start;
            *VEC_PUSH(&modes, struct feel_value) = list->items[start];
        }
        start = end;
    }
    return list_of(run, &modes);
}

/* ---- all, any --------------------------------------------------------------------------------- */

static struct feel_value decide(struct feel_run *run, const struct feel_args *args,
                                bool decisive)
{
    const struct feel_list *list;
    bool unknown = false;

    if (!arg_all(run, args, &list))
        return FEEL_NULL_VALUE;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != FEEL_BOOLEAN)
            unknown = true;
        else if (list->items[i].boolean == decisive)
            return feel_boolean(decisive);
    }
    return unknown ? feel_fail(run, "an item is no boolean") : feel_boolean(!decisive);
}

static struct feel_value call_all(struct feel_run *run, const struct feel_args *args)
{
    return decide(run, args, false);
}

static struct feel_value call_any(struct feel_run *run, const struct feel_args *args)
{
    return decide(run, args, true);
}

const struct feel_builtin feel_builtins_list[] = {
    {"list contains", "list;element", 2, 2, call_list_contains},
    {"count", "list", 1, ANY_COUNT, call_count},
    {"is empty", "list", 1, 1, call_is_empty},
    {"min", "list", 1, ANY_COUNT, call_min},
    {"max", "list", 1, ANY_COUNT, call_max},
    {"sum", "list", 1, ANY_COUNT, call_sum},
    {"mean", "list", 1, ANY_COUNT, call_mean},
    {"product", "list", 1, ANY_COUNT, call_product},
    {"median", "list", 1, ANY_COUNT, call_median},
    {"stddev", "list", 1, ANY_COUNT, call_stddev},
    {"mode", "list", 1, ANY_COUNT, call_mode},
    {"all", "list", 1, ANY_COUNT, call_all},
    {"any", "list", 1, ANY_COUNT, call_any},
    {"sort", "list;precedes", 1, 2, call_sort},
    {NULL, NULL, 0, 0, NULL},
};
