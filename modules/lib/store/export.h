/* export.h: everything about a request or a company, one JSON object a row, made by the server.
 * Instants are UTC. For kontorctl export. */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "db/db.h"

/** One kind of line. */
struct export_part {
    const char *kind; /**< "message": value of "kind" in each line */
    bool of_company;  /**< selected by company, else by request */
    /** parameters: owner's id, after_id; instants from, to for a company's events */
    const struct sql *sql;
    bool has_period;
};
/** All parts in the order of the export; ends with a NULL kind. */
extern const struct export_part EXPORT_PARTS[];

struct export_row {
    int64_t id; /**< for the next page */
    struct str line;
};
/** Rows after `after_id`, at most 500. `from` <= event < `to` where the part has a period. */
enum err export_rows(struct db *db, struct arena *arena, const struct export_part *part,
                     int64_t owner_id, int64_t after_id, instant_us from, instant_us to,
                     struct db_rows *out) MUST_USE;

/** What a reference stands for. */
struct export_subject {
    int64_t id;
    int64_t company_id;
    struct str reference;
};
/** ERR_NOT_FOUND. */
enum err export_request(struct db *db, struct arena *arena, struct str reference,
                        struct export_subject *out) MUST_USE;
/** ERR_NOT_FOUND. */
enum err export_company(struct db *db, struct arena *arena, struct str reference,
                        struct export_subject *out) MUST_USE;
/** Requests of a company created in [from, to), after `after_id`, at most 500 export_subject. */
enum err export_company_requests(struct db *db, struct arena *arena, int64_t company_id,
                                 int64_t after_id, instant_us from, instant_us to,
                                 struct db_rows *out) MUST_USE;

extern const struct sql *const store_export_statements[];

#endif
