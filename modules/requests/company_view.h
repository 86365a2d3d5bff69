/* company_view.h: data of the page with a company's master data. */
#ifndef REQUESTS_COMPANY_VIEW_H
#define REQUESTS_COMPANY_VIEW_H

#include "company_register.h"

/** A value that will hold later. */
struct future_view {
    struct str value;
    day_no from;
    struct str reference; /**< the request that brought it */
};
/** A value that an open request asks for. */
struct asked_view {
    struct str value;
    struct str reference;
    struct str departments; /**< who is checking it */
};
struct attribute_view {
    struct str key;
    struct str label;
    struct str value; /**< holds today; empty = nothing recorded */
    day_no since;
    struct str reference; /**< the request that brought it; empty = initial load */
    struct view_list future;
    struct view_list asked;
};
struct pending_view {
    struct str reference;
    struct str title;
    struct str phase;
    struct str departments;
    instant_us since_at;
    day_no effective_date;
};
struct company_view {
    struct str reference;
    struct str name;
    struct view_list attributes;
    bool has_attributes;
    struct view_list pending;
    bool has_pending;
    day_no ends_on; /**< last day of the membership, if that is known */
    struct record_section_view exchanges;
    struct record_section_view products;
    struct record_section_view clearing;
    bool sees_board;
    struct record_section_view board;
    struct record_section_view obligations;
};

#endif
