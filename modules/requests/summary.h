/* summary.h: a request's answers and documents as lists of old and new values: check
 * page, status page and confirmation show the same. */
#ifndef REQUESTS_SUMMARY_H
#define REQUESTS_SUMMARY_H

#include "requests.h"

#include "web/answers_view.h"

/** One document of a slot: its present file, or that there is none. */
struct document_view {
    struct str key; /**< of the slot */
    struct str
        id;       /**< of the line on a page: the key, for a further document "<key>-2" */
    int64_t item; /**< which one of the slot, from 1 */
    struct str title;
    const char *state_label;
    struct str tag_class;
    bool has_file;
    struct str public_id;
    struct str file_name;
    int64_t size_bytes;
    struct str kind;
    day_no issued_on;
    instant_us uploaded_at;
    struct str uploaded_by;
    bool required;
    bool optional;
    bool rejected;
    struct str reason;      /**< chosen by intake */
    struct str reason_text; /**< written by intake */
    instant_us due_at;
    bool takes_file;    /**< the customer may put a file in */
    bool original;      /**< the paper has to be sent */
    day_no original_on; /**< it has arrived; DAY_NONE: not yet */
};
extern const struct view_type document_view_type;

/** All question groups, struct answer_group_view; what the answers hide is left out. */
struct view_list summary_groups(struct page *page, const struct request_full *full);
/** All documents; a slot without one has a line as well. */
struct view_list summary_documents(struct page *page, const struct request_full *full);
/** Those of one slot. */
struct view_list summary_slot_documents(struct page *page,
                                        const struct request_full *full,
                                        const struct request_slot *slot);

#endif
