/* incidents.h: what cannot go on by itself: at its ticket, and the list of all. */
#ifndef DASHBOARD_INCIDENTS_H
#define DASHBOARD_INCIDENTS_H

#include "app/ticket/ticket_read.h"
#include "dashboard.h"

extern const struct view_type incident_view_type;
/** The open ones of a ticket. */
struct view_list incidents_of_ticket(struct page *page,
                                     const struct ticket_dossier *dossier);

#endif
