/* start_view.h: data of the start page. */
#ifndef REQUESTS_START_VIEW_H
#define REQUESTS_START_VIEW_H

#include "text/view.h"

struct start_action_view {
    struct str action; /**< "add", "change", "terminate" */
    const char *label;
    const char *hint;
};
struct start_request_view {
    struct str reference;
    bool board; /**< a board matter: few see it */
    struct str title;
    struct str state;
    const char *state_label;
    struct str tag_class;
    struct str phase;
    struct str departments;
    instant_us since_at;
    instant_us changed_at;
    int64_t open_items;
    int64_t unread;
    bool is_draft;
    bool nothing_open;
};
struct start_ending_view {
    struct str title;
    struct str reference; /**< request it was sent for */
    day_no ends_on;
    bool ended;
};
struct start_view {
    struct view_list ending; /**< documents of the company that end soon or have ended */
    bool has_ending;
    struct view_list actions;
    struct view_list requests;
    bool has_requests;
    bool has_actions;
    bool can_ask; /**< a question, a fault: beside the three actions */
    struct str first_url;
    struct str next_url;
    bool has_pager;
};

#endif
