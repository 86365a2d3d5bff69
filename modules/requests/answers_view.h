/* answers_view.h: data of a question page. */
#ifndef REQUESTS_ANSWERS_VIEW_H
#define REQUESTS_ANSWERS_VIEW_H

#include "text/view.h"

struct option_view {
    struct str id; /**< of the control: the first one has the field's name */
    struct str value;
    struct str label;
    bool selected;
};
struct field_view {
    struct str key;
    struct str label;
    struct str description;
    struct str value;   /**< as typed, as saved, or as master data have it */
    struct str current; /**< what master data have, as people read it */
    bool is_known;      /**< the field has a value in master data */
    struct str other;   /**< stale page: what somebody else saved meanwhile */
    bool has_other;
    struct str error;   /**< a complete sentence */
    struct str invalid; /**< "true" or "false": aria-invalid */
    bool optional;
    bool is_input; /**< one line: text, number, date */
    bool is_textarea;
    bool is_select;
    bool is_radio;
    bool is_checkbox;
    bool is_paragraph;
    bool checked;
    struct str input_type;   /**< "text" or "date" */
    struct str input_mode;   /**< "text" or "numeric" */
    struct str autocomplete; /**< HTML token; "on" for none */
    struct str width_class;
    struct view_list options;
};
struct answers_view {
    struct str reference;
    struct str title;
    struct str form_id;
    struct str form_title;
    struct str seen;
    bool stale;
    struct view_list fields;
};

#endif
