/* parse_lex.c: blanks, names, numbers and text. FEEL's names may hold blanks and signs, so there are no
 * tokens: what is read depends on where one is. */
#include "feel/parser.h"

static const char *const KEYWORDS[] = {
    "if",       "then",     "else",      "for",  "return", "some",
    "every",    "in",       "satisfies", "and",  "or",     "between",
    "instance", "function", "external",  "null", "true",   "false",
};

struct feel_node *parse_fail(struct parser *p, const char *what)
{
    if (!p->reason.ptr) {
        p->reason = str_copy(p->arena, str_from(what));
        p->reason_at = p->at;
    }
    return NULL;
}

char parse_peek(const struct parser *p)
{
    return p->at < p->source.len ? p->source.ptr[p->at] : '\0';
}

static char peek_at(const struct parser *p, size_t ahead)
{
    return p->at + ahead < p->source.len ? p->source.ptr[p->at + ahead] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?' ||
           (unsigned char)c >= 0x80;
}

static bool is_name_part(char c)
{
    return is_name_start(c) || is_digit(c) || c == '\'';
}

/* Length of the blank at `at`: ASCII and the Unicode ones that FEEL names (U+0085, U+00A0, U+1680,
 * U+180E, U+2000..U+200B, U+2028, U+2029, U+202F, U+205F, U+3000, U+FEFF). */
static size_t blank_length(const struct parser *p, size_t at)
{
    struct str rest = str_from_index(p->source, at);
    unsigned char c = rest.len ? (unsigned char)rest.ptr[0] : 0;
    unsigned code;

    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    if (c == 0xC2 && rest.len > 1)
        return (unsigned char)rest.ptr[1] == 0x85 || (unsigned char)rest.ptr[1] == 0xA0
                   ? 2
                   : 0;
    if ((c & 0xF0) != 0xE0 || rest.len < 3)
        return 0;
    code = (c & 0x0Fu) << 12 | ((unsigned char)rest.ptr[1] & 0x3Fu) << 6 |
           ((unsigned char)rest.ptr[2] & 0x3Fu);
    return code == 0x1680 || code == 0x180E || (code >= 0x2000 && code <= 0x200B) ||
                   code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
                   code == 0x3000 || code == 0xFEFF
               ? 3
               : 0;
}

void parse_skip(struct parser *p)
{
    for (;;) {
        size_t blank = blank_length(p, p->at);

        if (blank) {
            p->at += blank;
        } else if (parse_peek(p) == '/' && peek_at(p, 1) == '/') {
            while (p->at < p->source.len && parse_peek(p) != '\n')
                p->at++;
        } else if (parse_peek(p) == '/' && peek_at(p, 1) == '*') {
            ssize_t end = str_find(str_from_index(p->source, p->at + 2), STR("*/"));

            if (end < 0)
                return;
            p->at += 2 + (size_t)end + 2;
        } else {
            return;
        }
    }
}

bool parse_sees(struct parser *p, const char *punctuation)
{
    parse_skip(p);
    return str_starts(str_from_index(p->source, p->at), str_from(punctuation));
}

bool parse_take(struct parser *p, const char *punctuation)
{
    if (!parse_sees(p, punctuation))
        return false;
    p->at += strlen(punctuation);
    return true;
}

bool parse_sees_word(struct parser *p, const char *word)
{
    return parse_sees(p, word) && !is_name_part(peek_at(p, strlen(word)));
}

bool parse_take_word(struct parser *p, const char *word)
{
    if (!parse_sees_word(p, word))
        return false;
    p->at += strlen(word);
    return true;
}

/* ---- names ----------------------------------------------------------------------------------- */

static bool is_keyword(struct str word)
{
    for (size_t i = 0; i < sizeof(KEYWORDS) / sizeof(*KEYWORDS); i++)
        if (str_is(word, KEYWORDS[i]))
            return true;
    return false;
}

/* Where a known name ends that begins at `at`; `at` if it does not. A blank of the name is any run of
 * blanks here. */
static size_t match_known(const struct parser *p, struct str name)
{
    size_t at = p->at;

    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == ' ') {
            size_t start = at;
            size_t blank;

            while ((blank = blank_length(p, at)))
                at += blank;
            if (at == start)
                return p->at;
        } else if (at < p->source.len && p->source.ptr[at] == name.ptr[i]) {
            at++;
        } else {
            return p->at;
        }
    }
    if (at < p->source.len && is_name_part(p->source.ptr[at]) && !blank_length(p, at))
        return p->at;
    return at;
}

/* Right behind the '.' of a path. */
static bool is_member(const struct parser *p)
{
    return p->at >= 2 && p->source.ptr[p->at - 1] == '.' &&
           p->source.ptr[p->at - 2] != '.';
}

/* {"address.city": city, old: base.address.city}: the key of the first entry is a name, but what is read of `base`
 * are its parts. */
static size_t longest_known(const struct parser *p)
{
    const struct feel_builtin *const *tables;
    size_t end = p->at, count;
    bool member = is_member(p);

    for (size_t i = 0; i < p->known.count; i++) {
        struct str name = *VEC_AT(&p->known, struct str, i);
        size_t found = match_known(p, name);

        if (found > end && !(member && str_index(name, '.') >= 0))
            end = found;
    }
    tables = feel_builtin_tables(&count);
    for (size_t i = 0; i < count && p->at < p->source.len; i++)
        for (const struct feel_builtin *row = tables[i]; row->name; row++) {
            size_t found = row->name[0] == p->source.ptr[p->at]
                               ? match_known(p, str_from(row->name))
                               : p->at;

            if (found > end)
                end = found;
        }
    return end;
}

static size_t word_end(const struct parser *p, size_t at)
{
    if (at >= p->source.len || !is_name_start(p->source.ptr[at]) || blank_length(p, at))
        return at;
    while (at < p->source.len && is_name_part(p->source.ptr[at]) && !blank_length(p, at))
        at++;
    return at;
}

/* Words that stand side by side are one name: nothing else in FEEL would allow them to. */
static size_t plain_end(const struct parser *p)
{
    size_t end = word_end(p, p->at);

    if (is_keyword(str_sub(p->source, p->at, end - p->at)))
        return p->at;
    for (;;) {
        size_t at = end;
        size_t blank;
        size_t next;

        while ((blank = blank_length(p, at)))
            at += blank;
        next = word_end(p, at);
        if (next == at || is_keyword(str_sub(p->source, at, next - at)))
            return end;
        end = next;
    }
}

static struct str single_blanks(const struct parser *p, struct str text)
{
    struct parser inner = {.source = text};
    struct buf out = buf_init(p->arena, text.len + 1);

    while (inner.at < text.len) {
        size_t blank = blank_length(&inner, inner.at);

        if (!blank) {
            buf_put_char(&out, text.ptr[inner.at++]);
            continue;
        }
        while ((blank = blank_length(&inner, inner.at)))
            inner.at += blank;
        if (buf_str(&out).len && inner.at < text.len)
            buf_put_char(&out, ' ');
    }
    return buf_str(&out);
}

bool parse_name(struct parser *p, struct str *out)
{
    size_t known;
    size_t plain;
    size_t end;

    parse_skip(p);
    known = longest_known(p);
    plain = plain_end(p);
    end = known > plain ? known : plain;
    if (end == p->at)
        return false;
    *out = single_blanks(p, str_sub(p->source, p->at, end - p->at));
    p->at = end;
    return true;
}

bool parse_key(struct parser *p, struct str *out)
{
    size_t start;

    parse_skip(p);
    start = p->at;
    if (parse_peek(p) == '"')
        return parse_text(p, out) && parse_sees(p, ":");
    if (!is_name_start(parse_peek(p)))
        return false;
    while (p->at < p->source.len &&
           (is_name_part(parse_peek(p)) || blank_length(p, p->at) ||
            strchr("-+*/.", parse_peek(p))))
        p->at += blank_length(p, p->at) ? blank_length(p, p->at) : 1;
    *out = single_blanks(p, str_sub(p->source, start, p->at - start));
    return out->len > 0 && parse_peek(p) == ':';
}

/* ---- literals -------------------------------------------------------------------------------- */

struct feel_node *parse_number(struct parser *p)
{
    struct feel_node *node;
    struct feel_number number;
    size_t start = p->at;

    while (is_digit(parse_peek(p)))
        p->at++;
    /* "1..3" is a range, "1.x" no number. */
    if (parse_peek(p) == '.' && is_digit(peek_at(p, 1)))
        for (p->at++; is_digit(parse_peek(p));)
            p->at++;
    if ((parse_peek(p) == 'e' || parse_peek(p) == 'E') &&
        (is_digit(peek_at(p, 1)) ||
         ((peek_at(p, 1) == '-' || peek_at(p, 1) == '+') && is_digit(peek_at(p, 2)))))
        for (p->at += 2; is_digit(parse_peek(p));)
            p->at++;
    if (!number_parse(str_sub(p->source, start, p->at - start), &number))
        return parse_fail(p, "this number is too large");
    node = parse_node(p, NODE_LITERAL, 0);
    if (node)
        node->value = feel_number_value(number);
    return node;
}

static bool put_code(struct parser *p, struct buf *out, size_t digits)
{
    uint8_t bytes[4] = {0};
    struct str hex = str_sub(p->source, p->at, digits);
    uint32_t code = 0;

    if (hex.len != digits || str_unhex(hex, bytes, digits / 2) != OK) {
        (void)parse_fail(p, "no such escape");
        return false;
    }
    for (size_t i = 0; i < digits / 2; i++)
        code = code << 8 | bytes[i];
    p->at += digits;
    /* The two halves of a pair are one character. */
    if (code >= 0xD800 && code < 0xDC00 &&
        str_starts(str_from_index(p->source, p->at), STR("\\u")) &&
        str_unhex(str_sub(p->source, p->at + 2, 4), bytes, 2) == OK && bytes[0] >= 0xDC &&
        bytes[0] <= 0xDF) {
        code = 0x10000 + ((code - 0xD800) << 10) +
               (((uint32_t)bytes[0] << 8 | bytes[1]) - 0xDC00);
        p->at += 6;
    }
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
        (void)parse_fail(p, "no such character");
        return false;
    }
    if (code >= 0x10000)
        buf_put_char(out, (char)(0xF0 | code >> 18));
    if (code >= 0x800)
        buf_put_char(out, (char)(code >= 0x10000 ? 0x80 | (code >> 12 & 0x3F)
                                                 : 0xE0 | code >> 12));
    if (code >= 0x80) {
        buf_put_char(
            out, (char)(code >= 0x800 ? 0x80 | (code >> 6 & 0x3F) : 0xC0 | code >> 6));
        buf_put_char(out, (char)(0x80 | (code & 0x3F)));
    } else {
        buf_put_char(out, (char)code);
    }
    return true;
}

bool parse_text(struct parser *p, struct str *out)
{
    static const char FROM[] = "nrt\"'\\";
    static const char TO[] = "\n\r\t\"'\\";
    struct buf text = buf_init(p->arena, p->source.len + 4);
    size_t start = p->at++;

    for (;;) {
        char c = parse_peek(p);
        const char *found;

        if (p->at >= p->source.len) {
            p->at = start;
            (void)parse_fail(p, "text without its closing quote");
            return false;
        }
        p->at++;
        if (c == '"')
            break;
        if (c != '\\') {
            buf_put_char(&text, c);
            continue;
        }
        c = parse_peek(p);
        found = c ? strchr(FROM, c) : NULL;
        if (found) {
            buf_put_char(&text, TO[found - FROM]);
            p->at++;
        } else if (c == 'u' || c == 'U') {
            p->at++;
            if (!put_code(p, &text, c == 'u' ? 4 : 6))
                return false;
        } else {
            /* "\d" in a pattern: FEEL's texts keep what is no escape. */
            buf_put_char(&text, '\\');
        }
    }
    *out = buf_str(&text).ptr ? buf_str(&text) : STR("");
    return true;
}
