#include "store/throttle.h"

/* programs: login */
SQL(SQL_THROTTLE_BLOCKED, "SELECT MAX(t.blocked_until) FROM login_throttle t "
                          "WHERE t.bucket_sha256 IN (?, ?) AND t.blocked_until > ?");

/* Assignments are made from left to right (MariaDB without SIMULTANEOUS_ASSIGNMENT), so the last
 * one sees the new count. The exponent is bounded before it is used. */
/* programs: login */
SQL(SQL_THROTTLE_FAIL,
    "INSERT INTO login_throttle (bucket_sha256, failures, last_at, blocked_until) "
    "VALUES (?, 1, ?, ?) ON DUPLICATE KEY UPDATE "
    "failures = IF(last_at < ?, 1, failures + 1), last_at = ?, "
    "blocked_until = IF(failures < ?, ?, DATE_ADD(?, INTERVAL "
    "LEAST(?, ? * POW(2, LEAST(GREATEST(failures - ?, 0), 16))) SECOND))");

/* programs: login */
SQL(SQL_THROTTLE_CLEAR, "DELETE FROM login_throttle WHERE bucket_sha256 = ?");

/* programs: login */
SQL(SQL_THROTTLE_PURGE,
    "DELETE FROM login_throttle WHERE last_at < ? ORDER BY last_at LIMIT 100");

/* programs: login */
SQL(SQL_BREAKERS_OPEN, "SELECT b.name FROM circuit_breaker b WHERE b.open_until > ? "
                       "ORDER BY b.name LIMIT 50");

/* programs: login */
SQL(SQL_BREAKER_OPEN, "INSERT INTO circuit_breaker (name, open_until) VALUES (?, ?) "
                      "ON DUPLICATE KEY UPDATE open_until = GREATEST(open_until, ?)");

struct until_row {
    instant_us until;
};
static const struct db_column UNTIL_COLUMNS[] = {
    DB_COL(struct until_row, until, DB_TIME)};
DB_ROW_MAP(UNTIL_MAP, struct until_row, UNTIL_COLUMNS);

static const struct db_column BREAKER_COLUMNS[] = {
    DB_COL(struct breaker_row, name, DB_STR)};
DB_ROW_MAP(BREAKER_MAP, struct breaker_row, BREAKER_COLUMNS);

enum err throttle_blocked_until(struct db *db, struct arena *arena,
                                const uint8_t login_sha256[32],
                                const uint8_t network_sha256[32], instant_us now,
                                instant_us *until_out)
{
    struct until_row row = {INSTANT_NONE};
    enum err err =
        DB_QUERY_ONE(db, arena, &SQL_THROTTLE_BLOCKED, &UNTIL_MAP, &row,
                     P_BYTES(login_sha256, 32), P_BYTES(network_sha256, 32), P_TIME(now));

    if (err == OK)
        *until_out = row.until;
    return err;
}

enum err throttle_fail(struct db *db, const uint8_t bucket_sha256[32],
                       const struct throttle_rule *rule, instant_us now)
{
    /* "Not blocked" is a time that is over for requests that came a little earlier as well. */
    instant_us over = now - rule->window_us;

    /* The first failure of a bucket never blocks: a rule has at least one free. */
    return DB_EXEC(db, &SQL_THROTTLE_FAIL, NULL, P_BYTES(bucket_sha256, 32), P_TIME(now),
                   P_TIME(over), P_TIME(now - rule->window_us), P_TIME(now),
                   P_I64(rule->free_failures), P_TIME(over), P_TIME(now),
                   P_I64(rule->longest_delay_s), P_I64(rule->first_delay_s),
                   P_I64(rule->free_failures));
}

enum err throttle_clear(struct db *db, const uint8_t bucket_sha256[32])
{
    return DB_EXEC(db, &SQL_THROTTLE_CLEAR, NULL, P_BYTES(bucket_sha256, 32));
}

enum err throttle_purge(struct db *db, instant_us before)
{
    return DB_EXEC(db, &SQL_THROTTLE_PURGE, NULL, P_TIME(before));
}

enum err breakers_open(struct db *db, struct arena *arena, instant_us now,
                       struct breaker_row **out, size_t *count_out)
{
    struct db_rows rows = {0};
    struct db_param params[] = {P_TIME(now)};
    enum err err =
        db_query(db, arena, &SQL_BREAKERS_OPEN, params, 1, &BREAKER_MAP, &rows);

    if (err == OK) {
        *out = rows.items;
        *count_out = rows.count;
    }
    return err;
}

enum err breaker_open(struct db *db, const char *name, instant_us until)
{
    return DB_EXEC(db, &SQL_BREAKER_OPEN, NULL, P_STR(str_from(name)), P_TIME(until),
                   P_TIME(until));
}

const struct sql *const store_throttle_statements[] = {
    &SQL_THROTTLE_BLOCKED,
    &SQL_THROTTLE_FAIL,
    &SQL_THROTTLE_CLEAR,
    &SQL_THROTTLE_PURGE,
    &SQL_BREAKERS_OPEN,
    &SQL_BREAKER_OPEN,
    NULL,
};
