/* request_list.h: the company's lists of requests: start page and pending changes. */
#ifndef STORE_REQUEST_LIST_H
#define STORE_REQUEST_LIST_H

#include "db/db.h"

/** One line of the start page. */
struct request_list_row {
    int64_t id;
    struct str reference;
    struct str request_type;
    int64_t definition_id;
    struct str state;
    instant_us changed_at;
    struct str phase; /**< absent while it is a draft */
    struct str department_keys;
    instant_us since_at;
    int64_t open_items;
    int64_t unread; /**< messages of staff that this person has not seen */
    bool board;     /**< a board matter */
};

/** Where a page ends: the next one begins after it. */
struct request_cursor {
    instant_us changed_at;
    int64_t id;
};

/** Who looks: board matters are listed for those who see them. */
struct request_reader {
    int64_t company_id;
    bool board; /**< RIGHT_BOARD_READ */
    int64_t person_id;
};
/**
 * At most `limit` requests of the company, newest activity first, after `after` (NULL =
 * from the top). Discarded drafts are left out. Reads limit rows by index, however many
 * there are.
 */
enum err request_list(struct db *db, struct arena *arena,
                      const struct request_reader *reader,
                      const struct request_cursor *after, int64_t limit,
                      struct db_rows *out) MUST_USE;

/** A submitted request that is not over: what may become master data. */
struct request_pending_row {
    struct str reference;
    int64_t definition_id;
    struct str answers;
    day_no effective_date;
    struct str phase;
    struct str department_keys;
    instant_us since_at;
};
/** At most 50, oldest first. Rows are struct request_pending_row. */
enum err request_list_pending(struct db *db, struct arena *arena, int64_t company_id,
                              bool board, struct db_rows *out) MUST_USE;

extern const struct sql *const store_request_list_statements[];

#endif
