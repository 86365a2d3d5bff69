#include "bpmn/timer.h"

#include "formats/zone_offset.h"
#include "feel/temporal.h"

/* "R3/2026-01-01T00:00:00Z/PT1H", "R/PT1H", "R2/P1D" */
struct cycle {
    int64_t repeats; /* -1: for ever */
    bool has_start;
    struct feel_moment start;
    struct feel_value interval;
};

static bool parse_cycle(struct str text, struct cycle *out)
{
    struct str rest = text;
    struct str part;

    *out = (struct cycle){.repeats = -1};
    if (!str_next(&rest, '/', &part) || part.len == 0 || part.ptr[0] != 'R')
        return false;
    if (part.len > 1 &&
        (str_to_i64(str_from_index(part, 1), &out->repeats) != OK || out->repeats < 1))
        return false;
    if (!str_next(&rest, '/', &part))
        return false;
    if (temporal_parse_date_time(part, &out->start)) {
        out->has_start = true;
        if (!str_next(&rest, '/', &part))
            return false;
    }
    return temporal_parse_duration(part, &out->interval) && rest.len == 0 &&
           (out->interval.type == FEEL_DAYS ? out->interval.days > 0
                                            : out->interval.months > 0);
}

bool bpmn_timer_is_valid(enum bpmn_timer kind, struct str text)
{
    struct feel_moment moment;
    struct feel_value duration;
    struct cycle cycle;

    switch (kind) {
    case BPMN_TIMER_DATE:
        return temporal_parse_date_time(text, &moment);
    case BPMN_TIMER_DURATION:
        return temporal_parse_duration(text, &duration);
    case BPMN_TIMER_CYCLE:
        return parse_cycle(text, &cycle);
    }
    return false;
}

/* Years in which a clock of microseconds still counts. */
static bool to_instant(feel_ns ns, instant_us *out)
{
    if (ns > FEEL_NS_PER_DAY * 365 * 7000 || ns < -FEEL_NS_PER_DAY * 365 * 1900)
        return false;
    *out = (instant_us)(ns / 1000);
    return true;
}

static bool instant_of(const struct feel_moment *moment, struct str zone, instant_us *out)
{
    struct feel_moment zoned = *moment;

    if (zoned.zone_kind == FEEL_ZONE_NONE && zone.len) {
        zoned.zone_kind = FEEL_ZONE_NAMED;
        zoned.zone = zone;
    }
    return to_instant(temporal_instant(&zoned, true), out);
}

static bool add(instant_us from, struct feel_value duration, instant_us *out)
{
    struct feel_moment epoch = {.year = 1970, .month = 1, .day = 1};
    struct feel_moment moment;
    struct feel_moment later;

    if (duration.type == FEEL_DAYS)
        return to_instant((feel_ns)from * 1000 + duration.days, out);
    return temporal_add_ns(&epoch, (feel_ns)from * 1000, &moment) &&
           temporal_add_months(&moment, duration.months, &later) &&
           to_instant(temporal_instant(&later, true), out);
}

static bool first_of_cycle(struct str text, instant_us now, struct str zone,
                           struct bpmn_due *out)
{
    struct cycle cycle;

    if (!parse_cycle(text, &cycle) || cycle.repeats == 0)
        return false;
    out->repeats = cycle.repeats < 0 ? -1 : cycle.repeats - 1;
    if (cycle.has_start)
        return instant_of(&cycle.start, zone, &out->at);
    return add(now, cycle.interval, &out->at);
}

bool bpmn_timer_first(enum bpmn_timer kind, struct feel_value value, instant_us now,
                      struct str zone, struct bpmn_due *out)
{
    struct feel_moment moment;

    *out = (struct bpmn_due){.repeats = 0};
    if (kind == BPMN_TIMER_CYCLE)
        return value.type == FEEL_STRING && first_of_cycle(value.string, now, zone, out);
    if (kind == BPMN_TIMER_DURATION) {
        if (value.type == FEEL_STRING && !temporal_parse_duration(value.string, &value))
            return false;
        if (value.type != FEEL_DAYS && value.type != FEEL_MONTHS)
            return false;
        /* A duration that is over is due now. */
        if (!add(now, value, &out->at))
            return false;
        if (out->at < now)
            out->at = now;
        return true;
    }
    if (value.type == FEEL_DATE || value.type == FEEL_DATE_TIME)
        return instant_of(value.moment, zone, &out->at);
    return value.type == FEEL_STRING && temporal_parse_date_time(value.string, &moment) &&
           instant_of(&moment, zone, &out->at);
}

bool bpmn_timer_next(struct feel_value value, const struct bpmn_due *due,
                     struct bpmn_due *out)
{
    struct cycle cycle;

    if (due->repeats == 0 || value.type != FEEL_STRING ||
        !parse_cycle(value.string, &cycle) || !add(due->at, cycle.interval, &out->at))
        return false;
    out->repeats = due->repeats < 0 ? -1 : due->repeats - 1;
    return true;
}
