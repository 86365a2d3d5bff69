/* staff_request.h: one submitted request: what staff read of it, its lock and its
 * changes. Drafts do not exist here: every statement demands submitted_at. */
#ifndef STORE_STAFF_REQUEST_H
#define STORE_STAFF_REQUEST_H

#include "store/instance.h"

/** A request with its company, customer status and, once released, its ticket. */
struct staff_request {
    int64_t id;
    struct str reference;
    int64_t definition_id;
    struct str state;
    struct str answers; /**< JSON object */
    struct str base;    /**< JSON object */
    struct str
        facts; /**< JSON object of app/request/facts.h, as at submission; absent = none */
    day_no effective_date;
    instant_us submitted_at;
    instant_us ended_at;
    instant_us intake_due_at;
    struct str decline_reason;
    int64_t version;
    int64_t company_id;
    struct str company_reference;
    struct str company_name;
    int64_t submitted_by;
    struct str submitter_name;
    struct str phase; /**< msgid */
    struct str department_keys;
    instant_us since_at;
    int64_t open_items;
    int64_t ticket_id; /**< 0 before the release */
    struct str ticket_reference;
    struct str ticket_state;
    instant_us ticket_created_at;
    instant_us ticket_ended_at;
    struct str releaser_name;
    /** JSON document of process/step; absent before the release */
    struct str instance_state;
    bool board; /**< a board matter of the company: who opens it is kept */
};
/** By the request's reference. ERR_NOT_FOUND. */
enum err staff_request_by_reference(struct db *db, struct arena *arena,
                                    struct str reference,
                                    struct staff_request *out) MUST_USE;
/** By the ticket's reference. ERR_NOT_FOUND. */
enum err staff_request_by_ticket(struct db *db, struct arena *arena, struct str reference,
                                 struct staff_request *out) MUST_USE;

/** The request row, locked. */
struct request_lock {
    int64_t id;
    struct str reference;
    int64_t company_id;
    struct str company_name;
    struct str company_reference;
    struct str company_zone; /**< IANA name: "today" of the company */
    struct str request_type;
    int64_t definition_id;
    struct str state;
    struct str answers;
    struct str base;
    day_no effective_date;
    int64_t submitted_by;
    struct str submitter_email;
    struct str submitter_language; /**< absent: none chosen */
    struct str submitter_roles;    /**< in the company, now; absent: none any more */
    bool board;                    /**< a board matter */
    instant_us submitted_at;
    instant_us intake_due_at;
    int64_t version;
    struct str phase;
    struct str steps; /**< of the customer, as written (app/instance/customer_steps.h) */
    struct str department_keys;
    instant_us since_at;
    int64_t open_items;
};
/** Lock first of all in a transaction. The row's person, company and status are read with
 * it. */
enum err request_lock_by_reference(struct db *db, struct arena *arena,
                                   struct str reference,
                                   struct request_lock *out) MUST_USE;
enum err request_lock_by_id(struct db *db, struct arena *arena, int64_t id,
                            struct request_lock *out) MUST_USE;

/** A request whose process runs, with both. */
struct request_released {
    struct request_lock request;
    struct instance_lock instance;
};
/** Lock request, instance and ticket by one statement. ERR_NOT_FOUND before the release. */
enum err request_lock_released(struct db *db, struct arena *arena, int64_t id,
                               struct request_released *out) MUST_USE;

/** What changes of a locked request; the version rises by one. */
struct request_change {
    int64_t id;
    struct str state;
    bool intake_open; /**< still in the intake queue */
    instant_us intake_due_at;
    /** INSTANT_NONE unless it is over; then its object is free again */
    instant_us ended_at;
    struct str decline_reason;
    instant_us changed_at;
};
enum err request_change_apply(struct db *db,
                              const struct request_change *change) MUST_USE;

/** When the request last began to wait for the customer; INSTANT_NONE = never. */
enum err request_waiting_since(struct db *db, struct arena *arena, int64_t request_id,
                               instant_us *out) MUST_USE;
/** What was on record when the request was submitted: JSON object of app/request/facts.h; absent: the type asks
 *  for none. */
enum err request_facts_stored(struct db *db, struct arena *arena, int64_t request_id,
                              struct str *out) MUST_USE;

extern const struct sql *const store_staff_request_statements[];

#endif
