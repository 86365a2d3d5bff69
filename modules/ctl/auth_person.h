/* auth_person.h: Kontor's own rungs of a sign-on: what comes after directory or provider. */
#ifndef CTL_AUTH_PERSON_H
#define CTL_AUTH_PERSON_H

#include "app/actor.h"
#include "ladder.h"

struct auth_person {
    struct actor
        actor; /**< with the account of login: what it may not read, a sign-on cannot */
    const struct directory_set *directories;
    struct str login; /**< as typed */
    /** What the source said; of a provider, which was not asked for the person: issuer, login, side, links and
     *  whether it says the company. No subject then. */
    const struct identity *identity;
};

/** Is a try at this login put off by the throttle, or its directory by a circuit breaker? */
enum err auth_throttle_rungs(struct ladder *ladder,
                             const struct auth_person *person) MUST_USE;
/** Person, company, roles, second factor. ERR_INPUT noted for a bad configuration. */
enum err auth_person_rungs(struct ladder *ladder,
                           const struct auth_person *person) MUST_USE;

#endif
