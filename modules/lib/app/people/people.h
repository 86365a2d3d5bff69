/* people.h: the people of a member company, for its coordinator and for staff: READ ONLY. What changes
 * them: people_roles_change.h, people_invite.h. */
#ifndef APP_PEOPLE_H
#define APP_PEOPLE_H

#include "store/companies.h"
#include "store/company_people.h"
#include "app/actor.h"

/** Which company, and by whose right. */
struct people_scope {
    int64_t company_id;
    struct str company_reference; /**< staff; absent for the company's own people */
    struct str company_name;
    bool by_staff;
};
/** The company of the one who acts. ERR_DENIED for staff. No statement. */
enum err people_scope_own(const struct actor *actor, struct people_scope *out) MUST_USE;
/** The company that staff name by its reference. ERR_NOT_FOUND. 1 statement. */
enum err people_scope_of(const struct actor *actor, struct str company_reference,
                         struct people_scope *out) MUST_USE;

struct people_list {
    struct company_person_row *people; /**< at most query.limit */
    size_t count;
    bool more;
    struct company_person_row
        *asked; /**< on the first page of those with access: at most 20 */
    size_t asked_count;
    struct market_table markets;
};
/** 2 or 3 statements; for staff one more: who looked at whose people is kept (AU-06). */
enum err people_list(const struct actor *actor, const struct people_scope *scope,
                     const struct company_people_query *query,
                     struct people_list *out) MUST_USE;

/** All markets, for a form. 1 statement. */
enum err people_markets(const struct actor *actor, struct market_table *out) MUST_USE;

struct people_person {
    struct company_person_row row;
    struct market_table markets;
    bool is_self; /**< the one who looks */
};
/** ERR_NOT_FOUND: nobody of this company. 2 statements, for staff 3. */
enum err people_person(const struct actor *actor, const struct people_scope *scope,
                       int64_t person_id, struct people_person *out) MUST_USE;

#endif
