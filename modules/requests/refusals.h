/* refusals.h: what keeps a draft from being submitted although everything is filled in: the rules of its type
 * that refuse, as the draft's overview and the check page show them. */
#ifndef REQUESTS_REFUSALS_H
#define REQUESTS_REFUSALS_H

#include "app/request/request_check.h"
#include "requests.h"

struct refusal_view {
    struct str id; /**< of the paragraph: error links lead there */
    struct str key;
    struct str text;
    struct str form; /**< question group where it can be put right; absent: nowhere */
    struct str form_title; /**< there with `form` */
};
extern const struct view_type refusal_view_type;

/** Those of a draft now, struct refusal_view. */
struct view_list refusals_list(struct page *page, const struct request_full *full);
/** One sentence with its list, in the reader's language. */
struct str refusal_text(const struct page *page, const struct request_full *full,
                        const struct submission_refusal *refusal);
/** Id of its paragraph. */
struct str refusal_id(const struct page *page, const struct submission_refusal *refusal);

#endif
