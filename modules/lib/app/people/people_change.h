/* people_change.h: roles of a person of a company are given and taken; sessions end. Each is one transaction
 * that locks the company, with audit events and a mail to the person. */
#ifndef APP_PEOPLE_CHANGE_H
#define APP_PEOPLE_CHANGE_H

#include "app/people/people_env.h"
#include "app/people/people_roles.h"

struct people_change {
    int64_t person_id;
    struct role_set seen;   /**< the roles that the form was made from */
    struct role_set wanted; /**< empty: no access any more */
};

/**
 * Give and take roles until the person has the wanted ones. Nobody changes their own; a deputy neither makes nor
 * removes coordinators; the last coordinator who can sign on stays; roles that were changed since `seen` refuse it.
 * Without a role left the person's sessions, invitations and logins that never came end too, and somebody who asked
 * for access is decided about. ERR_NOT_FOUND: nobody of this company. ERR_INPUT: an unknown market.
 */
enum err people_change_roles(const struct actor *actor, const struct people_env *env,
                             const struct people_scope *scope,
                             const struct people_change *change,
                             enum people_verdict *out) MUST_USE;

/** End all sessions of a person of the company, and sign-ons under way. */
enum err people_end_sessions(const struct actor *actor, const struct people_env *env,
                             const struct people_scope *scope, int64_t person_id,
                             enum people_verdict *out) MUST_USE;

#endif
