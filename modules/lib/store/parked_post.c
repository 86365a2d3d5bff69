#include "store/parked_post.h"

/* Whoever once had a session could fill the disk: nobody needs more than a few open forms. */
/* programs: login, requests, uploads, dashboard, account */
SQL(SQL_PARKED_POST_INSERT,
    "INSERT INTO parked_post (key_sha256, person_id, path, body, created_at) "
    "SELECT ?, ?, ?, ?, ? FROM DUAL WHERE (SELECT COUNT(*) FROM parked_post pp "
    "WHERE pp.person_id = ? AND pp.created_at > ?) < ?");

/* programs: login */
SQL(SQL_PARKED_POST_FIND,
    "SELECT pp.path, pp.body FROM parked_post pp "
    "WHERE pp.key_sha256 = ? AND pp.person_id = ? AND pp.created_at > ?");

/* programs: login */
SQL(SQL_PARKED_POST_PURGE,
    "DELETE FROM parked_post WHERE created_at < ? ORDER BY created_at LIMIT 100");

static const struct db_column COLUMNS[] = {
    DB_COL(struct parked_post_row, path, DB_STR),
    DB_COL(struct parked_post_row, body, DB_STR),
};
DB_ROW_MAP(MAP, struct parked_post_row, COLUMNS);

enum err parked_post_insert(struct db *db, const uint8_t key_sha256[32],
                            int64_t person_id, struct str path, struct str body,
                            instant_us now)
{
    struct db_done done = {0};
    enum err err =
        DB_EXEC(db, &SQL_PARKED_POST_INSERT, &done, P_BYTES(key_sha256, 32),
                P_I64(person_id), P_STR(path), P_STR(body), P_TIME(now), P_I64(person_id),
                P_TIME(now - PARKED_POSTS_US), P_I64(PARKED_POSTS_MAX));

    if (err == OK && done.affected == 0)
        return err_note(ERR_LIMITED, "%d kept forms already", PARKED_POSTS_MAX);
    return err;
}

enum err parked_post_find(struct db *db, struct arena *arena,
                          const uint8_t key_sha256[32], int64_t person_id,
                          instant_us since, struct parked_post_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PARKED_POST_FIND, &MAP, out,
                        P_BYTES(key_sha256, 32), P_I64(person_id), P_TIME(since));
}

enum err parked_post_purge(struct db *db, instant_us before)
{
    return DB_EXEC(db, &SQL_PARKED_POST_PURGE, NULL, P_TIME(before));
}

const struct sql *const store_parked_post_statements[] = {
    &SQL_PARKED_POST_INSERT,
    &SQL_PARKED_POST_FIND,
    &SQL_PARKED_POST_PURGE,
    NULL,
};
