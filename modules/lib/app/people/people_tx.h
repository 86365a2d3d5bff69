/* people_tx.h: what every change of a company's people begins and ends with. Private to app/people_*.c. */
#ifndef APP_PEOPLE_TX_H
#define APP_PEOPLE_TX_H

#include "store/people_admin.h"
#include "app/people/people_env.h"
#include "app/people/people_roles.h"

/** A change of one company's people, inside its transaction. */
struct people_tx {
    const struct actor *actor;
    const struct people_env *env;
    const struct people_scope *scope;
    struct str company_name;
    struct market_table markets;
    bool actor_is_coordinator; /**< or staff: may make and remove coordinators */
};

/**
 * Lock the company and read what everything is decided by. `*verdict_out` is PEOPLE_LOST_RIGHT if the one who
 * acts may not (any more), else PEOPLE_DONE. Rights are read behind the lock, not taken from the session.
 */
enum err people_tx_begin(struct db *db, struct arena *arena, struct people_tx *tx,
                         enum people_verdict *verdict_out) MUST_USE;

/** ERR_INPUT noted for a market that the table does not have. */
enum err people_tx_check_markets(const struct people_tx *tx,
                                 const struct role_set *set) MUST_USE;
/** What becomes of somebody's roles. */
struct people_difference {
    int64_t person_id;
    struct role_set taken;
    struct role_set given;
};
/** Write rows and audit events of roles taken and given. */
enum err people_tx_write_roles(struct db *db, struct arena *arena,
                               const struct people_tx *tx,
                               const struct people_difference *difference) MUST_USE;
/** One audit event about a person: ids alone. */
struct people_event {
    const char *action;
    int64_t person_id;
    struct str roles; /**< keys; absent for none */
};
enum err people_tx_audit(struct db *db, struct arena *arena, const struct people_tx *tx,
                         const struct people_event *event) MUST_USE;

/** A mail to the person; nothing without an address. */
struct people_mail {
    const char *template_name;
    int64_t person_id;
    struct str recipient;
    struct str language; /**< absent: the site's */
    const struct role_set *roles;
    struct str url_path;
};
enum err people_tx_mail(struct db *db, struct arena *arena, const struct people_tx *tx,
                        const struct people_mail *mail) MUST_USE;

#endif
