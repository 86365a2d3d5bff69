/* definitions_page.c: request types with their versions; one version with its process. Read only: versions are
 * published by the operator. */
#include "steps.h"

#include "app/definition/definition_read.h"

/* ---- all types ------------------------------------------------------------------------------------- */

struct type_view {
    struct str key;
    struct str title;
    struct str version; /**< digits */
    instant_us since_at;
    int64_t running;
    bool retired;
};
struct definitions_view {
    struct view_list types;
};
static const struct view_field type_fields[] = {
    VIEW_F(struct type_view, key, VIEW_STR),
    VIEW_F(struct type_view, title, VIEW_STR),
    VIEW_F(struct type_view, version, VIEW_STR),
    VIEW_F(struct type_view, since_at, VIEW_INSTANT),
    VIEW_F(struct type_view, running, VIEW_INT),
    VIEW_F(struct type_view, retired, VIEW_BOOL),
};
static VIEW_TYPE(type_view_type, struct type_view, type_fields);
static const struct view_field definitions_fields[] = {
    VIEW_SUB(struct definitions_view, types, VIEW_LIST, &type_view_type),
};
VIEW_TYPE(definitions_view_type, struct definitions_view, definitions_fields);

static struct str digits(const struct page *page, int64_t number)
{
    return str_format(page->arena, "%lld", (long long)number);
}

enum err definitions_page_get(struct page *page)
{
    struct actor actor = page_actor(page);
    struct definition_overview overview = {0};
    enum err err = app_definitions(&actor, page_env(page), &overview);
    if (err != OK)
        return err;
    struct type_view *items =
        ARENA_ARRAY(page->arena, struct type_view, overview.count + 1);
    for (size_t i = 0; i < overview.count; i++) {
        const struct type_version_row *type = &overview.types[i];
        const struct definition *definition = overview.definitions[i];
        items[i] = (struct type_view){
            .key = type->request_type,
            .title = page_definition_text(page, definition, definition->title),
            .version = digits(page, type->version),
            .since_at = type->since_at,
            .running = type->running,
            .retired = !type->active,
        };
    }
    struct definitions_view view = {.types = {items, overview.count}};
    return page_render(page, PAGE_DEFINITIONS, &view);
}

/* ---- one version ------------------------------------------------------------------------------------- */

struct version_view {
    struct str version;
    instant_us published_at;
    int64_t running;
    int64_t waiting;
    bool in_force;
    bool shown; /**< the one this page is about */
};
struct definition_view {
    struct str key;
    struct str title;
    struct str summary;
    struct str version;
    bool in_force;
    bool retired;
    instant_us since_at;
    instant_us published_at;
    int64_t running;
    struct view_list versions;
    struct view_list steps;
    struct view_list diagrams;
};
static const struct view_field version_fields[] = {
    VIEW_F(struct version_view, version, VIEW_STR),
    VIEW_F(struct version_view, published_at, VIEW_INSTANT),
    VIEW_F(struct version_view, running, VIEW_INT),
    VIEW_F(struct version_view, waiting, VIEW_INT),
    VIEW_F(struct version_view, in_force, VIEW_BOOL),
    VIEW_H(struct version_view, shown, VIEW_BOOL),
};
static VIEW_TYPE(version_view_type, struct version_view, version_fields);
static const struct view_field definition_fields[] = {
    VIEW_F(struct definition_view, key, VIEW_STR),
    VIEW_F(struct definition_view, title, VIEW_STR),
    VIEW_F(struct definition_view, summary, VIEW_STR),
    VIEW_F(struct definition_view, version, VIEW_STR),
    VIEW_F(struct definition_view, in_force, VIEW_BOOL),
    VIEW_F(struct definition_view, retired, VIEW_BOOL),
    VIEW_F(struct definition_view, since_at, VIEW_INSTANT),
    VIEW_F(struct definition_view, published_at, VIEW_INSTANT),
    VIEW_F(struct definition_view, running, VIEW_INT),
    VIEW_SUB(struct definition_view, versions, VIEW_LIST, &version_view_type),
    VIEW_SUB(struct definition_view, steps, VIEW_LIST, &step_view_type),
    VIEW_SUB(struct definition_view, diagrams, VIEW_LIST, &diagram_view_type),
};
VIEW_TYPE(definition_view_type, struct definition_view, definition_fields);

static struct view_list show_versions(const struct page *page,
                                      const struct definition_dossier *dossier)
{
    struct version_view *items =
        ARENA_ARRAY(page->arena, struct version_view, dossier->version_count + 1);
    for (size_t i = 0; i < dossier->version_count; i++) {
        const struct version_row *row = &dossier->versions[i];
        items[i] = (struct version_view){
            .version = digits(page, row->version),
            .published_at = row->published_at,
            .running = row->running,
            .waiting = row->waiting,
            .in_force = row->definition_id == dossier->in_force.definition_id,
            .shown = row->definition_id == dossier->version.definition_id,
        };
    }
    return (struct view_list){items, dossier->version_count};
}

enum err definition_page_get(struct page *page)
{
    struct actor actor = page_actor(page);
    struct definition_dossier dossier = {0};
    int64_t version;
    if (str_to_i64(page_param(page, "version"), &version) != OK) {
        err_clear();
        return ERR_NOT_FOUND;
    }
    enum err err = app_definition_open(&actor, page_env(page), page_param(page, "type"),
                                       version, &dossier);
    if (err != OK)
        return err;
    const struct definition *definition = dossier.definition;
    struct steps_of of = {.definition = definition};
    bool in_force = dossier.version.definition_id == dossier.in_force.definition_id;
    struct definition_view view = {
        .key = definition->key,
        .title = page_definition_text(page, definition, definition->title),
        .summary = page_definition_text(page, definition, definition->summary),
        .version = digits(page, dossier.version.version),
        .in_force = in_force,
        .retired = !dossier.in_force.active,
        .since_at = in_force ? dossier.in_force.since_at : INSTANT_NONE,
        .published_at = dossier.version.published_at,
        .running = dossier.version.running,
        .versions = show_versions(page, &dossier),
        .diagrams = steps_diagrams(page, &of),
    };
    err = steps_list(page, &of, &view.steps);
    return err == OK ? page_render(page, PAGE_DEFINITION, &view) : err;
}
