/* fuzz_template.c: any bytes as a template. It is refused or it renders, and what renders from
 * hostile values in a template that passed the check opens no tag that the template did not write. */
#include <stdint.h>
#include <unistd.h>

#include "base/map.h"
#include "text/template_compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct item {
    struct str name;
};
struct view {
    struct str title;
    struct str url;
    bool yes;
    int64_t count;
    instant_us at;
    struct view_list items;
    struct item *item;
};

static const struct view_field item_fields[] = {VIEW_F(struct item, name, VIEW_STR)};
static VIEW_TYPE(item_type, struct item, item_fields);
static const struct view_field view_fields[] = {
    VIEW_F(struct view, title, VIEW_STR),
    VIEW_F(struct view, url, VIEW_STR),
    VIEW_F(struct view, yes, VIEW_BOOL),
    VIEW_F(struct view, count, VIEW_INT),
    VIEW_F(struct view, at, VIEW_INSTANT),
    VIEW_SUB(struct view, items, VIEW_LIST, &item_type),
    VIEW_SUB(struct view, item, VIEW_PTR, &item_type),
};
static VIEW_TYPE(view_type, struct view, view_fields);

#define HOSTILE "\"'><kontor-fuzz onload=x>&{{title}}`=/"

/* The parsed input takes the place of the file of that name: no file system in the loop. */
static enum err compile(struct arena *arena, struct str source,
                        const struct template **out)
{
    struct template_set *set = NULL;
    struct parsed *parsed = ARENA_NEW(arena, struct parsed);
    enum err err = template_set_new(arena, "/nonexistent", NULL, &set);

    if (err == OK)
        err = template_parse(arena, STR("input.html"), source, parsed);
    if (err != OK)
        return err;
    map_set(set->files, STR("input.html"), parsed);
    return template_compile(set, "input.html", &view_type, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *process;
    static struct render_context context = {.zone = {"Europe/Berlin", 13}};
    struct item items[2] = {{STR(HOSTILE)}, {STR("b")}};
    struct view view = {.title = STR(HOSTILE),
                        .url = STR("javascript:" HOSTILE),
                        .yes = true,
                        .count = 2,
                        .items = {items, 2},
                        .item = items};
    struct arena *arena;
    const struct template *tpl = NULL;
    struct str source = {(const char *)data, size};
    struct buf out;

    if (!process) {
        struct locale_formats *formats = NULL;
        static const char header[] = "Content-Type: text/plain; charset=UTF-8\n"
                                     "Plural-Forms: nplurals=2; plural=(n != 1);\n";
        char dir[] = "/tmp/kontor-fuzz-XXXXXX";
        uint32_t head[7] = {0x950412de, 0, 1, 28, 36, 0, 0},
                 rows[4] = {0, 44, sizeof(header) - 1, 45};
        struct i18n *i18n = NULL;
        char path[64];
        FILE *file;

        process = arena_new((size_t)4 << 20);
        if (!mkdtemp(dir))
            abort();
        (void)snprintf(path, sizeof(path), "%s/de.mo", dir);
        file = fopen(path, "wb");
        if (!file || fwrite(head, sizeof(head), 1, file) != 1 ||
            fwrite(rows, sizeof(rows), 1, file) != 1 || fputc(0, file) != 0 ||
            fwrite(header, sizeof(header), 1, file) != 1 || fclose(file) != 0 ||
            i18n_open(process, dir, &i18n) != OK ||
            locale_formats_new(process, "en", &formats) != OK)
            abort();
        (void)unlink(path);
        (void)rmdir(dir);
        context.i18n = i18n;
        context.formats[LANGUAGE_EN] = context.formats[LANGUAGE_DE] = formats;
    }
    if (size > 65536)
        return 0;
    err_clear();
    arena = arena_new((size_t)256 << 20);
    out = buf_init(arena, (size_t)1 << 20);
    if (compile(arena, source, &tpl) == OK) {
        template_render(tpl, &context, NULL, &view, &out);
        if (str_find(buf_str(&out), STR("<kontor-fuzz")) >= 0 &&
            str_find(source, STR("<kontor-fuzz")) < 0)
            abort();
    }
    arena_free(&arena);
    return 0;
}
