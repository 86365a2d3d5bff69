#include "store/document.h"

static const struct db_column file_columns[] = {
    DB_COL(struct document_file, id, DB_I64),
    DB_COL(struct document_file, company_id, DB_I64),
    DB_COL(struct document_file, request_id, DB_I64),
    DB_COL(struct document_file, public_id, DB_STR),
    DB_COL(struct document_file, file_name, DB_STR),
    DB_COL(struct document_file, size_bytes, DB_I64),
    DB_COL(struct document_file, media_type, DB_STR),
    DB_COL(struct document_file, sha256, DB_STR),
    DB_COL(struct document_file, kind_key, DB_STR),
    DB_COL(struct document_file, issued_on, DB_DAY),
    DB_COL(struct document_file, spent, DB_BOOL),
};
DB_ROW_MAP(file_map, struct document_file, file_columns);

/* clang-format off */
/* The sub-select is the company scope: a slot id alone does not prove whose it is. */
/* programs: uploads */
SQL(SQL_DOCUMENT_INSERT,
    "INSERT INTO document (public_id, company_id, slot_id, verdict, refusal, file_name, size_bytes,"
    " media_type, sha256, kind_key, issued_on, reused_id, uploaded_by, uploaded_at)"
    " SELECT ?, t.company_id, t.id, IF(? IS NULL, 'accepted', 'refused'), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
    " FROM document_slot t WHERE t.id = ? AND t.company_id = ?");

#define FILE_COLUMNS                                                                        \
    "SELECT d.id, d.company_id, t.request_id, d.public_id, d.file_name, d.size_bytes,"      \
    " d.media_type, d.sha256, d.kind_key, d.issued_on,"                                     \
    " t.state = 'rejected' OR NOT t.document_id <=> d.id"                                   \
    " FROM document d JOIN document_slot t ON t.id = d.slot_id"

/* programs: uploads */
SQL(SQL_DOCUMENT_OF_COMPANY,
    FILE_COLUMNS " JOIN request r ON r.id = t.request_id"
    " WHERE d.public_id = ? AND d.company_id = ? AND d.verdict = 'accepted'"
    " AND (r.visibility = 'company' OR ?)");

/* programs: uploads */
SQL(SQL_DOCUMENT_FOR_STAFF,
    FILE_COLUMNS " JOIN request r ON r.id = t.request_id"
    " WHERE d.public_id = ? AND d.verdict = 'accepted' AND r.submitted_at IS NOT NULL"
    " AND t.applies");

/* programs: worker */
SQL(SQL_DOCUMENT_CONTENT_KNOWN, "SELECT id FROM document WHERE sha256 = ? LIMIT 1");
/* clang-format on */

const struct sql *const store_document_statements[] = {
    &SQL_DOCUMENT_INSERT,
    &SQL_DOCUMENT_OF_COMPANY,
    &SQL_DOCUMENT_FOR_STAFF,
    &SQL_DOCUMENT_CONTENT_KNOWN,
    NULL,
};

enum err document_insert(struct db *db, int64_t company_id,
                         const struct document_new *document, int64_t *id_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(
        db, &SQL_DOCUMENT_INSERT, &done, P_STR(document->public_id),
        P_STR(document->refusal), P_STR(document->refusal), P_STR(document->file_name),
        P_I64(document->size_bytes), P_STR(document->media_type), P_STR(document->sha256),
        P_STR(document->kind_key), P_DAY(document->issued_on),
        P_ID_OR_NULL(document->reused_id), P_I64(document->uploaded_by),
        P_TIME(document->uploaded_at), P_I64(document->slot_id), P_I64(company_id));
    if (err == OK && done.affected != 1) {
        err = ERR_CONFLICT;
    }
    if (err == OK) {
        *id_out = done.insert_id;
    }
    return err;
}

enum err document_of_company(struct db *db, struct arena *arena, int64_t company_id,
                             bool board, struct str public_id, struct document_file *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_DOCUMENT_OF_COMPANY, &file_map, out,
                        P_STR(public_id), P_I64(company_id), P_I64(board));
}

enum err document_for_staff(struct db *db, struct arena *arena, struct str public_id,
                            struct document_file *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_DOCUMENT_FOR_STAFF, &file_map, out,
                        P_STR(public_id));
}

struct known_row {
    int64_t id;
};
static const struct db_column known_columns[] = {DB_COL(struct known_row, id, DB_I64)};
DB_ROW_MAP(known_map, struct known_row, known_columns);

enum err document_content_known(struct db *db, struct arena *arena,
                                const uint8_t sha256[SHA256_BYTES], bool *known_out)
{
    struct known_row row;
    enum err err = DB_QUERY_ONE(db, arena, &SQL_DOCUMENT_CONTENT_KNOWN, &known_map, &row,
                                P_BYTES(sha256, SHA256_BYTES));
    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    *known_out = err == OK;
    return OK;
}
