/* support_visit.h: members of staff who looked at a company's portal as its people see it. */
#ifndef STORE_SUPPORT_VISIT_H
#define STORE_SUPPORT_VISIT_H

#include "db/db.h"

struct support_visit_insert_row {
    int64_t company_id;
    int64_t person_id;
    struct str reason; /**< at most 500 characters */
    instant_us started_at;
    instant_us until_at;
};
enum err support_visit_insert(struct db *db, const struct support_visit_insert_row *row,
                              int64_t *visit_id_out) MUST_USE;
/** End what runs of this person; 0 or 1 row. */
enum err support_visit_end(struct db *db, int64_t person_id, instant_us now) MUST_USE;

struct support_visit_row {
    int64_t id;
    struct str person_name;
    struct str reason;
    instant_us started_at;
    instant_us ended_at; /**< when it ended, or at the latest will end */
    bool running;
};
struct support_visit_query {
    int64_t before_id; /**< the last visit of the page before; 0: from the newest */
    instant_us now;
    int64_t limit;
};
/** Visits to a company (struct support_visit_row), the newest first. */
enum err support_visit_list(struct db *db, struct arena *arena, int64_t company_id,
                            const struct support_visit_query *query,
                            struct db_rows *out) MUST_USE;

/** The session becomes the view of the visit. */
struct support_session_row {
    int64_t session_id;
    int64_t company_id;
    int64_t visit_id;
    instant_us until;
};
/** ERR_CONFLICT if the session is not live any more. */
enum err support_session_set(struct db *db,
                             const struct support_session_row *row) MUST_USE;
/** No session of this person is a view any more. */
enum err support_session_clear(struct db *db, int64_t person_id) MUST_USE;

extern const struct sql *const store_support_visit_statements[];

#endif
