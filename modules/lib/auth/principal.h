/* principal.h: who is acting. Loaded from the session in one statement; read-only
 * afterwards. */
#ifndef AUTH_PRINCIPAL_H
#define AUTH_PRINCIPAL_H

#include "base/clock.h"
#include "auth/rights.h"

/** The signed-in person of a request. All text lives as long as the request's arena. */
struct principal {
    int64_t session_id;
    int64_t person_id; /**< 0 = nobody is signed in */
    struct str login;
    struct str display_name;
    struct str email;
    struct str language; /**< "de", "en", or absent: not chosen yet */
    struct str zone;     /**< IANA time zone */
    bool is_staff;       /**< also in the support view */
    int64_t company_id;  /**< 0 for staff; in the support view the company looked at */
    struct str company_name;      /**< absent where company_id is 0 */
    struct str company_reference; /**< member number; absent for staff */
    struct str team_keys; /**< staff: team keys joined by ',', absent for customers */
    right_set rights;     /**< that hold for everything */
    /** Roles for single markets, "applicant:power-de,..."; absent for none. Their rights hold for
     *  requests that concern only markets named here. */
    struct str market_roles;
    instant_us signed_in_at;
    instant_us confirmed_at; /**< last proof of who this is: sign-on or step-up */
    instant_us last_seen_at;
    bool second_factor; /**< the session was opened with one */
    bool renew;         /**< a role changed: the next page gives out a new token */
    /** Staff: the support view that was begun, 0 for none. It runs until `support_until`. */
    int64_t support_company_id;
    struct str
        support_company_reference; /**< absent: the company is not active any more */
    struct str support_company_name;
    instant_us support_until;
    bool support; /**< this principal IS the support view: read only, company's eyes */
};

/** True if a support view of this member of staff runs at `now`: begun, in time, of an active company,
 *  and the right has not been taken away. */
bool principal_support_runs(const struct principal *principal, instant_us now);
/**
 * Turn a staff principal with a running support view into that view: the company's eyes with
 * reading rights and nothing else. Changes nothing if none runs at `now`.
 */
void principal_enter_support(struct principal *principal, instant_us now);
/** True if board matters of the company are shown to them. */
static inline bool principal_sees_board(const struct principal *principal)
{
    return rights_include(principal->rights, RIGHT_BOARD_READ);
}
/** True if the staff person belongs to the team. */
bool principal_in_team(const struct principal *principal, struct str team_key);

#endif
