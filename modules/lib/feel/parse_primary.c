/* parse_primary.c: literals, names, calls, paths, filters, and the forms that begin with a word. */
#include "feel/parser.h"
#include "feel/temporal.h"

/* Names that an inner expression may use. */
static void know(struct parser *p, struct str name)
{
    *VEC_PUSH(&p->known, struct str) = name;
}

static struct feel_node *with_names(struct feel_node *node, const struct vec *names)
{
    node->names = names->items;
    node->name_count = names->count;
    return node;
}

static struct feel_node *with_items(struct parser *p, struct feel_node *node,
                                    const struct vec *items)
{
    node->items = ARENA_ARRAY(p->arena, struct feel_node *, items->count + 1);
    node->item_count = items->count;
    for (size_t i = 0; i < items->count; i++)
        node->items[i] = *VEC_AT(items, struct feel_node *, i);
    return node;
}

static struct feel_node *literal(struct parser *p, struct feel_value value)
{
    struct feel_node *node = parse_node(p, NODE_LITERAL, 0);

    node->value = value;
    return node;
}

/* ---- if, for, some, every, function ------------------------------------------------------------ */

static struct feel_node *parse_if(struct parser *p)
{
    struct feel_node *node = parse_node(p, NODE_IF, 3);

    node->items[0] = parse_expression(p);
    if (!node->items[0])
        return NULL;
    if (!parse_take_word(p, "then"))
        return parse_fail(p, "'then' is missing");
    node->items[1] = parse_expression(p);
    if (!node->items[1])
        return NULL;
    if (!parse_take_word(p, "else"))
        return parse_fail(p, "'else' is missing");
    node->items[2] = parse_expression(p);
    return node->items[2] ? node : NULL;
}

/* x in list, or x in 1..3 */
static struct feel_node *parse_domain(struct parser *p)
{
    struct feel_node *low = parse_expression(p);
    struct feel_node *span;

    if (!low || !parse_take(p, ".."))
        return low;
    span = parse_node(p, NODE_SPAN, 2);
    span->items[0] = low;
    span->items[1] = parse_expression(p);
    return span->items[1] ? span : NULL;
}

static struct feel_node *parse_iteration(struct parser *p, enum feel_node_kind kind,
                                         const char *body_word)
{
    struct vec names = VEC_INIT(p->arena, struct str);
    struct vec items = VEC_INIT(p->arena, struct feel_node *);
    size_t known = p->known.count;
    struct feel_node *body;

    do {
        struct str name = STR_NONE;
        struct feel_node *domain;

        if (!parse_name(p, &name))
            return parse_fail(p, "the name of a variable is missing");
        if (!parse_take_word(p, "in"))
            return parse_fail(p, "'in' is missing");
        domain = parse_domain(p);
        if (!domain)
            return NULL;
        *VEC_PUSH(&names, struct str) = name;
        *VEC_PUSH(&items, struct feel_node *) = domain;
        know(p, name);
    } while (parse_take(p, ","));
    if (!parse_take_word(p, body_word))
        return parse_fail(p, kind == NODE_FOR ? "'return' is missing"
                                              : "'satisfies' is missing");
    if (kind == NODE_FOR)
        know(p, STR("partial"));
    body = parse_expression(p);
    p->known.count = known;
    if (!body)
        return NULL;
    *VEC_PUSH(&items, struct feel_node *) = body;
    return with_names(with_items(p, parse_node(p, kind, 0), &items), &names);
}

static struct feel_node *parse_function(struct parser *p)
{
    struct vec names = VEC_INIT(p->arena, struct str);
    size_t known = p->known.count;
    struct feel_node *node = parse_node(p, NODE_FUNCTION, 1);

    if (!parse_take(p, "("))
        return parse_fail(p, "'(' is missing behind 'function'");
    if (!parse_take(p, ")")) {
        do {
            struct str name = STR_NONE;

            if (!parse_name(p, &name))
                return parse_fail(p, "the name of a parameter is missing");
            if (parse_take(p, ":") && !parse_type(p))
                return NULL;
            *VEC_PUSH(&names, struct str) = name;
            know(p, name);
        } while (parse_take(p, ","));
        if (!parse_take(p, ")"))
            return parse_fail(p, "')' is missing");
    }
    if (parse_sees_word(p, "external"))
        return parse_fail(p, "external functions are not available");
    node->items[0] = parse_expression(p);
    p->known.count = known;
    return node->items[0] ? with_names(node, &names) : NULL;
}

/* ---- lists, ranges, contexts -------------------------------------------------------------------- */

struct feel_node *parse_range(struct parser *p, struct feel_node *low, bool low_closed)
{
    struct feel_node *node = parse_node(p, NODE_RANGE, 2);

    node->items[0] = low;
    node->low_closed = low_closed;
    node->items[1] = parse_sum(p);
    if (!node->items[1])
        return NULL;
    if (parse_take(p, "]"))
        node->high_closed = true;
    else if (!parse_take(p, ")") && !parse_take(p, "["))
        return parse_fail(p, "the end of the range is missing");
    return node;
}

/* behind '[' */
static struct feel_node *parse_list_or_range(struct parser *p)
{
    struct vec items = VEC_INIT(p->arena, struct feel_node *);

    if (parse_take(p, "]"))
        return parse_node(p, NODE_LIST, 0);
    do {
        struct feel_node *item = parse_expression(p);

        if (!item)
            return NULL;
        if (items.count == 0 && parse_take(p, ".."))
            return parse_range(p, item, true);
        *VEC_PUSH(&items, struct feel_node *) = item;
    } while (parse_take(p, ","));
    if (!parse_take(p, "]"))
        return parse_fail(p, "']' is missing");
    return with_items(p, parse_node(p, NODE_LIST, 0), &items);
}

/* behind '(': an expression, or an open range */
static struct feel_node *parse_group(struct parser *p)
{
    struct feel_node *inner;
    enum feel_op op;

    if (parse_operator(p, &op)) {
        bool upward = op == OP_GT || op == OP_GE;
        struct feel_node *node = parse_node(p, NODE_RANGE, 2);

        inner = parse_sum(p);
        if (inner && (op == OP_EQ || op == OP_NE))
            return parse_fail(p, "a range begins with <, <=, > or >=");
        if (!inner)
            return NULL;
        node->items[0] = upward ? inner : literal(p, FEEL_NULL_VALUE);
        node->items[1] = upward ? literal(p, FEEL_NULL_VALUE) : inner;
        node->low_closed = op == OP_GE;
        node->high_closed = op == OP_LE;
        return parse_take(p, ")") ? node : parse_fail(p, "')' is missing");
    }
    inner = parse_expression(p);
    if (!inner)
        return NULL;
    if (parse_take(p, ".."))
        return parse_range(p, inner, false);
    return parse_take(p, ")") ? inner : parse_fail(p, "')' is missing");
}

/* behind '{' */
static struct feel_node *parse_context(struct parser *p)
{
    struct vec names = VEC_INIT(p->arena, struct str);
    struct vec items = VEC_INIT(p->arena, struct feel_node *);
    size_t known = p->known.count;

    if (!parse_take(p, "}")) {
        do {
            struct str name = STR_NONE;
            struct feel_node *item;

            if (!parse_key(p, &name))
                return parse_fail(p, "the name of an entry and ':' are missing");
            for (size_t i = 0; i < names.count; i++)
                if (str_eq(*VEC_AT(&names, struct str, i), name))
                    return parse_fail(p, "this entry is there twice");
            (void)parse_take(p, ":");
            item = parse_expression(p);
            if (!item)
                return NULL;
            *VEC_PUSH(&names, struct str) = name;
            *VEC_PUSH(&items, struct feel_node *) = item;
            know(p, name);
        } while (parse_take(p, ","));
        if (!parse_take(p, "}"))
            return parse_fail(p, "'}' is missing");
    }
    p->known.count = known;
    return with_names(with_items(p, parse_node(p, NODE_CONTEXT, 0), &items), &names);
}

/* ---- calls, paths, filters ----------------------------------------------------------------------- */

/* The arguments behind '(': all with names, or none. */
static struct feel_node *parse_call(struct parser *p, struct feel_node *callee)
{
    struct vec names = VEC_INIT(p->arena, struct str);
    struct vec items = VEC_INIT(p->arena, struct feel_node *);

    *VEC_PUSH(&items, struct feel_node *) = callee;
    if (parse_take(p, ")"))
        return with_items(p, parse_node(p, NODE_CALL, 0), &items);
    do {
        struct str name = STR_NONE;
        struct feel_node *argument;
        size_t start;

        parse_skip(p);
        start = p->at;
        if (parse_peek(p) != '"' && parse_key(p, &name) && parse_take(p, ":"))
            *VEC_PUSH(&names, struct str) = name;
        else
            p->at = start;
        argument = parse_expression(p);
        if (!argument)
            return NULL;
        *VEC_PUSH(&items, struct feel_node *) = argument;
        if (names.count && names.count + 1 != items.count)
            return parse_fail(p, "arguments have names all or none");
    } while (parse_take(p, ","));
    if (!parse_take(p, ")"))
        return parse_fail(p, "')' is missing");
    return with_names(with_items(p, parse_node(p, NODE_CALL, 0), &items), &names);
}

/* "]1..a[" is no filter of a: what cannot be one ends the operand. NULL and no reason then. */
static struct feel_node *parse_filter(struct parser *p, struct feel_node *value)
{
    size_t start = p->at;
    size_t known = p->known.count;
    size_t depth = p->depth;
    struct feel_node *node = parse_node(p, NODE_FILTER, 2);

    (void)parse_take(p, "[");
    know(p, STR("item"));
    node->items[0] = value;
    node->items[1] = parse_expression(p);
    p->known.count = known;
    if (node->items[1] && parse_take(p, "]"))
        return node;
    p->at = start;
    p->depth = depth;
    p->reason = STR_NONE;
    return NULL;
}

struct feel_node *parse_type(struct parser *p)
{
    static const char *const TYPES[] = {
        "date and time",
        "days and time duration",
        "years and months duration",
        "day-time duration",
        "year-month duration",
        "date time",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "list",
        "context",
        "range",
        "function",
        "Any",
        "Null",
    };
    struct feel_node *node = parse_node(p, NODE_TYPE, 0);
    struct vec items = VEC_INIT(p->arena, struct feel_node *);
    struct vec names = VEC_INIT(p->arena, struct str);

    if (++p->depth > FEEL_DEPTH_MAX)
        return parse_fail(p, "nested too deep");
    for (size_t i = 0; i < sizeof(TYPES) / sizeof(*TYPES) && !node->text.ptr; i++)
        if (parse_take_word(p, TYPES[i]))
            node->text = str_from(TYPES[i]);
    if (!node->text.ptr)
        return parse_fail(p, "the name of a type is missing");
    if (!parse_take(p, "<")) {
        p->depth--;
        return node;
    }
    while (!parse_take(p, ">")) {
        struct str name = STR_NONE;
        struct feel_node *item;

        if (str_is(node->text, "context")) {
            if (!parse_key(p, &name) || !parse_take(p, ":"))
                return parse_fail(p, "the name of an entry and ':' are missing");
            *VEC_PUSH(&names, struct str) = name;
        }
        item = parse_type(p);
        if (!item)
            return NULL;
        *VEC_PUSH(&items, struct feel_node *) = item;
        if (!parse_take(p, ",") && !parse_sees(p, ">"))
            return parse_fail(p, "'>' is missing");
    }
    p->depth--;
    if (str_is(node->text, "function")) {
        if (!parse_take(p, "->") || !parse_type(p))
            return parse_fail(p, "'->' and a type are missing");
        return node;
    }
    return with_names(with_items(p, node, &items), &names);
}

static struct feel_node *parse_at_literal(struct parser *p)
{
    struct str text = STR_NONE;
    struct feel_moment moment;
    struct feel_value value;

    p->at++;
    if (parse_peek(p) != '"')
        return parse_fail(p, "'@' is followed by text in quotes");
    if (!parse_text(p, &text))
        return NULL;
    if (temporal_parse_date(text, &moment))
        return literal(p, feel_moment(p->arena, FEEL_DATE, &moment));
    if (temporal_parse_date_time(text, &moment))
        return literal(p, feel_moment(p->arena, FEEL_DATE_TIME, &moment));
    if (temporal_parse_time(text, &moment))
        return literal(p, feel_moment(p->arena, FEEL_TIME, &moment));
    if (temporal_parse_duration(text, &value))
        return literal(p, value);
    return parse_fail(p, "this is no date, time or duration");
}

static struct feel_node *parse_word(struct parser *p)
{
    struct str name = STR_NONE;
    struct feel_node *node;

    if (parse_take_word(p, "if"))
        return parse_if(p);
    if (parse_take_word(p, "for"))
        return parse_iteration(p, NODE_FOR, "return");
    if (parse_take_word(p, "some"))
        return parse_iteration(p, NODE_SOME, "satisfies");
    if (parse_take_word(p, "every"))
        return parse_iteration(p, NODE_EVERY, "satisfies");
    if (parse_take_word(p, "function"))
        return parse_function(p);
    if (parse_take_word(p, "null"))
        return literal(p, FEEL_NULL_VALUE);
    if (parse_take_word(p, "true"))
        return literal(p, feel_boolean(true));
    if (parse_take_word(p, "false"))
        return literal(p, feel_boolean(false));
    if (!parse_name(p, &name))
        return parse_fail(p, p->at < p->source.len ? "a value is expected here"
                                                   : "the expression ends too early");
    node = parse_node(p, str_is(name, "?") ? NODE_INPUT : NODE_NAME, 0);
    node->text = name;
    return node;
}

static struct feel_node *parse_operand(struct parser *p)
{
    struct str text = STR_NONE;
    char c;

    parse_skip(p);
    c = parse_peek(p);
    if ((c >= '0' && c <= '9') ||
        (c == '.' && str_from_index(p->source, p->at + 1).len &&
         p->source.ptr[p->at + 1] >= '0' && p->source.ptr[p->at + 1] <= '9'))
        return parse_number(p);
    switch (c) {
    case '"':
        return parse_text(p, &text) ? literal(p, feel_string(text)) : NULL;
    case '@':
        return parse_at_literal(p);
    case '[':
        p->at++;
        return parse_list_or_range(p);
    case '(':
        p->at++;
        return parse_group(p);
    case '{':
        p->at++;
        return parse_context(p);
    case ']': {
        struct feel_node *low;

        p->at++;
        low = parse_expression(p);
        if (!low)
            return NULL;
        return parse_take(p, "..") ? parse_range(p, low, false)
                                   : parse_fail(p, "'..' is missing");
    }
    default:
        return parse_word(p);
    }
}

struct feel_node *parse_postfix(struct parser *p)
{
    struct feel_node *node = parse_operand(p);

    while (node) {
        if (parse_sees(p, "[")) {
            struct feel_node *filter = parse_filter(p, node);

            if (!filter)
                return p->reason.ptr ? NULL : node;
            node = filter;
        } else if (parse_take(p, "(")) {
            node = parse_call(p, node);
        } else if (parse_sees(p, ".") && !parse_sees(p, "..")) {
            struct feel_node *path = parse_node(p, NODE_PATH, 1);

            (void)parse_take(p, ".");
            path->items[0] = node;
            if (!parse_name(p, &path->text))
                return parse_fail(p, "a name is missing behind '.'");
            node = path;
        } else {
            break;
        }
    }
    return node;
}
