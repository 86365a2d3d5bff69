/* definitions.c: definitions once loaded, for the life of the process. They are
 * immutable, so the cache needs no expiry; teams are a short list that is read again
 * every minute. */
#include "app/definition/definitions.h"

#include "base/vec.h"
#include "store/definition.h"

#define TEAMS_MAX_AGE_US (60 * US_PER_S)
#define TEAMS_BYTES      ((size_t)4 << 20)
#define TEAM_NAMES_MAX   8192 /* of one list of departments */

struct cached {
    int64_t id;
    struct definition *definition;
};

struct definitions {
    struct arena *arena;
    struct vec entries; /**< struct cached */
    /* Two generations: what a caller still holds stays valid for another minute. */
    struct arena *team_arenas[2];
    int team_generation;
    const struct team_row *teams;
    size_t team_count;
    int64_t teams_read_us; /**< monotonic; 0 = never */
    struct work_rules *rules;
};

static void teams_end(void *handle)
{
    struct definitions *cache = handle;
    arena_free(&cache->team_arenas[0]);
    arena_free(&cache->team_arenas[1]);
}

struct definitions *definitions_new(struct arena *arena)
{
    struct definitions *cache = ARENA_NEW(arena, struct definitions);
    cache->arena = arena;
    cache->entries = VEC_INIT(arena, struct cached);
    for (int i = 0; i < 2; i++) {
        cache->team_arenas[i] = arena_new(TEAMS_BYTES);
    }
    arena_on_end(arena, teams_end, cache);
    cache->rules = work_rules_new(arena);
    return cache;
}

struct work_rules *definitions_rules(const struct definitions *cache)
{
    return cache->rules;
}

enum err definitions_get(struct definitions *cache, struct db *db, int64_t definition_id,
                         const struct definition **out)
{
    for (size_t i = 0; i < cache->entries.count; i++) {
        const struct cached *entry = VEC_AT(&cache->entries, struct cached, i);
        if (entry->id == definition_id) {
            *out = entry->definition;
            return OK;
        }
    }
    /* The row's text stays: the definition may point into it. */
    struct arena_mark mark = arena_mark(cache->arena);
    struct definition_row row;
    struct definition *definition;
    enum err err = definition_by_id(db, cache->arena, definition_id, &row);
    if (err == OK && row.format != DEFINITION_FORMAT) {
        /* Responders never parse XML: the operator's tool compiles again after an
         * upgrade. */
        err = err_note(ERR_UNAVAILABLE,
                       "definition %lld has format %lld: run kontorctl publish --refresh",
                       (long long)definition_id, (long long)row.format);
    }
    if (err == OK) {
        err = definition_load(cache->arena, row.compiled, &definition);
        if (err != OK) {
            err = err_note(ERR_INTERNAL, "definition %lld cannot be loaded",
                           (long long)definition_id);
        }
    }
    if (err != OK) {
        arena_rewind(cache->arena, mark);
        return err;
    }
    struct cached *entry = VEC_PUSH(&cache->entries, struct cached);
    *entry = (struct cached){.id = definition_id, .definition = definition};
    *out = definition;
    return OK;
}

enum err definitions_active(struct definitions *cache, struct db *db, struct arena *arena,
                            struct active_type **out, size_t *count_out)
{
    struct db_rows rows;
    enum err err = request_type_active(db, arena, &rows);
    if (err != OK) {
        return err;
    }
    const struct request_type_row *types = rows.items;
    struct active_type *active = ARENA_ARRAY(arena, struct active_type, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        active[i].request_type = types[i].request_type;
        active[i].definition_id = types[i].definition_id;
        err = definitions_get(cache, db, types[i].definition_id, &active[i].definition);
        if (err != OK) {
            return err;
        }
    }
    *out = active;
    *count_out = rows.count;
    return OK;
}

/** Read the teams again when the list is old. */
static enum err refresh_teams(struct definitions *cache, struct db *db)
{
    int64_t now = clock_monotonic_us();
    if (cache->teams_read_us && now - cache->teams_read_us < TEAMS_MAX_AGE_US) {
        return OK;
    }
    int next = 1 - cache->team_generation;
    struct db_rows rows;
    arena_clear(cache->team_arenas[next]);
    enum err err = team_list(db, cache->team_arenas[next], &rows);
    if (err != OK) {
        return err;
    }
    cache->team_generation = next;
    cache->teams = rows.items;
    cache->team_count = rows.count;
    cache->teams_read_us = now;
    return OK;
}

enum err definitions_team(struct definitions *cache, struct db *db, struct str team_key,
                          struct team_name *out)
{
    enum err err = refresh_teams(cache, db);
    if (err != OK) {
        return err;
    }
    for (size_t i = 0; i < cache->team_count; i++) {
        const struct team_row *team = &cache->teams[i];
        if (str_eq(team->team_key, team_key)) {
            *out = (struct team_name){team->team_key, team->name_en, team->name_de,
                                      team->email};
            return OK;
        }
    }
    *out = (struct team_name){team_key, team_key, team_key, STR("")};
    return OK;
}

enum err definitions_team_name(struct definitions *cache, struct db *db,
                               struct str team_key, enum language language,
                               struct str *out)
{
    struct team_name name;
    enum err err = definitions_team(cache, db, team_key, &name);
    if (err == OK) {
        *out = language == LANGUAGE_DE ? name.name_de : name.name_en;
    }
    return err;
}

enum err definitions_team_names(struct definitions *cache, struct db *db,
                                struct arena *arena, struct str team_keys,
                                enum language language, struct str *out)
{
    struct buf names = buf_init(arena, TEAM_NAMES_MAX);
    struct str key;
    if (str_is_empty(team_keys)) {
        *out = STR_NONE;
        return OK;
    }
    while (str_next(&team_keys, ',', &key)) {
        struct str name;
        enum err err = definitions_team_name(cache, db, key, language, &name);
        if (err != OK) {
            return err;
        }
        if (names.len > 0) {
            buf_put_c(&names, ", ");
        }
        buf_put(&names, name);
    }
    *out = buf_str(&names);
    return OK;
}

enum err definitions_startable(struct definitions *definitions, struct db *db,
                               struct arena *arena, const struct principal *who,
                               struct active_type **out, size_t *count_out)
{
    struct active_type *types = NULL;
    size_t count = 0;
    size_t kept = 0;
    enum err err = definitions_active(definitions, db, arena, &types, &count);
    if (err != OK)
        return err;
    for (size_t i = 0; i < count; i++)
        if (!definition_is_board(types[i].definition) || principal_sees_board(who))
            types[kept++] = types[i];
    *out = types;
    *count_out = kept;
    return OK;
}
