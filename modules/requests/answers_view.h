/* answers_view.h: data of a question page. */
#ifndef REQUESTS_ANSWERS_VIEW_H
#define REQUESTS_ANSWERS_VIEW_H

#include "web/form_view.h"

struct answers_view {
    struct str reference;
    struct str title;
    struct str form_id;
    struct str form_title;
    struct str seen;
    bool stale;
    struct form_view form;
};

#endif
