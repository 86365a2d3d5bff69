/* answers.h: what answer_line.c and answers_view.c share. Private to the two. */
#ifndef WEB_ANSWERS_H
#define WEB_ANSWERS_H

#include "web/answers_view.h"

/** Text of the definition for the reader; empty for an empty msgid. */
struct str answer_text_of(const struct page *page, const struct definition *definition,
                          struct str msgid);
/** As answers are stored: text as it is, anything else as JSON; empty for none. */
struct str answer_stored_text(struct arena *arena, const json_t *value);
/** A member; NULL for none, and for an empty key. */
const json_t *answer_member(struct arena *arena, const json_t *object, struct str key);
/** The field of a row of the list; NULL: it is not shown there. */
const struct form_field_now *answer_in_row(const struct form_field_now *list, size_t row,
                                           const struct form_field *field);
/** The chosen options of a checklist, struct answer_item_view. */
struct view_list answer_items(const struct page *page,
                              const struct definition *definition,
                              const struct form_field_now *now, const json_t *value);
/** What is not a list of rows: text that fits a line. */
struct str answer_scalar(const struct page *page, const struct definition *definition,
                         const struct form_field_now *now, const json_t *value);

#endif
