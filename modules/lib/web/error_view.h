/* error_view.h: what templates/pages/errors/error.html shows. Private to web/. */
#ifndef WEB_ERROR_VIEW_H
#define WEB_ERROR_VIEW_H

#include "text/view.h"

struct error_view {
    struct str status;     /**< "404" */
    const char *title;     /**< msgid */
    const char *text;      /**< msgid: what happened and what to do */
    int64_t retry_seconds; /**< 0 = not said */
};
extern const struct view_type error_view_type;

#endif
