/* end_view.h: data of the page that asks before a request is discarded or withdrawn. */
#ifndef REQUESTS_END_VIEW_H
#define REQUESTS_END_VIEW_H

#include "text/view.h"

struct end_view {
    struct str reference;
    struct str title;
    bool is_discard;
    bool is_withdraw;
};

#endif
