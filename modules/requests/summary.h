/* summary.h: a request's answers and documents as lists of old and new values: check
 * page, status page and confirmation show the same. */
#ifndef REQUESTS_SUMMARY_H
#define REQUESTS_SUMMARY_H

#include "requests.h"

/** One answer. */
struct answer_view {
    struct str key;
    struct str label;
    struct str value;     /**< as people read it; empty = not answered */
    struct str old_value; /**< what master data had when the draft began */
    bool has_old;
    bool changed; /**< old and new value differ */
};
/** One question group. */
struct group_view {
    struct str id;
    struct str title;
    struct view_list answers;
};
/** One slot with its present file. */
struct document_view {
    struct str key;
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
    bool takes_file; /**< the customer may put a file in */
};
extern const struct view_type group_view_type;
extern const struct view_type document_view_type;

/** An answer of a field as people read it: option labels, dates, yes and no. */
struct str field_value_text(const struct page *page, const struct definition *definition,
                            const struct form_field *field, struct str value);
/** All question groups; groups of paragraphs only are left out. */
struct view_list summary_groups(struct page *page, const struct request_full *full);
/** All slots. */
struct view_list summary_documents(struct page *page, const struct request_full *full);
/** One slot. */
void summary_document(struct page *page, const struct request_full *full,
                      const struct request_slot *slot, struct document_view *out);

#endif
