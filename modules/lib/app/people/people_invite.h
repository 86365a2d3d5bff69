/* people_invite.h: somebody is invited into a company: a person who is known before they first sign on, with
 * roles, and a mail with a link that works once. */
#ifndef APP_PEOPLE_INVITE_H
#define APP_PEOPLE_INVITE_H

#include "app/people/people_env.h"
#include "app/people/people_roles.h"

#define INVITATION_DAYS 7
/** Invitations of a company within a day: each is a mail to whom somebody likes. */
#define INVITATIONS_A_DAY 100

struct people_invite {
    struct str display_name;
    struct str email;
    struct str language; /**< "de", "en": of the mail */
    struct str issuer;   /**< of the directory with the login: "ldap:main" */
    /** at that directory; empty: whoever opens the link, signing on at any of the company's sources */
    struct str login;
    struct role_set roles; /**< at least one */
};

struct people_invited {
    enum people_verdict verdict;
    int64_t person_id; /**< new; or who is there already (MAIL_THERE, LOGIN_THERE) */
};

/**
 * Make person, identity without subject, roles and invitation, and send the mail. The token is random; its digest
 * alone is stored, and the worker wipes it from the mail's row when the mail has left. PEOPLE_REPEATED: the same
 * person has invited the same address a minute ago.
 */
enum err people_invite(const struct actor *actor, const struct people_env *env,
                       const struct people_scope *scope,
                       const struct people_invite *invite,
                       struct people_invited *out) MUST_USE;

/** A new link for somebody who has a role and never signed on; the old link is over. */
enum err people_invite_again(const struct actor *actor, const struct people_env *env,
                             const struct people_scope *scope, int64_t person_id,
                             enum people_verdict *out) MUST_USE;

#endif
