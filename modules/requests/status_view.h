/* status_view.h: data of the status page of a submitted request. */
#ifndef REQUESTS_STATUS_VIEW_H
#define REQUESTS_STATUS_VIEW_H

#include "summary.h"

struct message_view {
    bool from_staff;
    struct str author;
    struct str body;
    instant_us written_at;
    bool unread;
    struct str css_class;
};
struct step_view {
    struct str text;
    instant_us at;
};
struct process_step_view {
    struct str text; /**< neither done nor now: bound to come */
    bool done;
    bool now;
    instant_us at;
};
struct status_view {
    struct str reference;
    struct str title;
    bool board; /**< a board matter: few see it */
    struct str state;
    const char *state_label;
    struct str tag_class;
    struct str phase;
    struct str departments;
    instant_us since_at;
    struct str contact_department;
    int64_t open_items;
    int64_t unread;
    bool question; /**< a department waits for an answer by message */
    bool nothing_open;
    bool is_over;
    struct view_list open_documents; /**< those the customer is asked for */
    bool has_open_documents;
    instant_us submitted_at;
    struct str submitted_by;
    day_no effective_date;
    instant_us ended_at;
    struct view_list groups;
    struct view_list documents;
    bool has_documents;
    struct view_list messages;
    bool has_messages;
    struct view_list steps;
    struct view_list process_steps;
    bool is_completed;
    bool is_declined;
    struct str decline_reason;
    bool may_message;
    bool may_withdraw;
    struct str form_key;
    struct str body; /**< a message that could not be taken, as typed */
    struct str body_error;
    struct str body_invalid;
};

#endif
