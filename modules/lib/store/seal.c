/* seal.c: audit events and the hash chain over them. Events are not locked while they are
 * sealed: a lock on the list of unsealed events would make every other program wait with
 * its own. */
#include "store/seal.h"

static const struct db_column seal_columns[] = {
    DB_COL(struct audit_seal_row, sequence, DB_I64),
    DB_COL(struct audit_seal_row, audit_event_id, DB_I64),
    DB_COL(struct audit_seal_row, sha256, DB_STR),
};
DB_ROW_MAP(seal_map, struct audit_seal_row, seal_columns);

/* programs: worker */
SQL(SQL_SEAL_HEAD_LOCK, "SELECT sequence, audit_event_id, sha256 FROM audit_seal ORDER "
                        "BY sequence DESC LIMIT 1 "
                        "FOR UPDATE");

/* programs: ctl */
SQL(SQL_SEAL_HEAD, "SELECT sequence, audit_event_id, sha256 FROM audit_seal ORDER BY "
                   "sequence DESC LIMIT 1");

static const struct db_column event_columns[] = {
    DB_COL(struct audit_event_row, id, DB_I64),
    DB_COL(struct audit_event_row, at, DB_TIME),
    DB_COL(struct audit_event_row, program, DB_STR),
    DB_COL(struct audit_event_row, trace_id, DB_STR),
    DB_COL(struct audit_event_row, action, DB_STR),
    DB_COL(struct audit_event_row, person_id, DB_I64),
    DB_COL(struct audit_event_row, company_id, DB_I64),
    DB_COL(struct audit_event_row, request_id, DB_I64),
    DB_COL(struct audit_event_row, object, DB_STR),
    DB_COL(struct audit_event_row, detail, DB_STR),
};
DB_ROW_MAP(event_map, struct audit_event_row, event_columns);

/* programs: worker */
SQL(SQL_SEAL_PENDING, "SELECT id, at, program, trace_id, action, person_id, company_id, "
                      "request_id, object, "
                      "detail FROM audit_event WHERE unsealed = 1 ORDER BY id LIMIT ?");

/* programs: worker */
SQL(SQL_SEAL_INSERT,
    "INSERT INTO audit_seal (sequence, audit_event_id, sha256) VALUES (?, ?, ?)");

/* programs: worker */
SQL(SQL_SEAL_MARK, "UPDATE audit_event SET unsealed = NULL WHERE id = ?");

static const struct db_column chain_columns[] = {
    DB_COL(struct sealed_event_row, event.id, DB_I64),
    DB_COL(struct sealed_event_row, event.at, DB_TIME),
    DB_COL(struct sealed_event_row, event.program, DB_STR),
    DB_COL(struct sealed_event_row, event.trace_id, DB_STR),
    DB_COL(struct sealed_event_row, event.action, DB_STR),
    DB_COL(struct sealed_event_row, event.person_id, DB_I64),
    DB_COL(struct sealed_event_row, event.company_id, DB_I64),
    DB_COL(struct sealed_event_row, event.request_id, DB_I64),
    DB_COL(struct sealed_event_row, event.object, DB_STR),
    DB_COL(struct sealed_event_row, event.detail, DB_STR),
    DB_COL(struct sealed_event_row, sequence, DB_I64),
    DB_COL(struct sealed_event_row, sha256, DB_STR),
};
DB_ROW_MAP(chain_map, struct sealed_event_row, chain_columns);

/* LEFT JOIN: a seal whose event was deleted must be seen. */
/* programs: ctl */
SQL(SQL_SEAL_CHAIN,
    "SELECT e.id, e.at, e.program, e.trace_id, e.action, e.person_id, e.company_id, "
    "e.request_id, e.object, e.detail, s.sequence, s.sha256 FROM audit_seal s "
    "LEFT JOIN audit_event e ON e.id = s.audit_event_id WHERE s.sequence > ? "
    "ORDER BY s.sequence LIMIT ?");

static const struct db_column sums_columns[] = {
    DB_COL(struct seal_sums, seals, DB_I64),
    DB_COL(struct seal_sums, events, DB_I64),
    DB_COL(struct seal_sums, unsealed, DB_I64),
    DB_COL(struct seal_sums, marked_unsealed, DB_I64),
};
DB_ROW_MAP(sums_map, struct seal_sums, sums_columns);

/* programs: ctl */
SQL(SQL_SEAL_SUMS,
    "SELECT (SELECT COUNT(*) FROM audit_seal), (SELECT COUNT(*) FROM audit_event), "
    "(SELECT COUNT(*) FROM audit_event WHERE unsealed = 1), "
    "(SELECT COUNT(*) FROM audit_event e LEFT JOIN audit_seal s ON s.audit_event_id = "
    "e.id "
    "WHERE e.unsealed IS NULL AND s.sequence IS NULL)");

const struct sql *const store_seal_statements[] = {
    &SQL_SEAL_HEAD_LOCK, &SQL_SEAL_HEAD,  &SQL_SEAL_PENDING, &SQL_SEAL_INSERT,
    &SQL_SEAL_MARK,      &SQL_SEAL_CHAIN, &SQL_SEAL_SUMS,    NULL,
};

enum err seal_head_lock(struct db *db, struct arena *arena, struct audit_seal_row *out)
{
    return db_query_one(db, arena, &SQL_SEAL_HEAD_LOCK, NULL, 0, &seal_map, out);
}

enum err seal_head(struct db *db, struct arena *arena, struct audit_seal_row *out)
{
    return db_query_one(db, arena, &SQL_SEAL_HEAD, NULL, 0, &seal_map, out);
}

enum err seal_pending(struct db *db, struct arena *arena, int64_t limit,
                      struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SEAL_PENDING, &event_map, out, P_I64(limit));
}

enum err seal_insert(struct db *db, struct arena *arena,
                     const struct audit_seal_row *rows, size_t count)
{
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count * 3 + 1);
    for (size_t i = 0; i < count; i++) {
        params[i * 3] = P_I64(rows[i].sequence);
        params[i * 3 + 1] = P_I64(rows[i].audit_event_id);
        params[i * 3 + 2] = P_STR(rows[i].sha256);
    }
    return db_exec_many(db, &SQL_SEAL_INSERT, params, 3, count, NULL);
}

enum err seal_mark(struct db *db, struct arena *arena, const struct audit_seal_row *rows,
                   size_t count)
{
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count + 1);
    for (size_t i = 0; i < count; i++) {
        params[i] = P_I64(rows[i].audit_event_id);
    }
    return db_exec_many(db, &SQL_SEAL_MARK, params, 1, count, NULL);
}

enum err seal_chain(struct db *db, struct arena *arena, int64_t after, int64_t limit,
                    struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SEAL_CHAIN, &chain_map, out, P_I64(after),
                    P_I64(limit));
}

enum err seal_sums(struct db *db, struct arena *arena, struct seal_sums *out)
{
    return db_query_one(db, arena, &SQL_SEAL_SUMS, NULL, 0, &sums_map, out);
}
