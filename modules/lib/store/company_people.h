/* company_people.h: the people of one member company and their roles, for reading. A person belongs to a
 * company by person.company_id; a person of another company is not found. */
#ifndef STORE_COMPANY_PEOPLE_H
#define STORE_COMPANY_PEOPLE_H

#include "db/db.h"

struct company_person_row {
    int64_t id;
    struct str display_name;
    struct str login;
    struct str email;
    struct str language; /**< absent: not chosen */
    bool has_second_factor;
    instant_us last_sign_on_at; /**< INSTANT_NONE: never */
    instant_us access_ended_at; /**< INSTANT_NONE: never */
    /** "applicant:power-de,signatory", in the order of the table's ENUM; absent for none */
    struct str roles;
    instant_us
        invited_until; /**< of an invitation not used yet; may be past; INSTANT_NONE */
};

enum company_people_kind {
    COMPANY_PEOPLE_CURRENT, /**< with at least one role */
    COMPANY_PEOPLE_ASKED, /**< signed on without a role and wait for somebody to decide */
    COMPANY_PEOPLE_FORMER, /**< without a role and decided about, or invited and never came */
};

struct company_people_query {
    enum company_people_kind kind;
    struct str search; /**< part of name, login or mail address; empty: all */
    int64_t after_id;  /**< person at the end of the page before; 0: first page */
    int64_t limit;
};
/** By name. */
enum err company_people_list(struct db *db, struct arena *arena, int64_t company_id,
                             const struct company_people_query *query,
                             struct db_rows *out) MUST_USE;
/** ERR_NOT_FOUND. */
enum err company_person_get(struct db *db, struct arena *arena, int64_t company_id,
                            int64_t person_id, struct company_person_row *out) MUST_USE;

struct market_row {
    struct str market_key;
    struct str name_en;
    struct str name_de;
};
/** All markets in their order. */
struct market_table {
    const struct market_row *rows;
    size_t count;
};
enum err market_list(struct db *db, struct arena *arena,
                     struct market_table *out) MUST_USE;

extern const struct sql *const store_company_people_statements[];

#endif
