#include "web/exchange.h"

#define TEXT_MAX_DEFAULT      200
#define MULTILINE_MAX_DEFAULT 4000
#define PASSWORD_MAX_DEFAULT  1000
#define TOKEN_MAX             64

static const struct view_field field_error_fields[] = {
    VIEW_F(struct field_error, name, VIEW_STR),
    VIEW_H(struct field_error, anchor, VIEW_STR),
    VIEW_F(struct field_error, text, VIEW_STR),
};
VIEW_TYPE(field_error_view_type, struct field_error, field_error_fields);

struct str page_control_id(struct arena *arena, struct str name)
{
    char *id = arena_alloc(arena, name.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] != ']')
            id[len++] = name.ptr[i] == '[' || name.ptr[i] == '.' ? '-' : name.ptr[i];
    return (struct str){id, len};
}

void page_add_error(struct page *page, struct str field_name, struct str text)
{
    struct web_exchange *ex = page->exchange;

    if (page->error_count == ex->error_capacity) {
        size_t capacity = ex->error_capacity ? ex->error_capacity * 2 : 8;
        struct field_error *grown =
            ARENA_ARRAY(page->arena, struct field_error, capacity);

        if (page->error_count)
            memcpy(grown, ex->errors, page->error_count * sizeof(*grown));
        ex->errors = grown;
        ex->error_capacity = capacity;
        page->errors = grown;
    }
    ex->errors[page->error_count].name = field_name;
    ex->errors[page->error_count].anchor = page_control_id(page->arena, field_name);
    ex->errors[page->error_count].text = text;
    page->error_count++;
}

static void complain(struct page *page, const struct field *field, const char *msgid,
                     const struct str *more, size_t more_count)
{
    struct str args[3] = {page_text(page, field->label ? field->label : field->name)};

    for (size_t i = 0; i < more_count && i < 2; i++)
        args[i + 1] = more[i];
    page_add_error(page, str_from(field->name),
                   page_text_fill(page, msgid, args, more_count + 1));
}

static void complain_limits(struct page *page, const struct field *field,
                            const char *msgid, int64_t a, int64_t b)
{
    struct str more[2] = {
        str_format(page->arena, "%lld", (long long)a),
        str_format(page->arena, "%lld", (long long)b),
    };

    complain(page, field, msgid, more, 2);
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

static struct str nfc(struct arena *arena, struct str s)
{
    return is_ascii(s) ? s : locale_nfc(arena, s);
}

/* C0 controls and DEL; `lines` lets tab and line feed pass. Everything else of Unicode is
 * text. */
static bool has_control(struct str s, bool lines)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c == 0x7f || (c < 0x20 && !(lines && (c == '\n' || c == '\t'))))
            return true;
    }
    return false;
}

/* Browsers send CRLF; rows and screens have LF. */
static struct str unify_lines(struct arena *arena, struct str s)
{
    char *text;
    size_t len = 0;

    if (str_index(s, '\r') < 0)
        return s;
    text = arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\r') {
            if (i + 1 < s.len && s.ptr[i + 1] == '\n')
                continue;
            text[len++] = '\n';
        } else {
            text[len++] = s.ptr[i];
        }
    }
    return (struct str){text, len};
}

static bool in_limit(struct page *page, const struct field *field, struct str text,
                     int64_t fallback)
{
    int64_t max = field->max ? field->max : fallback;
    int64_t length = (int64_t)str_utf8_length(text);

    if (length <= max)
        return true;
    complain_limits(page, field,
                    N_("Shorten “{0}” to at most {1} characters; it has {2} now."), max,
                    length);
    return false;
}

static void parse_text(struct page *page, const struct field *field, struct str raw,
                       struct str *out)
{
    bool lines = field->type == FIELD_MULTILINE;
    struct str text = lines ? unify_lines(page->arena, raw) : raw;

    if (has_control(text, lines)) {
        complain(page, field,
                 N_("Remove the control characters (such as a line break) from “{0}”."),
                 NULL, 0);
        return;
    }
    text = nfc(page->arena, text);
    if (in_limit(page, field, text, lines ? MULTILINE_MAX_DEFAULT : TEXT_MAX_DEFAULT))
        *out = text;
}

static void parse_int(struct page *page, const struct field *field, struct str raw,
                      int64_t *out)
{
    int64_t number;

    if (str_to_i64(raw, &number) != OK || number < field->min || number > field->max)
        complain_limits(page, field, N_("Enter a whole number from {1} to {2} in “{0}”."),
                        field->min, field->max);
    else
        *out = number;
}

static void parse_day(struct page *page, const struct field *field, struct str raw,
                      day_no *out)
{
    if (day_parse(raw, out) != OK)
        complain(page, field, N_("Enter a real date in “{0}”, for example 2027-03-31."),
                 NULL, 0);
}

static void parse_choice(struct page *page, const struct field *field, struct str raw,
                         struct str *out)
{
    for (size_t i = 0; field->choices[i]; i++)
        if (str_is(raw, field->choices[i])) {
            *out = raw;
            return;
        }
    complain(page, field, N_("Choose one of the options offered for “{0}”."), NULL, 0);
}

static void parse_token(struct page *page, const struct field *field, struct str raw,
                        struct str *out)
{
    bool good = raw.len <= TOKEN_MAX;

    for (size_t i = 0; good && i < raw.len; i++) {
        char c = raw.ptr[i];

        good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
    if (good)
        *out = raw;
    else
        complain(page, field,
                 N_("The value of “{0}” is not valid. Reload the page and try again."),
                 NULL, 0);
}

static void parse_one(struct page *page, const struct field *field, struct str raw,
                      void *out)
{
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_MULTILINE:
        parse_text(page, field, raw, out);
        return;
    case FIELD_PASSWORD:
        if (in_limit(page, field, raw, PASSWORD_MAX_DEFAULT))
            *(struct str *)out = raw;
        return;
    case FIELD_INT:
        parse_int(page, field, raw, out);
        return;
    case FIELD_DAY:
        parse_day(page, field, raw, out);
        return;
    case FIELD_CHOICE:
        parse_choice(page, field, raw, out);
        return;
    case FIELD_BOOL:
        *(bool *)out = !str_is(raw, "0") && !str_is(raw, "false");
        return;
    case FIELD_TOKEN:
        parse_token(page, field, raw, out);
        return;
    }
    bug("field type %d", (int)field->type);
}

void fields_parse(struct web_exchange *ex, const struct map *raw_fields)
{
    struct page *page = &ex->page;
    const struct route *route = page->route;
    char *fields;

    if (!route->fields)
        return;
    fields = arena_alloc(page->arena, route->fields_size);
    for (size_t i = 0; i < route->field_count; i++) {
        const struct field *field = &route->fields[i];
        const struct str *sent =
            raw_fields ? map_get(raw_fields, str_from(field->name)) : NULL;
        struct str raw = sent ? *sent : STR_NONE;

        if (field->type == FIELD_DAY)
            *(day_no *)(void *)(fields + field->offset) = DAY_NONE;
        if (field->type != FIELD_PASSWORD)
            raw = str_trim(raw);
        if (raw.len == 0) {
            if (field->required)
                complain(page, field, N_("Fill in “{0}”."), NULL, 0);
            continue;
        }
        parse_one(page, field, raw, fields + field->offset);
    }
    page->fields = fields;
}

struct str page_raw(const struct page *page, const char *name)
{
    const struct web_exchange *ex = page->exchange;
    const struct map *map = page->route->method == HTTP_GET ? ex->http.query : ex->body;
    const struct str *value = map ? map_get(map, str_from(name)) : NULL;

    if (!value)
        return STR_NONE;
    /* A password is never shown again, so it is not found here either. */
    for (size_t i = 0; i < page->route->field_count; i++)
        if (page->route->fields[i].type == FIELD_PASSWORD &&
            strcmp(page->route->fields[i].name, name) == 0)
            return STR_NONE;
    return *value;
}

const struct map *page_raw_fields(const struct page *page)
{
    struct web_exchange *ex = page->exchange;

    if (!ex->body)
        ex->body = map_new(page->arena);
    return ex->body;
}
