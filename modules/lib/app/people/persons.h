/* persons.h: staff look companies and people up, and end sessions of whoever it is. */
#ifndef APP_PERSONS_H
#define APP_PERSONS_H

#include "store/companies.h"
#include "store/company_people.h"
#include "store/persons.h"
#include "store/session_list.h"
#include "app/actor.h"

struct companies_page {
    struct companies_row *rows;
    size_t count;
    bool more;
};
/** 1 statement. */
enum err companies_find(const struct actor *actor, const struct companies_query *query,
                        struct companies_page *out) MUST_USE;

struct persons_page {
    struct persons_row *rows;
    size_t count;
    bool more;
};
/** 2 statements: who looked is kept. */
enum err persons_find(const struct actor *actor, const struct persons_query *query,
                      struct persons_page *out) MUST_USE;

struct person_card {
    struct persons_row row;
    struct person_identity_row *identities;
    size_t identity_count;
    struct session_list_row *sessions; /**< live ones */
    size_t session_count;
    struct market_table markets;
};
/** ERR_NOT_FOUND. `idle_us` as the guard counts. 5 statements: who looked is kept. */
enum err person_look_up(const struct actor *actor, int64_t person_id, int64_t idle_us,
                        struct person_card *out) MUST_USE;

/** Who it is, for a question. ERR_NOT_FOUND. 1 statement. */
enum err person_name(const struct actor *actor, int64_t person_id,
                     struct persons_row *out) MUST_USE;

/** End all sessions of somebody, and sign-ons under way. ERR_NOT_FOUND. One transaction. */
enum err person_end_sessions(const struct actor *actor, int64_t person_id) MUST_USE;

#endif
