/* draft.h: the journey of a draft. */
#ifndef REQUESTS_DRAFT_H
#define REQUESTS_DRAFT_H

#include "requests.h"

/** The task list. */
enum err draft_render(struct page *page, const struct request_full *full) MUST_USE;
/** The next open task but the one on the page (a group or a slot; NULL), else the check page. */
struct str draft_next_url(const struct page *page, const struct request_full *full,
                          const struct form *after,
                          const struct request_slot *after_slot);

#endif
