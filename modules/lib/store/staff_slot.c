#include "store/staff_slot.h"

/* clang-format off */
/* programs: dashboard */
SQL(SQL_STAFF_SLOTS,
    "select s.id, s.slot_key, s.item, s.required, s.state, s.document_id, s.original_on, o.display_name,"
    " s.correctness, s.reason_key, s.reason_text, a.display_name, s.asked_at, s.due_at, s.version,"
    " d.id, d.public_id, d.verdict, d.file_name, d.size_bytes, d.media_type, d.kind_key, d.issued_on,"
    " d.uploaded_at, u.display_name, q.reference,"
    " x.outcome, j.display_name, x.decided_at, y.outcome, k.display_name, y.decided_at"
    " from document_slot s left join person a on a.id = s.asked_by"
    " left join person o on o.id = s.original_by"
    " left join document d on d.slot_id = s.id and d.verdict = 'accepted'"
    " left join person u on u.id = d.uploaded_by"
    " left join document e on e.id = d.reused_id left join document_slot f on f.id = e.slot_id"
    " left join request q on q.id = f.request_id"
    " left join decision x on x.document_id = d.id and x.kind = 'document'"
    " left join person j on j.id = x.decider_id"
    " left join decision y on y.document_id = d.id and y.kind = 'correctness'"
    " left join person k on k.id = y.decider_id"
    " where s.request_id = ? and s.applies and (s.item = 1 or s.state <> 'empty')"
    " order by s.position, s.item, d.id desc limit 3000");
/* clang-format on */

static const struct db_column slot_columns[] = {
    DB_COL(struct staff_slot, slot_id, DB_I64),
    DB_COL(struct staff_slot, slot_key, DB_STR),
    DB_COL(struct staff_slot, item, DB_I64),
    DB_COL(struct staff_slot, required, DB_BOOL),
    DB_COL(struct staff_slot, state, DB_STR),
    DB_COL(struct staff_slot, current_document_id, DB_I64),
    DB_COL(struct staff_slot, original_on, DB_DAY),
    DB_COL(struct staff_slot, original_by_name, DB_STR),
    DB_COL(struct staff_slot, correctness, DB_STR),
    DB_COL(struct staff_slot, reason_key, DB_STR),
    DB_COL(struct staff_slot, reason_text, DB_STR),
    DB_COL(struct staff_slot, asked_by_name, DB_STR),
    DB_COL(struct staff_slot, asked_at, DB_TIME),
    DB_COL(struct staff_slot, due_at, DB_TIME),
    DB_COL(struct staff_slot, version, DB_I64),
    DB_COL(struct staff_slot, document_id, DB_I64),
    DB_COL(struct staff_slot, public_id, DB_STR),
    DB_COL(struct staff_slot, verdict, DB_STR),
    DB_COL(struct staff_slot, file_name, DB_STR),
    DB_COL(struct staff_slot, size_bytes, DB_I64),
    DB_COL(struct staff_slot, media_type, DB_STR),
    DB_COL(struct staff_slot, kind_key, DB_STR),
    DB_COL(struct staff_slot, issued_on, DB_DAY),
    DB_COL(struct staff_slot, uploaded_at, DB_TIME),
    DB_COL(struct staff_slot, uploader_name, DB_STR),
    DB_COL(struct staff_slot, reused_from, DB_STR),
    DB_COL(struct staff_slot, outcome, DB_STR),
    DB_COL(struct staff_slot, decider_name, DB_STR),
    DB_COL(struct staff_slot, decided_at, DB_TIME),
    DB_COL(struct staff_slot, second_outcome, DB_STR),
    DB_COL(struct staff_slot, second_decider_name, DB_STR),
    DB_COL(struct staff_slot, second_decided_at, DB_TIME),
};
DB_ROW_MAP(slot_map, struct staff_slot, slot_columns);

enum err staff_slots(struct db *db, struct arena *arena, int64_t request_id,
                     struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_STAFF_SLOTS, &slot_map, out, P_I64(request_id));
}

/* A document never changes, so it is read without a lock of its own. */
/* programs: dashboard */
SQL(SQL_SLOT_LOCK_ROWS,
    "select s.id, s.item, s.state, s.document_id, s.original_on, s.correctness, "
    "s.reason_key, s.reason_text, s.version, d.kind_key, d.issued_on"
    " from document_slot s left join document d on d.id = s.document_id"
    " where s.request_id = ? and s.slot_key = ? and s.applies order by s.item for "
    "update");

static const struct db_column slot_lock_columns[] = {
    DB_COL(struct slot_lock, id, DB_I64),
    DB_COL(struct slot_lock, item, DB_I64),
    DB_COL(struct slot_lock, state, DB_STR),
    DB_COL(struct slot_lock, document_id, DB_I64),
    DB_COL(struct slot_lock, original_on, DB_DAY),
    DB_COL(struct slot_lock, correctness, DB_STR),
    DB_COL(struct slot_lock, reason_key, DB_STR),
    DB_COL(struct slot_lock, reason_text, DB_STR),
    DB_COL(struct slot_lock, version, DB_I64),
    DB_COL(struct slot_lock, kind_key, DB_STR),
    DB_COL(struct slot_lock, issued_on, DB_DAY),
};
DB_ROW_MAP(slot_lock_map, struct slot_lock, slot_lock_columns);

enum err slot_lock_rows(struct db *db, struct arena *arena, int64_t request_id,
                        struct str slot_key, struct db_rows *out)
{
    enum err err = DB_QUERY(db, arena, &SQL_SLOT_LOCK_ROWS, &slot_lock_map, out,
                            P_I64(request_id), P_STR(slot_key));
    return err == OK && out->count == 0 ? ERR_NOT_FOUND : err;
}

/* programs: dashboard */
SQL(SQL_SLOT_JUDGE,
    "update document_slot set state = ?, correctness = ?,"
    " original_by = if(?, null, original_by), original_on = if(?, null, original_on),"
    " reason_key = ?, reason_text = ?,"
    " asked_by = ?, asked_at = ?, due_at = ?, version = version + 1 where id = ?");

enum err slot_judge(struct db *db, const struct slot_judged *judged)
{
    return DB_EXEC(db, &SQL_SLOT_JUDGE, NULL, P_STR(judged->state),
                   P_STR(judged->correctness), P_I64(judged->lost_original),
                   P_I64(judged->lost_original), P_STR(judged->reason_key),
                   P_STR(judged->reason_text), P_ID_OR_NULL(judged->asked_by),
                   P_TIME(judged->asked_at), P_TIME(judged->due_at),
                   P_I64(judged->slot_id));
}

/* The assignments are made from left to right: the document goes by the state as it was. */
/* programs: dashboard */
SQL(SQL_SLOT_ORIGINAL,
    "update document_slot set original_on = ?, original_by = ?,"
    " document_id = if(state = 'rejected', null, document_id),"
    " state = if(state in ('empty', 'rejected'), 'filled', state), version = version + 1"
    " where request_id = ? and slot_key = ? and (item = 1 or state <> 'empty')");

enum err slot_original_put(struct db *db, const struct slot_original *original)
{
    return DB_EXEC(db, &SQL_SLOT_ORIGINAL, NULL, P_DAY(original->arrived_on),
                   P_I64(original->person_id), P_I64(original->request_id),
                   P_STR(original->slot_key));
}

/* programs: dashboard */
SQL(SQL_SLOT_OPEN_CORRECTNESS,
    "update document_slot set correctness = 'open' where request_id = ? and applies"
    " and state in ('filled', 'accepted') and find_in_set(slot_key, ?)");

enum err slot_open_correctness(struct db *db, int64_t request_id, struct str slot_keys)
{
    return DB_EXEC(db, &SQL_SLOT_OPEN_CORRECTNESS, NULL, P_I64(request_id),
                   P_STR(slot_keys));
}

struct count_row {
    int64_t count;
};
static const struct db_column count_columns[] = {DB_COL(struct count_row, count, DB_I64)};
DB_ROW_MAP(count_map, struct count_row, count_columns);

/* programs: dashboard */
SQL(SQL_SLOT_UNCHECKED,
    "select count(*) from document_slot where request_id = ? and applies"
    " and correctness <> 'accepted' and find_in_set(slot_key, ?)");

enum err slot_unchecked(struct db *db, struct arena *arena, int64_t request_id,
                        struct str slot_keys, int64_t *out)
{
    struct count_row row = {0};
    enum err err = DB_QUERY_ONE(db, arena, &SQL_SLOT_UNCHECKED, &count_map, &row,
                                P_I64(request_id), P_STR(slot_keys));
    if (err == OK)
        *out = row.count;
    return err;
}

/* programs: dashboard, worker */
SQL(SQL_SLOT_TOTALS, "select count(if(state = 'rejected', 1, null)),"
                     " count(if(required and state <> 'accepted', 1, null)), "
                     "count(if(state = 'filled', 1, null))"
                     " from document_slot where request_id = ? and applies");

static const struct db_column totals_columns[] = {
    DB_COL(struct slot_totals, rejected, DB_I64),
    DB_COL(struct slot_totals, required_open, DB_I64),
    DB_COL(struct slot_totals, filled, DB_I64),
};
DB_ROW_MAP(totals_map, struct slot_totals, totals_columns);

enum err slot_totals(struct db *db, struct arena *arena, int64_t request_id,
                     struct slot_totals *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SLOT_TOTALS, &totals_map, out, P_I64(request_id));
}

const struct sql *const store_staff_slot_statements[] = {
    &SQL_STAFF_SLOTS,           &SQL_SLOT_LOCK_ROWS, &SQL_SLOT_JUDGE,  &SQL_SLOT_ORIGINAL,
    &SQL_SLOT_OPEN_CORRECTNESS, &SQL_SLOT_UNCHECKED, &SQL_SLOT_TOTALS, NULL};
