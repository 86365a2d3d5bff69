/* profile.h: what somebody sets for themselves, and who invited whom. */
#ifndef STORE_PROFILE_H
#define STORE_PROFILE_H

#include "db/db.h"

struct profile_row {
    struct str login;
    struct str display_name;
    struct str email;
    struct str language;     /**< absent: not chosen */
    struct str zone;         /**< absent: not chosen */
    struct str company_zone; /**< absent for staff */
    bool has_second_factor;
};
/** ERR_NOT_FOUND. */
enum err profile_get(struct db *db, struct arena *arena, int64_t person_id,
                     struct profile_row *out) MUST_USE;
/** An absent zone is none: the company's counts. */
enum err profile_set(struct db *db, int64_t person_id, struct str language,
                     struct str zone) MUST_USE;

/** Who invited whom, for the page behind the link of an invitation. */
struct invitation_offer_row {
    int64_t person_id;
    struct str company_name;
    struct str invited_by; /**< name of the person who invited */
    bool open;             /**< not used, not over */
};
/** ERR_NOT_FOUND: no such link. */
enum err invitation_offer(struct db *db, struct arena *arena,
                          const uint8_t token_sha256[32], instant_us now,
                          struct invitation_offer_row *out) MUST_USE;

extern const struct sql *const store_profile_statements[];

#endif
