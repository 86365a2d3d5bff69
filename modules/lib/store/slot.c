#include "store/slot.h"

static const struct db_column slot_columns[] = {
    DB_COL(struct upload_slot, request_id, DB_I64),
    DB_COL(struct upload_slot, reference, DB_STR),
    DB_COL(struct upload_slot, request_state, DB_STR),
    DB_COL(struct upload_slot, definition_id, DB_I64),
    DB_COL(struct upload_slot, company_zone, DB_STR),
    DB_COL(struct upload_slot, id, DB_I64),
    DB_COL(struct upload_slot, slot_key, DB_STR),
    DB_COL(struct upload_slot, item, DB_I64),
    DB_COL(struct upload_slot, state, DB_STR),
    DB_COL(struct upload_slot, version, DB_I64),
    DB_COL(struct upload_slot, document_id, DB_I64),
    DB_COL(struct upload_slot, public_id, DB_STR),
    DB_COL(struct upload_slot, file_name, DB_STR),
    DB_COL(struct upload_slot, sha256, DB_STR),
    DB_COL(struct upload_slot, kind_key, DB_STR),
    DB_COL(struct upload_slot, issued_on, DB_DAY),
};
DB_ROW_MAP(slot_map, struct upload_slot, slot_columns);

/* clang-format off */
/* programs: uploads */
SQL(SQL_UPLOAD_SLOT_LIST,
    "SELECT r.id, r.reference, r.state, r.definition_id, c.zone, t.id, t.slot_key, t.item, t.state,"
    " t.version, t.document_id, d.public_id, d.file_name, d.sha256, d.kind_key, d.issued_on"
    " FROM request r JOIN company c ON c.id = r.company_id"
    " JOIN document_slot t ON t.request_id = r.id"
    " LEFT JOIN document d ON d.id = t.document_id"
    " WHERE r.reference = ? AND r.company_id = ? AND t.slot_key = ?"
    " AND (r.visibility = 'company' OR ?) ORDER BY t.item LIMIT 100");

struct locked_request {
    int64_t id;
};
static const struct db_column locked_columns[] = {DB_COL(struct locked_request, id, DB_I64)};
DB_ROW_MAP(locked_map, struct locked_request, locked_columns);

/* programs: uploads */
SQL(SQL_UPLOAD_REQUEST_LOCK,
    "SELECT id FROM request WHERE reference = ? AND company_id = ?"
    " AND (visibility = 'company' OR ?) FOR UPDATE");

/* Another row of a slot that takes several documents. Only a slot of the company has a first one. */
/* programs: uploads */
SQL(SQL_UPLOAD_SLOT_ADD,
    "INSERT INTO document_slot (request_id, company_id, slot_key, item, position, required, state)"
    " SELECT request_id, company_id, slot_key, ?, position, required, 'empty'"
    " FROM document_slot WHERE id = ? AND company_id = ?");

/* programs: uploads */
SQL(SQL_UPLOAD_SLOT_FILL,
    "UPDATE document_slot SET state = IF(? = 0, 'empty', 'filled'), document_id = NULLIF(?, 0),"
    " version = version + 1 WHERE id = ? AND company_id = ? AND version = ?");

/* programs: uploads */
SQL(SQL_UPLOAD_REQUEST_TOUCH,
    "UPDATE request SET changed_at = ? WHERE id = ? AND company_id = ?");
/* clang-format on */

const struct sql *const store_slot_statements[] = {
    &SQL_UPLOAD_SLOT_LIST, &SQL_UPLOAD_REQUEST_LOCK,  &SQL_UPLOAD_SLOT_ADD,
    &SQL_UPLOAD_SLOT_FILL, &SQL_UPLOAD_REQUEST_TOUCH, NULL,
};

enum err upload_slot_list(struct db *db, struct arena *arena, int64_t company_id,
                          const struct upload_slot_query *query, struct db_rows *out)
{
    enum err err = DB_QUERY(db, arena, &SQL_UPLOAD_SLOT_LIST, &slot_map, out,
                            P_STR(query->reference), P_I64(company_id),
                            P_STR(query->slot_key), P_I64(query->board));
    return err == OK && out->count == 0 ? ERR_NOT_FOUND : err;
}

enum err upload_slot_add(struct db *db, int64_t company_id, int64_t first_id,
                         int64_t item, int64_t *id_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_UPLOAD_SLOT_ADD, &done, P_I64(item), P_I64(first_id),
                           P_I64(company_id));
    if (err == OK && done.affected != 1) {
        err = ERR_CONFLICT;
    }
    if (err == OK) {
        *id_out = done.insert_id;
    }
    return err;
}

enum err upload_request_lock(struct db *db, struct arena *arena, int64_t company_id,
                             bool board, struct str reference)
{
    struct locked_request row;
    return DB_QUERY_ONE(db, arena, &SQL_UPLOAD_REQUEST_LOCK, &locked_map, &row,
                        P_STR(reference), P_I64(company_id), P_I64(board));
}

enum err upload_slot_fill(struct db *db, int64_t company_id, int64_t slot_id,
                          int64_t version, int64_t document_id)
{
    struct db_done done = {0};
    enum err err =
        DB_EXEC(db, &SQL_UPLOAD_SLOT_FILL, &done, P_I64(document_id), P_I64(document_id),
                P_I64(slot_id), P_I64(company_id), P_I64(version));
    if (err == OK && done.affected != 1) {
        err = ERR_CONFLICT;
    }
    return err;
}

enum err upload_request_touch(struct db *db, int64_t company_id, int64_t request_id,
                              instant_us now)
{
    return DB_EXEC(db, &SQL_UPLOAD_REQUEST_TOUCH, NULL, P_TIME(now), P_I64(request_id),
                   P_I64(company_id));
}
