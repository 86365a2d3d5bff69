/* diff.c: the compiled form is JSON, so its parts are compared as such: what has an identity is matched by it,
 * whatever its place; all else by its place. */
#include "process/version/diff.h"

#include "base/map.h"
#include "base/vec.h"
#include "formats/json.h"

#define VALUE_CHARACTERS 60
#define DEPTH_MAX        30

struct comparing {
    struct arena *arena;
    struct vec lines; /* struct diff_line */
    size_t left_out;
};

static void PRINTF_LIKE(3, 4)
    add(struct comparing *c, enum diff_kind kind, const char *format, ...)
{
    va_list args;
    struct diff_line *line;

    if (c->lines.count >= DIFF_LINES_MAX) {
        c->left_out++;
        return;
    }
    va_start(args, format);
    line = VEC_PUSH(&c->lines, struct diff_line);
    line->kind = kind;
    line->text = str_vformat(c->arena, format, args);
    va_end(args);
}

/* ---- values ------------------------------------------------------------------------------------- */

static struct str text_of(struct comparing *c, const json_t *value)
{
    struct str text;
    size_t cut = VALUE_CHARACTERS;
    json_t *box;

    if (!value)
        return STR("nothing");
    /* json_write() writes objects and lists; a value is written in a list, without its brackets. */
    box = json_array();
    json_array_append(box, (json_t *)(uintptr_t)value);
    text = json_write(c->arena, box);
    json_decref(box);
    text = str_sub(text, 1, text.len - 2);
    if (text.len <= cut)
        return text;
    while (cut > 0 && ((unsigned char)text.ptr[cut] & 0xC0) == 0x80)
        cut--;
    return str_concat(c->arena, str_sub(text, 0, cut), STR("…"));
}

/* What tells an item of a list from the others; absent: its place does. */
static struct str identity_of(const json_t *item)
{
    static const char *const KEYS[] = {"id",   "key",    "element", "flow",
                                       "name", "target", "value",   NULL};

    for (size_t i = 0; KEYS[i]; i++) {
        struct str text = json_get_str(item, KEYS[i]);

        if (text.len)
            return text;
    }
    return json_is_string(item)
               ? (struct str){json_string_value(item), json_string_length(item)}
               : STR_NONE;
}

/* "userTask Task_1 "Check"". */
static struct str title_of(struct comparing *c, const json_t *item)
{
    struct str id = identity_of(item);
    struct str name = json_get_str(item, "name");
    struct str kind = json_get_str(item, "type");
    int64_t number = json_get_int(item, "kind", -1);

    if (name.len == 0)
        name = json_get_str(item, "label");
    if (name.len == 0)
        name = json_get_str(item, "title");
    if (number >= 0 && number < BPMN_KIND_COUNT)
        kind = str_from(bpmn_kind_tag((enum bpmn_kind)number));
    if (!id.ptr)
        return text_of(c, item);
    return str_format(c->arena, "%.*s%s%.*s%s%.*s%s", STR_ARG(kind), kind.len ? " " : "",
                      STR_ARG(id), name.len && !str_eq(name, id) ? " \"" : "",
                      str_eq(name, id) ? 0 : (int)name.len, name.ptr ? name.ptr : "",
                      name.len && !str_eq(name, id) ? "\"" : "");
}

/* ---- walking ---------------------------------------------------------------------------------------- */

static void compare(struct comparing *c, struct str place, const json_t *before,
                    const json_t *after, int depth);

static struct str inside(struct comparing *c, struct str place, struct str name)
{
    return place.len ? str_format(c->arena, "%.*s: %.*s", STR_ARG(place), STR_ARG(name))
                     : name;
}

static void compare_objects(struct comparing *c, struct str place, const json_t *before,
                            const json_t *after, int depth)
{
    /* The iterator takes a mutable object, though it only reads. */
    json_t *all = json_copy((json_t *)(uintptr_t)before);

    json_object_update_missing(all, (json_t *)(uintptr_t)after);
    for (void *i = json_object_iter(all); i; i = json_object_iter_next(all, i)) {
        const char *key = json_object_iter_key(i);
        struct str name = str_copy(c->arena, str_from(key));

        compare(c, inside(c, place, name), json_object_get(before, key),
                json_object_get(after, key), depth + 1);
    }
    json_decref(all);
}

static struct map *by_identity(struct comparing *c, const json_t *list)
{
    struct map *map = map_new(c->arena);

    for (size_t i = 0; i < json_array_size(list); i++) {
        struct str id = identity_of(json_array_get(list, i));

        if (!id.ptr || map_has(map, id))
            return NULL;
        map_set(map, id, json_array_get(list, i));
    }
    return map;
}

static void compare_places(struct comparing *c, struct str place, const json_t *before,
                           const json_t *after, int depth)
{
    size_t old_count = json_array_size(before);
    size_t new_count = json_array_size(after);

    for (size_t i = 0; i < (old_count > new_count ? old_count : new_count); i++)
        compare(c, inside(c, place, str_format(c->arena, "%zu", i + 1)),
                json_array_get(before, i), json_array_get(after, i), depth + 1);
}

static void compare_lists(struct comparing *c, struct str place, const json_t *before,
                          const json_t *after, int depth)
{
    struct map *old_items = by_identity(c, before);
    struct map *new_items = by_identity(c, after);

    if (!old_items || !new_items) {
        compare_places(c, place, before, after, depth);
        return;
    }
    for (size_t i = 0; i < map_count(old_items); i++) {
        const struct map_entry *entry = &map_entries(old_items)[i];
        const json_t *other = map_get(new_items, entry->key);

        if (!other)
            add(c, DIFF_REMOVED, "%.*s: %.*s", STR_ARG(place),
                STR_ARG(title_of(c, entry->value)));
        else
            compare(c, inside(c, place, entry->key), entry->value, other, depth + 1);
    }
    for (size_t i = 0; i < map_count(new_items); i++) {
        const struct map_entry *entry = &map_entries(new_items)[i];

        if (!map_has(old_items, entry->key))
            add(c, DIFF_ADDED, "%.*s: %.*s", STR_ARG(place),
                STR_ARG(title_of(c, entry->value)));
    }
}

static void compare(struct comparing *c, struct str place, const json_t *before,
                    const json_t *after, int depth)
{
    if (before && after && json_equal(before, after))
        return;
    if (!before)
        add(c, DIFF_ADDED, "%.*s %.*s", STR_ARG(place), STR_ARG(text_of(c, after)));
    else if (!after)
        add(c, DIFF_REMOVED, "%.*s %.*s", STR_ARG(place), STR_ARG(text_of(c, before)));
    else if (depth < DEPTH_MAX && json_is_object(before) && json_is_object(after))
        compare_objects(c, place, before, after, depth);
    else if (depth < DEPTH_MAX && json_is_array(before) && json_is_array(after))
        compare_lists(c, place, before, after, depth);
    else
        add(c, DIFF_CHANGED, "%.*s: %.*s -> %.*s", STR_ARG(place),
            STR_ARG(text_of(c, before)), STR_ARG(text_of(c, after)));
}

/* ---- a definition -------------------------------------------------------------------------------------- */

/* Where things are drawn is one line, and the number of the format none. */
static void compare_parts(struct comparing *c, json_t *before, json_t *after)
{
    json_t *old_process = json_object_get(before, "process");
    json_t *new_process = json_object_get(after, "process");
    json_t *old_shapes = json_object_get(old_process, "shapes");
    json_t *new_shapes = json_object_get(new_process, "shapes");

    if (old_shapes && new_shapes && !json_equal(old_shapes, new_shapes))
        add(c, DIFF_CHANGED, "drawing of the process");
    json_object_del(old_process, "shapes");
    json_object_del(new_process, "shapes");
    json_object_del(before, "format");
    json_object_del(after, "format");
    compare(c, STR(""), before, after, 0);
}

static void finish(struct comparing *c, struct diff_line **out, size_t *count_out)
{
    if (c->left_out) {
        struct diff_line *line = VEC_PUSH(&c->lines, struct diff_line);

        line->kind = DIFF_CHANGED;
        line->text = str_format(c->arena, "and %zu more", c->left_out);
    }
    *out = c->lines.items;
    *count_out = c->lines.count;
}

enum err definition_diff(struct arena *arena, struct str old_compiled,
                         struct str new_compiled, struct diff_line **out,
                         size_t *count_out)
{
    struct comparing c = {.arena = arena, .lines = VEC_INIT(arena, struct diff_line)};
    json_t *before = NULL;
    json_t *after = NULL;
    enum err err = json_parse(arena, old_compiled, &before);

    if (err == OK)
        err = json_parse(arena, new_compiled, &after);
    if (err != OK)
        return err;
    compare_parts(&c, before, after);
    finish(&c, out, count_out);
    return OK;
}

/* ---- files ------------------------------------------------------------------------------------------------ */

/* How often each line is there: more in `after` than in `before` counts as more. */
static size_t lines_more(struct arena *arena, struct str before, struct str after)
{
    struct map *seen = map_new(arena);
    struct str line;
    size_t more = 0;

    while (str_next(&before, '\n', &line)) {
        int64_t *count = map_get(seen, line);

        if (!count) {
            count = ARENA_NEW(arena, int64_t);
            map_set(seen, line, count);
        }
        ++*count;
    }
    while (str_next(&after, '\n', &line)) {
        int64_t *count = map_get(seen, line);

        if (count && *count > 0)
            --*count;
        else
            more++;
    }
    return more;
}

void definition_diff_files(struct arena *arena, const struct definition_file *old_files,
                           size_t old_count, const struct definition_file *new_files,
                           size_t new_count, struct diff_line **out, size_t *count_out)
{
    struct comparing c = {.arena = arena, .lines = VEC_INIT(arena, struct diff_line)};
    size_t i = 0;
    size_t k = 0;

    while (i < old_count || k < new_count) {
        int order = i == old_count   ? 1
                    : k == new_count ? -1
                                     : str_cmp(old_files[i].path, new_files[k].path);

        if (order < 0) {
            add(&c, DIFF_REMOVED, "%.*s", STR_ARG(old_files[i].path));
        } else if (order > 0) {
            add(&c, DIFF_ADDED, "%.*s", STR_ARG(new_files[k].path));
        } else if (!str_eq(old_files[i].content, new_files[k].content)) {
            struct str before = old_files[i].content;
            struct str after = new_files[k].content;

            add(&c, DIFF_CHANGED, "%.*s: %zu lines more, %zu less",
                STR_ARG(new_files[k].path), lines_more(arena, before, after),
                lines_more(arena, after, before));
        }
        i += order <= 0;
        k += order >= 0;
    }
    finish(&c, out, count_out);
}
