/* ticket_read.h: what staff read of tickets: queue, one ticket, the list of all, history.
 */
#ifndef APP_TICKET_READ_H
#define APP_TICKET_READ_H

#include "process/diagram/position.h"
#include "store/history_read.h"
#include "store/queue.h"
#include "store/sub_ticket.h"
#include "store/ticket.h"
#include "app/instance/incident.h"
#include "app/ticket/intake.h"

struct queue_page {
    const struct queue_item *items;
    size_t count;
    bool more;
    int64_t total; /**< counted up to 1,001 */
};
/** Two statements. `query->limit` lines. */
enum err app_queue(const struct actor *actor, const struct queue_query *query,
                   struct queue_page *out) MUST_USE;

struct ticket_dossier {
    struct request_dossier of; /**< `of.request.ticket_id` is the ticket */
    const struct sub_ticket_row *sub_tickets;
    size_t sub_ticket_count;
    const struct position *positions;        /**< one per element of the definition */
    const struct incident_detail *incidents; /**< open ones, oldest first */
    size_t incident_count;
};
/** By the ticket's reference. Five statements, one more with an incident. ERR_NOT_FOUND.
 */
enum err app_ticket_open(const struct actor *actor, const struct staff_env *env,
                         struct str reference, struct ticket_dossier *out) MUST_USE;

struct ticket_list_query {
    /** reference, or first letters of a company's name; may be absent */
    struct str search;
    struct str company_reference; /**< only this company; may be absent */
    int64_t before_id;            /**< 0 = newest first */
    int64_t limit;
};
struct ticket_list_page {
    struct str found; /**< the one ticket a searched reference names */
    const struct company_item *companies; /**< to choose from, when several match */
    size_t company_count;
    struct company_item company; /**< id 0: not limited to one */
    const struct ticket_item *items;
    size_t count;
    bool more;
};
/** At most three statements; rows read do not depend on the number of tickets. */
enum err app_ticket_list(const struct actor *actor, const struct ticket_list_query *query,
                         struct ticket_list_page *out) MUST_USE;

struct history_page {
    struct staff_request request;
    const struct definition *definition;
    const struct history_item *items;
    size_t count;
    bool more;
};
struct history_query {
    struct str reference; /**< of a ticket, or of a request when `by_request` */
    bool by_request;
    int64_t before_id; /**< 0 = the newest lines */
    int64_t limit;
};
/** Changes, newest first. ERR_NOT_FOUND. */
enum err app_history(const struct actor *actor, const struct staff_env *env,
                     const struct history_query *query,
                     struct history_page *out) MUST_USE;

#endif
