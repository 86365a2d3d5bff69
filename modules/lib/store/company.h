/* company.h: member companies. */
#ifndef STORE_COMPANY_H
#define STORE_COMPANY_H

#include "db/db.h"

struct company_row {
    int64_t id;
    struct str reference;
    struct str name;
    struct str state; /**< "candidate", "active", "suspended", "ended" */
    struct str zone;  /**< IANA name: the company's calendar */
};
/** The company of the person who asks. ERR_NOT_FOUND. */
enum err company_get(struct db *db, struct arena *arena, int64_t company_id,
                     struct company_row *out) MUST_USE;

extern const struct sql *const store_company_statements[];

#endif
