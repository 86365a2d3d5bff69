/* builtin_number.c: numbers. */
#include "feel/builtin.h"

static struct feel_value result(struct feel_run *run, bool fine,
                                struct feel_number number)
{
    return fine ? feel_number_value(number) : feel_fail(run, "the result is no number");
}

/* Round to the digits of argument 1, 0 where it may be left out. */
static struct feel_value round_to(struct feel_run *run, const struct feel_args *args,
                                  enum feel_rounding rounding)
{
    struct feel_number number;
    int64_t scale = 0;

    if (!arg_number(run, args, 0, &number) ||
        (arg_at(args, 1).type != FEEL_NULL && !arg_whole(run, args, 1, &scale)))
        return FEEL_NULL_VALUE;
    return result(run, number_round(number, scale, rounding, &number), number);
}

static struct feel_value call_decimal(struct feel_run *run, const struct feel_args *args)
{
    return round_to(run, args, FEEL_HALF_EVEN);
}

static struct feel_value call_floor(struct feel_run *run, const struct feel_args *args)
{
    return round_to(run, args, FEEL_FLOOR);
}

static struct feel_value call_ceiling(struct feel_run *run, const struct feel_args *args)
{
    return round_to(run, args, FEEL_CEILING);
}

static struct feel_value call_round_up(struct feel_run *run, const struct feel_args *args)
{
    return round_to(run, args, FEEL_AWAY);
}

static struct feel_value call_round_down(struct feel_run *run,
                                         const struct feel_args *args)
{
    return round_to(run, args, FEEL_TO_ZERO);
}

static struct feel_value call_round_half_up(struct feel_run *run,
                                            const struct feel_args *args)
{
    return round_to(run, args, FEEL_HALF_UP);
}

static struct feel_value call_round_half_down(struct feel_run *run,
                                              const struct feel_args *args)
{
    return round_to(run, args, FEEL_HALF_DOWN);
}

static struct feel_value call_abs(struct feel_run *run, const struct feel_args *args)
{
    struct feel_value value = arg_at(args, 0);
    struct feel_number number;

    if (value.type == FEEL_DAYS)
        return feel_days(value.days < 0 ? -value.days : value.days);
    if (value.type == FEEL_MONTHS)
        return feel_months(value.months < 0 ? -value.months : value.months);
    if (!arg_number(run, args, 0, &number))
        return FEEL_NULL_VALUE;
    return feel_number_value(number_abs(number));
}

static struct feel_value call_modulo(struct feel_run *run, const struct feel_args *args)
{
    struct feel_number a;
    struct feel_number b;

    if (!arg_number(run, args, 0, &a) || !arg_number(run, args, 1, &b))
        return FEEL_NULL_VALUE;
    return result(run, number_modulo(a, b, &a), a);
}

static struct feel_value call_sqrt(struct feel_run *run, const struct feel_args *args)
{
    struct feel_number number;

    if (!arg_number(run, args, 0, &number))
        return FEEL_NULL_VALUE;
    return result(run, number_sqrt(number, &number), number);
}

static struct feel_value call_log(struct feel_run *run, const struct feel_args *args)
{
    struct feel_number number;

    if (!arg_number(run, args, 0, &number))
        return FEEL_NULL_VALUE;
    return result(run, number_log(number, &number), number);
}

static struct feel_value call_exp(struct feel_run *run, const struct feel_args *args)
{
    struct feel_number number;

    if (!arg_number(run, args, 0, &number))
        return FEEL_NULL_VALUE;
    return result(run, number_exp(number, &number), number);
}

static struct feel_value has_rest(struct feel_run *run, const struct feel_args *args,
                                  int wanted)
{
    struct feel_number number;
    struct feel_number rest;

    if (!arg_number(run, args, 0, &number))
        return FEEL_NULL_VALUE;
    if (!number_is_whole(number) || !number_modulo(number, number_from_i64(2), &rest))
        return feel_fail(run, "only whole numbers are odd or even");
    return feel_boolean(number_compare(rest, number_from_i64(wanted)) == 0);
}

static struct feel_value call_odd(struct feel_run *run, const struct feel_args *args)
{
    return has_rest(run, args, 1);
}

static struct feel_value call_even(struct feel_run *run, const struct feel_args *args)
{
    return has_rest(run, args, 0);
}

const struct feel_builtin feel_builtins_number[] = {
    {"decimal", "n;scale", 2, 2, call_decimal},
    {"floor", "n;scale", 1, 2, call_floor},
    {"ceiling", "n;scale", 1, 2, call_ceiling},
    {"round up", "n;scale", 1, 2, call_round_up},
    {"round down", "n;scale", 1, 2, call_round_down},
    {"round half up", "n;scale", 1, 2, call_round_half_up},
    {"round half down", "n;scale", 1, 2, call_round_half_down},
    {"abs", "n|number", 1, 1, call_abs},
    {"modulo", "dividend;divisor", 2, 2, call_modulo},
    {"sqrt", "number", 1, 1, call_sqrt},
    {"log", "number", 1, 1, call_log},
    {"exp", "number", 1, 1, call_exp},
    {"odd", "number", 1, 1, call_odd},
    {"even", "number", 1, 1, call_even},
    {NULL, NULL, 0, 0, NULL},
};
