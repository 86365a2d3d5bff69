/* migration.c: instances that go on by another version. */
#include "store/migration.h"

static const struct db_column running_columns[] = {
    DB_COL(struct running_row, request_id, DB_I64),
    DB_COL(struct running_row, reference, DB_STR),
    DB_COL(struct running_row, definition_id, DB_I64),
    DB_COL(struct running_row, version, DB_I64),
    DB_COL(struct running_row, answers, DB_STR),
    DB_COL(struct running_row, base, DB_STR),
    DB_COL(struct running_row, facts, DB_STR),
    DB_COL(struct running_row, submitted_on, DB_DAY),
    DB_COL(struct running_row, state, DB_STR),
};
DB_ROW_MAP(running_map, struct running_row, running_columns);

/* programs: ctl */
SQL(SQL_RUNNING_ELSEWHERE,
    "SELECT r.id, r.reference, i.definition_id, d.version, r.answers, r.base, r.facts, "
    "DATE(r.submitted_at), i.state "
    "FROM process_definition d JOIN process_instance i ON i.definition_id = d.id "
    "AND i.ended_at IS NULL JOIN request r ON r.id = i.request_id "
    "WHERE d.request_type = ? AND d.id <> ? AND r.id > ? ORDER BY r.id LIMIT 50");

enum err running_elsewhere(struct db *db, struct arena *arena, struct str request_type,
                           int64_t definition_id, int64_t after_request,
                           struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_RUNNING_ELSEWHERE, &running_map, out,
                    P_STR(request_type), P_I64(definition_id), P_I64(after_request));
}

static const struct db_column lock_columns[] = {
    DB_COL(struct running_lock, instance_id, DB_I64),
    DB_COL(struct running_lock, ticket_reference, DB_STR),
    DB_COL(struct running_lock, version, DB_I64),
    DB_COL(struct running_lock, ended, DB_BOOL),
    DB_COL(struct running_lock, state, DB_STR),
};
DB_ROW_MAP(lock_map, struct running_lock, lock_columns);

/* programs: ctl */
SQL(SQL_RUNNING_LOCK,
    "SELECT i.id, t.reference, d.version, i.ended_at IS NOT NULL, "
    "i.state FROM process_instance i JOIN ticket t ON t.instance_id = i.id "
    "JOIN process_definition d ON d.id = i.definition_id WHERE i.request_id = ? "
    "FOR UPDATE");

enum err running_lock(struct db *db, struct arena *arena, int64_t request_id,
                      struct running_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_RUNNING_LOCK, &lock_map, out, P_I64(request_id));
}

/* programs: ctl */
SQL(SQL_RUNNING_MOVE, "UPDATE process_instance SET definition_id = ?, state = ?, "
                      "version = version + 1 WHERE id = ?");

enum err running_move(struct db *db, int64_t instance_id, int64_t definition_id,
                      struct str state)
{
    return DB_EXEC(db, &SQL_RUNNING_MOVE, NULL, P_I64(definition_id), P_STR(state),
                   P_I64(instance_id));
}

/* programs: ctl */
SQL(SQL_RUNNING_MOVE_REQUEST,
    "UPDATE request SET definition_id = ?, version = version + 1 WHERE id = ?");

enum err running_move_request(struct db *db, int64_t request_id, int64_t definition_id)
{
    return DB_EXEC(db, &SQL_RUNNING_MOVE_REQUEST, NULL, P_I64(definition_id),
                   P_I64(request_id));
}

/* programs: ctl */
SQL(SQL_RUNNING_TELL, "UPDATE customer_status SET phase = ?, steps = ?, version = "
                      "version + 1 WHERE request_id = ?");

enum err running_tell(struct db *db, int64_t request_id, struct str phase,
                      struct str steps)
{
    return DB_EXEC(db, &SQL_RUNNING_TELL, NULL, P_STR(phase), P_STR(steps),
                   P_I64(request_id));
}

struct slot_key_row {
    struct str key;
};
static const struct db_column slot_columns[] = {DB_COL(struct slot_key_row, key, DB_STR)};
DB_ROW_MAP(slot_map, struct slot_key_row, slot_columns);

/* programs: ctl */
SQL(SQL_RUNNING_SLOTS,
    "SELECT DISTINCT slot_key FROM document_slot WHERE request_id = ? LIMIT 500");

enum err running_slots(struct db *db, struct arena *arena, int64_t request_id,
                       struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_RUNNING_SLOTS, &slot_map, out, P_I64(request_id));
}

/* ---- rows that name tokens ------------------------------------------------------------------------ */

static const struct db_column token_columns[] = {
    DB_COL(struct token_row, id, DB_I64),
    DB_COL(struct token_row, token, DB_STR),
    DB_COL(struct token_row, text, DB_STR),
};
DB_ROW_MAP(token_map, struct token_row, token_columns);

/* programs: ctl */
SQL(SQL_TOKEN_SUB_TICKETS,
    "SELECT s.id, s.activation, s.name FROM sub_ticket s JOIN ticket t "
    "ON t.id = s.ticket_id WHERE t.request_id = ? ORDER BY s.id LIMIT 1000 FOR UPDATE");
/* programs: ctl */
SQL(SQL_TOKEN_JOBS,
    "SELECT id, token, payload FROM job WHERE request_id = ? AND token IS NOT NULL "
    "AND state IN ('queued', 'failed') AND kind IN ('service_task', 'timer', "
    "'subscribed') ORDER BY id LIMIT 1000 FOR UPDATE");
/* programs: ctl */
SQL(SQL_TOKEN_SUBSCRIPTIONS,
    "SELECT id, token, NULL FROM subscription WHERE request_id = ? ORDER BY id "
    "LIMIT 1000 FOR UPDATE");
/* programs: ctl */
SQL(SQL_TOKEN_INCIDENTS,
    "SELECT id, token, NULL FROM incident WHERE request_id = ? AND token <> '' "
    "ORDER BY id LIMIT 1000 FOR UPDATE");

enum err token_rows(struct db *db, struct arena *arena, enum token_table table,
                    int64_t request_id, struct db_rows *out)
{
    static const struct sql *const OF[] = {[TOKEN_SUB_TICKET] = &SQL_TOKEN_SUB_TICKETS,
                                           [TOKEN_JOB] = &SQL_TOKEN_JOBS,
                                           [TOKEN_SUBSCRIPTION] =
                                               &SQL_TOKEN_SUBSCRIPTIONS,
                                           [TOKEN_INCIDENT] = &SQL_TOKEN_INCIDENTS};

    return DB_QUERY(db, arena, OF[table], &token_map, out, P_I64(request_id));
}

/* programs: ctl */
SQL(SQL_TOKEN_SUB_TICKET_RENAME,
    "UPDATE sub_ticket SET activation = ?, name = ? WHERE id = ?");
/* programs: ctl */
SQL(SQL_TOKEN_JOB_RENAME, "UPDATE job SET token = ?, payload = ? WHERE id = ?");
/* programs: ctl */
SQL(SQL_TOKEN_SUBSCRIPTION_RENAME, "UPDATE subscription SET token = ? WHERE id = ?");
/* programs: ctl */
SQL(SQL_TOKEN_INCIDENT_RENAME, "UPDATE incident SET token = ? WHERE id = ?");

enum err token_rename(struct db *db, enum token_table table, const struct token_row *row)
{
    switch (table) {
    case TOKEN_SUB_TICKET:
        return DB_EXEC(db, &SQL_TOKEN_SUB_TICKET_RENAME, NULL, P_STR(row->token),
                       P_STR(row->text), P_I64(row->id));
    case TOKEN_JOB:
        return DB_EXEC(db, &SQL_TOKEN_JOB_RENAME, NULL, P_STR(row->token),
                       P_STR(row->text), P_I64(row->id));
    case TOKEN_SUBSCRIPTION:
        return DB_EXEC(db, &SQL_TOKEN_SUBSCRIPTION_RENAME, NULL, P_STR(row->token),
                       P_I64(row->id));
    case TOKEN_INCIDENT:
        return DB_EXEC(db, &SQL_TOKEN_INCIDENT_RENAME, NULL, P_STR(row->token),
                       P_I64(row->id));
    }
    bug("table %d", (int)table);
}

/* programs: ctl */
SQL(SQL_TOKEN_JOB_CANCEL,
    "UPDATE job SET state = 'cancelled', lease_until = NULL WHERE id = ?");
/* programs: ctl */
SQL(SQL_TOKEN_SUBSCRIPTION_DELETE, "DELETE FROM subscription WHERE id = ?");

enum err token_drop(struct db *db, enum token_table table, int64_t id)
{
    if (table == TOKEN_JOB)
        return DB_EXEC(db, &SQL_TOKEN_JOB_CANCEL, NULL, P_I64(id));
    if (table == TOKEN_SUBSCRIPTION)
        return DB_EXEC(db, &SQL_TOKEN_SUBSCRIPTION_DELETE, NULL, P_I64(id));
    return OK;
}

const struct sql *const store_migration_statements[] = {
    &SQL_RUNNING_ELSEWHERE,
    &SQL_RUNNING_LOCK,
    &SQL_RUNNING_MOVE,
    &SQL_RUNNING_MOVE_REQUEST,
    &SQL_RUNNING_TELL,
    &SQL_RUNNING_SLOTS,
    &SQL_TOKEN_SUB_TICKETS,
    &SQL_TOKEN_JOBS,
    &SQL_TOKEN_SUBSCRIPTIONS,
    &SQL_TOKEN_INCIDENTS,
    &SQL_TOKEN_SUB_TICKET_RENAME,
    &SQL_TOKEN_JOB_RENAME,
    &SQL_TOKEN_SUBSCRIPTION_RENAME,
    &SQL_TOKEN_INCIDENT_RENAME,
    &SQL_TOKEN_JOB_CANCEL,
    &SQL_TOKEN_SUBSCRIPTION_DELETE,
    NULL,
};
