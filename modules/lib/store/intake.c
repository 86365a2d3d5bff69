#include "store/intake.h"

/* ---- the queue ---- */

#define INTAKE_COLUMNS                                                                   \
    "select straight_join r.id, r.reference, r.definition_id, r.state, r.submitted_at, " \
    "r.intake_due_at,"                                                                   \
    " c.name from request r join company c on c.id = r.company_id "

/* The two arms of the "or" are two ranges of one index, in its order: reading starts
 * behind the cursor however far down it is (a comparison of row constructors would scan
 * from the top). */
#define INTAKE_BEHIND                                                                    \
    " and (r.intake_due_at > ? or (r.intake_due_at = ? and r.id > ?))"                   \
    " order by r.intake_due_at, r.id limit ?"

/* programs: dashboard */
SQL(SQL_INTAKE_LIST, INTAKE_COLUMNS "where r.intake_open = 1" INTAKE_BEHIND);
/* programs: dashboard */
SQL(SQL_INTAKE_LIST_STATE,
    INTAKE_COLUMNS "where r.intake_open = 1 and r.state = ?" INTAKE_BEHIND);

/* programs: dashboard */
SQL(SQL_INTAKE_COUNT, "select count(*) from (select 1 from request where intake_open = 1 "
                      "limit 1001) counted");
/* programs: dashboard */
SQL(SQL_INTAKE_COUNT_STATE, "select count(*) from (select 1 from request where "
                            "intake_open = 1 and state = ? limit 1001)"
                            " counted");

static const struct db_column item_columns[] = {
    DB_COL(struct intake_item, id, DB_I64),
    DB_COL(struct intake_item, reference, DB_STR),
    DB_COL(struct intake_item, definition_id, DB_I64),
    DB_COL(struct intake_item, state, DB_STR),
    DB_COL(struct intake_item, submitted_at, DB_TIME),
    DB_COL(struct intake_item, due_at, DB_TIME),
    DB_COL(struct intake_item, company_name, DB_STR),
};
DB_ROW_MAP(item_map, struct intake_item, item_columns);

enum err intake_list(struct db *db, struct arena *arena, struct str state,
                     instant_us after_due, int64_t after_id, int64_t limit,
                     struct db_rows *out)
{
    instant_us due = after_due == INSTANT_NONE ? 0 : after_due;
    if (str_is_empty(state))
        return DB_QUERY(db, arena, &SQL_INTAKE_LIST, &item_map, out, P_TIME(due),
                        P_TIME(due), P_I64(after_id), P_I64(limit));
    return DB_QUERY(db, arena, &SQL_INTAKE_LIST_STATE, &item_map, out, P_STR(state),
                    P_TIME(due), P_TIME(due), P_I64(after_id), P_I64(limit));
}

struct count_row {
    int64_t count;
};
static const struct db_column count_columns[] = {DB_COL(struct count_row, count, DB_I64)};
DB_ROW_MAP(count_map, struct count_row, count_columns);

enum err intake_count(struct db *db, struct arena *arena, struct str state, int64_t *out)
{
    struct count_row row = {0};
    enum err err;
    if (str_is_empty(state))
        err = db_query_one(db, arena, &SQL_INTAKE_COUNT, NULL, 0, &count_map, &row);
    else
        err = DB_QUERY_ONE(db, arena, &SQL_INTAKE_COUNT_STATE, &count_map, &row,
                           P_STR(state));
    if (err == OK)
        *out = row.count;
    return err;
}

/* ---- slots ---- */

/* programs: dashboard */
SQL(SQL_STAFF_SLOTS,
    "select s.id, s.slot_key, s.required, s.state, s.document_id, s.reason_key, "
    "s.reason_text,"
    " a.display_name, s.asked_at, s.due_at, s.version, d.id, d.public_id, d.verdict, "
    "d.file_name,"
    " d.size_bytes, d.media_type, d.kind_key, d.issued_on, d.uploaded_at, u.display_name,"
    " x.outcome, j.display_name, x.decided_at"
    " from document_slot s left join person a on a.id = s.asked_by"
    " left join document d on d.slot_id = s.id and d.verdict = 'accepted'"
    " left join person u on u.id = d.uploaded_by left join decision x on x.document_id = "
    "d.id"
    " left join person j on j.id = x.decider_id"
    " where s.request_id = ? order by s.position, s.id, d.id desc limit 200");

static const struct db_column slot_columns[] = {
    DB_COL(struct staff_slot, slot_id, DB_I64),
    DB_COL(struct staff_slot, slot_key, DB_STR),
    DB_COL(struct staff_slot, required, DB_BOOL),
    DB_COL(struct staff_slot, state, DB_STR),
    DB_COL(struct staff_slot, current_document_id, DB_I64),
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
    DB_COL(struct staff_slot, outcome, DB_STR),
    DB_COL(struct staff_slot, decider_name, DB_STR),
    DB_COL(struct staff_slot, decided_at, DB_TIME),
};
DB_ROW_MAP(slot_map, struct staff_slot, slot_columns);

enum err staff_slots(struct db *db, struct arena *arena, int64_t request_id,
                     struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_STAFF_SLOTS, &slot_map, out, P_I64(request_id));
}

/* programs: dashboard */
SQL(SQL_SLOT_LOCK,
    "select id, state, document_id, reason_key, reason_text, version"
    " from document_slot where request_id = ? and slot_key = ? for update");

static const struct db_column slot_lock_columns[] = {
    DB_COL(struct slot_lock, id, DB_I64),
    DB_COL(struct slot_lock, state, DB_STR),
    DB_COL(struct slot_lock, document_id, DB_I64),
    DB_COL(struct slot_lock, reason_key, DB_STR),
    DB_COL(struct slot_lock, reason_text, DB_STR),
    DB_COL(struct slot_lock, version, DB_I64),
};
DB_ROW_MAP(slot_lock_map, struct slot_lock, slot_lock_columns);

enum err slot_lock_by_key(struct db *db, struct arena *arena, int64_t request_id,
                          struct str slot_key, struct slot_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_SLOT_LOCK, &slot_lock_map, out, P_I64(request_id),
                        P_STR(slot_key));
}

/* programs: dashboard */
SQL(SQL_SLOT_JUDGE,
    "update document_slot set state = ?, reason_key = ?, reason_text = ?,"
    " asked_by = ?, asked_at = ?, due_at = ?, version = version + 1 where id = ?");

enum err slot_judge(struct db *db, const struct slot_judged *judged)
{
    return DB_EXEC(db, &SQL_SLOT_JUDGE, NULL, P_STR(judged->state),
                   P_STR(judged->reason_key), P_STR(judged->reason_text),
                   P_ID_OR_NULL(judged->asked_by), P_TIME(judged->asked_at),
                   P_TIME(judged->due_at), P_I64(judged->slot_id));
}

/* programs: dashboard, worker */
SQL(SQL_SLOT_TOTALS, "select count(if(state = 'rejected', 1, null)),"
                     " count(if(required and state <> 'accepted', 1, null)), "
                     "count(if(state = 'filled', 1, null))"
                     " from document_slot where request_id = ?");

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

const struct sql *const store_intake_statements[] = {
    &SQL_INTAKE_LIST,        &SQL_INTAKE_LIST_STATE, &SQL_INTAKE_COUNT,
    &SQL_INTAKE_COUNT_STATE, &SQL_STAFF_SLOTS,       &SQL_SLOT_LOCK,
    &SQL_SLOT_JUDGE,         &SQL_SLOT_TOTALS,       NULL};
