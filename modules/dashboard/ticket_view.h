/* ticket_view.h: what the ticket page shows beside the dossier. */
#ifndef DASHBOARD_TICKET_VIEW_H
#define DASHBOARD_TICKET_VIEW_H

#include "dossier.h"

#include "process/user_task.h"
#include "app/ticket/ticket_read.h"
#include "steps.h"

struct sub_ticket_view {
    struct str reference;
    struct str name;      /**< with what tells it from others of its name */
    struct str type;      /**< absent: of no type */
    struct str phase;     /**< of its type */
    int64_t phase_number; /**< from 1 */
    int64_t phase_count;
    struct str next_phase; /**< key; absent: it is in the last one */
    struct str next_phase_name;
    struct str team;
    struct str owner;
    const char *state;
    struct str state_class;
    instant_us due_at;
    bool no_due;
    bool overdue;
    bool due_today;
    const char *waiting; /**< for what of the customer; NULL: its clock runs */
    instant_us paused_at;
    instant_us created_at;
    instant_us taken_at;
    instant_us ended_at;
    struct str ended_by;
    const char *outcome;
    struct str reason;
    bool has_form;
    struct answer_group_view form; /**< what staff filled in */
    struct str version;            /**< digits, for the forms */
    bool mine;
    bool may_take;
    bool may_return;
    bool may_complete;
    bool may_advance; /**< to the next phase */
    bool may_wait;    /**< ask the customer */
    bool may_resume;
    bool other_person; /**< another one has to do it: this one decided before */
    bool may_write;    /**< notes and messages of its team */
    bool writing;      /**< the forms below write for this one */
};
struct ticket_view {
    struct str reference;
    const char *state;
    struct str state_class;
    struct str releaser;
    instant_us created_at;
    instant_us ended_at;
    struct dossier_view dossier;
    struct view_list sub_tickets;
    struct view_list steps;
    struct view_list diagrams;
    struct view_list incidents;
    bool may_retry;
    bool may_write;        /**< there is a sub-ticket this person writes for */
    bool may_choose;       /**< more than one */
    struct str writes_for; /**< its reference */
    struct str writes_team;
    struct str write_url; /**< of the forms for messages and notes */
    struct str form_key;
    struct str message;
    struct str note;
    bool message_wrong;
    bool note_wrong;
};

/** The ticket page: GET, and a POST of one of its forms that has to be shown again. */
enum err ticket_show(struct page *page, struct str reference,
                     struct str writes_for) MUST_USE;
/** Sub-tickets with what this person may do; `writes_for` the one chosen in the address, if any. */
enum err ticket_sub_tickets(struct page *page, const struct ticket_dossier *dossier,
                            struct str writes_for, struct ticket_view *view) MUST_USE;
/** One sub-ticket of the dossier by its reference, or NULL. */
const struct sub_ticket_row *ticket_sub_ticket(const struct ticket_dossier *dossier,
                                               struct str reference);
/** What the definition says about the step of a sub-ticket; all absent when it has lost it. */
struct user_task ticket_task(const struct ticket_dossier *dossier,
                             const struct sub_ticket_row *row);
/** The reader decided a step that this one has to confirm: a second person has to. */
bool ticket_needs_another(const struct page *page, const struct ticket_dossier *dossier,
                          const struct user_task *task);
/** "T-7K2M-9QXD-2" -> "T-7K2M-9QXD". */
struct str ticket_of(struct str sub_ticket_reference);

#endif
