#include "store/work_rules.h"

#define CALENDARS                                                                        \
    "select c.calendar_key, c.zone, c.weekdays, c.opens_min, c.closes_min, h.day,"       \
    " h.name_en, h.name_de from business_calendar c"                                     \
    " left join exchange_holiday h on h.calendar_key = c.calendar_key "

/* programs: dashboard, worker, ctl */
SQL(SQL_CALENDAR_ROWS, CALENDARS "order by c.calendar_key, h.day limit 10000");
/* programs: ctl */
SQL(SQL_CALENDAR_ROWS_LOCK,
    CALENDARS "where c.calendar_key = ? order by h.day limit 10000 for update");

static const struct db_column calendar_columns[] = {
    DB_COL(struct calendar_row, calendar_key, DB_STR),
    DB_COL(struct calendar_row, zone, DB_STR),
    DB_COL(struct calendar_row, weekdays, DB_STR),
    DB_COL(struct calendar_row, opens_min, DB_I64),
    DB_COL(struct calendar_row, closes_min, DB_I64),
    DB_COL(struct calendar_row, day, DB_DAY),
    DB_COL(struct calendar_row, name_en, DB_STR),
    DB_COL(struct calendar_row, name_de, DB_STR),
};
DB_ROW_MAP(calendar_map, struct calendar_row, calendar_columns);

enum err calendar_rows(struct db *db, struct arena *arena, struct db_rows *out)
{
    return db_query(db, arena, &SQL_CALENDAR_ROWS, NULL, 0, &calendar_map, out);
}

enum err calendar_rows_lock(struct db *db, struct arena *arena, struct str calendar_key,
                            struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_CALENDAR_ROWS_LOCK, &calendar_map, out,
                    P_STR(calendar_key));
}

/* programs: ctl */
SQL(SQL_CALENDAR_PUT,
    "insert into business_calendar (calendar_key, zone, weekdays, opens_min, closes_min,"
    " changed_at) values (?, ?, ?, ?, ?, ?) on duplicate key update zone = values(zone),"
    " weekdays = values(weekdays), opens_min = values(opens_min),"
    " closes_min = values(closes_min), changed_at = values(changed_at)");

enum err calendar_put(struct db *db, const struct calendar_row *row, instant_us now)
{
    return DB_EXEC(db, &SQL_CALENDAR_PUT, NULL, P_STR(row->calendar_key),
                   P_STR(row->zone), P_STR(row->weekdays), P_I64(row->opens_min),
                   P_I64(row->closes_min), P_TIME(now));
}

/* programs: ctl */
SQL(SQL_HOLIDAY_PUT,
    "insert into exchange_holiday (calendar_key, day, name_en, name_de)"
    " values (?, ?, ?, ?) on duplicate key update name_en = values(name_en),"
    " name_de = values(name_de)");

enum err holiday_put(struct db *db, const struct calendar_row *row)
{
    return DB_EXEC(db, &SQL_HOLIDAY_PUT, NULL, P_STR(row->calendar_key), P_DAY(row->day),
                   P_STR(row->name_en), P_STR(row->name_de));
}

/* programs: ctl */
SQL(SQL_HOLIDAY_REMOVE,
    "delete from exchange_holiday where calendar_key = ? and day = ?");

enum err holiday_remove(struct db *db, struct str calendar_key, day_no day)
{
    return DB_EXEC(db, &SQL_HOLIDAY_REMOVE, NULL, P_STR(calendar_key), P_DAY(day));
}

/* programs: dashboard, worker, ctl */
SQL(SQL_SUB_TICKET_TYPES,
    "select t.type_key, t.name_en, t.name_de, t.default_team, p.phase_key, p.name_en,"
    " p.name_de from sub_ticket_type t join sub_ticket_phase p on p.type_key = t.type_key"
    " order by t.type_key, p.position limit 2000");

static const struct db_column type_columns[] = {
    DB_COL(struct sub_ticket_type_row, type_key, DB_STR),
    DB_COL(struct sub_ticket_type_row, name_en, DB_STR),
    DB_COL(struct sub_ticket_type_row, name_de, DB_STR),
    DB_COL(struct sub_ticket_type_row, default_team, DB_STR),
    DB_COL(struct sub_ticket_type_row, phase_key, DB_STR),
    DB_COL(struct sub_ticket_type_row, phase_en, DB_STR),
    DB_COL(struct sub_ticket_type_row, phase_de, DB_STR),
};
DB_ROW_MAP(type_map, struct sub_ticket_type_row, type_columns);

enum err sub_ticket_types(struct db *db, struct arena *arena, struct db_rows *out)
{
    return db_query(db, arena, &SQL_SUB_TICKET_TYPES, NULL, 0, &type_map, out);
}

const struct sql *const store_work_rules_statements[] = {&SQL_CALENDAR_ROWS,
                                                         &SQL_CALENDAR_ROWS_LOCK,
                                                         &SQL_CALENDAR_PUT,
                                                         &SQL_HOLIDAY_PUT,
                                                         &SQL_HOLIDAY_REMOVE,
                                                         &SQL_SUB_TICKET_TYPES,
                                                         NULL};
