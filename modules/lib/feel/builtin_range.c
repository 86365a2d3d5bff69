/* builtin_range.c: how points and ranges lie to each other (Allen's relations). A point is the range
 * from itself to itself. */
#include "feel/builtin.h"

struct pair {
    struct feel_range a;
    struct feel_range b;
};

static bool range_at(struct feel_run *run, const struct feel_args *args, size_t i,
                     struct feel_range *out)
{
    struct feel_value value = arg_at(args, i);
    int order;

    if (value.type == FEEL_RANGE) {
        *out = *value.range;
        return true;
    }
    *out = (struct feel_range){value, value, true, true};
    if (feel_order(value, value, &order))
        return true;
    (void)feel_fail(run, "argument %zu is no point and no range", i + 1);
    return false;
}

/* Order of an end of one and an end of the other; an absent end is beyond all. */
static bool order_ends(struct feel_value a, bool a_is_low, struct feel_value b,
                       bool b_is_low, int *out)
{
    int place_a = a.type == FEEL_NULL ? (a_is_low ? -1 : 1) : 0;
    int place_b = b.type == FEEL_NULL ? (b_is_low ? -1 : 1) : 0;

    if (place_a || place_b) {
        *out = place_a - place_b;
        return true;
    }
    return feel_order(a, b, out);
}

/* The four orders that all relations are made of. */
struct orders {
    int low_low;   /* a.low to b.low */
    int low_high;  /* a.low to b.high */
    int high_low;  /* a.high to b.low */
    int high_high; /* a.high to b.high */
};

static bool compare(struct feel_run *run, const struct feel_args *args, bool swapped,
                    struct pair *p, struct orders *o)
{
    if (!range_at(run, args, swapped ? 1 : 0, &p->a) ||
        !range_at(run, args, swapped ? 0 : 1, &p->b))
        return false;
    if (order_ends(p->a.low, true, p->b.low, true, &o->low_low) &&
        order_ends(p->a.low, true, p->b.high, false, &o->low_high) &&
        order_ends(p->a.high, false, p->b.low, true, &o->high_low) &&
        order_ends(p->a.high, false, p->b.high, false, &o->high_high))
        return true;
    (void)feel_fail(run, "these two cannot be compared");
    return false;
}

static bool before(const struct pair *p, const struct orders *o)
{
    return o->high_low < 0 ||
           (o->high_low == 0 && (!p->a.high_closed || !p->b.low_closed));
}

static bool meets(const struct pair *p, const struct orders *o)
{
    return o->high_low == 0 && p->a.high_closed && p->b.low_closed;
}

static bool overlaps(const struct pair *p, const struct orders *o)
{
    return (o->high_low > 0 ||
            (o->high_low == 0 && p->a.high_closed && p->b.low_closed)) &&
           (o->low_high < 0 || (o->low_high == 0 && p->a.low_closed && p->b.high_closed));
}

static bool overlaps_before(const struct pair *p, const struct orders *o)
{
    return (o->low_low < 0 || (o->low_low == 0 && p->a.low_closed && !p->b.low_closed)) &&
           (o->high_low > 0 ||
            (o->high_low == 0 && p->a.high_closed && p->b.low_closed)) &&
           (o->high_high < 0 ||
            (o->high_high == 0 && (!p->a.high_closed || p->b.high_closed)));
}

static bool finishes(const struct pair *p, const struct orders *o)
{
    return o->high_high == 0 && p->a.high_closed == p->b.high_closed &&
           (o->low_low > 0 || (o->low_low == 0 && (!p->a.low_closed || p->b.low_closed)));
}

static bool includes(const struct pair *p, const struct orders *o)
{
    return (o->low_low < 0 ||
            (o->low_low == 0 && (p->a.low_closed || !p->b.low_closed))) &&
           (o->high_high > 0 ||
            (o->high_high == 0 && (p->a.high_closed || !p->b.high_closed)));
}

static bool starts(const struct pair *p, const struct orders *o)
{
    return o->low_low == 0 && p->a.low_closed == p->b.low_closed &&
           (o->high_high < 0 ||
            (o->high_high == 0 && (!p->a.high_closed || p->b.high_closed)));
}

static bool coincides(const struct pair *p, const struct orders *o)
{
    return o->low_low == 0 && o->high_high == 0 && p->a.low_closed == p->b.low_closed &&
           p->a.high_closed == p->b.high_closed;
}

static struct feel_value ask(struct feel_run *run, const struct feel_args *args,
                             bool swapped,
                             bool (*relation)(const struct pair *, const struct orders *))
{
    struct pair p;
    struct orders o;

    return compare(run, args, swapped, &p, &o) ? feel_boolean(relation(&p, &o))
                                               : FEEL_NULL_VALUE;
}

#define RELATION(function, relation, swapped)                                            \
    static struct feel_value function(struct feel_run *run,                              \
                                      const struct feel_args *args)                      \
    {                                                                                    \
        return ask(run, args, swapped, relation);                                        \
    }
RELATION(call_before, before, false)
RELATION(call_after, before, true)
RELATION(call_meets, meets, false)
RELATION(call_met_by, meets, true)
RELATION(call_overlaps, overlaps, false)
RELATION(call_overlaps_before, overlaps_before, false)
RELATION(call_overlaps_after, overlaps_before, true)
RELATION(call_finishes, finishes, false)
RELATION(call_finished_by, finishes, true)
RELATION(call_includes, includes, false)
RELATION(call_during, includes, true)
RELATION(call_starts, starts, false)
RELATION(call_started_by, starts, true)
RELATION(call_coincides, coincides, false)

const struct feel_builtin feel_builtins_range[] = {
    {"before", "value1|point1|range1|point|range;value2|point2|range2", 2, 2,
     call_before},
    {"after", "value1|point1|range1|point|range;value2|point2|range2", 2, 2, call_after},
    {"meets", "range1;range2", 2, 2, call_meets},
    {"met by", "range1;range2", 2, 2, call_met_by},
    {"overlaps", "range1;range2", 2, 2, call_overlaps},
    {"overlaps before", "range1;range2", 2, 2, call_overlaps_before},
    {"overlaps after", "range1;range2", 2, 2, call_overlaps_after},
    {"finishes", "range1|point;range2|range", 2, 2, call_finishes},
    {"finished by", "range1|range;range2|point", 2, 2, call_finished_by},
    {"includes", "range1|range;range2|point", 2, 2, call_includes},
    {"during", "range1|point;range2|range", 2, 2, call_during},
    {"starts", "range1|point;range2|range", 2, 2, call_starts},
    {"started by", "range1|range;range2|point", 2, 2, call_started_by},
    {"coincides", "range1|point1;range2|point2", 2, 2, call_coincides},
    {NULL, NULL, 0, 0, NULL},
};
