/* history_words.h: rows of the history as sentences of the reader's language. */
#ifndef DASHBOARD_HISTORY_WORDS_H
#define DASHBOARD_HISTORY_WORDS_H

#include "dashboard.h"

#include "app/ticket/ticket_read.h"

/** What was changed: "Request", "Sub-ticket T-…-1", "Document: Proof". */
struct str history_object(const struct page *page, const struct definition *definition,
                          const struct history_item *item);
/** Which field, translated; a form field by its label. */
struct str history_field(const struct page *page, const struct definition *definition,
                         const struct history_item *item);
/** Old or new value of the item's field as people read it; absent stays absent. `forms`:
 *  answers_forms() of the request. */
enum err history_value(const struct page *page, const struct definition *definition,
                       const struct form_now *forms, const struct history_item *item,
                       struct str value, struct str *out) MUST_USE;

#endif
