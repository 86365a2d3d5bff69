/* confirmation_view.h: data of the confirmation that a customer prints and files. */
#ifndef REQUESTS_CONFIRMATION_VIEW_H
#define REQUESTS_CONFIRMATION_VIEW_H

#include "summary.h"

struct confirmation_view {
    struct str reference;
    struct str title;
    struct str company_name;
    struct str submitted_by;
    instant_us submitted_at;
    instant_us completed_at;
    day_no effective_date;
    struct view_list groups;
};

#endif
