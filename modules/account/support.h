/* support.h: the pages of the support view: begin it, end it, who looked. */
#ifndef ACCOUNT_SUPPORT_H
#define ACCOUNT_SUPPORT_H

#include "account.h"

struct support_fields {
    struct str reason;
};
struct visits_fields {
    int64_t before; /**< the last visit of the page before */
};

extern const struct view_type support_view_type;
extern const struct view_type support_visits_view_type;

/** GET: what it is, and asks for a reason. At the staff's own host: the way to the customers'. */
enum err support_get(struct page *page);
/** POST: begins it and goes to the company's first page. */
enum err support_post(struct page *page);
/** POST: ends it and goes to the page of the company. */
enum err support_end_post(struct page *page);
/** Who of the staff looked: for the company's coordinators, and for staff who see its people. */
enum err support_visits_get(struct page *page);

#endif
