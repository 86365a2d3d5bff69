#include "process/definition/json_source.h"

#include <stdarg.h>

#include "process/definition/json_own.h"
#include "process/definition/rules.h"

#define TEXT_MAX       1000
#define PATH_MAX_DEPTH 16

/* ---- lines: a walk over text that is known to be valid JSON ---- */

struct walk {
    struct str text;
    size_t at;
};

static char here(const struct walk *w)
{
    return w->at < w->text.len ? w->text.ptr[w->at] : '\0';
}

static void skip_space(struct walk *w)
{
    while (here(w) == ' ' || here(w) == '\n' || here(w) == '\r' || here(w) == '\t')
        w->at++;
}

/* Past a string; returns its raw bytes. */
static struct str skip_string(struct walk *w)
{
    size_t start = ++w->at;
    while (w->at < w->text.len && here(w) != '"')
        w->at += here(w) == '\\' ? 2 : 1;
    struct str raw = str_sub(w->text, start, w->at - start);
    w->at++;
    return raw;
}

static void skip_value(struct walk *w)
{
    int depth = 0;
    do {
        skip_space(w);
        char c = here(w);
        if (c == '"') {
            skip_string(w);
        } else if (c == '{' || c == '[') {
            depth++;
            w->at++;
        } else if (c == '}' || c == ']') {
            depth--;
            w->at++;
        } else if (c == ',' || c == ':') {
            w->at++;
        } else {
            while (w->at < w->text.len && !strchr(",]}: \n\r\t", here(w)))
                w->at++;
        }
    } while (depth > 0 && w->at < w->text.len);
}

/* From the start of a container to its member; false (walk spent) if it has none such. */
static bool enter(struct walk *w, const struct json_at *step, size_t *found_at)
{
    skip_space(w);
    char open = here(w);
    if (open != (step->key ? '{' : '['))
        return false;
    w->at++;
    for (size_t i = 0; w->at < w->text.len; i++) {
        skip_space(w);
        if (here(w) == '}' || here(w) == ']')
            return false;
        *found_at = w->at;
        bool match = !step->key && i == step->index;
        if (step->key) {
            match = str_is(skip_string(w), step->key);
            skip_space(w);
            w->at++; /* ':' */
        }
        if (match)
            return true;
        skip_value(w);
        skip_space(w);
        if (here(w) == ',')
            w->at++;
    }
    return false;
}

int json_source_line(const struct json_source *source, const struct json_at *at)
{
    if (!source->text.ptr)
        return 0;
    const struct json_at *path[PATH_MAX_DEPTH];
    size_t depth = 0;
    for (; at && depth < PATH_MAX_DEPTH; at = at->parent)
        path[depth++] = at;
    struct walk w = {source->text, 0};
    skip_space(&w);
    size_t best = w.at, found;
    while (depth > 0 && enter(&w, path[--depth], &found))
        best = found;
    int line = 1;
    for (size_t i = 0; i < best && i < source->text.len; i++)
        line += source->text.ptr[i] == '\n';
    return line;
}

/* ---- reading ---- */

enum err json_source_parse(struct json_source *source, json_t **out)
{
    json_error_t where;
    /* Not json_parse: the position is wanted as a number, and nothing here is personal. */
    json_t *value = json_loadb(source->text.ptr ? source->text.ptr : "", source->text.len,
                               JSON_REJECT_DUPLICATES, &where);
    if (!value) {
        report_problem(source->report, where.line, "JSON: %s", where.text);
        return ERR_INPUT;
    }
    *out = json_own(source->arena, value);
    return OK;
}

void json_problem(struct json_source *source, const struct json_at *at,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str text = str_vformat(source->arena, format, args);
    va_end(args);
    report_problem(source->report, json_source_line(source, at), "%.*s", STR_ARG(text));
}

bool json_check_object(struct json_source *source, const struct json_at *at,
                       const json_t *object, const char *allowed)
{
    const char *key;
    json_t *value;
    bool good = json_is_object(object);
    if (!good)
        json_problem(source, at, "an object is expected here");
    /* The macro takes a mutable object, though it only reads. */
    void *iter = good ? json_object_iter((json_t *)(uintptr_t)object) : NULL;
    for (; iter; iter = json_object_iter_next((json_t *)(uintptr_t)object, iter)) {
        key = json_object_iter_key(iter);
        value = json_object_iter_value(iter);
        if (value && rule_has_word(allowed, str_from(key)))
            continue;
        good = false;
        json_problem(source, &(struct json_at){at, key, 0},
                     "\"%s\" is not supported here", key);
    }
    return good;
}

struct str json_read_text(struct json_source *source, const struct json_at *at,
                          const json_t *object, const char *key, bool required)
{
    const json_t *value = json_object_get(object, key);
    struct json_at place = {at, key, 0};
    if (!value) {
        if (required)
            json_problem(source, at, "\"%s\" is missing", key);
        return STR_NONE;
    }
    struct str text = json_get_str(object, key);
    if (!rule_is_line(text) || str_utf8_length(text) > TEXT_MAX) {
        json_problem(source, &place, "\"%s\" must be one line of 1 to %d characters", key,
                     TEXT_MAX);
        return STR_NONE;
    }
    return text;
}

struct str json_read_msgid(struct json_source *source, const struct json_at *at,
                           const json_t *object, const char *key, bool required)
{
    struct str text = json_read_text(source, at, object, key, required);
    if (source->texts)
        text_list_add(source->texts, text, source->report->file,
                      json_source_line(source, &(struct json_at){at, key, 0}));
    return text;
}

int64_t json_read_int(struct json_source *source, const struct json_at *at,
                      const json_t *object, const char *key, struct int_range range)
{
    const json_t *value = json_object_get(object, key);
    if (!value)
        return 0;
    int64_t number = json_integer_value(value);
    if (json_is_integer(value) && number >= range.min && number <= range.max)
        return number;
    json_problem(source, &(struct json_at){at, key, 0},
                 "\"%s\" must be an integer from %lld to %lld", key, (long long)range.min,
                 (long long)range.max);
    return 0;
}

bool json_read_bool(struct json_source *source, const struct json_at *at,
                    const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (value && !json_is_boolean(value))
        json_problem(source, &(struct json_at){at, key, 0},
                     "\"%s\" must be true or false", key);
    return json_is_true(value);
}

const json_t *json_read_array(struct json_source *source, const struct json_at *at,
                              const json_t *object, const char *key, bool required)
{
    const json_t *value = json_object_get(object, key);
    if (value && !json_is_array(value))
        json_problem(source, &(struct json_at){at, key, 0}, "\"%s\" must be a list", key);
    else if (required && json_array_size(value) == 0)
        json_problem(source, at, "\"%s\" is missing or empty", key);
    return json_is_array(value) ? value : NULL;
}
