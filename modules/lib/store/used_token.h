/* used_token.h: things that count once: states of provider sign-ons, ids of logout tokens. */
#ifndef STORE_USED_TOKEN_H
#define STORE_USED_TOKEN_H

#include "db/db.h"

/** Remember until `expires_at`; ERR_CONFLICT when it was used before. */
enum err used_token_insert(struct db *db, const uint8_t token_sha256[32],
                           instant_us expires_at) MUST_USE;
/** Remove up to 100 that nobody need remember since `before`. */
enum err used_token_purge(struct db *db, instant_us before) MUST_USE;

extern const struct sql *const store_used_token_statements[];

#endif
