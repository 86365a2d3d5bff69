/* request_slot.c: document slots for the customer's side. */
#include "store/request_slot.h"

static const struct db_column slot_columns[] = {
    DB_COL(struct request_slot_row, id, DB_I64),
    DB_COL(struct request_slot_row, slot_key, DB_STR),
    DB_COL(struct request_slot_row, item, DB_I64),
    DB_COL(struct request_slot_row, required, DB_BOOL),
    DB_COL(struct request_slot_row, applies, DB_BOOL),
    DB_COL(struct request_slot_row, state, DB_STR),
    DB_COL(struct request_slot_row, reason_key, DB_STR),
    DB_COL(struct request_slot_row, reason_text, DB_STR),
    DB_COL(struct request_slot_row, asked_at, DB_TIME),
    DB_COL(struct request_slot_row, due_at, DB_TIME),
    DB_COL(struct request_slot_row, version, DB_I64),
    DB_COL(struct request_slot_row, original_on, DB_DAY),
    DB_COL(struct request_slot_row, correctness, DB_STR),
    DB_COL(struct request_slot_row, document_id, DB_I64),
    DB_COL(struct request_slot_row, public_id, DB_STR),
    DB_COL(struct request_slot_row, file_name, DB_STR),
    DB_COL(struct request_slot_row, size_bytes, DB_I64),
    DB_COL(struct request_slot_row, media_type, DB_STR),
    DB_COL(struct request_slot_row, kind_key, DB_STR),
    DB_COL(struct request_slot_row, issued_on, DB_DAY),
    DB_COL(struct request_slot_row, uploaded_at, DB_TIME),
    DB_COL(struct request_slot_row, uploaded_by_name, DB_STR),
};
DB_ROW_MAP(slot_map, struct request_slot_row, slot_columns);

/* programs: requests */
SQL(SQL_REQUEST_SLOT_LIST,
    "SELECT t.id, t.slot_key, t.item, t.required, t.applies, t.state, t.reason_key, "
    "t.reason_text, t.asked_at, t.due_at, t.version, t.original_on, t.correctness, "
    "t.document_id, d.public_id, d.file_name, d.size_bytes, "
    "d.media_type, "
    "d.kind_key, d.issued_on, d.uploaded_at, p.display_name "
    "FROM document_slot t LEFT JOIN document d ON d.id = t.document_id "
    "LEFT JOIN person p ON p.id = d.uploaded_by "
    "WHERE t.request_id = ? AND t.company_id = ? ORDER BY t.position, t.item LIMIT 2000");

/* programs: requests */
SQL(SQL_REQUEST_SLOT_INSERT, "INSERT INTO document_slot (request_id, company_id, "
                             "slot_key, position, required, state) "
                             "VALUES (?, ?, ?, ?, ?, 'empty')");

/* programs: requests */
SQL(SQL_REQUEST_SLOT_DECIDE,
    "UPDATE document_slot SET applies = FIND_IN_SET(slot_key, ?) > 0, "
    "required = FIND_IN_SET(id, ?) > 0 WHERE request_id = ? AND company_id = ?");

static const struct db_column attempt_columns[] = {
    DB_COL(struct slot_attempt_row, file_name, DB_STR),
    DB_COL(struct slot_attempt_row, refusal, DB_STR),
    DB_COL(struct slot_attempt_row, uploaded_at, DB_TIME),
    DB_COL(struct slot_attempt_row, kind_key, DB_STR),
    DB_COL(struct slot_attempt_row, issued_on, DB_DAY),
};
DB_ROW_MAP(attempt_map, struct slot_attempt_row, attempt_columns);

/* programs: requests */
SQL(SQL_REQUEST_SLOT_ATTEMPTS,
    "SELECT file_name, refusal, uploaded_at, kind_key, issued_on FROM document "
    "WHERE slot_id = ? AND company_id = ? AND id > ? AND verdict = 'refused' "
    "ORDER BY id DESC LIMIT 5");

static const struct db_column reusable_columns[] = {
    DB_COL(struct slot_reusable_row, public_id, DB_STR),
    DB_COL(struct slot_reusable_row, file_name, DB_STR),
    DB_COL(struct slot_reusable_row, size_bytes, DB_I64),
    DB_COL(struct slot_reusable_row, media_type, DB_STR),
    DB_COL(struct slot_reusable_row, kind_key, DB_STR),
    DB_COL(struct slot_reusable_row, issued_on, DB_DAY),
    DB_COL(struct slot_reusable_row, uploaded_at, DB_TIME),
    DB_COL(struct slot_reusable_row, sha256, DB_STR),
    DB_COL(struct slot_reusable_row, reference, DB_STR),
    DB_COL(struct slot_reusable_row, state, DB_STR),
};
DB_ROW_MAP(reusable_map, struct slot_reusable_row, reusable_columns);

/* A file that intake has rejected in its own slot is not offered again. */
/* programs: requests */
SQL(SQL_REQUEST_SLOT_REUSABLE,
    "SELECT d.public_id, d.file_name, d.size_bytes, d.media_type, d.kind_key, "
    "d.issued_on, "
    "d.uploaded_at, d.sha256, r.reference, t.state "
    "FROM document d JOIN document_slot t ON t.id = d.slot_id "
    "JOIN request r ON r.id = t.request_id AND (r.visibility = 'company' OR ?) "
    "WHERE d.company_id = ? AND FIND_IN_SET(d.kind_key, ?) AND d.verdict = 'accepted' "
    "AND (t.request_id <> ? OR t.slot_key <> ?) AND t.document_id = d.id AND t.state <> "
    "'rejected' "
    "ORDER BY d.issued_on DESC, d.id DESC LIMIT 20");

const struct sql *const store_request_slot_statements[] = {
    &SQL_REQUEST_SLOT_LIST,     &SQL_REQUEST_SLOT_INSERT,   &SQL_REQUEST_SLOT_DECIDE,
    &SQL_REQUEST_SLOT_ATTEMPTS, &SQL_REQUEST_SLOT_REUSABLE, NULL,
};

enum err request_slot_list(struct db *db, struct arena *arena, int64_t company_id,
                           int64_t request_id, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_REQUEST_SLOT_LIST, &slot_map, out, P_I64(request_id),
                    P_I64(company_id));
}

enum err request_slot_insert(struct db *db, struct arena *arena, int64_t company_id,
                             int64_t request_id, const struct request_slot_new *slots,
                             size_t count)
{
    enum { COLUMNS = 5 };
    if (count == 0)
        return OK;
    struct db_param *params = ARENA_ARRAY(arena, struct db_param, count * COLUMNS);
    for (size_t i = 0; i < count; i++) {
        struct db_param *row = params + i * COLUMNS;
        row[0] = P_I64(request_id);
        row[1] = P_I64(company_id);
        row[2] = P_STR(slots[i].slot_key);
        row[3] = P_I64((int64_t)i + 1);
        row[4] = P_I64(slots[i].required ? 1 : 0);
    }
    return db_exec_many(db, &SQL_REQUEST_SLOT_INSERT, params, COLUMNS, count, NULL);
}

enum err request_slot_decide(struct db *db, int64_t company_id, int64_t request_id,
                             struct str applies, struct str required)
{
    return DB_EXEC(db, &SQL_REQUEST_SLOT_DECIDE, NULL, P_STR(applies), P_STR(required),
                   P_I64(request_id), P_I64(company_id));
}

enum err request_slot_attempts(struct db *db, struct arena *arena, int64_t company_id,
                               int64_t slot_id, int64_t after_document_id,
                               struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_REQUEST_SLOT_ATTEMPTS, &attempt_map, out,
                    P_I64(slot_id), P_I64(company_id), P_I64(after_document_id));
}

enum err request_slot_reusable(struct db *db, struct arena *arena, int64_t company_id,
                               const struct slot_reuse_query *query, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_REQUEST_SLOT_REUSABLE, &reusable_map, out,
                    P_I64(query->board), P_I64(company_id), P_STR(query->kind_keys),
                    P_I64(query->request_id), P_STR(query->slot_key));
}
