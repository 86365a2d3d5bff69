/* new_view.h: data of the pages that start a request. */
#ifndef REQUESTS_NEW_VIEW_H
#define REQUESTS_NEW_VIEW_H

#include "text/view.h"

struct new_type_view {
    struct str request_type;
    struct str title;
    struct str summary;
    /** one per type: going back and choosing another makes another */
    struct str creation_key;
};
struct new_view {
    struct str action;
    const char *heading;
    struct view_list types;
    bool has_types;
};
struct open_already_view {
    struct str reference; /**< absent: the reader may not know it */
};

#endif
