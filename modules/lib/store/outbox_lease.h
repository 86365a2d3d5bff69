/* outbox_lease.h: mails on their way out: one is leased, sent outside any transaction,
 * then marked. */
#ifndef STORE_OUTBOX_LEASE_H
#define STORE_OUTBOX_LEASE_H

#include "db/db.h"

/** A queued mail. */
struct outbox_mail {
    int64_t id;
    struct str unique_key;
    struct str template_name;
    struct str recipient;
    struct str language;          /**< "de", "en" */
    struct str payload;           /**< JSON object, see mail/README.md */
    int64_t request_id;           /**< 0 = none */
    struct str request_reference; /**< threads its mails; absent = none */
    int64_t attempts;             /**< before this one */
    instant_us created_at;
};
/** The next due mail, its row locked; rows other workers hold are skipped. ERR_NOT_FOUND:
 * none. */
enum err outbox_next(struct db *db, struct arena *arena, instant_us now,
                     struct outbox_mail *out) MUST_USE;
/** Attempts + 1; nobody else takes it before `until`. */
enum err outbox_lease(struct db *db, int64_t id, instant_us until) MUST_USE;
/** It left. Does nothing to a row that is no longer queued. */
enum err outbox_sent(struct db *db, int64_t id, instant_us now) MUST_USE;
/** It did not leave: try again at `available_at`, or never (INSTANT_NONE: state failed).
 */
enum err outbox_not_sent(struct db *db, int64_t id, instant_us available_at,
                         struct str last_error) MUST_USE;

extern const struct sql *const store_outbox_lease_statements[];

#endif
