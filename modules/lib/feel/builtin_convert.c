/* builtin_convert.c: from one type to another, and the few functions of logic. */
#include "feel/builtin.h"

static struct feel_value call_string(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value value = arg_at(args, 0);
    struct str text;

    if (value.type == FEEL_NULL)
        return FEEL_NULL_VALUE;
    text = feel_text(run->arena, value);
    return feel_spend(run, (int64_t)text.len / 16) ? feel_string(text) : FEEL_NULL_VALUE;
}

/* One of the signs that separate groups or fractions; absent for null. */
static bool separator(struct feel_run *run, const struct feel_args *args, size_t i,
                      struct str *out)
{
    *out = STR_NONE;
    if (arg_at(args, i).type == FEEL_NULL)
        return true;
    if (!arg_string(run, args, i, out))
        return false;
    if (str_is(*out, ",") || str_is(*out, ".") || (i == 1 && str_is(*out, " ")))
        return true;
    (void)feel_fail(run, "this sign separates no digits");
    return false;
}

static struct feel_value call_number(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value value = arg_at(args, 0);
    struct str text;
    struct str groups;
    struct str point;
    struct buf plain;
    struct feel_number number;

    if (args->count == 1 && value.type == FEEL_NUMBER)
        return value;
    if (!arg_string(run, args, 0, &text) || !separator(run, args, 1, &groups) ||
        !separator(run, args, 2, &point))
        return FEEL_NULL_VALUE;
    if (groups.ptr && str_eq(groups, point))
        return feel_fail(run, "groups and fractions have different signs");
    plain = buf_init(run->arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        struct str c = str_sub(text, i, 1);

        if (groups.ptr && str_eq(c, groups))
            continue;
        if (point.ptr && str_eq(c, point))
            c = STR(".");
        else if (point.ptr && str_is(c, "."))
            return feel_fail(run, "this is no number");
        buf_put(&plain, c);
    }
    if (!number_parse(buf_str(&plain), &number))
        return feel_fail(run, "this is no number");
    return feel_number_value(number);
}

static struct feel_value call_not(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value value = arg_at(args, 0);

    return value.type == FEEL_BOOLEAN ? feel_boolean(!value.boolean)
                                      : feel_fail(run, "not() takes a boolean");
}

/* The same value of the same type, down to its zone. */
static struct feel_value call_is(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value a = arg_at(args, 0);
    struct feel_value b = arg_at(args, 1);

    if (a.type != b.type)
        return feel_boolean(false);
    if (a.type == FEEL_DATE || a.type == FEEL_TIME || a.type == FEEL_DATE_TIME)
        return feel_boolean(str_eq(feel_text(run->arena, a), feel_text(run->arena, b)));
    return feel_boolean(feel_same(a, b));
}

static struct feel_value call_is_defined(struct feel_run *run,
                                         const struct feel_args *args)
{
    return feel_boolean(arg_at(args, 0).type != FEEL_NULL);
}

static struct feel_value call_get_or_else(struct feel_run *run,
                                          const struct feel_args *args)
{
    struct feel_value value = arg_at(args, 0);

    return value.type == FEEL_NULL ? arg_at(args, 1) : value;
}

/* What must not be: ends the whole evaluation without a value. */
static struct feel_value call_assert(struct feel_run *run, const struct feel_args *args)
{
    struct str cause = STR("the assertion does not hold");

    if (feel_is_true(arg_at(args, 1)))
        return arg_at(args, 0);
    if (args->count > 2 && !arg_string(run, args, 2, &cause))
        return FEEL_NULL_VALUE;
    return feel_fail(run, "%.*s", STR_ARG(cause));
}

/* ---- durations ------------------------------------------------------------------------------- */

static struct feel_value call_duration(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value value = arg_at(args, 0);
    struct str text;

    if (value.type == FEEL_DAYS || value.type == FEEL_MONTHS)
        return value;
    if (!arg_string(run, args, 0, &text))
        return FEEL_NULL_VALUE;
    return temporal_parse_duration(text, &value) ? value
                                                 : feel_fail(run, "this is no duration");
}

static struct feel_value call_months_between(struct feel_run *run,
                                             const struct feel_args *args)
{
    struct feel_value a = arg_at(args, 0);
    struct feel_value b = arg_at(args, 1);

    if ((a.type != FEEL_DATE && a.type != FEEL_DATE_TIME) ||
        (b.type != FEEL_DATE && b.type != FEEL_DATE_TIME))
        return feel_fail(run, "months lie between dates");
    return feel_months(temporal_months_between(a.moment, b.moment));
}

const struct feel_builtin feel_builtins_convert[] = {
    {"string", "from", 1, 1, call_string},
    {"number", "from;grouping separator;decimal separator", 1, 3, call_number},
    {"duration", "from", 1, 1, call_duration},
    {"years and months duration", "from;to", 2, 2, call_months_between},
    {"not", "negand", 1, 1, call_not},
    {"is", "value1;value2", 2, 2, call_is},
    {"is defined", "value", 1, 1, call_is_defined},
    {"get or else", "value;default", 2, 2, call_get_or_else},
    {"assert", "value;condition;cause", 2, 3, call_assert},
    {NULL, NULL, 0, 0, NULL},
};
