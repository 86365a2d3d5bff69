/* publish.h: definitions become versions in the database, and which version new requests get. For kontorctl. */
#ifndef APP_PUBLISH_H
#define APP_PUBLISH_H

#include "db/db.h"
#include "process/definition/definition.h"
#include "store/version.h"

/** A request type to be published. */
struct publication {
    struct str key;
    const struct definition_file *files; /**< in byte order of their paths */
    size_t file_count;
    definition_problem_fn problem;
    void *problem_context;
};
struct published {
    int64_t definition_id; /**< 0: would be new (nothing was written) */
    int64_t version;
    bool is_new;     /**< no version has these files yet */
    bool is_retired; /**< the type is not on the start page */
    struct str compiled;
    /** version in force before; 0, absent: a new type */
    struct type_version_row before;
    struct str
        compiled_before; /**< absent: this Kontor does not take its files any more */
};
struct publish_run {
    const struct publication *publications;
    size_t count;
    instant_us now;
    struct str by; /**< who types */
};

/**
 * Check and compile all of them, and say what would become of each: nothing is written. Teams, types of sub-tickets and
 * calendars that they name must exist. ERR_INPUT after the problems were reported.
 */
enum err publish_check(struct db *db, struct arena *arena, const struct publish_run *run,
                       struct published *out) MUST_USE;
/**
 * Store and switch all of them, in one transaction with its audit events: all or none. `out` as publish_check
 * has filled it. The same files as the newest version are no new version; it is in force again.
 */
enum err publish_all(struct db *db, struct arena *arena, const struct publish_run *run,
                     struct published *out) MUST_USE;

struct rollback {
    struct str request_type;
    int64_t version; /**< 0: the one before the version in force; out: its number */
    instant_us now;
    struct str by;
    int64_t version_before; /**< out: in force until now */
};
/** New requests get this version from now on. ERR_NOT_FOUND noted: no such type or version. */
enum err publish_rollback(struct db *db, struct arena *arena,
                          struct rollback *rollback) MUST_USE;
/** A type is on the start page, or not. */
struct offer {
    struct str request_type;
    bool active;
    instant_us now;
    struct str by;
};
/** Running requests go on, whatever it is. ERR_NOT_FOUND noted: no such type. */
enum err publish_offer(struct db *db, struct arena *arena,
                       const struct offer *offer) MUST_USE;

/** Compile every stored definition again whose format is not the present one. ERR_INPUT noted: some are not taken any
 *  more, the others are done; `*count_out` is set then, too. */
enum err app_publish_refresh(struct db *db, struct arena *arena,
                             definition_problem_fn problem, void *problem_context,
                             int64_t *count_out) MUST_USE;

#endif
