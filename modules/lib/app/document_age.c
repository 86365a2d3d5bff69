/* document_age.c: how old a document may be. */
#include "app/document_age.h"

day_no document_earliest_issue(day_no today, int64_t months)
{
    if (months <= 0)
        return DAY_NONE;
    struct civil_date date = day_to_civil(today);
    int64_t month_index = (int64_t)date.year * 12 + date.month - 1 - months;
    if (month_index < 12)
        return DAY_NONE;
    struct civil_date first = {.year = (int32_t)(month_index / 12),
                               .month = (uint8_t)(month_index % 12 + 1),
                               .day = 1};
    struct civil_date next = {.year = (int32_t)((month_index + 1) / 12),
                              .month = (uint8_t)((month_index + 1) % 12 + 1),
                              .day = 1};
    day_no start = day_from_civil(first);
    day_no last = day_from_civil(next) - 1;
    day_no same = start + date.day - 1;
    return same < last ? same : last;
}

bool document_too_old(day_no issued_on, day_no today, int64_t months)
{
    day_no earliest = document_earliest_issue(today, months);
    if (earliest == DAY_NONE)
        return false;
    return issued_on == DAY_NONE || issued_on < earliest;
}
