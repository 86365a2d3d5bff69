/* slot_view.h: data of the page of one document slot. */
#ifndef REQUESTS_SLOT_VIEW_H
#define REQUESTS_SLOT_VIEW_H

#include "summary.h"

struct kind_view {
    struct str id; /**< of the control: the first one is "kind" */
    struct str key;
    struct str label;
    int64_t max_age_months; /**< 0 = no limit in months */
    int64_t max_age_days;   /**< 0 = no limit in days */
    bool of_any_age;
    day_no earliest; /**< the earliest day of issue that is accepted today */
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
    struct str from; /**< reference of the request it was sent for */
    bool accepted;   /**< staff have accepted it there */
};
struct slot_view {
    struct str reference;
    struct str request_title;
    struct str key;
    struct str title;
    struct str description;
    struct view_list documents; /**< those that are there, or are asked for again */
    bool has_file;
    int64_t document_count;
    bool several;       /**< the slot takes more than one document */
    bool exactly;       /**< a draft needs as many as can be given */
    bool at_least;      /**< a draft needs more than one, and more can be given */
    int64_t min;        /**< as many are needed, if any */
    int64_t max;        /**< as many can be given */
    bool original;      /**< the paper has to be sent by post */
    day_no original_on; /**< it has arrived; DAY_NONE: not yet */
    int64_t item;       /**< which document the upload is for; 0: none in particular */
    bool takes_file;    /**< there is room, or a document is asked for again */
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
    bool may_go_on; /**< what is needed is there, or nothing is */
    struct str next_url;
    bool more_to_do; /**< next_url is a further task; else the check page */
};

#endif
