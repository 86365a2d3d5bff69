/* work_rules.h: what the operator has entered about work, kept by a process for a minute: business calendars with their
 * holidays, types of sub-tickets with their phases. */
#ifndef APP_WORK_RULES_H
#define APP_WORK_RULES_H

#include "text/i18n.h"
#include "db/db.h"
#include "process/calendar.h"

struct work_rules;
/** Empty; filled at first use (2 statements) and read again when older than 60 s. What is handed out stays valid for
 *  another minute. */
struct work_rules *work_rules_new(struct arena *arena);

/** ERR_UNAVAILABLE with a note when there is no such calendar: the operator has to load it. */
enum err work_calendar(struct work_rules *rules, struct db *db, struct str key,
                       const struct business_calendar **out) MUST_USE;

struct task_phase {
    struct str key;
    struct str name_en;
    struct str name_de;
};
/** A type of sub-tickets. */
struct task_type {
    struct str key;
    struct str name_en;
    struct str name_de;
    struct str team;                 /**< of tasks that name none */
    const struct task_phase *phases; /**< in their order; at least one */
    size_t phase_count;
};
/** NULL in `out`: there is no such type (or `key` is absent). */
enum err task_type_find(struct work_rules *rules, struct db *db, struct str key,
                        const struct task_type **out) MUST_USE;
/** Index of a phase of the type; phase_count: it has none of this key. */
size_t task_phase_index(const struct task_type *type, struct str phase);
struct str task_type_name(const struct task_type *type, enum language language);
struct str task_phase_name(const struct task_phase *phase, enum language language);

#endif
