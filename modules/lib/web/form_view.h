/* form_view.h: one form as a page: the controls of its fields, rows of lists, errors. Customers' question pages and
 * staff's forms share it; templates/partials/form_fields.html shows it.
 *
 * A page with a form: resolve it (form_resolve with the stored or typed values), form_view_fill(), and in the
 * template {{#form}}{{> partials/form_fields.html}}{{/form}} inside the <form>. After a POST: form_validate() on
 * page_raw_fields() with form_view_decimal_sign() in its world, form_view_errors(), and the page once more. */
#ifndef WEB_FORM_VIEW_H
#define WEB_FORM_VIEW_H

#include "process/definition/definition.h"
#include "web/answers_view.h"
#include "web/page.h"

/** Names of our own controls begin with this; a field of a definition cannot. */
#define FORM_CONTROL_ADD    "kontor-add"    /**< value: the list that gets a row */
#define FORM_CONTROL_REMOVE "kontor-remove" /**< value: the row that goes, "members[0]" */
#define FORM_CONTROL_REFRESH                                                             \
    "kontor-refresh" /**< show the page for what is typed, keep nothing */
#define FORM_CONTROL_SHOWN "kontor-shown" /**< names of what the page showed */
#define FORM_CONTROL_NUMBERS                                                             \
    "kontor-numbers" /**< language in which the page writes numbers */

struct form_option_view {
    struct str id;   /**< of the control: the first one has the field's */
    struct str name; /**< posted name: that of the field, of a checklist its own */
    struct str value;
    struct str label;
    bool selected;
};
/** A field, in a row too. */
struct form_field_view {
    struct str key; /**< posted name: "city", "members[0].name" */
    struct str id;  /**< of the control: "members-0-name" */
    struct str label;
    struct str description;
    struct str value;   /**< as typed, as saved, or as filled in */
    struct str current; /**< what master data have, as people read it */
    struct str other;   /**< stale page: what somebody else saved meanwhile */
    bool has_other;
    bool has_hint;
    bool described;     /**< has a hint or an error */
    struct str error;   /**< a complete sentence */
    struct str invalid; /**< "true" or "false": aria-invalid */
    bool optional;
    bool is_input; /**< one line: text, number, date */
    bool is_textarea;
    bool is_select;
    bool is_radio;
    bool is_checkbox;
    bool is_checklist;
    bool is_paragraph;
    bool is_fixed; /**< shown, not asked: `shown` */
    bool is_table; /**< a list that is shown, not asked: `table` */
    bool is_list;
    bool checked;
    struct str input_type;   /**< "text", "date", "email" ... */
    struct str input_mode;   /**< "text", "decimal" ... */
    struct str autocomplete; /**< HTML token; "on" for none */
    struct str width_class;
    struct str unit;
    struct view_list options; /**< struct form_option_view */
    struct answer_view shown;
    struct answer_table_view table;
    struct view_list rows; /**< of a list: struct form_row_view */
    bool may_add;
    bool no_more; /**< as many rows as it may have */
    int64_t max_rows;
    struct str state; /**< of what is shown beside the value: the script compares it */
};
struct form_row_view {
    struct str name; /**< "members[0]" */
    struct str id;   /**< "members-0" */
    struct str list; /**< label of the list */
    int64_t number;  /**< from 1 */
    bool may_remove;
    struct view_list fields; /**< struct form_field_view */
};
struct form_view {
    struct view_list fields; /**< struct form_field_view */
    bool has_lists;          /**< buttons for rows stand before the one that saves */
    struct str shown;        /**< goes back as FORM_CONTROL_SHOWN */
    struct str numbers;      /**< goes back as FORM_CONTROL_NUMBERS */
    bool
        live; /**< fields, options or texts depend on answers: the script asks again after a change */
};
extern const struct view_type form_view_type;
extern const struct view_type form_field_view_type;

/** What one rendering of a form shows. */
struct form_page {
    const struct definition *definition;
    const struct form_now *now;
    const struct form_world *world;
    /** what somebody else saved meanwhile is told beside what is typed; NULL: nobody did */
    const json_t *saved;
};
/** Errors of the page are put to their fields. */
void form_view_fill(struct page *page, const struct form_page *form,
                    struct form_view *out);
/** The posted form as its page wrote numbers; '\0' (as they are stored) if it came from a program. */
char form_view_decimal_sign(const struct page *page);
/** Add the errors to the page; those named in `not_yet` (names, may be NULL) are left out. */
void form_view_errors(struct page *page, const struct definition *definition,
                      const struct form_result *result, const struct map *not_yet);
/** One error as a sentence, with its row before it. */
struct str form_view_error(const struct page *page, const struct definition *definition,
                           const struct form_error *error);
/** Names (set: name -> anything) of questions that `now` asks and the posted page did not show. Empty for a post by a
 *  program. */
const struct map *form_view_news(const struct page *page, const struct form_now *now);

#endif
