/* value.h: the values of FEEL. Immutable once made; all memory is an arena's. */
#ifndef FEEL_VALUE_H
#define FEEL_VALUE_H

#include "feel/number.h"

enum feel_type {
    FEEL_NULL,
    FEEL_BOOLEAN,
    FEEL_NUMBER,
    FEEL_STRING,
    FEEL_DATE,
    FEEL_TIME,
    FEEL_DATE_TIME,
    FEEL_DAYS,   /**< days and time duration */
    FEEL_MONTHS, /**< years and months duration */
    FEEL_LIST,
    FEEL_CONTEXT,
    FEEL_RANGE,
    FEEL_FUNCTION,
};

enum feel_zone_kind { FEEL_ZONE_NONE, FEEL_ZONE_OFFSET, FEEL_ZONE_NAMED };

/** Nanoseconds. */
typedef __int128 feel_ns;

/** A date, a time of day, or both. */
struct feel_moment {
    int64_t year; /**< -999,999,999..999,999,999 */
    uint8_t month;
    uint8_t day;
    int64_t ns; /**< of the day */
    enum feel_zone_kind zone_kind;
    int32_t offset_s; /**< FEEL_ZONE_OFFSET: east of UTC */
    struct str zone;  /**< FEEL_ZONE_NAMED: IANA name */
};

struct feel_list;
struct feel_context;
struct feel_range;
struct feel_function;

struct feel_value {
    enum feel_type type;
    union {
        bool boolean;
        struct feel_number number;
        struct str string;
        const struct feel_moment *moment;
        feel_ns days;
        int64_t months;
        const struct feel_list *list;
        const struct feel_context *context;
        const struct feel_range *range;
        const struct feel_function *function;
    };
};

struct feel_list {
    const struct feel_value *items;
    size_t count;
};

struct feel_entry {
    struct str name;
    struct feel_value value;
};
/** Entries in their order, each name once. */
struct feel_context {
    const struct feel_entry *entries;
    size_t count;
};

/** An end that is null is open without limit. */
struct feel_range {
    struct feel_value low;
    struct feel_value high;
    bool low_closed;
    bool high_closed;
};

#define FEEL_NULL_VALUE ((struct feel_value){.type = FEEL_NULL})

static inline struct feel_value feel_boolean(bool boolean)
{
    return (struct feel_value){.type = FEEL_BOOLEAN, .boolean = boolean};
}
static inline struct feel_value feel_number_value(struct feel_number number)
{
    return (struct feel_value){.type = FEEL_NUMBER, .number = number};
}
static inline struct feel_value feel_i64(int64_t number)
{
    return feel_number_value(number_from_i64(number));
}
static inline struct feel_value feel_string(struct str string)
{
    return (struct feel_value){.type = FEEL_STRING, .string = string};
}
static inline struct feel_value feel_days(feel_ns days)
{
    return (struct feel_value){.type = FEEL_DAYS, .days = days};
}
static inline struct feel_value feel_months(int64_t months)
{
    return (struct feel_value){.type = FEEL_MONTHS, .months = months};
}
/** Of type FEEL_DATE, FEEL_TIME or FEEL_DATE_TIME; the moment is copied. */
struct feel_value feel_moment(struct arena *arena, enum feel_type type,
                              const struct feel_moment *moment);
/** The items are not copied. */
struct feel_value feel_list(struct arena *arena, const struct feel_value *items,
                            size_t count);
struct feel_value feel_context(struct arena *arena, const struct feel_entry *entries,
                               size_t count);

/** "number", "days and time duration" ... */
const char *feel_type_name(enum feel_type type);
/** The value of a name; NULL if the context has none. */
const struct feel_value *feel_get(const struct feel_context *context, struct str name);
static inline bool feel_is_true(struct feel_value value)
{
    return value.type == FEEL_BOOLEAN && value.boolean;
}

/** FEEL's `=`: true, false, or null for two types that cannot be compared. */
struct feel_value feel_equal(struct feel_value a, struct feel_value b);
/** True only for what feel_equal() calls equal. */
bool feel_same(struct feel_value a, struct feel_value b);
/** Order of two values of one type that has one: -1, 0, 1 in `*out`; false otherwise. */
bool feel_order(struct feel_value a, struct feel_value b, int *out);
/** Is `value` in the range: true, false, or null. */
struct feel_value feel_in_range(const struct feel_range *range, struct feel_value value);

/** As string() shows it; strings inside of lists and contexts are quoted. */
struct str feel_text(struct arena *arena, struct feel_value value);
/** As JSON: numbers in plain notation, dates and durations as their FEEL strings, ranges and functions
 *  as text. */
void feel_put_json(struct buf *out, struct arena *arena, struct feel_value value);
/** Read JSON exactly (numbers never pass a double). ERR_INPUT noted with the position. */
enum err feel_from_json(struct arena *arena, struct str json,
                        struct feel_value *out) MUST_USE;

#endif
