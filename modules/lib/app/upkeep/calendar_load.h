/* calendar_load.h: the operator's document of business calendars and exchange holidays: read strictly, compared with what
 * is loaded, loaded at once. */
#ifndef APP_CALENDAR_LOAD_H
#define APP_CALENDAR_LOAD_H

#include "process/definition/report.h"
#include "store/work_rules.h"
#include "app/actor.h"

/** A calendar and its holidays by day; `day` of the calendar's own row is DAY_NONE. */
struct calendar_document {
    struct calendar_row calendar;
    struct calendar_row *holidays;
    size_t holiday_count;
};
/** Read a document of sql/README.md. Pure. ERR_INPUT when something was reported. */
enum err calendar_read(struct arena *arena, struct str text, struct report *report,
                       struct calendar_document **out, size_t *count_out) MUST_USE;
/** The document that would load these rows (calendar_rows): JSON with line ends. */
struct str calendar_write(struct arena *arena, const struct db_rows *rows);
/** What loading `document` over `rows` (those of the same calendar) changes: lines "+ exchange 2026-12-25 Christmas Day".
 *  Pure. */
size_t calendar_difference(struct arena *arena, const struct db_rows *rows,
                           const struct calendar_document *document, struct str **out);

struct calendar_loading {
    const struct calendar_document *documents;
    size_t document_count;
    struct str operator; /**< who typed it, for the audit event */
    struct str *changes; /**< out: lines */
    size_t change_count;
};
/**
 * One transaction: calendars and holidays that change, and one audit event; nothing if nothing changes. Calendars that
 * the documents leave out stay; holidays that they leave out are removed. Programs know it after a minute at the latest.
 * Due dates that are set stay, and say what was counted then.
 */
enum err calendar_load(const struct actor *actor,
                       struct calendar_loading *loading) MUST_USE;

#endif
