/* sub_ticket_clock.h: clocks of sub-tickets that stand still, go on, or get another target. What happened is
 * insert-only; the sub-ticket's row holds how it is now. */
#ifndef STORE_SUB_TICKET_CLOCK_H
#define STORE_SUB_TICKET_CLOCK_H

#include "db/db.h"

/** How the clock is from now on. */
struct clock_now {
    instant_us due_at;
    instant_us paused_at;   /**< INSTANT_NONE: it runs */
    struct str waiting_for; /**< "answer", "document"; absent: it runs */
    int64_t remaining_s;    /**< -1: it runs, or there is no target */
};
enum err sub_ticket_clock_put(struct db *db, int64_t sub_ticket_id,
                              const struct clock_now *now) MUST_USE;

struct clock_event {
    int64_t sub_ticket_id;
    struct str event; /**< "paused", "resumed", "changed" */
    struct str cause; /**< "question", "document", "message", "staff" */
    instant_us at;
    int64_t remaining_s;    /**< -1: there is no target */
    instant_us due_at;      /**< from then on */
    struct str clock;       /**< JSON; absent: none */
    struct str reason;      /**< absent: none given */
    int64_t person_id;      /**< 0: Kontor itself */
    struct str person_name; /**< only read */
};
enum err sub_ticket_clock_insert(struct db *db, const struct clock_event *event) MUST_USE;
/** All of one sub-ticket, oldest first, at most 200; rows of struct clock_event. */
enum err sub_ticket_clock_list(struct db *db, struct arena *arena, int64_t sub_ticket_id,
                               struct db_rows *out) MUST_USE;

extern const struct sql *const store_sub_ticket_clock_statements[];

#endif
