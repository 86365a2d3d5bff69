/* slot_view.h: data of the page of one document slot. */
#ifndef REQUESTS_SLOT_VIEW_H
#define REQUESTS_SLOT_VIEW_H

#include "summary.h"

struct kind_view {
    struct str id; /**< of the control: the first one is "kind" */
    struct str key;
    struct str label;
    int64_t max_age_months; /**< 0 = no limit */
    day_no earliest;        /**< the earliest day of issue that is accepted today */
    bool selected;
};
struct attempt_view {
    struct str file_name;
    const char *reason;
    instant_us uploaded_at;
};
struct reusable_view {
    struct str public_id;
    struct str file_name;
    int64_t size_bytes;
    struct str kind;
    day_no issued_on;
    instant_us uploaded_at;
};
struct slot_view {
    struct str reference;
    struct str request_title;
    struct str description;
    struct document_view document;
    struct view_list kinds;
    bool needs_date;    /**< a kind has an age limit */
    day_no issued_on;   /**< stated with the file that was refused last */
    bool replace_later; /**< a good document is there: the upload form is folded away */
    struct str types;   /**< "PDF, PNG, JPEG" */
    struct str accept;  /**< accept attribute: ".pdf,.png" */
    int64_t max_bytes;
    struct view_list attempts;
    bool has_attempts;
    struct view_list reusable;
    bool has_reusable;
    bool is_draft;
    bool may_remove;
    bool may_go_on; /**< this document is there, or is not needed */
    struct str next_url;
    bool more_to_do; /**< next_url is a further task; else the check page */
};

#endif
