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
    struct str language;     /**< "de", "en", or absent: not chosen yet */
    struct str zone;         /**< IANA time zone */
    int64_t company_id;      /**< 0 for staff */
    struct str company_name; /**< absent for staff */
    struct str team_keys;    /**< staff: team keys joined by ',', absent for customers */
    right_set rights;
    instant_us signed_in_at;
    instant_us last_seen_at;
};

/** True if the staff person belongs to the team. */
bool principal_in_team(const struct principal *principal, struct str team_key);

#endif
