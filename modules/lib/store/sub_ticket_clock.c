#include "store/sub_ticket_clock.h"

/* programs: dashboard, worker */
SQL(SQL_SUB_TICKET_CLOCK_PUT,
    "update sub_ticket set due_at = ?, paused_at = ?, waiting_for = ?, remaining_s = ?,"
    " version = version + 1 where id = ?");

static struct db_param seconds_or_null(int64_t seconds)
{
    struct db_param param = P_I64(seconds);

    param.null = seconds < 0;
    return param;
}

enum err sub_ticket_clock_put(struct db *db, int64_t sub_ticket_id,
                              const struct clock_now *now)
{
    return DB_EXEC(db, &SQL_SUB_TICKET_CLOCK_PUT, NULL, P_TIME(now->due_at),
                   P_TIME(now->paused_at), P_STR(now->waiting_for),
                   seconds_or_null(now->remaining_s), P_I64(sub_ticket_id));
}

/* programs: dashboard, worker */
SQL(SQL_SUB_TICKET_CLOCK_INSERT,
    "insert into sub_ticket_clock (sub_ticket_id, event, cause, at, remaining_s, due_at,"
    " clock, reason, person_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?)");

enum err sub_ticket_clock_insert(struct db *db, const struct clock_event *event)
{
    return DB_EXEC(db, &SQL_SUB_TICKET_CLOCK_INSERT, NULL, P_I64(event->sub_ticket_id),
                   P_STR(event->event), P_STR(event->cause), P_TIME(event->at),
                   seconds_or_null(event->remaining_s), P_TIME(event->due_at),
                   P_STR(event->clock), P_STR(event->reason),
                   P_ID_OR_NULL(event->person_id));
}

/* programs: dashboard */
SQL(SQL_SUB_TICKET_CLOCK_LIST,
    "select k.sub_ticket_id, k.event, k.cause, k.at, coalesce(k.remaining_s, -1), "
    "k.due_at,"
    " k.clock, k.reason, k.person_id, p.display_name from sub_ticket_clock k"
    " left join person p on p.id = k.person_id where k.sub_ticket_id = ?"
    " order by k.id limit 200");

static const struct db_column event_columns[] = {
    DB_COL(struct clock_event, sub_ticket_id, DB_I64),
    DB_COL(struct clock_event, event, DB_STR),
    DB_COL(struct clock_event, cause, DB_STR),
    DB_COL(struct clock_event, at, DB_TIME),
    DB_COL(struct clock_event, remaining_s, DB_I64),
    DB_COL(struct clock_event, due_at, DB_TIME),
    DB_COL(struct clock_event, clock, DB_STR),
    DB_COL(struct clock_event, reason, DB_STR),
    DB_COL(struct clock_event, person_id, DB_I64),
    DB_COL(struct clock_event, person_name, DB_STR),
};
DB_ROW_MAP(event_map, struct clock_event, event_columns);

enum err sub_ticket_clock_list(struct db *db, struct arena *arena, int64_t sub_ticket_id,
                               struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_SUB_TICKET_CLOCK_LIST, &event_map, out,
                    P_I64(sub_ticket_id));
}

const struct sql *const store_sub_ticket_clock_statements[] = {
    &SQL_SUB_TICKET_CLOCK_PUT, &SQL_SUB_TICKET_CLOCK_INSERT, &SQL_SUB_TICKET_CLOCK_LIST,
    NULL};
