#include "store/pending_sign_on.h"

/* programs: login */
SQL(SQL_PENDING_SIGN_ON_INSERT,
    "INSERT INTO pending_sign_on (token_sha256, person_id, payload, created_at, "
    "expires_at) VALUES (?, ?, ?, ?, ?)");

/* programs: login */
SQL(SQL_PENDING_SIGN_ON_LOCK,
    "SELECT n.id, n.person_id, n.payload, n.tries, n.created_at "
    "FROM pending_sign_on n WHERE n.token_sha256 = ? AND n.expires_at > ? FOR UPDATE");

/* programs: login */
SQL(SQL_PENDING_SIGN_ON_TRY, "UPDATE pending_sign_on SET tries = tries + 1 WHERE id = ?");

/* programs: login, account */
SQL(SQL_PENDING_SIGN_ON_REMOVE_ALL, "DELETE FROM pending_sign_on WHERE person_id = ?");

/* programs: login */
SQL(SQL_PENDING_SIGN_ON_REMOVE, "DELETE FROM pending_sign_on WHERE id = ?");

/* programs: login */
SQL(SQL_PENDING_SIGN_ON_PURGE, "DELETE FROM pending_sign_on WHERE expires_at < ? "
                               "ORDER BY expires_at LIMIT 100");

static const struct db_column PENDING_COLUMNS[] = {
    DB_COL(struct pending_sign_on_row, id, DB_I64),
    DB_COL(struct pending_sign_on_row, person_id, DB_I64),
    DB_COL(struct pending_sign_on_row, payload, DB_STR),
    DB_COL(struct pending_sign_on_row, tries, DB_I64),
    DB_COL(struct pending_sign_on_row, created_at, DB_TIME),
};
DB_ROW_MAP(PENDING_MAP, struct pending_sign_on_row, PENDING_COLUMNS);

enum err pending_sign_on_insert(struct db *db, const uint8_t token_sha256[32],
                                const struct pending_sign_on_row *row, instant_us now,
                                instant_us expires_at)
{
    return DB_EXEC(db, &SQL_PENDING_SIGN_ON_INSERT, NULL, P_BYTES(token_sha256, 32),
                   P_I64(row->person_id), P_STR(row->payload), P_TIME(now),
                   P_TIME(expires_at));
}

enum err pending_sign_on_lock(struct db *db, struct arena *arena,
                              const uint8_t token_sha256[32], instant_us now,
                              struct pending_sign_on_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PENDING_SIGN_ON_LOCK, &PENDING_MAP, out,
                        P_BYTES(token_sha256, 32), P_TIME(now));
}

enum err pending_sign_on_try(struct db *db, int64_t pending_id)
{
    return DB_EXEC(db, &SQL_PENDING_SIGN_ON_TRY, NULL, P_I64(pending_id));
}

enum err pending_sign_on_remove_all(struct db *db, int64_t person_id)
{
    return DB_EXEC(db, &SQL_PENDING_SIGN_ON_REMOVE_ALL, NULL, P_I64(person_id));
}

enum err pending_sign_on_remove(struct db *db, int64_t pending_id)
{
    return DB_EXEC(db, &SQL_PENDING_SIGN_ON_REMOVE, NULL, P_I64(pending_id));
}

enum err pending_sign_on_purge(struct db *db, instant_us before)
{
    return DB_EXEC(db, &SQL_PENDING_SIGN_ON_PURGE, NULL, P_TIME(before));
}

const struct sql *const store_pending_sign_on_statements[] = {
    &SQL_PENDING_SIGN_ON_INSERT,
    &SQL_PENDING_SIGN_ON_LOCK,
    &SQL_PENDING_SIGN_ON_TRY,
    &SQL_PENDING_SIGN_ON_REMOVE_ALL,
    &SQL_PENDING_SIGN_ON_REMOVE,
    &SQL_PENDING_SIGN_ON_PURGE,
    NULL,
};
