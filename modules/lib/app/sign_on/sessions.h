/* sessions.h: somebody and their own sessions: the list, ending them, a new token, what became of one. */
#ifndef APP_SESSIONS_H
#define APP_SESSIONS_H

#include "store/session_list.h"
#include "app/actor.h"

struct sessions_list {
    struct session_list_row *rows; /**< used last first */
    size_t count;
};
/** The live sessions of actor->principal; `idle_us` as the guard counts. 1 statement. */
enum err sessions_list(const struct actor *actor, int64_t idle_us,
                       struct sessions_list *out) MUST_USE;
/** End one of one's own at once. ERR_NOT_FOUND: not theirs, or over. 4 statements. */
enum err sessions_end(const struct actor *actor, int64_t session_id) MUST_USE;
/** End all of one's own but this one, and what waits for a second factor; how many sessions ended. */
enum err sessions_end_others(const struct actor *actor, int64_t *count_out) MUST_USE;
/** As sessions_end_others() inside a transaction, without an audit event, for a reason of the caller's. */
enum err sessions_end_others_tx(const struct actor *actor, const char *reason,
                                int64_t *count_out) MUST_USE;

/** The session of `token` gets a new one (`*token_out`, for the cookie); the old one is dead at once.
 *  ERR_NOT_FOUND: it has ended, or somebody was faster. 1 statement. */
enum err session_token_renew(const struct actor *actor, struct str token,
                             struct str *token_out) MUST_USE;

/** What to tell somebody who comes with the token of a session that is over. */
enum session_past {
    SESSION_PAST_NONE, /**< nothing to tell: never was one, or they ended it themselves */
    SESSION_PAST_IDLE, /**< too old, or not used for too long */
    SESSION_PAST_ENDED_BY_PERSON, /**< from another device */
    SESSION_PAST_ENDED_BY_COORDINATOR,
    SESSION_PAST_ENDED_BY_STAFF,
    SESSION_PAST_ENDED_BY_SOURCE, /**< by the directory or the provider */
    SESSION_PAST_ROLES,           /**< rights were taken away */
    SESSION_PAST_PASSWORD,        /**< a new password was chosen */
    SESSION_PAST_OTHER,           /**< ended by us, without a reason that helps */
};
/** 1 statement. */
enum err session_past(const struct actor *actor, struct str token,
                      enum session_past *out) MUST_USE;

#endif
