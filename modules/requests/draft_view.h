/* draft_view.h: data of the task list of a draft. */
#ifndef REQUESTS_DRAFT_VIEW_H
#define REQUESTS_DRAFT_VIEW_H

#include "text/view.h"

/** A question group or a slot. */
struct task_view {
    struct str key;
    struct str title;
    struct str state; /**< "not_started", "in_progress", "complete", "needs_attention" */
    const char *state_label;
    struct str tag_class;
    bool complete;
};
struct draft_view {
    struct str reference;
    struct str title;
    bool board; /**< a board matter: few see it */
    struct str summary;
    struct view_list groups;
    struct view_list documents;
    bool has_documents;
    struct view_list refusals;
    bool refused; /**< a rule of the type keeps it from being submitted */
    bool may_edit;
    bool ready; /**< nothing is missing */
    instant_us changed_at;
};

#endif
