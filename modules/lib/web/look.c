#include "web/exchange.h"

#include "formats/json.h"
#include "web/error_view.h"

#define LOOK_LIMIT     ((size_t)64 << 20)
#define MANIFEST_LIMIT 65536

/* {"kontor.css": "kontor.<hash>.css", ...}: written by the build, so that nginx may let
 * browsers keep the files for ever. */
static enum err load_manifest(struct arena *arena, const char *path, json_t **out)
{
    char *text = arena_alloc(arena, MANIFEST_LIMIT);
    FILE *file = fopen(path, "re");
    size_t len;

    if (!file)
        return err_note(ERR_INPUT, "cannot read the asset manifest %s", path);
    len = fread(text, 1, MANIFEST_LIMIT, file);
    (void)fclose(file);
    if (len == MANIFEST_LIMIT)
        return err_note(ERR_INPUT, "%s is too long", path);
    return json_parse(arena, (struct str){text, len}, out);
}

static enum err asset_url(struct arena *arena, const json_t *manifest, struct str prefix,
                          const char *name, struct str *out)
{
    struct str file = json_get_str(manifest, name);

    if (file.len == 0)
        return err_note(ERR_INPUT, "the asset manifest has no %s", name);
    *out = str_format(arena, "%.*sstatic/%.*s", STR_ARG(prefix), STR_ARG(file));
    return OK;
}

static enum err load_assets(const struct conf *conf, struct web_look *look)
{
    struct str prefix = conf_str(conf, "site", "prefix");
    json_t *manifest;
    enum err err = load_manifest(look->arena,
                                 conf_c(conf, "templates", "static_manifest"), &manifest);

    if (err == OK)
        err = asset_url(look->arena, manifest, prefix, "kontor.css", &look->css_url);
    if (err == OK)
        err = asset_url(look->arena, manifest, prefix, "kontor.js", &look->js_url);
    return err;
}

static enum err load_templates(const struct web_program *program, const char *dir,
                               struct web_look *look)
{
    struct template_set *set;
    enum err err = template_set_new(look->arena, dir, &frame_view_type, &set);

    look->pages = ARENA_ARRAY(look->arena, const struct template *,
                              program->page_count ? program->page_count : 1);
    for (size_t i = 0; err == OK && i < program->page_count; i++)
        err = template_compile(set, program->pages[i].file, program->pages[i].view,
                               &look->pages[i]);
    if (err == OK)
        err = template_compile(set, "pages/errors/error.html", &error_view_type,
                               &look->error_page);
    return err;
}

enum err look_load(const struct web_program *program, const struct conf *conf,
                   struct web_look **out)
{
    struct arena *arena = arena_new(LOOK_LIMIT);
    struct web_look *look = ARENA_NEW(arena, struct web_look);
    enum err err;

    look->arena = arena;
    err = i18n_open(arena, conf_c(conf, "templates", "catalogues"), &look->i18n);
    for (int i = 0; err == OK && i < LANGUAGE_COUNT; i++) {
        struct locale_formats *formats = NULL;

        err = locale_formats_new(arena, language_code((enum language)i), &formats);
        look->formats[i] = formats;
    }
    if (err == OK)
        err = load_assets(conf, look);
    if (err == OK)
        err = load_templates(program, conf_c(conf, "templates", "dir"), look);
    if (err != OK)
        arena_free(&arena);
    else
        *out = look;
    return err;
}

void look_free(struct web_look **look)
{
    if (*look) {
        struct arena *arena = (*look)->arena;

        *look = NULL;
        arena_free(&arena);
    }
}
