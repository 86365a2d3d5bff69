/* definitions.h: loaded definitions of a process's lifetime, read through the database once each. */
#ifndef APP_DEFINITIONS_H
#define APP_DEFINITIONS_H

#include "db/db.h"
#include "auth/principal.h"
#include "process/definition/definition.h"
#include "app/ticket/work_rules.h"

struct definitions;

/** Empty cache (process lifetime). Definitions are immutable, so an entry never goes stale. */
struct definitions *definitions_new(struct arena *arena);
/** The definition with this id; loaded at first use. ERR_NOT_FOUND, ERR_UNAVAILABLE. */
enum err definitions_get(struct definitions *cache, struct db *db, int64_t definition_id,
                         const struct definition **out) MUST_USE;

/** Calendars, types and phases: the same life. */
struct work_rules *definitions_rules(const struct definitions *cache);

/** A request type that can be started now. */
struct active_type {
    struct str request_type;
    int64_t definition_id;
    const struct definition *definition;
};
/** All active types in their order: one statement, plus one per definition not seen before. */
enum err definitions_active(struct definitions *cache, struct db *db, struct arena *arena,
                            struct active_type **out, size_t *count_out) MUST_USE;

struct team_name {
    struct str team_key;
    struct str name_en;
    struct str name_de;
    struct str email;
};
/** Teams change rarely: read again when older than 60 s. Unknown keys come back as themselves. */
enum err definitions_team_name(struct definitions *cache, struct db *db,
                               struct str team_key, enum language language,
                               struct str *out) MUST_USE;
/** The same for a list of keys: "compliance,it" -> "Compliance, IT"; absent for an empty one. */
enum err definitions_team_names(struct definitions *cache, struct db *db,
                                struct arena *arena, struct str team_keys,
                                enum language language, struct str *out) MUST_USE;
enum err definitions_team(struct definitions *cache, struct db *db, struct str team_key,
                          struct team_name *out) MUST_USE;

/** Of the active types those that somebody may begin: board matters only if they see them. */
enum err definitions_startable(struct definitions *definitions, struct db *db,
                               struct arena *arena, const struct principal *who,
                               struct active_type **out, size_t *count_out) MUST_USE;

#endif
