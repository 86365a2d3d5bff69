/* subscription.h: which instance waits for which message or signal, and the messages that were thrown. Rows find
 * whom to ask; the instance itself decides (names and keys are cut at 200 characters here). */
#ifndef STORE_SUBSCRIPTION_H
#define STORE_SUBSCRIPTION_H

#include "db/db.h"

struct subscription_new {
    int64_t request_id;
    struct str token; /**< "<activation>:<event>" */
    bool signal;
    struct str name;
    struct str correlation;
    instant_us created_at;
};
/** All with one statement. */
enum err subscription_insert(struct db *db, struct arena *arena,
                             const struct subscription_new *rows, size_t count) MUST_USE;
/** These are not waited for any more. One execution. */
enum err subscription_delete(struct db *db, struct arena *arena, int64_t request_id,
                             const struct str *tokens, size_t count) MUST_USE;

/** Who waits for a message. */
struct subscription_row {
    int64_t request_id;
    struct str request_type;
};
/** For a message of this name and key. */
struct waiting_for {
    struct str name;
    struct str correlation;
    struct str
        delivered; /**< request types that have it, each behind a ','; absent: none */
};
enum { WAITING_MAX = 100 };
/** Oldest first, at most WAITING_MAX, each instance once. Rows of struct subscription_row. */
enum err subscription_waiting(struct db *db, struct arena *arena,
                              const struct waiting_for *what,
                              struct db_rows *out) MUST_USE;

/** Who has waited for a signal since `before`: requests behind `after_id` without `thrower`, each once. */
struct signal_of {
    struct str name;
    int64_t thrower; /**< request */
    instant_us before;
    int64_t after_id;
};
/** At most `limit` rows of int64_t. */
enum err subscription_signalled(struct db *db, struct arena *arena,
                                const struct signal_of *of, int64_t limit,
                                struct db_rows *out) MUST_USE;

/** What one subscription is to; names as they are cut. ERR_NOT_FOUND: it is over. */
struct subscription_to {
    struct str name;
    struct str correlation;
    struct str request_type;
};
enum err subscription_by_token(struct db *db, struct arena *arena, int64_t request_id,
                               struct str token, struct subscription_to *out) MUST_USE;

extern const struct sql *const store_subscription_statements[];

#endif
