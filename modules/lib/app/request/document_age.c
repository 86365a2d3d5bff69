/* document_age.c: how old a document may be, and how long one is good. */
#include "app/request/document_age.h"

/* The same day of the month `months` later (earlier: negative), or that month's last day; DAY_NONE before
 * the year 1. */
static day_no shift_months(day_no day, int64_t months)
{
    struct civil_date date = day_to_civil(day);
    int64_t month_index = (int64_t)date.year * 12 + date.month - 1 + months;
    if (month_index < 12)
        return DAY_NONE;
    struct civil_date first = {.year = (int32_t)(month_index / 12),
                               .month = (uint8_t)(month_index % 12 + 1),
                               .day = 1};
    struct civil_date next = {.year = (int32_t)((month_index + 1) / 12),
                              .month = (uint8_t)((month_index + 1) % 12 + 1),
                              .day = 1};
    day_no last = day_from_civil(next) - 1;
    day_no same = day_from_civil(first) + date.day - 1;
    return same < last ? same : last;
}

day_no document_earliest_issue(day_no today, struct slot_age limit)
{
    if (limit.days > 0)
        return today - limit.days;
    return limit.months > 0 ? shift_months(today, -limit.months) : DAY_NONE;
}

bool document_too_old(day_no issued_on, day_no today, struct slot_age limit)
{
    day_no earliest = document_earliest_issue(today, limit);
    if (earliest == DAY_NONE)
        return false;
    return issued_on == DAY_NONE || issued_on < earliest;
}

day_no document_valid_until(day_no from, int64_t months)
{
    return shift_months(from, months);
}

bool document_still_good(const struct slot_rule *rule, size_t kind, day_no issued_on,
                         day_no today)
{
    if (document_too_old(issued_on, today, rule->kind_max_age[kind]))
        return false;
    return rule->valid_months == 0 || issued_on == DAY_NONE ||
           document_valid_until(issued_on, rule->valid_months) >= today;
}
