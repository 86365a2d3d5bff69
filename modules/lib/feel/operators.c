/* operators.c: arithmetic, comparison, properties of dates and durations, types. */
#include "feel/temporal.h"
#include "feel/tree.h"

#define NS_MAX (FEEL_NS_PER_DAY * 1000000000000)

static struct feel_value undefined(struct feel_run *run, const char *sign,
                                   struct feel_value a, struct feel_value b)
{
    return feel_fail(run, "%s %s %s is not defined", feel_type_name(a.type), sign,
                     feel_type_name(b.type));
}

/* ---- numbers --------------------------------------------------------------------------------- */

static struct feel_value operate_numbers(struct feel_run *run, enum feel_node_kind kind,
                                         struct feel_number a, struct feel_number b)
{
    struct feel_number out;
    bool fine = false;

    switch (kind) {
    case NODE_ADD:
        fine = number_add(a, b, &out);
        break;
    case NODE_SUBTRACT:
        fine = number_subtract(a, b, &out);
        break;
    case NODE_MULTIPLY:
        fine = number_multiply(a, b, &out);
        break;
    case NODE_DIVIDE:
        fine = number_divide(a, b, &out);
        break;
    default:
        fine = number_power(a, b, &out);
        break;
    }
    return fine ? feel_number_value(out) : feel_fail(run, "the result is no number");
}

/* ---- dates and durations ----------------------------------------------------------------------- */

static struct feel_value days_value(struct feel_run *run, feel_ns ns)
{
    return ns > NS_MAX || ns < -NS_MAX ? feel_fail(run, "the duration is too long")
                                       : feel_days(ns);
}

static struct feel_value months_value(struct feel_run *run, int64_t months)
{
    return months > INT64_C(12000000000000) || months < -INT64_C(12000000000000)
               ? feel_fail(run, "the duration is too long")
               : feel_months(months);
}

/* A date, time or both, moved by a duration. A date moved by hours stays a date. */
static struct feel_value move(struct feel_run *run, struct feel_value when,
                              struct feel_value by, int sign)
{
    struct feel_moment out;
    bool fine;

    if (by.type == FEEL_MONTHS && when.type != FEEL_TIME) {
        fine = temporal_add_months(when.moment, by.months * sign, &out);
    } else if (by.type == FEEL_DAYS && when.type == FEEL_TIME) {
        feel_ns ns = (when.moment->ns + by.days * sign) % FEEL_NS_PER_DAY;

        out = *when.moment;
        out.ns = (int64_t)(ns < 0 ? ns + FEEL_NS_PER_DAY : ns);
        fine = true;
    } else if (by.type == FEEL_DAYS) {
        fine = temporal_add_ns(when.moment, by.days * sign, &out);
    } else {
        return undefined(run, sign > 0 ? "+" : "-", when, by);
    }
    return fine ? feel_moment(run->arena, when.type, &out)
                : feel_fail(run, "the date leaves the calendar");
}

static bool is_moment(struct feel_value value)
{
    return value.type == FEEL_DATE || value.type == FEEL_TIME ||
           value.type == FEEL_DATE_TIME;
}

static bool is_duration(struct feel_value value)
{
    return value.type == FEEL_DAYS || value.type == FEEL_MONTHS;
}

static struct feel_value subtract_moments(struct feel_run *run, struct feel_value a,
                                          struct feel_value b)
{
    bool times = a.type == FEEL_TIME && b.type == FEEL_TIME;
    bool dates = a.type != FEEL_TIME && b.type != FEEL_TIME;
    /* A date is midnight UTC, and so fits both a zoned and a local date and time. */
    bool zone_a = a.type == FEEL_DATE || a.moment->zone_kind != FEEL_ZONE_NONE;
    bool zone_b = b.type == FEEL_DATE || b.moment->zone_kind != FEEL_ZONE_NONE;

    if ((!times && !dates) || (zone_a != zone_b && a.type == b.type))
        return undefined(run, "-", a, b);
    return days_value(run, temporal_instant(a.moment, dates) -
                               temporal_instant(b.moment, dates));
}

static struct feel_value add_durations(struct feel_run *run, struct feel_value a,
                                       struct feel_value b, int sign)
{
    if (a.type != b.type)
        return undefined(run, sign > 0 ? "+" : "-", a, b);
    return a.type == FEEL_DAYS ? days_value(run, a.days + sign * b.days)
                               : months_value(run, a.months + sign * b.months);
}

/* Durations are scaled exactly, then cut to nanoseconds or months. */
static struct feel_number number_of_ns(feel_ns ns)
{
    struct feel_number seconds = number_from_i64((int64_t)(ns / FEEL_NS_PER_S));
    struct feel_number rest = number_from_i64((int64_t)(ns % FEEL_NS_PER_S));
    struct feel_number out = seconds;

    (void)number_multiply(seconds, number_from_i64(1000000000), &out);
    (void)number_add(out, rest, &out);
    return out;
}

static struct feel_value scale(struct feel_run *run, struct feel_value duration,
                               struct feel_number by, bool divide)
{
    bool months = duration.type == FEEL_MONTHS;
    struct feel_number size =
        months ? number_from_i64(duration.months) : number_of_ns(duration.days);
    struct feel_number giga = number_from_i64(1000000000);
    struct feel_number high;
    struct feel_number low;
    int64_t seconds;
    int64_t rest;

    if (!(divide ? number_divide(size, by, &size) : number_multiply(size, by, &size)) ||
        !number_round(size, 0, FEEL_TO_ZERO, &size))
        return feel_fail(run, "the result is no duration");
    if (months)
        return number_to_i64(size, &rest) ? months_value(run, rest)
                                          : feel_fail(run, "the duration is too long");
    if (!number_divide(size, giga, &high) ||
        !number_round(high, 0, FEEL_TO_ZERO, &high) || !number_to_i64(high, &seconds) ||
        !number_multiply(high, giga, &low) || !number_subtract(size, low, &low) ||
        !number_to_i64(low, &rest))
        return feel_fail(run, "the duration is too long");
    return days_value(run, seconds * FEEL_NS_PER_S + rest);
}

static struct feel_value operate_durations(struct feel_run *run, enum feel_node_kind kind,
                                           struct feel_value a, struct feel_value b)
{
    struct feel_number out;

    if (kind == NODE_MULTIPLY && is_duration(a) && b.type == FEEL_NUMBER)
        return scale(run, a, b.number, false);
    if (kind == NODE_MULTIPLY && a.type == FEEL_NUMBER && is_duration(b))
        return scale(run, b, a.number, false);
    if (kind == NODE_DIVIDE && is_duration(a) && b.type == FEEL_NUMBER)
        return scale(run, a, b.number, true);
    if (kind == NODE_DIVIDE && is_duration(a) && a.type == b.type) {
        bool months = a.type == FEEL_MONTHS;

        if (number_divide(months ? number_from_i64(a.months) : number_of_ns(a.days),
                          months ? number_from_i64(b.months) : number_of_ns(b.days),
                          &out))
            return feel_number_value(out);
        return feel_fail(run, "the result is no number");
    }
    if ((kind == NODE_ADD || kind == NODE_SUBTRACT) && is_duration(a) && is_duration(b))
        return add_durations(run, a, b, kind == NODE_ADD ? 1 : -1);
    if (kind == NODE_ADD && is_moment(a) && is_duration(b))
        return move(run, a, b, 1);
    if (kind == NODE_ADD && is_duration(a) && is_moment(b))
        return move(run, b, a, 1);
    if (kind == NODE_SUBTRACT && is_moment(a) && is_duration(b))
        return move(run, a, b, -1);
    if (kind == NODE_SUBTRACT && is_moment(a) && is_moment(b))
        return subtract_moments(run, a, b);
    return undefined(run,
                     kind == NODE_ADD        ? "+"
                     : kind == NODE_SUBTRACT ? "-"
                     : kind == NODE_MULTIPLY ? "*"
                     : kind == NODE_DIVIDE   ? "/"
                                             : "**",
                     a, b);
}

struct feel_value feel_operate(struct feel_run *run, enum feel_node_kind kind,
                               struct feel_value a, struct feel_value b)
{
    if (a.type == FEEL_NUMBER && b.type == FEEL_NUMBER)
        return operate_numbers(run, kind, a.number, b.number);
    if (kind == NODE_ADD && a.type == FEEL_STRING && b.type == FEEL_STRING) {
        if (!feel_spend(run, (int64_t)(a.string.len + b.string.len) / 16))
            return FEEL_NULL_VALUE;
        return feel_string(str_concat(run->arena, a.string, b.string));
    }
    return operate_durations(run, kind, a, b);
}

struct feel_value feel_negate(struct feel_run *run, struct feel_value a)
{
    switch (a.type) {
    case FEEL_NUMBER:
        return feel_number_value(number_negate(a.number));
    case FEEL_DAYS:
        return feel_days(-a.days);
    case FEEL_MONTHS:
        return feel_months(-a.months);
    default:
        return feel_fail(run, "-%s is not defined", feel_type_name(a.type));
    }
}

/* ---- comparison ------------------------------------------------------------------------------- */

struct feel_value feel_compare(struct feel_run *run, enum feel_op op, struct feel_value a,
                               struct feel_value b)
{
    struct feel_value same;
    int order;

    if (op == OP_EQ || op == OP_NE) {
        same = feel_equal(a, b);
        if (same.type == FEEL_NULL)
            return feel_fail(run, "%s and %s cannot be compared", feel_type_name(a.type),
                             feel_type_name(b.type));
        return feel_boolean(same.boolean == (op == OP_EQ));
    }
    if (!feel_order(a, b, &order))
        return feel_fail(run, "%s and %s have no order", feel_type_name(a.type),
                         feel_type_name(b.type));
    return feel_boolean(op == OP_LT   ? order < 0
                        : op == OP_LE ? order <= 0
                        : op == OP_GT ? order > 0
                                      : order >= 0);
}

/* ---- properties ------------------------------------------------------------------------------- */

static struct feel_value moment_property(struct feel_run *run, struct feel_value value,
                                         struct str name)
{
    const struct feel_moment *moment = value.moment;
    int64_t seconds = moment->ns / 1000000000;
    int32_t offset_s;

    if (value.type != FEEL_TIME) {
        if (str_is(name, "year"))
            return feel_i64(moment->year);
        if (str_is(name, "month"))
            return feel_i64(moment->month);
        if (str_is(name, "day"))
            return feel_i64(moment->day);
        if (str_is(name, "weekday"))
            return feel_i64(temporal_weekday(moment));
    }
    if (value.type != FEEL_DATE) {
        if (str_is(name, "hour"))
            return feel_i64(seconds / 3600);
        if (str_is(name, "minute"))
            return feel_i64(seconds / 60 % 60);
        if (str_is(name, "second"))
            return feel_i64(seconds % 60);
        if (str_is(name, "time offset"))
            return temporal_offset(moment, &offset_s)
                       ? feel_days(offset_s * FEEL_NS_PER_S)
                       : FEEL_NULL_VALUE;
        if (str_is(name, "timezone"))
            return moment->zone_kind == FEEL_ZONE_NAMED ? feel_string(moment->zone)
                                                        : FEEL_NULL_VALUE;
    }
    return feel_fail(run, "%s has no %.*s", feel_type_name(value.type), STR_ARG(name));
}

static struct feel_value duration_property(struct feel_run *run, struct feel_value value,
                                           struct str name)
{
    if (value.type == FEEL_MONTHS) {
        if (str_is(name, "years"))
            return feel_i64(value.months / 12);
        if (str_is(name, "months"))
            return feel_i64(value.months % 12);
    } else {
        int64_t seconds = (int64_t)(value.days / FEEL_NS_PER_S);

        if (str_is(name, "days"))
            return feel_i64(seconds / 86400);
        if (str_is(name, "hours"))
            return feel_i64(seconds / 3600 % 24);
        if (str_is(name, "minutes"))
            return feel_i64(seconds / 60 % 60);
        if (str_is(name, "seconds"))
            return feel_i64(seconds % 60);
    }
    return feel_fail(run, "%s has no %.*s", feel_type_name(value.type), STR_ARG(name));
}

struct feel_value feel_property(struct feel_run *run, struct feel_value value,
                                struct str name)
{
    if (is_moment(value))
        return moment_property(run, value, name);
    if (is_duration(value))
        return duration_property(run, value, name);
    if (value.type == FEEL_RANGE) {
        if (str_is(name, "start"))
            return value.range->low;
        if (str_is(name, "end"))
            return value.range->high;
        if (str_is(name, "start included"))
            return feel_boolean(value.range->low_closed);
        if (str_is(name, "end included"))
            return feel_boolean(value.range->high_closed);
    }
    return feel_fail(run, "%s has no %.*s", feel_type_name(value.type), STR_ARG(name));
}

/* ---- types ------------------------------------------------------------------------------------ */

static bool is_base(enum feel_type type, struct str name)
{
    static const struct {
        const char *other;
        const char *name;
    } OTHERS[] = {{"day-time duration", "days and time duration"},
                  {"year-month duration", "years and months duration"},
                  {"date time", "date and time"},
                  {"Null", "null"}};

    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(*OTHERS); i++)
        if (str_is(name, OTHERS[i].other))
            name = str_from(OTHERS[i].name);
    return str_is(name, feel_type_name(type));
}

bool feel_is_instance(struct feel_value value, const struct feel_node *type)
{
    if (str_is(type->text, "Any"))
        return value.type != FEEL_NULL;
    if (!is_base(value.type, type->text))
        return false;
    if (value.type == FEEL_LIST && type->item_count == 1)
        for (size_t i = 0; i < value.list->count; i++)
            if (!feel_is_instance(value.list->items[i], type->items[0]))
                return false;
    if (value.type == FEEL_RANGE && type->item_count == 1)
        return feel_is_instance(value.range->low, type->items[0]);
    if (value.type == FEEL_CONTEXT)
        for (size_t i = 0; i < type->item_count; i++) {
            const struct feel_value *entry = feel_get(value.context, type->names[i]);

            if (!entry || !feel_is_instance(*entry, type->items[i]))
                return false;
        }
    return true;
}
