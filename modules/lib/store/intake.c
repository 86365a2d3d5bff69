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

const struct sql *const store_intake_statements[] = {
    &SQL_INTAKE_LIST, &SQL_INTAKE_LIST_STATE, &SQL_INTAKE_COUNT, &SQL_INTAKE_COUNT_STATE,
    NULL};
