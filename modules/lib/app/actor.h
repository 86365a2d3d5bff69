/* actor.h: who acts and when: the first argument of every use case. */
#ifndef APP_ACTOR_H
#define APP_ACTOR_H

#include "db/db.h"
#include "auth/principal.h"

/** Context of one use case. Made by a program from its page or job. */
struct actor {
    struct db *db;
    struct arena *arena;               /**< results live here */
    const struct principal *principal; /**< person_id 0: Kontor itself */
    instant_us now;
    const char *program; /**< "requests": for the audit event */
    struct str trace_id; /**< nginx's request id or "job-<id>" */
};

#endif
