#include "process/form/day_bound.h"

static uint8_t month_length(int32_t year, int month)
{
    struct civil_date next = {month == 12 ? year + 1 : year,
                              (uint8_t)(month == 12 ? 1 : month + 1), 1};
    return day_to_civil(day_from_civil(next) - 1).day;
}

static day_no add_months(day_no day, int64_t months)
{
    struct civil_date date = day_to_civil(day);
    int64_t total = (int64_t)date.year * 12 + date.month - 1 + months;
    date.year = (int32_t)(total / 12);
    date.month = (uint8_t)(total % 12 + 1);
    uint8_t last = month_length(date.year, date.month);
    if (date.day > last)
        date.day = last;
    return day_from_civil(date);
}

enum err day_bound(struct str text, day_no today, day_no *out)
{
    if (str_is(text, "today")) {
        *out = today;
        return OK;
    }
    if (!str_starts(text, STR("today")))
        return day_parse(text, out);
    struct str rest = str_from_index(text, 5);
    if (rest.len < 4 || rest.len > 7 || (rest.ptr[0] != '+' && rest.ptr[0] != '-') ||
        rest.ptr[1] != 'P')
        return ERR_INPUT;
    int64_t number;
    struct str digits = str_sub(rest, 2, rest.len - 3);
    if (digits.ptr[0] < '0' || digits.ptr[0] > '9' || str_to_i64(digits, &number) != OK)
        return ERR_INPUT;
    int64_t sign = rest.ptr[0] == '-' ? -1 : 1;
    switch (rest.ptr[rest.len - 1]) {
    case 'Y':
        if (number > 100)
            return ERR_INPUT;
        *out = add_months(today, sign * number * 12);
        return OK;
    case 'M':
        if (number > 1200)
            return ERR_INPUT;
        *out = add_months(today, sign * number);
        return OK;
    case 'W':
        *out = today + (day_no)(sign * number * 7);
        return OK;
    case 'D':
        *out = today + (day_no)(sign * number);
        return OK;
    default:
        return ERR_INPUT;
    }
}
