#include "store/recovery_code.h"

#define CODES_MAX 20

/* programs: login */
SQL(SQL_RECOVERY_CODE_INSERT,
    "INSERT INTO recovery_code (person_id, code_sha256, created_at) VALUES (?, ?, ?)");

/* programs: login */
SQL(SQL_RECOVERY_CODE_USE, "UPDATE recovery_code SET used_at = ? WHERE person_id = ? "
                           "AND code_sha256 = ? AND used_at IS NULL");

/* programs: login, account */
SQL(SQL_RECOVERY_CODE_REMOVE, "DELETE FROM recovery_code WHERE person_id = ?");

enum err recovery_code_insert(struct db *db, int64_t person_id,
                              const struct recovery_code_row *rows, size_t count,
                              instant_us now)
{
    struct db_param params[CODES_MAX * 3];

    if (count > CODES_MAX)
        bug("%zu recovery codes", count);
    for (size_t i = 0; i < count; i++) {
        params[3 * i] = P_I64(person_id);
        params[3 * i + 1] = P_BYTES(rows[i].sha256, 32);
        params[3 * i + 2] = P_TIME(now);
    }
    return db_exec_many(db, &SQL_RECOVERY_CODE_INSERT, params, 3, count, NULL);
}

enum err recovery_code_use(struct db *db, int64_t person_id,
                           const uint8_t code_sha256[32], instant_us now, bool *used_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_RECOVERY_CODE_USE, &done, P_TIME(now),
                           P_I64(person_id), P_BYTES(code_sha256, 32));

    if (err == OK)
        *used_out = done.affected == 1;
    return err;
}

enum err recovery_code_remove(struct db *db, int64_t person_id)
{
    return DB_EXEC(db, &SQL_RECOVERY_CODE_REMOVE, NULL, P_I64(person_id));
}

const struct sql *const store_recovery_code_statements[] = {
    &SQL_RECOVERY_CODE_INSERT,
    &SQL_RECOVERY_CODE_USE,
    &SQL_RECOVERY_CODE_REMOVE,
    NULL,
};
