/* companies.h: all member companies and all people, for staff who have the right to see them. */
#ifndef STORE_COMPANIES_H
#define STORE_COMPANIES_H

#include "db/db.h"

struct companies_row {
    int64_t id;
    struct str reference;
    struct str name;
    struct str state;     /**< "candidate", "active", "suspended", "ended" */
    int64_t people;       /**< with a role */
    int64_t coordinators; /**< who have signed on at least once */
};
struct companies_query {
    struct str search; /**< start of a word of the name, or the reference; empty: all */
    int64_t after_id;  /**< company at the end of the page before; 0: first page */
    int64_t limit;
};
/** By name. */
enum err companies_list(struct db *db, struct arena *arena,
                        const struct companies_query *query,
                        struct db_rows *out) MUST_USE;
/** ERR_NOT_FOUND. */
enum err companies_by_reference(struct db *db, struct arena *arena, struct str reference,
                                struct companies_row *out) MUST_USE;

/** A LIKE pattern for texts that begin so; what is special in one is meant as it stands. */
struct str pattern_beginning(struct arena *arena, struct str text);
/** The same for a later word of the text. */
struct str pattern_word(struct arena *arena, struct str beginning);

extern const struct sql *const store_companies_statements[];

#endif
