#include "web/exchange.h"

#include "base/random.h"
#include "formats/json.h"

#define URI_LIMIT       8000
#define COOKIES_MAX     50
#define QUERY_COUNT_MAX 50
#define BODY_COUNT_MAX  500
/* Fields of rows ("members[0].name") beside the others: this many times as many. */
#define ROW_FIELDS_FACTOR  4
#define NAME_LIMIT         100
#define HEADER_VALUE_LIMIT 2000

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_text(struct str s)
{
    return s.len == 0 || (memchr(s.ptr, 0, s.len) == NULL && str_is_utf8(s));
}

enum err http_decode(struct arena *arena, struct str in, bool form, struct str *out)
{
    char *text = arena_alloc(arena, in.len + 1);
    size_t len = 0;
    struct str decoded;

    for (size_t i = 0; i < in.len; i++) {
        char c = in.ptr[i];

        if (c == '%') {
            bool whole = in.len - i > 2;
            int high = whole ? hex_digit(in.ptr[i + 1]) : -1;
            int low = whole ? hex_digit(in.ptr[i + 2]) : -1;

            if (high < 0 || low < 0)
                return err_note(ERR_INPUT, "bad percent escape");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (form && c == '+') {
            c = ' ';
        }
        text[len++] = c;
    }
    decoded = (struct str){text, len};
    if (!is_text(decoded))
        return err_note(ERR_INPUT, "NUL or invalid UTF-8");
    *out = decoded;
    return OK;
}

enum err http_parse_form(struct arena *arena, struct str in, size_t count_max,
                         struct map **out)
{
    struct map *map = map_new(arena);
    struct str rest = in;
    struct str pair;
    size_t plain = 0;

    while (str_next(&rest, '&', &pair)) {
        struct str raw_name;
        struct str name;
        struct str *value;
        enum err err;

        if (pair.len == 0)
            continue;
        if (plain >= count_max || map_count(map) >= count_max * ROW_FIELDS_FACTOR)
            return err_note(ERR_INPUT, "more than %zu fields", map_count(map));
        value = ARENA_NEW(arena, struct str);
        (void)str_next(&pair, '=', &raw_name);
        err = http_decode(arena, raw_name, true, &name);
        if (err == OK)
            err = http_decode(arena, pair, true, value);
        if (err != OK)
            return err;
        if (name.len == 0 || name.len > NAME_LIMIT)
            return err_note(ERR_INPUT, "field name of %zu bytes", name.len);
        if (!map_has(map, name)) {
            map_set(map, name, value);
            plain += str_index(name, '[') < 0;
        }
    }
    *out = map;
    return OK;
}

struct map *http_parse_cookies(struct arena *arena, struct str header)
{
    struct map *map = map_new(arena);
    struct str rest = header;
    struct str pair;

    while (map_count(map) < COOKIES_MAX && str_next(&rest, ';', &pair)) {
        struct str name;
        struct str *value;

        (void)str_next(&pair, '=', &name);
        name = str_trim(name);
        if (name.len == 0 || name.len > NAME_LIMIT || map_has(map, name))
            continue;
        value = ARENA_NEW(arena, struct str);
        *value = str_trim(pair);
        if (is_text(*value))
            map_set(map, name, value);
    }
    return map;
}

/* A header value worth looking at: printable ASCII of bounded length, else absent. */
static struct str header(const struct web_exchange *ex, const char *name)
{
    struct str value = str_from(ex->io.param(ex->io.handle, name));

    if (value.len > HEADER_VALUE_LIMIT)
        return STR_NONE;
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] < 0x20 || value.ptr[i] > 0x7e)
            return STR_NONE;
    return value;
}

static enum http_method method_of(struct str name)
{
    if (str_is(name, "GET"))
        return HTTP_GET;
    if (str_is(name, "HEAD"))
        return HTTP_HEAD;
    if (str_is(name, "POST"))
        return HTTP_POST;
    return HTTP_OTHER;
}

/* application/json named before text/html, or alone. Quality values are not weighed: the
 * clients that send both (browsers) want HTML and name it first. */
static bool prefers_json(struct str accept)
{
    ssize_t json = str_find(accept, STR("application/json"));
    ssize_t problem = str_find(accept, STR("application/problem+json"));
    ssize_t html = str_find(accept, STR("text/html"));

    if (json < 0 || (problem >= 0 && problem < json))
        json = problem;
    return json >= 0 && (html < 0 || json < html);
}

/* The id comes from nginx under a name no client header can have; it is checked all the
 * same, because it goes into a header and the log. */
static struct str request_id(const struct web_exchange *ex, struct arena *arena)
{
    struct str id = header(ex, "REQUEST_ID");
    uint8_t bytes[16];
    bool good = id.len >= 8 && id.len <= 64;

    for (size_t i = 0; good && i < id.len; i++)
        good = hex_digit(id.ptr[i]) >= 0 || id.ptr[i] == '-';
    if (good)
        return id;
    random_bytes(bytes, sizeof(bytes));
    return str_hex(arena, bytes, sizeof(bytes));
}

static enum err parse_path(struct web_exchange *ex, struct arena *arena)
{
    struct str uri = str_from(ex->io.param(ex->io.handle, "REQUEST_URI"));
    struct str prefix = ex->site->prefix;
    struct str path;
    struct str query;
    enum err err;

    if (uri.len == 0 || uri.ptr[0] != '/' || uri.len > URI_LIMIT)
        return err_note(ERR_INPUT, "request URI of %zu bytes", uri.len);
    for (size_t i = 0; i < uri.len; i++)
        if (uri.ptr[i] <= 0x20 || uri.ptr[i] > 0x7e)
            return err_note(ERR_INPUT,
                            "byte in the request URI that is not printable ASCII");
    /* "/portal" alone means "/portal/". */
    if (!str_starts(uri, prefix)) {
        if (uri.len + 1 != prefix.len || !str_starts(prefix, uri))
            return err_note(ERR_NOT_FOUND, "path outside the prefix");
        uri = prefix;
    }
    ex->uri = str_from_index(uri, prefix.len - 1);
    query = ex->uri;
    (void)str_next(&query, '?', &path);
    ex->http.query_raw = query;
    /* An encoded slash would be taken for a separator after decoding, so it has no page.
     */
    if (str_find(path, STR("%2F")) >= 0 || str_find(path, STR("%2f")) >= 0)
        return err_note(ERR_NOT_FOUND, "encoded slash in the path");
    err = http_decode(arena, path, false, &ex->http.path);
    if (err == OK)
        err = http_parse_form(arena, query, QUERY_COUNT_MAX, &ex->http.query);
    return err;
}

enum err http_parse(struct web_exchange *ex)
{
    struct arena *arena = ex->page.arena;
    struct http *http = &ex->http;
    struct str length = header(ex, "CONTENT_LENGTH");
    struct str cookies = str_from(ex->io.param(ex->io.handle, "HTTP_COOKIE"));

    /* What an error page needs comes first. */
    http->query = map_new(arena);
    http->path = STR("/");
    ex->uri = STR("/");
    http->request_id = request_id(ex, arena);
    http->method = method_of(header(ex, "REQUEST_METHOD"));
    http->accept = header(ex, "HTTP_ACCEPT");
    http->accept_language = header(ex, "HTTP_ACCEPT_LANGUAGE");
    http->origin = header(ex, "HTTP_ORIGIN");
    http->host = header(ex, "HTTP_HOST");
    http->fetch_site = header(ex, "HTTP_SEC_FETCH_SITE");
    http->remote_addr = header(ex, "REMOTE_ADDR");
    http->user_agent = header(ex, "HTTP_USER_AGENT");
    http->guarded_uri = header(ex, "KONTOR_GUARDED_URI");
    http->wants_json = prefers_json(http->accept);
    http->content_type = header(ex, "CONTENT_TYPE");
    http->cookies = http_parse_cookies(arena, cookies);
    http->content_length = -1;
    ex->live_poll = header(ex, "HTTP_X_KONTOR_LIVE").len > 0;
    if (length.len > 0 &&
        (str_to_i64(length, &http->content_length) != OK || http->content_length < 0))
        return err_note(ERR_INPUT, "bad content length");
    return parse_path(ex, arena);
}

/* ---- bodies ---- */

static enum err read_all(struct web_exchange *ex, int64_t limit, struct str *out)
{
    int64_t expected = ex->http.content_length;
    size_t capacity;
    size_t len = 0;
    char *bytes;

    if (expected > limit)
        return err_note(ERR_TOO_LARGE, "body of %lld bytes", (long long)expected);
    capacity = (size_t)(expected >= 0 ? expected : limit);
    bytes = arena_alloc(ex->page.arena, capacity + 1);
    for (;;) {
        ssize_t got = ex->io.read(ex->io.handle, bytes + len, capacity + 1 - len);

        if (got < 0)
            return err_note(ERR_INPUT, "body cut off");
        if (got == 0)
            break;
        len += (size_t)got;
        if (len > capacity)
            return err_note(ERR_TOO_LARGE, "body over its limit");
    }
    ex->body_read = (int64_t)len;
    if (expected >= 0 && (int64_t)len != expected)
        return err_note(ERR_INPUT, "body of %zu bytes, %lld announced", len,
                        (long long)expected);
    *out = (struct str){bytes, len};
    return OK;
}

/* A list of contexts with lists: the deepest that a form's data go. */
#define JSON_DEPTH_MAX 4

static enum err put_json(struct arena *arena, struct map *map, struct str name,
                         const json_t *item);

/* 0.1 as it was written, and not as 0.10000000000000001. */
static struct str real_text(struct arena *arena, double real)
{
    struct str text = str_format(arena, "%.15g", real);

    if (strtod(str_c(arena, text), NULL) != real)
        text = str_format(arena, "%.17g", real);
    return text;
}

/* {"boats": [{"name": "Kogge"}]} is the field "boats[0].name": data have the names that a page's form
 * gives them. */
static enum err put_nested(struct arena *arena, struct map *map, struct str name,
                           json_t *item, int depth)
{
    json_t *member;
    size_t index;
    enum err err = OK;

    if (depth > JSON_DEPTH_MAX)
        return err_note(ERR_INPUT, "the JSON body is nested too deeply");
    if (!json_is_array(item) && !json_is_object(item))
        return put_json(arena, map, name, item);
    json_array_foreach(item, index, member)
    {
        struct str inner = str_format(arena, "%.*s[%zu]", STR_ARG(name), index);

        /* A row without answers is a row. */
        if (json_is_object(member) && err == OK)
            err = put_json(arena, map, inner, json_true());
        if (err == OK)
            err = put_nested(arena, map, inner, member, depth + 1);
    }
    for (void *at = json_object_iter(item); at && err == OK;
         at = json_object_iter_next(item, at))
        err = put_nested(
            arena, map,
            str_format(arena, "%.*s.%s", STR_ARG(name), json_object_iter_key(at)),
            json_object_iter_value(at), depth + 1);
    return err;
}

/* Text as it is, numbers as they are written, true as "1"; false and null count as not sent, as an
 * unticked box in a form does. */
static enum err put_json(struct arena *arena, struct map *map, struct str name,
                         const json_t *item)
{
    struct str *value = ARENA_NEW(arena, struct str);

    if (json_is_string(item))
        *value = (struct str){json_string_value(item), json_string_length(item)};
    else if (json_is_integer(item))
        *value = json_write(arena, item);
    else if (json_is_real(item))
        *value = real_text(arena, json_real_value(item));
    else if (json_is_true(item))
        *value = STR("1");
    else if (json_is_false(item) || json_is_null(item))
        return OK;
    else
        return err_note(ERR_INPUT, "nested value in the JSON body");
    if (!is_text(*value) || name.len == 0 || name.len > NAME_LIMIT)
        return err_note(ERR_INPUT, "NUL or bad name in the JSON body");
    if (map_count(map) >= BODY_COUNT_MAX * ROW_FIELDS_FACTOR)
        return err_note(ERR_INPUT, "more than %zu fields", map_count(map));
    map_set(map, name, value);
    return OK;
}

/* {"name": "text", "amount": 3, "agreed": true}; with lists and objects inside only where a definition
 * says what the fields are. */
static enum err parse_json_object(struct arena *arena, struct str text, bool nested,
                                  struct map **out)
{
    struct map *map = map_new(arena);
    json_t *root;
    const char *key;
    json_t *item;
    enum err err = json_parse(arena, text, &root);

    if (err != OK)
        return err;
    if (!json_is_object(root) || json_object_size(root) > BODY_COUNT_MAX)
        return err_note(ERR_INPUT, "the body is no JSON object of that many members");
    json_object_foreach(root, key, item)
    {
        err = nested ? put_nested(arena, map, str_from(key), item, 0)
                     : put_json(arena, map, str_from(key), item);
        if (err != OK)
            return err;
    }
    *out = map;
    return OK;
}

enum err http_read_body(struct web_exchange *ex, int64_t limit)
{
    struct str type = ex->http.content_type;
    struct str media;
    struct str body = STR("");
    enum err err;

    if (!str_next(&type, ';', &media))
        media = STR_NONE;
    media = str_trim(media);
    if (media.len > 0 &&
        !str_eq_nocase(media, STR("application/x-www-form-urlencoded")) &&
        !str_eq_nocase(media, STR("application/json")))
        return err_note(ERR_INPUT, "body is neither a form nor JSON");
    err = read_all(ex, limit, &body);
    if (err != OK)
        return err;
    if (str_eq_nocase(media, STR("application/json")))
        return parse_json_object(
            ex->page.arena, body,
            ex->page.route && ex->page.route->flags & ROUTE_RAW_FIELDS, &ex->body);
    ex->body_raw = body;
    return http_parse_form(ex->page.arena, body, BODY_COUNT_MAX, &ex->body);
}
