/* request.c: requests, one at a time. */
#include "store/request.h"

/* Column list of struct request_row; the tables are r, c, s and p. */
#define REQUEST_COLUMNS                                                                  \
    "r.id, r.reference, r.company_id, c.name, c.zone, r.request_type, r.definition_id, " \
    "r.state, r.answers, r.base, r.facts, r.effective_date, r.created_by, "              \
    "r.created_at, "                                                                     \
    "r.changed_at, p.display_name, r.submitted_at, r.ended_at, r.decline_reason, "       \
    "r.version, s.phase, s.steps, s.department_keys, s.contact_team, s.since_at, "       \
    "s.open_items, "                                                                     \
    "r.visibility = 'board'"

static const struct db_column request_columns[] = {
    DB_COL(struct request_row, id, DB_I64),
    DB_COL(struct request_row, reference, DB_STR),
    DB_COL(struct request_row, company_id, DB_I64),
    DB_COL(struct request_row, company_name, DB_STR),
    DB_COL(struct request_row, company_zone, DB_STR),
    DB_COL(struct request_row, request_type, DB_STR),
    DB_COL(struct request_row, definition_id, DB_I64),
    DB_COL(struct request_row, state, DB_STR),
    DB_COL(struct request_row, answers, DB_STR),
    DB_COL(struct request_row, base, DB_STR),
    DB_COL(struct request_row, facts, DB_STR),
    DB_COL(struct request_row, effective_date, DB_DAY),
    DB_COL(struct request_row, created_by, DB_I64),
    DB_COL(struct request_row, created_at, DB_TIME),
    DB_COL(struct request_row, changed_at, DB_TIME),
    DB_COL(struct request_row, submitted_by_name, DB_STR),
    DB_COL(struct request_row, submitted_at, DB_TIME),
    DB_COL(struct request_row, ended_at, DB_TIME),
    DB_COL(struct request_row, decline_reason, DB_STR),
    DB_COL(struct request_row, version, DB_I64),
    DB_COL(struct request_row, phase, DB_STR),
    DB_COL(struct request_row, steps, DB_STR),
    DB_COL(struct request_row, department_keys, DB_STR),
    DB_COL(struct request_row, contact_team, DB_STR),
    DB_COL(struct request_row, since_at, DB_TIME),
    DB_COL(struct request_row, open_items, DB_I64),
    DB_COL(struct request_row, board, DB_BOOL),
};
DB_ROW_MAP(request_map, struct request_row, request_columns);

/* programs: requests */
SQL(SQL_REQUEST_GET,
    "SELECT " REQUEST_COLUMNS " FROM request r JOIN company c ON c.id = r.company_id "
    "LEFT JOIN customer_status s ON s.request_id = r.id "
    "LEFT JOIN person p ON p.id = r.submitted_by "
    "WHERE r.company_id = ? AND r.reference = ? AND (r.visibility = 'company' OR ?)");

/* programs: requests */
SQL(SQL_REQUEST_LOCK, "SELECT id FROM request WHERE company_id = ? AND reference = ? "
                      "AND (visibility = 'company' OR ?) FOR UPDATE");

/* programs: requests */
SQL(SQL_REQUEST_INSERT,
    "INSERT INTO request (reference, company_id, request_type, definition_id, "
    "visibility, state, "
    "answers, "
    "base, open_object, creation_key, created_by, created_at, changed_at) "
    "VALUES (?, ?, ?, ?, ?, 'draft', '{}', ?, ?, ?, ?, ?, ?)");

/* programs: requests */
SQL(SQL_REQUEST_BY_CREATION_KEY, "SELECT id, reference, request_type, state, "
                                 "visibility = 'board' FROM request "
                                 "WHERE creation_key = ? AND company_id = ?");

/* programs: requests */
SQL(SQL_REQUEST_OPEN_FOR, "SELECT id, reference, request_type, state, "
                          "visibility = 'board' FROM request "
                          "WHERE company_id = ? AND open_object = ?");

/* programs: requests */
SQL(SQL_REQUEST_UPDATE_ANSWERS,
    "UPDATE request SET answers = ?, effective_date = ?, changed_at = ?, version = "
    "version + 1 "
    "WHERE id = ? AND company_id = ? AND version = ? AND state = 'draft'");

/* programs: requests */
SQL(SQL_REQUEST_UPDATE_SUBMITTED,
    "UPDATE request SET state = 'submitted', submitted_by = ?, submitted_at = ?, "
    "facts = ?, answers = ?, effective_date = ?, intake_due_at = ?, intake_open = 1, "
    "changed_at = ?, version = version + 1 "
    "WHERE id = ? AND company_id = ? AND version = ? AND state = 'draft'");

/* programs: requests */
SQL(SQL_REQUEST_UPDATE_ENDED,
    "UPDATE request SET state = ?, open_object = NULL, intake_open = NULL, ended_at = ?, "
    "changed_at = ?, version = version + 1 "
    "WHERE id = ? AND company_id = ? AND version = ? "
    "AND state IN ('draft', 'submitted', 'waiting_for_customer')");

/* programs: requests */
SQL(SQL_REQUEST_TOUCH,
    "UPDATE request SET changed_at = ? WHERE id = ? AND company_id = ?");

const struct sql *const store_request_statements[] = {
    &SQL_REQUEST_GET,
    &SQL_REQUEST_LOCK,
    &SQL_REQUEST_INSERT,
    &SQL_REQUEST_BY_CREATION_KEY,
    &SQL_REQUEST_OPEN_FOR,
    &SQL_REQUEST_UPDATE_ANSWERS,
    &SQL_REQUEST_UPDATE_SUBMITTED,
    &SQL_REQUEST_UPDATE_ENDED,
    &SQL_REQUEST_TOUCH,
    NULL,
};

static const char *const state_keys[REQUEST_STATE_COUNT] = {
    [REQUEST_DRAFT] = "draft",
    [REQUEST_DISCARDED] = "discarded",
    [REQUEST_SUBMITTED] = "submitted",
    [REQUEST_WAITING_FOR_CUSTOMER] = "waiting_for_customer",
    [REQUEST_RELEASED] = "released",
    [REQUEST_COMPLETED] = "completed",
    [REQUEST_DECLINED] = "declined",
    [REQUEST_WITHDRAWN] = "withdrawn",
};

const char *request_state_key(enum request_state state)
{
    return state_keys[state];
}

enum request_state request_state_from_key(struct str key)
{
    for (int i = 0; i < REQUEST_STATE_COUNT; i++) {
        if (str_is(key, state_keys[i]))
            return (enum request_state)i;
    }
    bug("request.state is \"%.*s\"", STR_ARG(key));
}

enum err request_get(struct db *db, struct arena *arena, int64_t company_id, bool board,
                     struct str reference, struct request_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_REQUEST_GET, &request_map, out, P_I64(company_id),
                        P_STR(reference), P_I64(board));
}

struct id_row {
    int64_t id;
};
static const struct db_column id_columns[] = {DB_COL(struct id_row, id, DB_I64)};
DB_ROW_MAP(id_map, struct id_row, id_columns);

enum err request_lock(struct db *db, struct arena *arena, int64_t company_id, bool board,
                      struct str reference, int64_t *id_out)
{
    struct id_row row;
    enum err err = DB_QUERY_ONE(db, arena, &SQL_REQUEST_LOCK, &id_map, &row,
                                P_I64(company_id), P_STR(reference), P_I64(board));
    if (err == OK)
        *id_out = row.id;
    return err;
}

enum err request_insert(struct db *db, int64_t company_id, const struct request_new *row,
                        int64_t *id_out)
{
    struct db_done done;
    enum err err =
        DB_EXEC(db, &SQL_REQUEST_INSERT, &done, P_STR(row->reference), P_I64(company_id),
                P_STR(row->request_type), P_I64(row->definition_id),
                P_STR(row->board ? STR("board") : STR("company")), P_STR(row->base),
                P_STR(row->open_object), P_BYTES(row->creation_key, 16),
                P_I64(row->created_by), P_TIME(row->created_at), P_TIME(row->created_at));
    if (err == OK)
        *id_out = done.insert_id;
    return err;
}

static const struct db_column found_columns[] = {
    DB_COL(struct request_found, id, DB_I64),
    DB_COL(struct request_found, reference, DB_STR),
    DB_COL(struct request_found, request_type, DB_STR),
    DB_COL(struct request_found, state, DB_STR),
    DB_COL(struct request_found, board, DB_BOOL),
};
DB_ROW_MAP(found_map, struct request_found, found_columns);

enum err request_by_creation_key(struct db *db, struct arena *arena, int64_t company_id,
                                 const uint8_t creation_key[16],
                                 struct request_found *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_REQUEST_BY_CREATION_KEY, &found_map, out,
                        P_BYTES(creation_key, 16), P_I64(company_id));
}

enum err request_open_for(struct db *db, struct arena *arena, int64_t company_id,
                          struct str open_object, struct request_found *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_REQUEST_OPEN_FOR, &found_map, out,
                        P_I64(company_id), P_STR(open_object));
}

/* An UPDATE whose WHERE names state and version matches one row or came too late. */
static enum err one_row(enum err err, const struct db_done *done)
{
    if (err == OK && done->affected != 1)
        return err_note(ERR_CONFLICT, "request changed meanwhile");
    return err;
}

enum err request_update_answers(struct db *db, int64_t company_id,
                                const struct request_answers_row *row)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_REQUEST_UPDATE_ANSWERS, &done, P_STR(row->answers),
                           P_DAY(row->effective_date), P_TIME(row->now), P_I64(row->id),
                           P_I64(company_id), P_I64(row->version));
    return one_row(err, &done);
}

enum err request_update_submitted(struct db *db, int64_t company_id,
                                  const struct request_submission *submission)
{
    struct db_done done = {0};
    enum err err =
        DB_EXEC(db, &SQL_REQUEST_UPDATE_SUBMITTED, &done, P_I64(submission->person_id),
                P_TIME(submission->now), P_STR(submission->facts),
                P_STR(submission->answers), P_DAY(submission->effective_date),
                P_TIME(submission->intake_due_at), P_TIME(submission->now),
                P_I64(submission->id), P_I64(company_id), P_I64(submission->version));
    return one_row(err, &done);
}

enum err request_update_ended(struct db *db, int64_t company_id, int64_t id,
                              int64_t version, enum request_state state, instant_us now)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_REQUEST_UPDATE_ENDED, &done,
                           P_STR(str_from(request_state_key(state))), P_TIME(now),
                           P_TIME(now), P_I64(id), P_I64(company_id), P_I64(version));
    return one_row(err, &done);
}

enum err request_touch(struct db *db, int64_t company_id, int64_t id, instant_us now)
{
    return DB_EXEC(db, &SQL_REQUEST_TOUCH, NULL, P_TIME(now), P_I64(id),
                   P_I64(company_id));
}
