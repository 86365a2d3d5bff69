/* access_log.h: who opened personal data. Written by one statement of its own after the page was read;
 * nothing is ever changed in it. */
#ifndef STORE_ACCESS_LOG_H
#define STORE_ACCESS_LOG_H

#include "db/db.h"

struct access_log_row {
    instant_us at;
    int64_t person_id;  /**< who looked */
    int64_t company_id; /**< whose data; 0 for none */
    const char *kind;   /**< "document", "people", "board", "support" */
    struct str object;  /**< reference of what was opened; at most 64 characters */
    struct str trace_id;
};
enum err access_log_insert(struct db *db, const struct access_log_row *row) MUST_USE;

extern const struct sql *const store_access_log_statements[];

#endif
