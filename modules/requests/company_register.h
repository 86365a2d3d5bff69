/* company_register.h: what a company has on record, as its page shows it. */
#ifndef REQUESTS_COMPANY_REGISTER_H
#define REQUESTS_COMPANY_REGISTER_H

#include "requests.h"

#include "app/request/company_data.h"

/** An open request, and who checks it. */
struct record_request_view {
    struct str reference;
    struct str title;
    struct str departments;
};
struct record_view {
    struct str key;
    struct str
        name; /**< exchange, product, person, clearing house; text of an obligation */
    struct str market; /**< of a product */
    struct str detail; /**< function | clearing member | kind of the obligation */
    struct str volume; /**< planned, with its unit */
    day_no since;
    day_no from;  /**< instead of since: it does not hold yet */
    day_no until; /**< last day, if known; of an obligation: due */
    struct str
        reference; /**< the request that brought it; of an obligation what names it */
    struct str ended_reference;
    struct view_list asked; /**< struct record_request_view: open requests that name it */
};
struct record_section_view {
    struct view_list records; /**< struct record_view */
    bool has_records;
    struct view_list
        requests; /**< struct record_request_view: open requests that change any of them */
};
extern const struct view_type record_section_view_type;

/** Everything of one kind. */
enum err show_section(struct page *page, const struct company_data *data,
                      enum register_kind kind, struct record_section_view *out) MUST_USE;

#endif
