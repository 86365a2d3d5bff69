/* draft.h: the journey of a draft. */
#ifndef REQUESTS_DRAFT_H
#define REQUESTS_DRAFT_H

#include "requests.h"

/** The task list. */
enum err draft_render(struct page *page, const struct request_full *full) MUST_USE;
/** The next open task behind the group `after`, or the check page when there is none. */
struct str draft_next_url(const struct page *page, const struct request_full *full,
                          const struct form *after);

#endif
