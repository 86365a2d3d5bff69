/* ticket.h: the internal case of one released request. */
#ifndef STORE_TICKET_H
#define STORE_TICKET_H

#include "db/db.h"

struct ticket_new {
    struct str reference;
    int64_t request_id;
    int64_t instance_id;
    int64_t company_id;
    struct str request_type;
    int64_t released_by;
    instant_us created_at;
};
/** ERR_CONFLICT: uq_ticket_reference (draw another), uq_ticket_request (released before).
 */
enum err ticket_insert(struct db *db, const struct ticket_new *ticket,
                       int64_t *id_out) MUST_USE;

/** A ticket's identity; `id` 0 = the request has none. */
struct ticket_lock {
    int64_t id;
    struct str reference;
    struct str state;
    int64_t version;
};
/** Lock the ticket of a request. ERR_NOT_FOUND before the release. */
enum err ticket_lock_by_request(struct db *db, struct arena *arena, int64_t request_id,
                                struct ticket_lock *out) MUST_USE;

/** A line of the list of all tickets. */
struct ticket_item {
    int64_t id;
    struct str reference;
    struct str state;
    instant_us created_at;
    instant_us ended_at;
    struct str request_reference;
    int64_t definition_id;
    struct str company_reference;
    struct str company_name;
    struct str phase;
    struct str department_keys;
};
/** Newest first, behind `before_id` (0 = from the top); `company_id` 0 = all companies.
 */
enum err ticket_list(struct db *db, struct arena *arena, int64_t company_id,
                     int64_t before_id, int64_t limit, struct db_rows *out) MUST_USE;
/** The ticket's reference for its own or its request's reference. ERR_NOT_FOUND. */
enum err ticket_find(struct db *db, struct arena *arena, struct str reference,
                     struct str *ticket_reference_out) MUST_USE;

struct company_item {
    int64_t id;
    struct str reference;
    struct str name;
};
/** Companies whose name begins with `prefix` (any characters, matched as they are), by
 *  name; at most `limit`. Rows of struct company_item. */
enum err ticket_companies(struct db *db, struct arena *arena, struct str prefix,
                          int64_t limit, struct db_rows *out) MUST_USE;
/** One company by its reference. ERR_NOT_FOUND. */
enum err ticket_company(struct db *db, struct arena *arena, struct str reference,
                        struct company_item *out) MUST_USE;

extern const struct sql *const store_ticket_statements[];

#endif
