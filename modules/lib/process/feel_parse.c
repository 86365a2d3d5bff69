/* Recursive descent over the bytes of the expression: or > and > comparison > primary. */
#include "process/feel_tree.h"

#include "base/buf.h"
#include "base/vec.h"
#include "process/decimal_text.h"

struct parser {
    struct arena *arena;
    struct str source;
    size_t at;
    int depth;
    struct str reason; /* absent until something is wrong */
};

static const char *const KEYWORDS[] = {
    "if",   "then",     "else",    "for",  "in",        "return",
    "some", "every",    "between", "and",  "satisfies", "instance",
    "of",   "function", "or",      "true", "false",     "null",
};

static struct feel *parse_or(struct parser *p);

static struct feel *fail(struct parser *p, const char *what)
{
    if (!p->reason.ptr)
        p->reason = str_format(p->arena, "column %zu: %s", p->at + 1, what);
    return NULL;
}

static char peek(const struct parser *p)
{
    return p->at < p->source.len ? p->source.ptr[p->at] : '\0';
}

static void skip_space(struct parser *p)
{
    while (peek(p) == ' ' || peek(p) == '\t' || peek(p) == '\n' || peek(p) == '\r')
        p->at++;
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool accept(struct parser *p, char c)
{
    skip_space(p);
    if (peek(p) != c)
        return false;
    p->at++;
    return true;
}

/* The name at the current place without consuming it; empty if there is none. */
static struct str look_name(struct parser *p)
{
    skip_space(p);
    size_t end = p->at;
    if (end < p->source.len && is_name_start(p->source.ptr[end]))
        while (end < p->source.len &&
               (is_name_start(p->source.ptr[end]) || is_digit(p->source.ptr[end])))
            end++;
    return str_sub(p->source, p->at, end - p->at);
}

static bool accept_word(struct parser *p, const char *word)
{
    struct str name = look_name(p);
    if (!str_is(name, word))
        return false;
    p->at += name.len;
    return true;
}

static bool is_keyword(struct str name)
{
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS; i++)
        if (str_is(name, KEYWORDS[i]))
            return true;
    return false;
}

static struct feel *node(struct parser *p, enum feel_kind kind, struct feel *a,
                         struct feel *b)
{
    struct feel *feel = ARENA_NEW(p->arena, struct feel);
    feel->kind = kind;
    feel->item_count = b ? 2 : a ? 1 : 0;
    feel->items = ARENA_ARRAY(p->arena, struct feel *, 2);
    feel->items[0] = a;
    feel->items[1] = b;
    return feel;
}

static struct feel *parse_number(struct parser *p)
{
    size_t start = p->at;
    if (peek(p) == '-')
        p->at++;
    while (is_digit(peek(p)) || peek(p) == '.')
        p->at++;
    struct feel *feel = node(p, FEEL_NUMBER, NULL, NULL);
    struct str text = str_sub(p->source, start, p->at - start);
    if (decimal_canonical(p->arena, text, &feel->text) != OK) {
        p->at = start;
        return fail(p, "not a number of at most 34 digits");
    }
    return feel;
}

/* A text literal; the opening quote is consumed. */
static bool parse_text(struct parser *p, struct str *out)
{
    struct buf buf = buf_init(p->arena, FEEL_SIZE_MAX);
    for (;;) {
        char c = peek(p);
        if (p->at >= p->source.len)
            return fail(p, "text without a closing quote"), false;
        if ((unsigned char)c < 0x20)
            return fail(p, "control character inside text"), false;
        p->at++;
        if (c == '"')
            break;
        if (c == '\\') {
            c = peek(p);
            static const char FROM[] = "\"\\/nt", TO[] = "\"\\/\n\t";
            const char *known = c ? strchr(FROM, c) : NULL;
            if (!known)
                return fail(p,
                            "unknown escape inside text (known: \\\" \\\\ \\/ \\n \\t)"),
                       false;
            c = TO[known - FROM];
            p->at++;
        }
        buf_put_char(&buf, c);
    }
    *out = str_copy(p->arena, buf_str(&buf));
    return true;
}

/* {name: value, "other name": value}; the opening brace is consumed. */
static struct feel *parse_context(struct parser *p)
{
    struct vec names = VEC_INIT(p->arena, struct str);
    struct vec items = VEC_INIT(p->arena, struct feel *);
    if (!accept(p, '}')) {
        do {
            struct str key = look_name(p);
            if (key.len > 0)
                p->at += key.len;
            else if (!accept(p, '"'))
                return fail(p, "a name or a quoted name is expected in a context");
            else if (!parse_text(p, &key))
                return NULL;
            for (size_t i = 0; i < names.count; i++)
                if (str_eq(*VEC_AT(&names, struct str, i), key))
                    return fail(p, "the same name twice in a context");
            if (!accept(p, ':'))
                return fail(p, "':' is expected after the name in a context");
            struct feel *value = parse_or(p);
            if (!value)
                return NULL;
            *VEC_PUSH(&names, struct str) = key;
            *VEC_PUSH(&items, struct feel *) = value;
        } while (accept(p, ','));
        if (!accept(p, '}'))
            return fail(p, "',' or '}' is expected in a context");
    }
    struct feel *feel = node(p, FEEL_CONTEXT, NULL, NULL);
    feel->names = names.items;
    feel->name_count = names.count;
    feel->items = items.items;
    feel->item_count = items.count;
    return feel;
}

static struct feel *parse_call(struct parser *p, struct str name, size_t name_at)
{
    enum feel_kind kind = str_is(name, "not") ? FEEL_NOT : FEEL_TO_NUMBER;
    if (kind == FEEL_TO_NUMBER && !str_is(name, "number")) {
        p->at = name_at;
        return fail(p, "unknown function (known: not, number)");
    }
    struct feel *argument = parse_or(p);
    if (!argument)
        return NULL;
    if (!accept(p, ')'))
        return fail(p, "')' is expected");
    return node(p, kind, argument, NULL);
}

static struct feel *parse_name(struct parser *p, struct str name)
{
    size_t name_at = p->at;
    p->at += name.len;
    if (str_is(name, "true") || str_is(name, "false"))
        return node(p, str_is(name, "true") ? FEEL_TRUE : FEEL_FALSE, NULL, NULL);
    if (str_is(name, "null"))
        return node(p, FEEL_NULL, NULL, NULL);
    if (accept(p, '('))
        return parse_call(p, name, name_at);
    if (is_keyword(name)) {
        p->at = name_at;
        return fail(p, "this keyword is not supported here");
    }
    struct vec names = VEC_INIT(p->arena, struct str);
    *VEC_PUSH(&names, struct str) = name;
    while (accept(p, '.')) {
        struct str part = look_name(p);
        if (part.len == 0)
            return fail(p, "a name is expected after '.'");
        p->at += part.len;
        *VEC_PUSH(&names, struct str) = part;
    }
    struct feel *feel = node(p, FEEL_PATH, NULL, NULL);
    feel->names = names.items;
    feel->name_count = names.count;
    return feel;
}

static struct feel *parse_primary(struct parser *p)
{
    skip_space(p);
    struct str name = look_name(p);
    if (name.len > 0)
        return parse_name(p, name);
    char next = p->at + 1 < p->source.len ? p->source.ptr[p->at + 1] : '\0';
    if (is_digit(peek(p)) || peek(p) == '.' ||
        (peek(p) == '-' && (is_digit(next) || next == '.')))
        return parse_number(p);
    if (accept(p, '"')) {
        struct feel *feel = node(p, FEEL_TEXT, NULL, NULL);
        return parse_text(p, &feel->text) ? feel : NULL;
    }
    if (accept(p, '{'))
        return parse_context(p);
    if (accept(p, '(')) {
        struct feel *inner = parse_or(p);
        if (inner && !accept(p, ')'))
            return fail(p, "')' is expected");
        return inner;
    }
    return fail(p, p->at >= p->source.len ? "the expression ends too early"
                                          : "a name, a literal or '(' is expected");
}

static bool accept_op(struct parser *p, enum feel_op *op)
{
    static const struct {
        const char *text;
        enum feel_op op;
    } OPS[] = {{"!=", OP_NE}, {"<=", OP_LE}, {">=", OP_GE},
               {"=", OP_EQ},  {"<", OP_LT},  {">", OP_GT}};
    skip_space(p);
    struct str rest = str_from_index(p->source, p->at);
    for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++)
        if (str_starts(rest, str_from(OPS[i].text))) {
            *op = OPS[i].op;
            p->at += strlen(OPS[i].text);
            return true;
        }
    return false;
}

static struct feel *parse_comparison(struct parser *p)
{
    struct feel *left = parse_primary(p);
    enum feel_op op;
    if (!left || !accept_op(p, &op))
        return left;
    struct feel *right = parse_primary(p);
    if (!right)
        return NULL;
    struct feel *feel = node(p, FEEL_COMPARE, left, right);
    feel->op = op;
    return feel;
}

static struct feel *parse_and(struct parser *p)
{
    struct feel *left = parse_comparison(p);
    while (left && accept_word(p, "and")) {
        struct feel *right = parse_comparison(p);
        left = right ? node(p, FEEL_AND, left, right) : NULL;
    }
    return left;
}

static struct feel *parse_or(struct parser *p)
{
    if (p->depth >= FEEL_DEPTH_MAX)
        return fail(p, "nested too deeply");
    p->depth++;
    struct feel *left = parse_and(p);
    while (left && accept_word(p, "or")) {
        struct feel *right = parse_and(p);
        left = right ? node(p, FEEL_OR, left, right) : NULL;
    }
    p->depth--;
    return left;
}

enum err feel_parse(struct arena *arena, struct str source, struct feel **out,
                    struct str *reason_out)
{
    struct parser p = {.arena = arena, .source = source};
    struct feel *feel = NULL;
    if (source.len > FEEL_SIZE_MAX)
        fail(&p, "longer than 4096 bytes");
    else if (!str_is_utf8(source))
        fail(&p, "not UTF-8");
    else
        feel = parse_or(&p);
    skip_space(&p);
    if (feel && p.at < p.source.len)
        feel =
            fail(&p, "the expression should end here, or an operator is not supported");
    if (!feel) {
        *reason_out = p.reason;
        return ERR_INPUT;
    }
    *out = feel;
    return OK;
}

void feel_paths(const struct feel *feel,
                void (*fn)(void *context, const struct str *names, size_t count),
                void *context)
{
    if (feel->kind == FEEL_PATH)
        fn(context, feel->names, feel->name_count);
    for (size_t i = 0; i < feel->item_count; i++)
        feel_paths(feel->items[i], fn, context);
}

bool feel_context_keys(const struct feel *feel, const struct str **keys_out,
                       size_t *count_out)
{
    if (feel->kind != FEEL_CONTEXT)
        return false;
    *keys_out = feel->names;
    *count_out = feel->name_count;
    return true;
}
