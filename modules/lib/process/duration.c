#include "process/duration.h"

#define DURATION_MAX_S (INT64_C(3660) * 86400)

/* Reads "<digits><designator>"; the designator is one of `order`, and later ones must
 * follow it. */
static bool part(struct str *rest, const char **order, char *designator_out,
                 int64_t *number_out)
{
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] >= '0' && rest->ptr[n] <= '9')
        n++;
    if (n == 0 || n > 9 || n == rest->len ||
        str_to_i64(str_sub(*rest, 0, n), number_out) != OK)
        return false;
    const char *at = strchr(*order, rest->ptr[n]);
    if (!at || rest->ptr[n] == '\0')
        return false;
    *designator_out = *at;
    *order = at + 1;
    *rest = str_from_index(*rest, n + 1);
    return true;
}

/* Adds up the parts of one half ("DATE" or "TIME" side). */
static bool half(struct str rest, const char *order, struct duration *sum)
{
    if (rest.len == 0)
        return false;
    while (rest.len > 0) {
        char designator;
        int64_t number;
        if (!part(&rest, &order, &designator, &number))
            return false;
        if (designator == 'W')
            sum->weeks += number;
        else if (designator == 'D')
            sum->days += number;
        else
            sum->seconds += number * (designator == 'H'   ? 3600
                                      : designator == 'M' ? 60
                                                          : 1);
    }
    return true;
}

static int64_t seconds_of(struct duration duration)
{
    return (duration.weeks * 7 + duration.days) * 86400 + duration.seconds;
}

enum err duration_parts(struct str text, struct duration *out)
{
    if (text.len < 3 || text.ptr[0] != 'P')
        return ERR_INPUT;
    struct str rest = str_from_index(text, 1);
    struct str date = rest;
    struct duration sum = {0};
    ssize_t t = str_index(rest, 'T');
    if (t >= 0) {
        date = str_sub(rest, 0, (size_t)t);
        if (!half(str_from_index(rest, (size_t)t + 1), "HMS", &sum))
            return ERR_INPUT;
    }
    if ((date.len > 0 || t < 0) && !half(date, "WD", &sum))
        return ERR_INPUT;
    if (seconds_of(sum) < 1 || seconds_of(sum) > DURATION_MAX_S)
        return ERR_INPUT;
    *out = sum;
    return OK;
}

enum err duration_parse(struct str text, int64_t *seconds_out)
{
    struct duration duration;
    enum err err = duration_parts(text, &duration);
    if (err == OK)
        *seconds_out = seconds_of(duration);
    return err;
}
