#include "feel/value.h"

#include "feel/temporal.h"

struct feel_value feel_moment(struct arena *arena, enum feel_type type,
                              const struct feel_moment *moment)
{
    struct feel_moment *copy = ARENA_NEW(arena, struct feel_moment);

    *copy = *moment;
    if (type == FEEL_DATE) {
        copy->ns = 0;
        copy->zone_kind = FEEL_ZONE_NONE;
    } else if (type == FEEL_TIME) {
        copy->year = 0;
        copy->month = 0;
        copy->day = 0;
    }
    return (struct feel_value){.type = type, .moment = copy};
}

struct feel_value feel_list(struct arena *arena, const struct feel_value *items,
                            size_t count)
{
    struct feel_list *list = ARENA_NEW(arena, struct feel_list);

    list->items = items;
    list->count = count;
    return (struct feel_value){.type = FEEL_LIST, .list = list};
}

struct feel_value feel_context(struct arena *arena, const struct feel_entry *entries,
                               size_t count)
{
    struct feel_context *context = ARENA_NEW(arena, struct feel_context);

    context->entries = entries;
    context->count = count;
    return (struct feel_value){.type = FEEL_CONTEXT, .context = context};
}

const char *feel_type_name(enum feel_type type)
{
    static const char *const NAMES[] = {
        [FEEL_NULL] = "null",
        [FEEL_BOOLEAN] = "boolean",
        [FEEL_NUMBER] = "number",
        [FEEL_STRING] = "string",
        [FEEL_DATE] = "date",
        [FEEL_TIME] = "time",
        [FEEL_DATE_TIME] = "date and time",
        [FEEL_DAYS] = "days and time duration",
        [FEEL_MONTHS] = "years and months duration",
        [FEEL_LIST] = "list",
        [FEEL_CONTEXT] = "context",
        [FEEL_RANGE] = "range",
        [FEEL_FUNCTION] = "function",
    };

    return NAMES[type];
}

const struct feel_value *feel_get(const struct feel_context *context, struct str name)
{
    for (size_t i = 0; i < context->count; i++)
        if (str_eq(context->entries[i].name, name))
            return &context->entries[i].value;
    return NULL;
}

/* ---- order ----------------------------------------------------------------------------------- */

static int sign(feel_ns n)
{
    return n < 0 ? -1 : n > 0;
}

/* A time with a zone and one without cannot be compared. */
static bool order_moments(struct feel_value a, struct feel_value b, int *out)
{
    bool zoned = a.moment->zone_kind != FEEL_ZONE_NONE;

    if (zoned != (b.moment->zone_kind != FEEL_ZONE_NONE))
        return false;
    *out = sign(temporal_instant(a.moment, a.type != FEEL_TIME) -
                temporal_instant(b.moment, b.type != FEEL_TIME));
    return true;
}

bool feel_order(struct feel_value a, struct feel_value b, int *out)
{
    int order;

    if (a.type != b.type)
        return false;
    switch (a.type) {
    case FEEL_NUMBER:
        *out = number_compare(a.number, b.number);
        return true;
    case FEEL_STRING:
        order = str_cmp(a.string, b.string);
        *out = order < 0 ? -1 : order > 0;
        return true;
    case FEEL_DATE:
    case FEEL_TIME:
    case FEEL_DATE_TIME:
        return order_moments(a, b, out);
    case FEEL_DAYS:
        *out = sign(a.days - b.days);
        return true;
    case FEEL_MONTHS:
        *out = sign((feel_ns)a.months - b.months);
        return true;
    case FEEL_NULL:
    case FEEL_BOOLEAN:
    case FEEL_LIST:
    case FEEL_CONTEXT:
    case FEEL_RANGE:
    case FEEL_FUNCTION:
        return false;
    }
    return false;
}

/* ---- equality -------------------------------------------------------------------------------- */

static struct feel_value equal_lists(const struct feel_list *a, const struct feel_list *b)
{
    if (a->count != b->count)
        return feel_boolean(false);
    for (size_t i = 0; i < a->count; i++) {
        struct feel_value same = feel_equal(a->items[i], b->items[i]);

        if (!feel_is_true(same))
            return same;
    }
    return feel_boolean(true);
}

static struct feel_value equal_contexts(const struct feel_context *a,
                                        const struct feel_context *b)
{
    if (a->count != b->count)
        return feel_boolean(false);
    for (size_t i = 0; i < a->count; i++) {
        const struct feel_value *other = feel_get(b, a->entries[i].name);
        struct feel_value same =
            other ? feel_equal(a->entries[i].value, *other) : feel_boolean(false);

        if (!feel_is_true(same))
            return same;
    }
    return feel_boolean(true);
}

static bool same_ranges(const struct feel_range *a, const struct feel_range *b)
{
    return a->low_closed == b->low_closed && a->high_closed == b->high_closed &&
           feel_same(a->low, b->low) && feel_same(a->high, b->high);
}

struct feel_value feel_equal(struct feel_value a, struct feel_value b)
{
    int order = 0;

    if (a.type == FEEL_NULL || b.type == FEEL_NULL)
        return feel_boolean(a.type == b.type);
    if (a.type != b.type)
        return FEEL_NULL_VALUE;
    switch (a.type) {
    case FEEL_BOOLEAN:
        return feel_boolean(a.boolean == b.boolean);
    case FEEL_LIST:
        return equal_lists(a.list, b.list);
    case FEEL_CONTEXT:
        return equal_contexts(a.context, b.context);
    case FEEL_RANGE:
        return feel_boolean(same_ranges(a.range, b.range));
    case FEEL_FUNCTION:
        return feel_boolean(a.function == b.function);
    case FEEL_NULL:
    case FEEL_NUMBER:
    case FEEL_STRING:
    case FEEL_DATE:
    case FEEL_TIME:
    case FEEL_DATE_TIME:
    case FEEL_DAYS:
    case FEEL_MONTHS:
        break;
    }
    return feel_boolean(feel_order(a, b, &order) && order == 0);
}

bool feel_same(struct feel_value a, struct feel_value b)
{
    return feel_is_true(feel_equal(a, b));
}

struct feel_value feel_in_range(const struct feel_range *range, struct feel_value value)
{
    int low = 1;
    int high = -1;

    if (range->low.type != FEEL_NULL && !feel_order(value, range->low, &low))
        return FEEL_NULL_VALUE;
    if (range->high.type != FEEL_NULL && !feel_order(value, range->high, &high))
        return FEEL_NULL_VALUE;
    return feel_boolean((low > 0 || (low == 0 && range->low_closed)) &&
                        (high < 0 || (high == 0 && range->high_closed)));
}
