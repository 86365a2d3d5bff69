#include "store/history_read.h"

/* A text that people wrote stands in one table only; the history row points to it. */
/* programs: dashboard */
SQL(SQL_HISTORY_LIST,
    "select h.id, h.object, h.object_id, h.version, h.field, h.old_value,"
    " coalesce(n.body, m.body, h.new_value), p.display_name, h.changed_at, d.slot_key,"
    " s.reference, s.activation, s.type_key from history h left join person p on p.id = "
    "h.person_id"
    " left join internal_note n on h.object = 'internal_note' and n.id = h.object_id"
    " left join message m on h.object = 'message' and m.id = h.object_id"
    " left join document_slot d on h.object = 'document_slot' and d.id = h.object_id"
    " left join sub_ticket s on h.object = 'sub_ticket' and s.id = h.object_id"
    " where h.request_id = ? and h.id < ? order by h.id desc limit ?");

static const struct db_column item_columns[] = {
    DB_COL(struct history_item, id, DB_I64),
    DB_COL(struct history_item, object, DB_STR),
    DB_COL(struct history_item, object_id, DB_I64),
    DB_COL(struct history_item, version, DB_I64),
    DB_COL(struct history_item, field, DB_STR),
    DB_COL(struct history_item, old_value, DB_STR),
    DB_COL(struct history_item, new_value, DB_STR),
    DB_COL(struct history_item, person_name, DB_STR),
    DB_COL(struct history_item, changed_at, DB_TIME),
    DB_COL(struct history_item, slot_key, DB_STR),
    DB_COL(struct history_item, sub_ticket, DB_STR),
    DB_COL(struct history_item, activation, DB_STR),
    DB_COL(struct history_item, type_key, DB_STR),
};
DB_ROW_MAP(item_map, struct history_item, item_columns);

enum err history_list(struct db *db, struct arena *arena, int64_t request_id,
                      int64_t before_id, int64_t limit, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_HISTORY_LIST, &item_map, out, P_I64(request_id),
                    P_I64(before_id == 0 ? INT64_MAX : before_id), P_I64(limit));
}

const struct sql *const store_history_read_statements[] = {&SQL_HISTORY_LIST, NULL};
