/* session_provider.h: which session at which provider a session of ours came from. (Inserted with the
 * session, store/session.h.) */
#ifndef STORE_SESSION_PROVIDER_H
#define STORE_SESSION_PROVIDER_H

#include "db/db.h"

/** Where a session came from. */
struct session_origin_row {
    struct str issuer;
    struct str subject;
};
/** ERR_NOT_FOUND for a session by password. */
enum err session_provider_find(struct db *db, struct arena *arena, int64_t session_id,
                               struct session_origin_row *out) MUST_USE;

/** A live session that a logout at the provider is about. */
struct provider_session_row {
    int64_t session_id;
    int64_t person_id;
    int64_t company_id; /**< 0 for staff */
};
/** At most 100. By subject (all, or with a sid those of that session there). */
enum err session_provider_of_subject(struct db *db, struct arena *arena,
                                     const struct session_origin_row *origin,
                                     struct str sid, struct provider_session_row **out,
                                     size_t *count_out) MUST_USE;
/** As above, where the provider names its session only. */
enum err session_provider_of_sid(struct db *db, struct arena *arena, struct str issuer,
                                 struct str sid, struct provider_session_row **out,
                                 size_t *count_out) MUST_USE;
/** End a session for a reason ("provider"). */
enum err session_provider_end(struct db *db, int64_t session_id, const char *reason,
                              instant_us now) MUST_USE;

/** Sign-ons of this account that wait for their second factor come to nothing. */
enum err session_provider_drop_pending(struct db *db,
                                       const struct session_origin_row *origin) MUST_USE;

extern const struct sql *const store_session_provider_statements[];

#endif
