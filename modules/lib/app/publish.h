/* publish.h: a definition becomes a version in the database. For kontorctl. */
#ifndef APP_PUBLISH_H
#define APP_PUBLISH_H

#include "db/db.h"
#include "process/definition.h"

struct publication {
    struct str key;                      /**< request type */
    const struct definition_file *files; /**< in byte order of their paths */
    size_t file_count;
    definition_problem_fn problem;
    void *problem_context;
    instant_us now;
};
struct published {
    int64_t definition_id;
    int64_t version;
    bool changed; /**< false: the newest version has the same files */
};

/**
 * Check, compile, store and switch, in one transaction with its audit event. Every team
 * the definition names must exist. ERR_INPUT after the problems were reported; nothing is
 * stored then.
 */
enum err app_publish(struct db *db, struct arena *arena,
                     const struct publication *publication,
                     struct published *out) MUST_USE;
/** Compile every stored definition again whose format is not the present one. */
enum err app_publish_refresh(struct db *db, struct arena *arena,
                             definition_problem_fn problem, void *problem_context,
                             int64_t *count_out) MUST_USE;

#endif
