/* staff_tx.h: what one change of a request by staff or worker gathers while its
 * transaction runs: the locked request, and history, mails and jobs that are written
 * together at the end. */
#ifndef APP_STAFF_TX_H
#define APP_STAFF_TX_H

#include "base/vec.h"
#include "store/customer_status.h"
#include "store/staff_request.h"
#include "store/trail.h"
#include "app/actor.h"
#include "app/ticket/staff_env.h"
#include "app/ticket/staff_verdict.h"

struct staff_tx {
    const struct actor *actor;
    const struct staff_env *env;
    struct db *db;
    struct arena *arena; /**< of the transaction: rewound when it runs again */
    struct request_lock request;
    const struct definition *definition;
    struct str
        steps; /**< of the customer, when the process moved (app/instance/customer_steps.h); else absent */
    int64_t open_items; /**< on the customer's side, once this change is through */
    struct vec history; /**< struct history_row */
    struct vec mails;   /**< struct outbox_row */
    struct vec jobs;    /**< struct job_row */
};

/** First call of a transaction: lock the request (one of reference and id) and load its
 *  definition. ERR_NOT_FOUND. */
enum err staff_tx_begin(struct staff_tx *tx, struct db *db, struct arena *arena,
                        const struct actor *actor, const struct staff_env *env,
                        struct str reference, int64_t request_id) MUST_USE;

/** The same for a request whose process runs, which is locked with it. ERR_NOT_FOUND before the release. */
enum err staff_tx_begin_released(struct staff_tx *tx, struct db *db, struct arena *arena,
                                 const struct actor *actor, const struct staff_env *env,
                                 int64_t request_id,
                                 struct instance_lock *instance_out) MUST_USE;

/** Which row a line of history is about. */
struct history_of {
    const char *object; /**< word of history.object */
    int64_t object_id;
    int64_t version; /**< the row has after the change */
};
#define HISTORY_OF(object_, id_, version_)                                               \
    ((struct history_of){.object = (object_), .object_id = (id_), .version = (version_)})
/** Note one changed field; absent values = none. */
void staff_tx_history(struct staff_tx *tx, struct history_of of, const char *field,
                      struct str old_value, struct str new_value);

/** Change the locked request; history of its state. `change->id` and `changed_at` are
 * filled in. */
enum err staff_tx_request(struct staff_tx *tx, struct request_change *change) MUST_USE;
/** Write the customer status; "since" is kept unless phase or departments change; both
 * are in the history. `contact_team` absent = the intake team. */
enum err staff_tx_status(struct staff_tx *tx, struct str phase,
                         struct str department_keys, struct str contact_team,
                         int64_t open_items) MUST_USE;

/** A payload with what every mail about the request says: reference, definition, company,
 * link. */
json_t *staff_tx_payload(struct staff_tx *tx);
/** Mail to the person who submitted; nothing when there is no address. The key names what
 * it is about: "<reference>:<key>". */
void staff_tx_mail_customer(struct staff_tx *tx, const char *template_name,
                            struct str key, const json_t *payload);
/** Mail to a team's address. */
enum err staff_tx_mail_team(struct staff_tx *tx, const char *template_name,
                            struct str key, struct str team_key,
                            const json_t *payload) MUST_USE;

/** Write what was gathered and one audit event. Last call of a transaction. */
enum err staff_tx_end(struct staff_tx *tx, const char *action,
                      struct str object) MUST_USE;

/**
 * Expected conflicts of the statements inside: four-eyes -> VERDICT_FOUR_EYES, a repeated
 * form or judgement -> VERDICT_REPEATED, a step of the process without an end -> VERDICT_ENDLESS; then OK. Any
 * other error is returned as it is.
 */
enum err staff_tx_verdict(struct db *db, enum err err, enum staff_verdict *out) MUST_USE;

#endif
