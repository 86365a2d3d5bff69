#include "formats/json.h"

/* No escaped NUL (text of ours never has one), no key twice; jansson itself refuses what
 * is not UTF-8 and nests deeper than JSON_PARSER_MAX_DEPTH. */
#define READ_FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)

static void release(void *value)
{
    json_decref(value);
}

enum err json_parse(struct arena *arena, struct str text, json_t **out)
{
    json_error_t where;
    json_t *value;

    /* Hash seed of all objects; does nothing when there is one. */
    json_object_seed(0);
    value = json_loadb(text.ptr ? text.ptr : "", text.len, READ_FLAGS, &where);
    /* jansson quotes the input in its text, so only the position is kept. */
    if (!value)
        return err_note(ERR_INPUT, "JSON: error %d at line %d, column %d",
                        (int)json_error_code(&where), where.line, where.column);
    arena_on_end(arena, release, value);
    *out = value;
    return OK;
}

json_t *json_new_object(struct arena *arena)
{
    json_t *object;

    json_object_seed(0);
    object = json_object();
    if (!object)
        bug("out of memory");
    arena_on_end(arena, release, object);
    return object;
}

static int append(const char *bytes, size_t size_bytes, void *user)
{
    buf_put_bytes(user, bytes, size_bytes);
    return 0;
}

static struct str dump(struct arena *arena, const json_t *value, size_t flags)
{
    struct buf buf = buf_init(arena, SIZE_MAX / 4); /* the arena has the real limit */

    if (json_dump_callback(value, append, &buf, flags | JSON_ENCODE_ANY))
        bug("JSON value cannot be written");
    return buf_str(&buf);
}

struct str json_write(struct arena *arena, const json_t *value)
{
    return dump(arena, value, JSON_COMPACT | JSON_SORT_KEYS);
}

struct str json_write_lines(struct arena *arena, const json_t *value)
{
    return dump(arena, value, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
}

struct str json_str(const json_t *value)
{
    if (!json_is_string(value))
        return STR_NONE;
    return (struct str){json_string_value(value), json_string_length(value)};
}

struct str json_get_str(const json_t *object, const char *key)
{
    return json_str(json_object_get(object, key));
}

int64_t json_get_int(const json_t *object, const char *key, int64_t fallback)
{
    const json_t *value = json_object_get(object, key);

    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool json_get_bool(const json_t *object, const char *key, bool fallback)
{
    const json_t *value = json_object_get(object, key);

    return json_is_boolean(value) ? json_is_true(value) : fallback;
}

static void set(json_t *object, const char *key, json_t *value)
{
    /* Takes the reference in any case; fails on memory, a value that is no UTF-8 or no
     * object. */
    if (json_object_set_new(object, key, value))
        bug("JSON member \"%s\" cannot be set", key);
}

void json_set_str(json_t *object, const char *key, struct str value)
{
    set(object, key, value.ptr ? json_stringn(value.ptr, value.len) : json_null());
}

void json_set_int(json_t *object, const char *key, int64_t value)
{
    set(object, key, json_integer(value));
}

void json_set_bool(json_t *object, const char *key, bool value)
{
    set(object, key, json_boolean(value));
}

/* How many bytes at `at` need an escape of their own; 0 if the byte can stay. */
static size_t special(struct str text, size_t at)
{
    unsigned char c = (unsigned char)text.ptr[at];

    if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' ||
        c == 0x7F)
        return 1;
    if (c == 0xE2 && text.len - at >= 3 && (unsigned char)text.ptr[at + 1] == 0x80 &&
        ((unsigned char)text.ptr[at + 2] & 0xFE) == 0xA8)
        return 3;
    return 0;
}

void json_put_str(struct buf *buf, struct str text)
{
    size_t from = 0;
    bool utf8 = str_is_utf8(text);

    buf_put_char(buf, '"');
    for (size_t at = 0; at < text.len;) {
        unsigned char c = (unsigned char)text.ptr[at];
        size_t length = special(text, at);

        /* Text of ours is UTF-8; should other bytes get here, the JSON still has to be
         * readable. */
        if (!length && (utf8 || c < 0x80)) {
            at++;
            continue;
        }
        buf_put(buf, str_sub(text, from, at - from));
        if (!length) {
            length = 1;
            buf_put_c(buf, "\\ufffd");
        } else if (length == 3) {
            buf_put_c(buf,
                      (unsigned char)text.ptr[at + 2] == 0xA8 ? "\\u2028" : "\\u2029");
        } else if (c == '"' || c == '\\') {
            buf_put_char(buf, '\\');
            buf_put_char(buf, (char)c);
        } else if (c == '\n') {
            buf_put_c(buf, "\\n");
        } else {
            buf_format(buf, "\\u%04x", c);
        }
        at += length;
        from = at;
    }
    buf_put(buf, str_from_index(text, from));
    buf_put_char(buf, '"');
}
