/* value_text.c: values as string() shows them, and as JSON. */
#include "formats/json.h"
#include "feel/temporal.h"

#define TEXT_LIMIT ((size_t)1 << 20)

static void put_value(struct buf *out, struct arena *arena, struct feel_value value);

/* A string inside a list or context, as FEEL would read it. */
static void put_quoted(struct buf *out, struct str text)
{
    buf_put_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '"' || c == '\\')
            buf_put_char(out, '\\');
        if (c == '\n')
            buf_put_c(out, "\\n");
        else if (c == '\r')
            buf_put_c(out, "\\r");
        else if (c == '\t')
            buf_put_c(out, "\\t");
        else
            buf_put_char(out, c);
    }
    buf_put_char(out, '"');
}

static void put_inner(struct buf *out, struct arena *arena, struct feel_value value)
{
    if (value.type == FEEL_STRING)
        put_quoted(out, value.string);
    else
        put_value(out, arena, value);
}

static bool is_plain_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' && c != ' ' &&
            !(i > 0 && c >= '0' && c <= '9') && (unsigned char)c < 0x80)
            return false;
    }
    return name.len > 0;
}

static void put_list(struct buf *out, struct arena *arena, const struct feel_list *list)
{
    buf_put_char(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_put_c(out, ", ");
        put_inner(out, arena, list->items[i]);
    }
    buf_put_char(out, ']');
}

static void put_context(struct buf *out, struct arena *arena,
                        const struct feel_context *context)
{
    buf_put_char(out, '{');
    for (size_t i = 0; i < context->count; i++) {
        const struct feel_entry *entry = &context->entries[i];

        if (i)
            buf_put_c(out, ", ");
        if (is_plain_name(entry->name))
            buf_put(out, entry->name);
        else
            put_quoted(out, entry->name);
        buf_put_c(out, ": ");
        put_inner(out, arena, entry->value);
    }
    buf_put_char(out, '}');
}

static void put_range(struct buf *out, struct arena *arena,
                      const struct feel_range *range)
{
    if (range->low.type == FEEL_NULL || range->high.type == FEEL_NULL) {
        bool upward = range->high.type == FEEL_NULL;

        buf_put_c(out, upward ? (range->low_closed ? ">= " : "> ")
                              : (range->high_closed ? "<= " : "< "));
        put_inner(out, arena, upward ? range->low : range->high);
        return;
    }
    buf_put_char(out, range->low_closed ? '[' : '(');
    put_inner(out, arena, range->low);
    buf_put_c(out, "..");
    put_inner(out, arena, range->high);
    buf_put_char(out, range->high_closed ? ']' : ')');
}

static void put_value(struct buf *out, struct arena *arena, struct feel_value value)
{
    switch (value.type) {
    case FEEL_NULL:
        buf_put_c(out, "null");
        break;
    case FEEL_BOOLEAN:
        buf_put_c(out, value.boolean ? "true" : "false");
        break;
    case FEEL_NUMBER:
        buf_put(out, number_text(arena, value.number));
        break;
    case FEEL_STRING:
        buf_put(out, value.string);
        break;
    case FEEL_DATE:
        temporal_put_date(out, value.moment);
        break;
    case FEEL_DATE_TIME:
        temporal_put_date(out, value.moment);
        buf_put_char(out, 'T');
        temporal_put_time(out, value.moment);
        break;
    case FEEL_TIME:
        temporal_put_time(out, value.moment);
        break;
    case FEEL_DAYS:
        temporal_put_days(out, value.days);
        break;
    case FEEL_MONTHS:
        temporal_put_months(out, value.months);
        break;
    case FEEL_LIST:
        put_list(out, arena, value.list);
        break;
    case FEEL_CONTEXT:
        put_context(out, arena, value.context);
        break;
    case FEEL_RANGE:
        put_range(out, arena, value.range);
        break;
    case FEEL_FUNCTION:
        buf_put_c(out, "function");
        break;
    }
}

struct str feel_text(struct arena *arena, struct feel_value value)
{
    struct buf out = buf_init(arena, TEXT_LIMIT);

    put_value(&out, arena, value);
    return buf_str(&out);
}

void feel_put_json(struct buf *out, struct arena *arena, struct feel_value value)
{
    switch (value.type) {
    case FEEL_NULL:
    case FEEL_BOOLEAN:
    case FEEL_NUMBER:
        put_value(out, arena, value);
        return;
    case FEEL_LIST:
        buf_put_char(out, '[');
        for (size_t i = 0; i < value.list->count; i++) {
            if (i)
                buf_put_char(out, ',');
            feel_put_json(out, arena, value.list->items[i]);
        }
        buf_put_char(out, ']');
        return;
    case FEEL_CONTEXT:
        buf_put_char(out, '{');
        for (size_t i = 0; i < value.context->count; i++) {
            if (i)
                buf_put_char(out, ',');
            json_put_str(out, value.context->entries[i].name);
            buf_put_char(out, ':');
            feel_put_json(out, arena, value.context->entries[i].value);
        }
        buf_put_char(out, '}');
        return;
    case FEEL_STRING:
    case FEEL_DATE:
    case FEEL_TIME:
    case FEEL_DATE_TIME:
    case FEEL_DAYS:
    case FEEL_MONTHS:
    case FEEL_RANGE:
    case FEEL_FUNCTION:
        json_put_str(out, feel_text(arena, value));
        return;
    }
}
