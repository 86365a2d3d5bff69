#include "app/ticket/work_rules.h"

#include "store/work_rules.h"

#define MAX_AGE_US (60 * US_PER_S)
#define BYTES      ((size_t)8 << 20)

struct work_rules {
    /* Two generations: what a caller still holds stays valid for another minute. */
    struct arena *arenas[2];
    int generation;
    const struct business_calendar *calendars;
    size_t calendar_count;
    const struct task_type *types;
    size_t type_count;
    int64_t read_us; /* monotonic; 0 = never */
};

static void rules_end(void *handle)
{
    struct work_rules *rules = handle;

    arena_free(&rules->arenas[0]);
    arena_free(&rules->arenas[1]);
}

struct work_rules *work_rules_new(struct arena *arena)
{
    struct work_rules *rules = ARENA_NEW(arena, struct work_rules);

    for (int i = 0; i < 2; i++)
        rules->arenas[i] = arena_new(BYTES);
    arena_on_end(arena, rules_end, rules);
    return rules;
}

/* ---- rows to calendars and types: each key once, what belongs to it behind one another ------------ */

static size_t read_calendars(struct arena *arena, const struct calendar_row *rows,
                             size_t count, const struct business_calendar **out)
{
    struct business_calendar *calendars =
        ARENA_ARRAY(arena, struct business_calendar, count + 1);
    struct holiday *holidays = ARENA_ARRAY(arena, struct holiday, count + 1);
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const struct calendar_row *row = &rows[i];
        struct business_calendar *calendar;

        if (n == 0 || !str_eq(calendars[n - 1].key, row->calendar_key)) {
            calendars[n++] = (struct business_calendar){
                .key = row->calendar_key,
                .zone = row->zone,
                .opens_min = (int)row->opens_min,
                .closes_min = (int)row->closes_min,
                .holidays = &holidays[i],
            };
            /* The column holds nothing else. */
            if (calendar_weekdays(row->weekdays, &calendars[n - 1].weekdays) != OK)
                bug("weekdays of a calendar: %.*s", STR_ARG(row->weekdays));
        }
        calendar = &calendars[n - 1];
        holidays[i] = (struct holiday){row->day, row->name_en, row->name_de};
        if (row->day != DAY_NONE)
            calendar->holiday_count++;
    }
    *out = calendars;
    return n;
}

static size_t read_types(struct arena *arena, const struct sub_ticket_type_row *rows,
                         size_t count, const struct task_type **out)
{
    struct task_type *types = ARENA_ARRAY(arena, struct task_type, count + 1);
    struct task_phase *phases = ARENA_ARRAY(arena, struct task_phase, count + 1);
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const struct sub_ticket_type_row *row = &rows[i];

        if (n == 0 || !str_eq(types[n - 1].key, row->type_key))
            types[n++] = (struct task_type){.key = row->type_key,
                                            .name_en = row->name_en,
                                            .name_de = row->name_de,
                                            .team = row->default_team,
                                            .phases = &phases[i]};
        phases[i] = (struct task_phase){row->phase_key, row->phase_en, row->phase_de};
        types[n - 1].phase_count++;
    }
    *out = types;
    return n;
}

static enum err refresh(struct work_rules *rules, struct db *db)
{
    int64_t now = clock_monotonic_us();
    int next = 1 - rules->generation;
    struct arena *arena = rules->arenas[next];
    struct db_rows calendars;
    struct db_rows types;

    if (rules->read_us != 0 && now - rules->read_us < MAX_AGE_US)
        return OK;
    arena_clear(arena);
    enum err err = calendar_rows(db, arena, &calendars);
    if (err == OK)
        err = sub_ticket_types(db, arena, &types);
    if (err != OK)
        return err;
    rules->calendar_count =
        read_calendars(arena, calendars.items, calendars.count, &rules->calendars);
    rules->type_count = read_types(arena, types.items, types.count, &rules->types);
    rules->generation = next;
    rules->read_us = now;
    return OK;
}

/* ---- asking ---------------------------------------------------------------------------------------- */

enum err work_calendar(struct work_rules *rules, struct db *db, struct str key,
                       const struct business_calendar **out)
{
    enum err err = refresh(rules, db);

    if (err != OK)
        return err;
    for (size_t i = 0; i < rules->calendar_count; i++)
        if (str_eq(rules->calendars[i].key, key)) {
            *out = &rules->calendars[i];
            return OK;
        }
    return err_note(ERR_UNAVAILABLE,
                    "there is no business calendar %.*s: run kontorctl calendar load",
                    STR_ARG(key));
}

enum err task_type_find(struct work_rules *rules, struct db *db, struct str key,
                        const struct task_type **out)
{
    *out = NULL;
    if (str_is_empty(key))
        return OK;
    enum err err = refresh(rules, db);
    for (size_t i = 0; err == OK && i < rules->type_count; i++)
        if (str_eq(rules->types[i].key, key))
            *out = &rules->types[i];
    return err;
}

size_t task_phase_index(const struct task_type *type, struct str phase)
{
    size_t i = 0;

    while (i < type->phase_count && !str_eq(type->phases[i].key, phase))
        i++;
    return i;
}

struct str task_type_name(const struct task_type *type, enum language language)
{
    return language == LANGUAGE_DE ? type->name_de : type->name_en;
}

struct str task_phase_name(const struct task_phase *phase, enum language language)
{
    return language == LANGUAGE_DE ? phase->name_de : phase->name_en;
}
