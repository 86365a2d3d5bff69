/* customer_status.h: what the customer sees of the progress, and when it changed. Written
 * in the transaction that makes it true. Neither table nor timeline can hold internal
 * text. */
#ifndef STORE_CUSTOMER_STATUS_H
#define STORE_CUSTOMER_STATUS_H

#include "text/i18n.h"
#include "db/db.h"

/**
 * Phases that belong to no definition (msgids of Kontor's catalogue): store them as phase
 * of a request that is over.
 */
#define PHASE_COMPLETED N_("Completed")
#define PHASE_DECLINED  N_("Declined")
#define PHASE_WITHDRAWN N_("Withdrawn")

struct customer_status_row {
    int64_t request_id;
    int64_t company_id;
    struct str phase; /**< msgid of the definition, or one of PHASE_* */
    struct str
        steps; /**< as app/instance/customer_steps.h writes them; absent: as they are */
    /** team keys joined by ','; empty when nobody works on it */
    struct str department_keys;
    struct str contact_team; /**< team key: whom the customer asks */
    instant_us since_at;     /**< these departments are working on it since */
    int64_t open_items;      /**< open on the customer's side */
};
/**
 * Write the whole row (insert at submission, replace afterwards). The caller also writes
 * a history row object "request", field "phase" (old and new msgid) when the phase
 * changed: the customer's timeline is made of the rows with field "state" and "phase".
 */
enum err customer_status_put(struct db *db,
                             const struct customer_status_row *row) MUST_USE;

/** One step of the request as the customer may know it. */
struct timeline_row {
    struct str field;     /**< "state" or "phase" */
    struct str new_value; /**< word of request.state, or msgid of a phase */
    instant_us changed_at;
};
/** Oldest first, at most 100; reads the view customer_timeline. */
enum err timeline_list(struct db *db, struct arena *arena, int64_t company_id,
                       int64_t request_id, struct db_rows *out) MUST_USE;

extern const struct sql *const store_customer_status_statements[];

#endif
