/* answers_view.h: the answers of a request as people read them: what was asked, the value until now beside the new
 * one, tables for lists of rows. The customers' and the staff's pages share it; templates/partials/answers_*.html
 * show it. */
#ifndef WEB_ANSWERS_VIEW_H
#define WEB_ANSWERS_VIEW_H

#include "process/definition/definition.h"
#include "process/values.h"
#include "web/page.h"

/** One of several chosen options. */
struct answer_item_view {
    struct str text;
};
/** An answer, or a cell of a table. */
struct answer_view {
    struct str key;
    struct str label;
    struct str
        value; /**< one line; empty = not answered. Options by their labels, numbers with unit */
    bool not_asked;         /**< cell: not a question of this row */
    bool many;              /**< of a checklist: `items` has the same one by one */
    struct view_list items; /**< struct answer_item_view */
    struct str old_value;   /**< what master data had when the draft began */
    bool has_old; /**< the question is about a value of the company's master data */
    bool changed; /**< old and new value differ */
};
struct answer_row_view {
    struct str id;          /**< "members-0", where errors link to */
    int64_t number;         /**< from 1 */
    struct view_list cells; /**< struct answer_view, as many as the table has columns */
};
struct answer_column_view {
    struct str label;
};
/** A list of rows. */
struct answer_table_view {
    struct str key;
    struct str label;
    struct view_list columns; /**< struct answer_column_view */
    struct view_list rows;    /**< struct answer_row_view */
    bool has_rows;
};
/** One question group. */
struct answer_group_view {
    struct str id;
    struct str title;
    struct view_list answers; /**< struct answer_view */
    bool has_answers;
    bool compares;           /**< there is a value of master data beside an answer */
    struct view_list tables; /**< struct answer_table_view */
};
extern const struct view_type answer_view_type;
extern const struct view_type answer_table_view_type;
extern const struct view_type answer_group_view_type;

/**
 * All question groups of a request, struct answer_group_view. What its answers hide is left out, and groups without
 * a question. `facts`: what its expressions saw; the labels of their options come from there.
 */
struct view_list answers_groups(struct page *page, const struct definition *definition,
                                const struct request_facts *facts);
/** One form by itself, for what staff filled in: `now` was resolved for its `answers`. */
struct answer_group_view answers_group(struct page *page,
                                       const struct definition *definition,
                                       const struct form_now *now, const json_t *answers);
/** One answer that is no list. */
struct answer_view answer_view_of(struct page *page, const struct definition *definition,
                                  const struct form_field_now *now, const json_t *value);
/** The rows of one list. */
struct answer_table_view answer_table(struct page *page,
                                      const struct definition *definition,
                                      const struct form_field_now *now,
                                      const json_t *value);

/** An answer on one line: option labels, days, numbers with unit, yes and no; lists as "Name: Anna, Function:
 *  Chair; Name: ...". Empty for none. */
struct str answer_line(const struct page *page, const struct definition *definition,
                       const struct form_field_now *now, const json_t *value);
/** As answer_line() of `value` as a text column keeps it (history, master data). `forms`: answers_forms(), or NULL where
 *  no request is known; then options that come from an expression are shown as they are stored. */
struct str answer_line_of_text(const struct page *page,
                               const struct definition *definition,
                               const struct form_now *forms,
                               const struct form_field *field, struct str value);
/** Every form of the definition for a request, definition->form_count of them. */
const struct form_now *answers_forms(const struct page *page,
                                     const struct definition *definition,
                                     const struct request_facts *facts);
/** An option in the reader's language. */
struct str answer_option_label(const struct page *page,
                               const struct definition *definition,
                               const struct form_option *option);

#endif
