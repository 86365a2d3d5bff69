/* persons.h: everybody whom Kontor knows, of companies and of the house, for staff who may see them. */
#ifndef STORE_PERSONS_H
#define STORE_PERSONS_H

#include "db/db.h"

struct persons_row {
    int64_t id;
    struct str display_name;
    struct str login;
    struct str email;
    bool is_staff;
    int64_t company_id;           /**< 0 for staff */
    struct str company_reference; /**< absent for staff */
    struct str company_name;
    bool has_second_factor;
    instant_us created_at;
    instant_us last_sign_on_at; /**< INSTANT_NONE: never */
    struct str roles;           /**< of staff or in the company, as company_person_row */
    struct str team_keys;       /**< staff: "compliance,it"; absent for none */
};
struct persons_query {
    struct str
        search; /**< start of a word of the name, of login or mail address; empty: all */
    int64_t after_id; /**< person at the end of the page before; 0: first page */
    int64_t limit;
};
/** By name. */
enum err persons_list(struct db *db, struct arena *arena,
                      const struct persons_query *query, struct db_rows *out) MUST_USE;
/** ERR_NOT_FOUND. */
enum err persons_get(struct db *db, struct arena *arena, int64_t person_id,
                     struct persons_row *out) MUST_USE;

struct person_identity_row {
    struct str issuer;    /**< "ldap:main", or a provider's address */
    struct str login_key; /**< folded; absent: given to somebody else, or never known */
    bool bound;           /**< has signed on with it */
    instant_us last_sign_on_at;
};
/** Newest sign-on first; at most 20. */
enum err person_identities(struct db *db, struct arena *arena, int64_t person_id,
                           struct db_rows *out) MUST_USE;

extern const struct sql *const store_persons_statements[];

#endif
