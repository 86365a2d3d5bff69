/* second_factor_trail.h: what a matter of second factors leaves behind: an audit event, and a mail to the person, who
 * may not have been the one who did it. Private to app/second_factor*.c. */
#ifndef APP_SECOND_FACTOR_TRAIL_H
#define APP_SECOND_FACTOR_TRAIL_H

#include "store/second_factor.h"
#include "app/actor.h"

/** What a person's secret is sealed for, so that a row copied to somebody else does not open. */
struct str second_factor_purpose(struct arena *arena, int64_t person_id);

/** One mail; texts that a template does not name stay absent. */
struct second_factor_mail {
    const char *template_name;
    struct str language;   /**< for somebody who never chose one */
    struct str actor_name; /**< who did it, if not the person */
    struct str count;      /**< recovery codes left */
};
/** Queue it, where the person has an address. */
enum err second_factor_mail(const struct actor *actor, int64_t person_id,
                            const struct second_factor_owner *owner,
                            const struct second_factor_mail *mail) MUST_USE;
/** The audit event, by actor->principal or (during a sign-on) by the person; `reason` NULL for none. */
enum err second_factor_audit(const struct actor *actor, const char *action,
                             int64_t person_id, const struct second_factor_owner *owner,
                             const char *reason) MUST_USE;
/** "second_factor.reset" by nobody who is signed on: the operator. */
enum err second_factor_audit_operator(const struct actor *actor, int64_t person_id,
                                      const struct second_factor_owner *owner,
                                      struct str operator) MUST_USE;

#endif
