/* directory_sync.h: what changed in a directory takes effect on people who are signed in. Asked are
 * those with live sessions of a directory's identity, in pages; people of identity providers are not
 * (they say themselves who left, by back-channel logout). */
#ifndef APP_DIRECTORY_SYNC_H
#define APP_DIRECTORY_SYNC_H

#include "auth/directory.h"
#include "store/sync.h"
#include "app/actor.h"

/** What all rounds share. Process lifetime. */
struct directory_sync {
    struct directory_set *directories;
    unsigned second_factor_roles; /**< bit set of enum role: these need a second factor */
    int64_t interval_us;
    int64_t idle_us; /**< a session that nobody used for so long is none */
};
/** Directories and intervals of the configuration. ERR_INPUT or ERR_UNAVAILABLE noted. */
enum err directory_sync_open(struct arena *arena, const struct conf *conf,
                             struct directory_sync *out) MUST_USE;

struct directory_sync_counts {
    int64_t asked;
    int64_t changed;  /**< people whose name, login, roles or teams followed */
    int64_t ended;    /**< people whose sessions ended */
    int64_t sessions; /**< that ended */
    int64_t unclear;  /**< people about whom the directory could not answer */
};

enum directory_sync_outcome {
    DIRECTORY_SYNC_DONE,
    DIRECTORY_SYNC_LATER, /**< not due, or another process is asking */
    DIRECTORY_SYNC_AWAY,  /**< the directory does not answer; nobody's session ended */
};

struct directory_sync_result {
    enum directory_sync_outcome outcome;
    instant_us next_at; /**< nothing to do for this directory before */
    struct directory_sync_counts counts;
};

/**
 * A round of directory `index` if it is due and no other process is at it (a lease in its row says
 * so; two at once would ask twice and change once). Each person with a difference is one
 * transaction. Blocks on the directory, at most its time-out a search. Errors are those of the
 * database.
 */
enum err directory_sync_step(const struct actor *actor, const struct directory_sync *sync,
                             size_t index, struct directory_sync_result *out) MUST_USE;

/** As a round, now, whatever the row says; of one person (0: of everybody). */
enum err directory_sync_now(const struct actor *actor, const struct directory_sync *sync,
                            size_t index, int64_t person_id,
                            struct directory_sync_result *out) MUST_USE;

/* ---- one person (directory_sync_person.c) ------------------------------------------------------ */

/** Somebody asked for, and what came back. */
struct directory_sync_person {
    const struct directory_sync *sync;
    const struct actor *actor;
    struct str issuer;
    const struct sync_person_row *known;
    const struct directory_person *found;
    const struct team_key_row *teams; /**< those Kontor has */
    size_t team_count;
    instant_us asked_at; /**< who signed on since is newer than the answer */
    bool login_unsaid;   /**< the entry does not say; set by directory_sync_apply() */
};

/** Let the difference take effect, if there is one: one transaction. Adds to `counts`. */
enum err directory_sync_apply(const struct directory_sync_person *asked,
                              struct directory_sync_counts *counts) MUST_USE;

#endif
