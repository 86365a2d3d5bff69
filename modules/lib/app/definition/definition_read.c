#include "app/definition/definition_read.h"

struct overview_context {
    const struct staff_env *env;
    struct definition_overview *out;
};

static enum err overview_tx(struct db *db, struct arena *arena, void *context)
{
    struct overview_context *c = context;
    struct db_rows rows;
    enum err err = version_types(db, arena, &rows);

    if (err != OK)
        return err;
    c->out->types = rows.items;
    c->out->count = rows.count;
    c->out->definitions = ARENA_ARRAY(arena, const struct definition *, rows.count + 1);
    for (size_t i = 0; err == OK && i < rows.count; i++)
        err = definitions_get(c->env->definitions, db, c->out->types[i].definition_id,
                              &c->out->definitions[i]);
    return err;
}

enum err app_definitions(const struct actor *actor, const struct staff_env *env,
                         struct definition_overview *out)
{
    struct overview_context c = {env, out};

    return tx_run(actor->db, actor->arena, TX_READ_ONLY, overview_tx, &c);
}

struct open_context {
    const struct staff_env *env;
    struct str request_type;
    int64_t version;
    struct definition_dossier *out;
};

static enum err open_tx(struct db *db, struct arena *arena, void *context)
{
    struct open_context *c = context;
    struct definition_dossier *out = c->out;
    struct db_rows rows;
    enum err err = version_in_force(db, arena, c->request_type, false, &out->in_force);

    if (err == OK)
        err = version_list(db, arena, c->request_type, &rows);
    if (err != OK)
        return err;
    out->versions = rows.items;
    out->version_count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        if (out->versions[i].version == c->version) {
            out->version = out->versions[i];
            return definitions_get(c->env->definitions, db, out->version.definition_id,
                                   &out->definition);
        }
    return ERR_NOT_FOUND;
}

enum err app_definition_open(const struct actor *actor, const struct staff_env *env,
                             struct str request_type, int64_t version,
                             struct definition_dossier *out)
{
    struct open_context c = {env, request_type, version, out};

    return tx_run(actor->db, actor->arena, TX_READ_ONLY, open_tx, &c);
}
