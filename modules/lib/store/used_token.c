#include "store/used_token.h"

/* programs: login */
SQL(SQL_USED_TOKEN_INSERT,
    "INSERT INTO used_token (token_sha256, expires_at) VALUES (?, ?)");

/* programs: login */
SQL(SQL_USED_TOKEN_PURGE,
    "DELETE FROM used_token WHERE expires_at < ? ORDER BY expires_at LIMIT 100");

enum err used_token_insert(struct db *db, const uint8_t token_sha256[32],
                           instant_us expires_at)
{
    return DB_EXEC(db, &SQL_USED_TOKEN_INSERT, NULL, P_BYTES(token_sha256, 32),
                   P_TIME(expires_at));
}

enum err used_token_purge(struct db *db, instant_us before)
{
    return DB_EXEC(db, &SQL_USED_TOKEN_PURGE, NULL, P_TIME(before));
}

const struct sql *const store_used_token_statements[] = {
    &SQL_USED_TOKEN_INSERT,
    &SQL_USED_TOKEN_PURGE,
    NULL,
};
