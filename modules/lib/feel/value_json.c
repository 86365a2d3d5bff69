/* value_json.c: JSON read as FEEL values. jansson keeps numbers as doubles, which would turn 0.10 into
 * something else; so the text is read here, as strictly as formats/json does. */
#include "base/vec.h"
#include "feel/value.h"

#define DEPTH_MAX 64

struct reader {
    struct arena *arena;
    struct str text;
    size_t at;
    size_t depth;
};

static enum err read_value(struct reader *r, struct feel_value *out);

static enum err refuse(const struct reader *r, const char *what)
{
    return err_note(ERR_INPUT, "JSON, byte %zu: %s", r->at + 1, what);
}

static char peek(const struct reader *r)
{
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static void skip_blanks(struct reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n' || peek(r) == '\r')
        r->at++;
}

static bool take_word(struct reader *r, struct str word)
{
    if (!str_eq(str_sub(r->text, r->at, word.len), word))
        return false;
    r->at += word.len;
    return true;
}

/* ---- strings --------------------------------------------------------------------------------- */

static bool read_hex4(struct reader *r, unsigned *out)
{
    unsigned value = 0;

    for (int i = 0; i < 4; i++, r->at++) {
        char c = peek(r);
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                                : 16;

        if (digit == 16)
            return false;
        value = value * 16 + digit;
    }
    *out = value;
    return true;
}

static void put_code_point(struct buf *out, unsigned code)
{
    if (code < 0x80) {
        buf_put_char(out, (char)code);
    } else if (code < 0x800) {
        buf_put_char(out, (char)(0xC0 | code >> 6));
        buf_put_char(out, (char)(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
        buf_put_char(out, (char)(0xE0 | code >> 12));
        buf_put_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
        buf_put_char(out, (char)(0x80 | (code & 0x3F)));
    } else {
        buf_put_char(out, (char)(0xF0 | code >> 18));
        buf_put_char(out, (char)(0x80 | (code >> 12 & 0x3F)));
        buf_put_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
        buf_put_char(out, (char)(0x80 | (code & 0x3F)));
    }
}

static enum err read_escape(struct reader *r, struct buf *out)
{
    static const char FROM[] = "\"\\/bfnrt";
    static const char TO[] = "\"\\/\b\f\n\r\t";
    const char *found = peek(r) ? strchr(FROM, peek(r)) : NULL;
    unsigned code = 0;
    unsigned low = 0;

    if (found) {
        buf_put_char(out, TO[found - FROM]);
        r->at++;
        return OK;
    }
    if (!take_word(r, STR("u")) || !read_hex4(r, &code))
        return refuse(r, "no such escape");
    if (code >= 0xD800 && code < 0xDC00) {
        if (!take_word(r, STR("\\u")) || !read_hex4(r, &low) || low < 0xDC00 ||
            low > 0xDFFF)
            return refuse(r, "half of a surrogate pair");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if ((code >= 0xDC00 && code < 0xE000) || code == 0) {
        return refuse(r, "no such character");
    }
    put_code_point(out, code);
    return OK;
}

static enum err read_string(struct reader *r, struct str *out)
{
    struct buf text = buf_init(r->arena, r->text.len);
    size_t start;

    r->at++;
    start = r->at;
    for (;;) {
        char c = peek(r);

        if (r->at >= r->text.len || (unsigned char)c < 0x20)
            return refuse(r, "string without end");
        if (c == '"')
            break;
        if (c == '\\') {
            enum err err;

            buf_put(&text, str_sub(r->text, start, r->at - start));
            r->at++;
            err = read_escape(r, &text);
            if (err != OK)
                return err;
            start = r->at;
        } else {
            r->at++;
        }
    }
    buf_put(&text, str_sub(r->text, start, r->at - start));
    r->at++;
    *out = buf_str(&text).ptr ? buf_str(&text) : STR("");
    return OK;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* At least one digit. */
static bool take_digits(struct reader *r)
{
    size_t start = r->at;

    while (peek(r) >= '0' && peek(r) <= '9')
        r->at++;
    return r->at > start;
}

static enum err read_number(struct reader *r, struct feel_value *out)
{
    size_t start = r->at;
    struct feel_number number;
    bool fine;

    (void)take_word(r, STR("-"));
    /* No zero before other digits. */
    fine = take_word(r, STR("0")) || take_digits(r);
    if (fine && take_word(r, STR(".")))
        fine = take_digits(r);
    if (fine && (take_word(r, STR("e")) || take_word(r, STR("E")))) {
        if (!take_word(r, STR("+")))
            (void)take_word(r, STR("-"));
        fine = take_digits(r);
    }
    if (!fine || !number_parse(str_sub(r->text, start, r->at - start), &number))
        return refuse(r, "no number");
    *out = feel_number_value(number);
    return OK;
}

/* ---- lists and objects ------------------------------------------------------------------------ */

static enum err read_list(struct reader *r, struct feel_value *out)
{
    struct vec items = VEC_INIT(r->arena, struct feel_value);
    enum err err;

    r->at++;
    skip_blanks(r);
    if (!take_word(r, STR("]"))) {
        do {
            struct feel_value item = FEEL_NULL_VALUE;

            err = read_value(r, &item);
            if (err != OK)
                return err;
            *VEC_PUSH(&items, struct feel_value) = item;
        } while (take_word(r, STR(",")));
        if (!take_word(r, STR("]")))
            return refuse(r, "',' or ']' is missing");
    }
    *out = feel_list(r->arena, items.items, items.count);
    return OK;
}

static enum err read_entry(struct reader *r, struct vec *entries)
{
    struct feel_entry entry = {.value = FEEL_NULL_VALUE};
    enum err err;

    skip_blanks(r);
    if (peek(r) != '"')
        return refuse(r, "a name in quotes is missing");
    err = read_string(r, &entry.name);
    if (err != OK)
        return err;
    for (size_t i = 0; i < entries->count; i++)
        if (str_eq(VEC_AT(entries, struct feel_entry, i)->name, entry.name))
            return refuse(r, "the same name twice");
    skip_blanks(r);
    if (!take_word(r, STR(":")))
        return refuse(r, "':' is missing");
    err = read_value(r, &entry.value);
    if (err == OK)
        *VEC_PUSH(entries, struct feel_entry) = entry;
    return err;
}

static enum err read_object(struct reader *r, struct feel_value *out)
{
    struct vec entries = VEC_INIT(r->arena, struct feel_entry);
    enum err err = OK;

    r->at++;
    skip_blanks(r);
    if (!take_word(r, STR("}"))) {
        do {
            err = read_entry(r, &entries);
            if (err != OK)
                return err;
        } while (take_word(r, STR(",")));
        if (!take_word(r, STR("}")))
            return refuse(r, "',' or '}' is missing");
    }
    *out = feel_context(r->arena, entries.items, entries.count);
    return OK;
}

static enum err read_value(struct reader *r, struct feel_value *out)
{
    enum err err = OK;

    skip_blanks(r);
    if (++r->depth > DEPTH_MAX)
        return refuse(r, "nested too deep");
    if (peek(r) == '{') {
        err = read_object(r, out);
    } else if (peek(r) == '[') {
        err = read_list(r, out);
    } else if (peek(r) == '"') {
        struct str text = STR_NONE;

        err = read_string(r, &text);
        *out = feel_string(text);
    } else if (take_word(r, STR("null"))) {
        *out = FEEL_NULL_VALUE;
    } else if (take_word(r, STR("true"))) {
        *out = feel_boolean(true);
    } else if (take_word(r, STR("false"))) {
        *out = feel_boolean(false);
    } else {
        err = read_number(r, out);
    }
    r->depth--;
    skip_blanks(r);
    return err;
}

enum err feel_from_json(struct arena *arena, struct str json, struct feel_value *out)
{
    struct reader r = {.arena = arena, .text = json};
    enum err err;

    if (!str_is_utf8(json))
        return err_note(ERR_INPUT, "JSON: not UTF-8");
    err = read_value(&r, out);
    if (err == OK && r.at != json.len)
        err = refuse(&r, "something follows");
    return err;
}
