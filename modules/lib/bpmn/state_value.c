/* state_value.c: dates, times and durations in the stored form of a state. JSON has none: they are written as
 * {"@":"2026-01-01"}, so that they come back as what they were. */
#include "bpmn/state_value.h"

#include "feel/temporal.h"

static const struct str TAG = {"@", 1};

static bool is_temporal(struct feel_value value)
{
    return value.type >= FEEL_DATE && value.type <= FEEL_MONTHS;
}

static bool is_tagged(struct feel_value value)
{
    return value.type == FEEL_CONTEXT && value.context->count == 1 &&
           str_eq(value.context->entries[0].name, TAG) &&
           value.context->entries[0].value.type == FEEL_STRING;
}

/* True if there is one in it: most values have none and are used as they are. */
static bool any(struct feel_value value, bool (*test)(struct feel_value))
{
    if (test(value))
        return true;
    if (value.type == FEEL_LIST)
        for (size_t i = 0; i < value.list->count; i++)
            if (any(value.list->items[i], test))
                return true;
    if (value.type == FEEL_CONTEXT)
        for (size_t i = 0; i < value.context->count; i++)
            if (any(value.context->entries[i].value, test))
                return true;
    return false;
}

static struct feel_value map(struct arena *arena, struct feel_value value,
                             struct feel_value (*change)(struct arena *,
                                                         struct feel_value))
{
    struct feel_value changed = change(arena, value);
    struct feel_value *items;
    struct feel_entry *entries;

    if (changed.type != value.type)
        return changed;
    if (value.type == FEEL_LIST) {
        items = ARENA_ARRAY(arena, struct feel_value, value.list->count + 1);
        for (size_t i = 0; i < value.list->count; i++)
            items[i] = map(arena, value.list->items[i], change);
        return feel_list(arena, items, value.list->count);
    }
    if (value.type == FEEL_CONTEXT) {
        entries = ARENA_ARRAY(arena, struct feel_entry, value.context->count + 1);
        for (size_t i = 0; i < value.context->count; i++)
            entries[i] =
                (struct feel_entry){value.context->entries[i].name,
                                    map(arena, value.context->entries[i].value, change)};
        return feel_context(arena, entries, value.context->count);
    }
    return value;
}

static struct feel_value tag(struct arena *arena, struct feel_value value)
{
    struct feel_entry *entry;

    if (!is_temporal(value))
        return value;
    entry = ARENA_NEW(arena, struct feel_entry);
    *entry = (struct feel_entry){TAG, feel_string(feel_text(arena, value))};
    return feel_context(arena, entry, 1);
}

static struct feel_value untag(struct arena *arena, struct feel_value value)
{
    struct feel_moment moment;
    struct feel_value duration;
    struct str text;

    if (!is_tagged(value))
        return value;
    text = value.context->entries[0].value.string;
    if (temporal_parse_date(text, &moment))
        return feel_moment(arena, FEEL_DATE, &moment);
    if (temporal_parse_date_time(text, &moment))
        return feel_moment(arena, FEEL_DATE_TIME, &moment);
    if (temporal_parse_time(text, &moment))
        return feel_moment(arena, FEEL_TIME, &moment);
    if (temporal_parse_duration(text, &duration))
        return duration;
    return value;
}

void state_put_value(struct buf *out, struct arena *arena, struct feel_value value)
{
    feel_put_json(out, arena, any(value, is_temporal) ? map(arena, value, tag) : value);
}

struct feel_value state_read_value(struct arena *arena, struct feel_value value)
{
    return any(value, is_tagged) ? map(arena, value, untag) : value;
}
