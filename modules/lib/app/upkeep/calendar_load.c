#include "app/upkeep/calendar_load.h"

#include "base/vec.h"
#include "formats/locale.h"
#include "process/calendar.h"
#include "process/definition/json_source.h"
#include "process/definition/rules.h"
#include "store/trail.h"

#define NAME_MAX_CHARACTERS 100

static const char *const WEEKDAYS[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* ---- reading ---------------------------------------------------------------------------------------- */

static struct str read_name(struct json_source *source, const struct json_at *at,
                            const json_t *object, const char *key)
{
    struct str text = json_read_text(source, at, object, key, true);

    if (str_utf8_length(text) > NAME_MAX_CHARACTERS)
        json_problem(source, &(struct json_at){at, key, 0},
                     "\"%s\" is longer than %d characters", key, NAME_MAX_CHARACTERS);
    return text;
}

/* "09:00" as minutes after midnight; "24:00" ends a day. */
static int64_t read_minutes(struct json_source *source, const struct json_at *at,
                            const json_t *object, const char *key)
{
    struct str text = json_read_text(source, at, object, key, true);
    int64_t hour = 0;
    int64_t minute = 0;

    if (text.ptr == NULL)
        return 0;
    if (text.len != 5 || text.ptr[2] != ':' ||
        str_to_i64(str_sub(text, 0, 2), &hour) != OK ||
        str_to_i64(str_sub(text, 3, 2), &minute) != OK || hour < 0 || minute < 0 ||
        minute > 59 || hour * 60 + minute > 1440)
        json_problem(source, &(struct json_at){at, key, 0},
                     "\"%s\" is a time of day like 09:00", key);
    return hour * 60 + minute;
}

/* In the order of the week, as the database writes them. */
static struct str read_weekdays(struct json_source *source, const struct json_at *at,
                                const json_t *object)
{
    const json_t *list = json_read_array(source, at, object, "weekdays", true);
    struct json_at here = {at, "weekdays", 0};
    struct buf words = buf_init(source->arena, 40);

    for (size_t d = 0; d < sizeof WEEKDAYS / sizeof *WEEKDAYS; d++)
        for (size_t i = 0; i < json_array_size(list); i++) {
            const char *word = json_string_value(json_array_get(list, i));

            if (word == NULL || strcmp(word, WEEKDAYS[d]) != 0)
                continue;
            if (words.len > 0)
                buf_put_char(&words, ',');
            buf_put_c(&words, WEEKDAYS[d]);
            break;
        }
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct json_at item = {&here, NULL, i};
        unsigned set;
        struct str word = {json_string_value(json_array_get(list, i)),
                           json_string_length(json_array_get(list, i))};

        if (word.ptr == NULL || calendar_weekdays(word, &set) != OK)
            json_problem(source, &item,
                         "a weekday is mon, tue, wed, thu, fri, sat or sun");
    }
    return buf_str(&words);
}

static void read_holiday(struct json_source *source, const struct json_at *at,
                         const json_t *object, struct calendar_document *document)
{
    struct calendar_row *row = &document->holidays[document->holiday_count];
    struct str day;

    if (!json_check_object(source, at, object, "day en de"))
        return;
    *row = document->calendar;
    day = json_read_text(source, at, object, "day", true);
    row->name_en = read_name(source, at, object, "en");
    row->name_de = read_name(source, at, object, "de");
    if (day.ptr == NULL)
        return;
    if (day_parse(day, &row->day) != OK) {
        json_problem(source, &(struct json_at){at, "day", 0},
                     "\"day\" is a date like 2026-12-25");
        err_clear();
        return;
    }
    if (document->holiday_count > 0 && row[-1].day >= row->day)
        json_problem(source, &(struct json_at){at, "day", 0},
                     "holidays stand in the order of their days, each once");
    document->holiday_count++;
}

static void read_calendar(struct json_source *source, const struct json_at *at,
                          const json_t *object, struct calendar_document *out)
{
    struct calendar_row *row = &out->calendar;
    struct json_at list_at = {at, "holidays", 0};
    const json_t *list;

    if (!json_check_object(source, at, object, "key zone weekdays opens closes holidays"))
        return;
    row->day = DAY_NONE;
    row->calendar_key = json_read_text(source, at, object, "key", true);
    row->zone = json_read_text(source, at, object, "zone", true);
    row->weekdays = read_weekdays(source, at, object);
    row->opens_min = read_minutes(source, at, object, "opens");
    row->closes_min = read_minutes(source, at, object, "closes");
    if (row->calendar_key.ptr != NULL && !rule_is_key(row->calendar_key))
        json_problem(source, &(struct json_at){at, "key", 0},
                     "\"key\" must be lower-case letters, digits and '-'");
    if (row->zone.ptr != NULL && !locale_zone_known(row->zone))
        json_problem(source, &(struct json_at){at, "zone", 0},
                     "\"zone\" is a time zone like Europe/Berlin");
    if (row->opens_min >= row->closes_min)
        json_problem(source, at, "it opens before it closes");
    if (row->weekdays.len == 0)
        json_problem(source, at, "somebody works on one weekday at least");
    /* None is as good as some; a list that was forgotten would take all of them away. */
    if (json_object_get(object, "holidays") == NULL)
        json_problem(source, at, "\"holidays\" is missing");
    list = json_read_array(source, at, object, "holidays", false);
    out->holidays =
        ARENA_ARRAY(source->arena, struct calendar_row, json_array_size(list) + 1);
    for (size_t i = 0; i < json_array_size(list); i++)
        read_holiday(source, &(struct json_at){&list_at, NULL, i},
                     json_array_get(list, i), out);
}

enum err calendar_read(struct arena *arena, struct str text, struct report *report,
                       struct calendar_document **out, size_t *count_out)
{
    struct json_source source = {.arena = arena, .report = report, .text = text};
    struct json_at list_at = {NULL, "calendars", 0};
    json_t *document;
    enum err err = json_source_parse(&source, &document);

    if (err != OK)
        return err;
    if (!json_check_object(&source, NULL, document, "calendars"))
        return ERR_INPUT;
    const json_t *list = json_read_array(&source, NULL, document, "calendars", true);
    size_t count = json_array_size(list);
    *out = ARENA_ARRAY(arena, struct calendar_document, count + 1);
    *count_out = count;
    for (size_t i = 0; i < count; i++) {
        struct json_at at = {&list_at, NULL, i};

        read_calendar(&source, &at, json_array_get(list, i), &(*out)[i]);
        for (size_t k = 0; k < i; k++)
            if (str_eq((*out)[k].calendar.calendar_key, (*out)[i].calendar.calendar_key))
                json_problem(&source, &at, "calendar %.*s is there twice",
                             STR_ARG((*out)[i].calendar.calendar_key));
    }
    return report_result(report);
}

/* ---- and back --------------------------------------------------------------------------------------- */

static struct str minutes_text(struct arena *arena, int64_t minutes)
{
    return str_format(arena, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

static json_t *calendar_object(struct arena *arena, const struct calendar_row *row)
{
    json_t *object = json_object();
    json_t *weekdays = json_array();
    struct str rest = row->weekdays;
    struct str word;

    while (str_next(&rest, ',', &word))
        json_array_append_new(weekdays, json_stringn(word.ptr, word.len));
    json_set_str(object, "key", row->calendar_key);
    json_set_str(object, "zone", row->zone);
    json_object_set_new(object, "weekdays", weekdays);
    json_set_str(object, "opens", minutes_text(arena, row->opens_min));
    json_set_str(object, "closes", minutes_text(arena, row->closes_min));
    json_object_set_new(object, "holidays", json_array());
    return object;
}

struct str calendar_write(struct arena *arena, const struct db_rows *rows)
{
    const struct calendar_row *items = rows->items;
    json_t *document = json_new_object(arena);
    json_t *list = json_array();
    json_t *calendar = NULL;

    json_object_set_new(document, "calendars", list);
    for (size_t i = 0; i < rows->count; i++) {
        if (i == 0 || !str_eq(items[i].calendar_key, items[i - 1].calendar_key)) {
            calendar = calendar_object(arena, &items[i]);
            json_array_append_new(list, calendar);
        }
        if (items[i].day == DAY_NONE)
            continue;
        json_t *holiday = json_object();
        json_set_str(holiday, "day", day_format_iso(arena, items[i].day));
        json_set_str(holiday, "en", items[i].name_en);
        json_set_str(holiday, "de", items[i].name_de);
        json_array_append_new(json_object_get(calendar, "holidays"), holiday);
    }
    return json_write_lines(arena, document);
}

/* ---- the difference ----------------------------------------------------------------------------------- */

static const struct calendar_row *find_day(const struct calendar_row *rows, size_t count,
                                           day_no day)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].day == day)
            return &rows[i];
    return NULL;
}

static bool same_hours(const struct calendar_row *a, const struct calendar_row *b)
{
    return str_eq(a->zone, b->zone) && str_eq(a->weekdays, b->weekdays) &&
           a->opens_min == b->opens_min && a->closes_min == b->closes_min;
}

static bool same_names(const struct calendar_row *a, const struct calendar_row *b)
{
    return str_eq(a->name_en, b->name_en) && str_eq(a->name_de, b->name_de);
}

static struct str hours_text(struct arena *arena, const struct calendar_row *row)
{
    return str_format(arena, "%.*s %.*s %.*s-%.*s", STR_ARG(row->zone),
                      STR_ARG(row->weekdays),
                      STR_ARG(minutes_text(arena, row->opens_min)),
                      STR_ARG(minutes_text(arena, row->closes_min)));
}

static void note_day(struct vec *lines, struct arena *arena, char sign,
                     const struct calendar_row *row)
{
    *VEC_PUSH(lines, struct str) =
        str_format(arena, "%c %.*s %.*s %.*s / %.*s", sign, STR_ARG(row->calendar_key),
                   STR_ARG(day_format_iso(arena, row->day)), STR_ARG(row->name_en),
                   STR_ARG(row->name_de));
}

size_t calendar_difference(struct arena *arena, const struct db_rows *rows,
                           const struct calendar_document *document, struct str **out)
{
    const struct calendar_row *before = rows->items;
    const struct calendar_row *after = &document->calendar;
    struct vec lines = VEC_INIT(arena, struct str);

    if (rows->count == 0)
        *VEC_PUSH(&lines, struct str) =
            str_format(arena, "+ %.*s %.*s", STR_ARG(after->calendar_key),
                       STR_ARG(hours_text(arena, after)));
    else if (!same_hours(before, after))
        *VEC_PUSH(&lines, struct str) = str_format(
            arena, "~ %.*s %.*s -> %.*s", STR_ARG(after->calendar_key),
            STR_ARG(hours_text(arena, before)), STR_ARG(hours_text(arena, after)));
    for (size_t i = 0; i < rows->count; i++)
        if (before[i].day != DAY_NONE &&
            find_day(document->holidays, document->holiday_count, before[i].day) == NULL)
            note_day(&lines, arena, '-', &before[i]);
    for (size_t i = 0; i < document->holiday_count; i++) {
        const struct calendar_row *day = &document->holidays[i];
        const struct calendar_row *old = find_day(before, rows->count, day->day);

        if (old == NULL || !same_names(old, day))
            note_day(&lines, arena, old == NULL ? '+' : '~', day);
    }
    *out = lines.items;
    return lines.count;
}

/* ---- loading ------------------------------------------------------------------------------------------ */

struct load_context {
    const struct actor *actor;
    struct calendar_loading *loading;
};

static enum err load_rows(struct db *db, const struct db_rows *rows,
                          const struct calendar_document *document, instant_us now)
{
    const struct calendar_row *before = rows->items;
    enum err err = calendar_put(db, &document->calendar, now);

    for (size_t i = 0; err == OK && i < rows->count; i++)
        if (before[i].day != DAY_NONE &&
            find_day(document->holidays, document->holiday_count, before[i].day) == NULL)
            err = holiday_remove(db, before[i].calendar_key, before[i].day);
    for (size_t i = 0; err == OK && i < document->holiday_count; i++)
        err = holiday_put(db, &document->holidays[i]);
    return err;
}

static enum err write_trail(struct db *db, struct arena *arena,
                            const struct load_context *c)
{
    json_t *detail = json_new_object(arena);
    json_t *lines = json_array();

    json_set_str(detail, "operator", c->loading->operator);
    json_object_set_new(detail, "changes", lines);
    for (size_t i = 0; i < c->loading->change_count; i++)
        json_array_append_new(
            lines, json_stringn(c->loading->changes[i].ptr, c->loading->changes[i].len));
    const struct audit_row event = {.at = c->actor->now,
                                    .program = c->actor->program,
                                    .trace_id = c->actor->trace_id,
                                    .action = "calendar.loaded",
                                    .detail = json_write(arena, detail)};
    return audit_insert(db, &event);
}

static enum err load_tx(struct db *db, struct arena *arena, void *context)
{
    const struct load_context *c = context;
    struct vec all = VEC_INIT(arena, struct str);

    for (size_t i = 0; i < c->loading->document_count; i++) {
        const struct calendar_document *document = &c->loading->documents[i];
        struct db_rows rows;
        struct str *lines;
        enum err err =
            calendar_rows_lock(db, arena, document->calendar.calendar_key, &rows);

        if (err != OK)
            return err;
        size_t count = calendar_difference(arena, &rows, document, &lines);
        if (count > 0)
            err = load_rows(db, &rows, document, c->actor->now);
        if (err != OK)
            return err;
        for (size_t k = 0; k < count; k++)
            *VEC_PUSH(&all, struct str) = lines[k];
    }
    c->loading->changes = all.items;
    c->loading->change_count = all.count;
    return all.count > 0 ? write_trail(db, arena, c) : OK;
}

enum err calendar_load(const struct actor *actor, struct calendar_loading *loading)
{
    struct load_context c = {actor, loading};

    return tx_run(actor->db, actor->arena, TX_READ_WRITE, load_tx, &c);
}
