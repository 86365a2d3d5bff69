/* people_env.h: what use cases on people need beside the actor: for mails in the language of the person. */
#ifndef APP_PEOPLE_ENV_H
#define APP_PEOPLE_ENV_H

#include "text/i18n.h"
#include "app/people/people.h"
#include "app/people/people_roles.h"

struct people_env {
    const struct i18n *i18n;
    struct str site_language;     /**< of mails to somebody who never chose one */
    unsigned second_factor_roles; /**< bit set of enum role: these need a second factor */
};

/** Expected outcomes of what is done to people. They are no errors: each has a sentence. */
enum people_verdict {
    PEOPLE_DONE,
    PEOPLE_REPEATED,         /**< it is so already: the form came twice */
    PEOPLE_CHANGED,          /**< somebody changed these roles since the page was shown */
    PEOPLE_SELF,             /**< nobody changes their own */
    PEOPLE_LAST_COORDINATOR, /**< the company would have none who has ever signed on */
    PEOPLE_COORDINATORS,     /**< a deputy neither makes nor removes coordinators */
    PEOPLE_LOST_RIGHT,       /**< the one who acts is no coordinator or deputy any more */
    PEOPLE_MAIL_THERE,  /**< invitation: somebody of the company has this mail address */
    PEOPLE_LOGIN_THERE, /**< ... or this login */
    PEOPLE_LOGIN_TAKEN, /**< the login belongs to somebody outside the company */
    PEOPLE_MANY,        /**< more invitations in a day than a company needs */
    PEOPLE_NO_MAIL,     /**< there is no address to send the invitation to */
};
/** A complete sentence (msgid); a bug() for PEOPLE_DONE. */
const char *people_verdict_msgid(enum people_verdict verdict);

/** "Applicant" (msgid). */
const char *people_role_msgid(enum role role);
/** Name of a market. */
struct str people_market_name(const struct market_row *market, enum language language);
/**
 * Names of the markets for which the set has the role, joined by ", " in the order of the table; a key that the table
 * does not have any more stands for itself. Absent: for all markets.
 */
struct str people_role_markets(struct arena *arena, const struct market_table *markets,
                               const struct role_set *set, enum role role,
                               enum language language);

#endif
