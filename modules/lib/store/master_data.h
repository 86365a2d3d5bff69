/* master_data.h: a company's values and the day from which each holds. Append-only. */
#ifndef STORE_MASTER_DATA_H
#define STORE_MASTER_DATA_H

#include "db/db.h"

struct master_data_row {
    struct str attribute_key;
    day_no valid_from;
    struct str value;
    /** the request that brought it; absent = initial load */
    struct str request_reference;
};
/**
 * Per attribute the value that holds on `today` (if any), then the later ones; ordered by
 * key and day. Values that were replaced are left out.
 */
enum err master_data_list(struct db *db, struct arena *arena, int64_t company_id,
                          bool board, day_no today, struct db_rows *out) MUST_USE;

struct master_data_new {
    struct str attribute_key;
    day_no valid_from;
    struct str value;
};
/**
 * Record what a completed request brought, with one statement. A row of the same request
 * and attribute that exists already stays as it is (the job ran before). count 0 runs
 * nothing.
 */
enum err master_data_insert(struct db *db, struct arena *arena, int64_t company_id,
                            int64_t request_id, const struct master_data_new *rows,
                            size_t count, instant_us now) MUST_USE;

extern const struct sql *const store_master_data_statements[];

#endif
