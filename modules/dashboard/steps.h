/* steps.h: the process of a ticket or of a definition, as a drawing and as a list of steps. */
#ifndef DASHBOARD_STEPS_H
#define DASHBOARD_STEPS_H

#include "process/diagram/diagram.h"
#include "store/sub_ticket.h"
#include "dashboard.h"

/** One sub-ticket of a step. */
struct step_work_view {
    struct str reference;
    struct str subject; /**< what tells it from others of the step */
    const char *state;
    struct str state_class;
    struct str who; /**< who has it, or who completed it */
    instant_us at;  /**< completed */
};
struct step_view {
    struct str name;
    const char *kind; /**< "Decision table" ...; NULL: a department's task */
    struct str team;
    struct str inside; /**< name of the sub-process it is in */
    bool now;
    bool done;
    bool ahead;
    bool stopped;
    bool automatic;    /**< done by Kontor */
    struct str reason; /**< why it cannot go on */
    int64_t times;     /**< completed more than once */
    int64_t count;     /**< instances of a multi-instance activity at work */
    int64_t count_done;
    instant_us at;         /**< completed, the last time */
    instant_us due_at;     /**< the next time of day that it waits for */
    struct view_list work; /**< struct step_work_view */
};
extern const struct view_type step_view_type;
extern const struct view_type
    diagram_view_type; /**< struct diagram of process/diagram/diagram.h */

/** What there is to show; `at` and the sub-tickets belong to an instance, NULL and 0 for a definition alone. */
struct steps_of {
    const struct definition *definition;
    const struct position *at;
    const struct sub_ticket_row *sub_tickets;
    size_t sub_ticket_count;
};
/** struct diagram, one per drawing; none without diagram interchange. */
struct view_list steps_diagrams(const struct page *page, const struct steps_of *of);
/** struct step_view, in the order of the flows. */
enum err steps_list(struct page *page, const struct steps_of *of,
                    struct view_list *out) MUST_USE;

#endif
