/* due_read.h: why a sub-ticket is due when it is: READ ONLY. */
#ifndef APP_DUE_READ_H
#define APP_DUE_READ_H

#include "store/staff_request.h"
#include "store/sub_ticket.h"
#include "store/sub_ticket_clock.h"
#include "app/actor.h"
#include "app/ticket/staff_env.h"

struct due_dossier {
    struct staff_request request;
    const struct definition *definition;
    struct sub_ticket_row sub_ticket;
    const struct clock_event *events; /**< oldest first */
    size_t event_count;
    /** of its step, as it is now; NULL: every hour counts, or it has no target */
    const struct business_calendar *calendar;
};
/** By the references of a ticket and of one of its sub-tickets. Three statements. ERR_NOT_FOUND. */
enum err app_due_open(const struct actor *actor, const struct staff_env *env,
                      struct str ticket, struct str sub_ticket,
                      struct due_dossier *out) MUST_USE;

#endif
