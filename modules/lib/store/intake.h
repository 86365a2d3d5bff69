/* intake.h: submitted requests as staff see and change them. Drafts do not exist here:
 * every statement demands submitted_at. */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "db/db.h"

/** A line of the intake queue. */
struct intake_item {
    int64_t id;
    struct str reference;
    int64_t definition_id;
    struct str state;
    instant_us submitted_at;
    instant_us due_at;
    struct str company_name;
};
/**
 * At most `limit` requests in intake, by (due, id), behind (after_due, after_id);
 * after_due INSTANT_NONE starts at the top. `state` absent = both states. Rows of struct
 * intake_item.
 */
enum err intake_list(struct db *db, struct arena *arena, struct str state,
                     instant_us after_due, int64_t after_id, int64_t limit,
                     struct db_rows *out) MUST_USE;
/** How many there are, counted up to 1,001. */
enum err intake_count(struct db *db, struct arena *arena, struct str state,
                      int64_t *out) MUST_USE;

extern const struct sql *const store_intake_statements[];

#endif
