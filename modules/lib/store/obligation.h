/* obligation.h: what companies owe the exchange. The operator opens and closes them. */
#ifndef STORE_OBLIGATION_H
#define STORE_OBLIGATION_H

#include "db/db.h"

struct obligation_row {
    struct str company; /**< the company's reference */
    struct str kind;    /**< "payment", "position", "delivery", "document", "other" */
    struct str reference;
    struct str text_en;
    struct str text_de;
    day_no due_on;
    instant_us opened_at;
    instant_us closed_at;
};
/** Open ones of a company, locked, so that none is closed or forgotten meanwhile; at most 100. */
enum err obligation_lock_open(struct db *db, struct arena *arena, int64_t company_id,
                              struct db_rows *out) MUST_USE;
/** Of a company (absent: of all): open ones first, oldest first, at most 1,000. */
enum err obligation_list(struct db *db, struct arena *arena, struct str company,
                         struct db_rows *out) MUST_USE;
/** ERR_CONFLICT if the company has one of this reference. */
enum err obligation_insert(struct db *db, int64_t company_id,
                           const struct obligation_row *row) MUST_USE;
/** ERR_NOT_FOUND unless it is open. */
enum err obligation_close(struct db *db, int64_t company_id, struct str reference,
                          instant_us now) MUST_USE;

extern const struct sql *const store_obligation_statements[];

#endif
