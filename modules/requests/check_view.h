/* check_view.h: data of check-your-answers and of the receipt. */
#ifndef REQUESTS_CHECK_VIEW_H
#define REQUESTS_CHECK_VIEW_H

#include "summary.h"

struct check_view {
    struct str reference;
    struct str title;
    struct view_list groups;
    struct view_list documents;
    bool has_documents;
    struct view_list refusals;
    bool refused;    /**< a rule of the type keeps it from being submitted */
    struct str seen; /**< goes back with the submission */
    bool may_edit;
    bool may_submit;
    bool changed; /**< somebody changed the draft after the person had checked it */
};
struct receipt_view {
    struct str reference;
    struct str title;
    struct str company_name;
    struct str submitted_by;
    instant_us submitted_at;
    day_no effective_date;
    struct str contact_department;
    struct view_list groups;
};

#endif
