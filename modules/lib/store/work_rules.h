/* work_rules.h: business calendars with their holidays; types of sub-tickets with their phases. What the operator
 * enters once and programs keep for a minute (app/ticket/work_rules.h). */
#ifndef STORE_WORK_RULES_H
#define STORE_WORK_RULES_H

#include "db/db.h"

/** A calendar beside one of its holidays; `day` DAY_NONE: it has none. */
struct calendar_row {
    struct str calendar_key;
    struct str zone;
    struct str weekdays; /**< "mon,tue" */
    int64_t opens_min;
    int64_t closes_min;
    day_no day;
    struct str name_en;
    struct str name_de;
};
/** All, by key and day; at most 10,000. */
enum err calendar_rows(struct db *db, struct arena *arena, struct db_rows *out) MUST_USE;
/** The same of one calendar, its row locked. No row: there is no such calendar. */
enum err calendar_rows_lock(struct db *db, struct arena *arena, struct str calendar_key,
                            struct db_rows *out) MUST_USE;
/** Make it or change its hours; `day` and names are not looked at. */
enum err calendar_put(struct db *db, const struct calendar_row *row,
                      instant_us now) MUST_USE;
enum err holiday_put(struct db *db, const struct calendar_row *row) MUST_USE;
enum err holiday_remove(struct db *db, struct str calendar_key, day_no day) MUST_USE;

/** A type beside one of its phases. */
struct sub_ticket_type_row {
    struct str type_key;
    struct str name_en;
    struct str name_de;
    struct str default_team;
    struct str phase_key;
    struct str phase_en;
    struct str phase_de;
};
/** All, by type and position of the phase; at most 2,000. A type without phases is none. */
enum err sub_ticket_types(struct db *db, struct arena *arena,
                          struct db_rows *out) MUST_USE;

extern const struct sql *const store_work_rules_statements[];

#endif
