/* parse.c: operators, by their precedence, and unary tests. */
#include "feel/parser.h"

struct feel_node *parse_node(struct parser *p, enum feel_node_kind kind, size_t items)
{
    struct feel_node *node = ARENA_NEW(p->arena, struct feel_node);

    node->kind = kind;
    node->items = ARENA_ARRAY(p->arena, struct feel_node *, items + 1);
    node->item_count = items;
    return node;
}

static struct feel_node *binary(struct parser *p, enum feel_node_kind kind,
                                struct feel_node *a, struct feel_node *b)
{
    struct feel_node *node;

    if (!a || !b)
        return NULL;
    node = parse_node(p, kind, 2);
    node->items[0] = a;
    node->items[1] = b;
    return node;
}

static struct feel_node *parse_unary(struct parser *p)
{
    struct feel_node *node;
    struct feel_node *inner;

    if (++p->depth > FEEL_DEPTH_MAX)
        return parse_fail(p, "nested too deep");
    if (parse_take(p, "-")) {
        inner = parse_unary(p);
        node = inner ? parse_node(p, NODE_NEGATE, 1) : NULL;
        if (node)
            node->items[0] = inner;
    } else {
        node = parse_postfix(p);
        while (node && parse_sees_word(p, "instance")) {
            (void)parse_take_word(p, "instance");
            if (!parse_take_word(p, "of"))
                return parse_fail(p, "'of' is missing behind 'instance'");
            node = binary(p, NODE_INSTANCE, node, parse_type(p));
        }
    }
    p->depth--;
    return node;
}

static struct feel_node *parse_power(struct parser *p)
{
    struct feel_node *node = parse_unary(p);

    while (node && parse_take(p, "**"))
        node = binary(p, NODE_POWER, node, parse_unary(p));
    return node;
}

static struct feel_node *parse_product(struct parser *p)
{
    struct feel_node *node = parse_power(p);

    for (;;) {
        if (node && parse_take(p, "*"))
            node = binary(p, NODE_MULTIPLY, node, parse_power(p));
        else if (node && parse_take(p, "/"))
            node = binary(p, NODE_DIVIDE, node, parse_power(p));
        else
            return node;
    }
}

struct feel_node *parse_sum(struct parser *p)
{
    struct feel_node *node = parse_product(p);

    for (;;) {
        if (node && parse_take(p, "+"))
            node = binary(p, NODE_ADD, node, parse_product(p));
        else if (node && parse_take(p, "-"))
            node = binary(p, NODE_SUBTRACT, node, parse_product(p));
        else
            return node;
    }
}

bool parse_operator(struct parser *p, enum feel_op *out)
{
    static const struct {
        const char *sign;
        enum feel_op op;
    } SIGNS[] = {{"<=", OP_LE}, {">=", OP_GE}, {"!=", OP_NE},
                 {"<", OP_LT},  {">", OP_GT},  {"=", OP_EQ}};

    for (size_t i = 0; i < sizeof(SIGNS) / sizeof(*SIGNS); i++)
        if (parse_take(p, SIGNS[i].sign)) {
            *out = SIGNS[i].op;
            return true;
        }
    return false;
}

/* ---- unary tests ----------------------------------------------------------------------------- */

static struct feel_node *parse_test_of(struct parser *p,
                                       struct feel_node *(*parse)(struct parser *p))
{
    struct feel_node *node;
    enum feel_op op;

    if (!parse_operator(p, &op))
        return parse(p);
    node = parse_node(p, NODE_TEST, 1);
    node->op = op;
    node->items[0] = parse_sum(p);
    return node->items[0] ? node : NULL;
}

struct feel_node *parse_test(struct parser *p)
{
    return parse_test_of(p, parse_expression);
}

static bool parse_tests_into(struct parser *p, struct vec *tests)
{
    do {
        struct feel_node *test = parse_test(p);

        if (!test)
            return false;
        *VEC_PUSH(tests, struct feel_node *) = test;
    } while (parse_take(p, ","));
    return true;
}

static struct feel_node *tests_node(struct parser *p, enum feel_node_kind kind,
                                    const struct vec *tests)
{
    struct feel_node *node = parse_node(p, kind, tests->count);

    for (size_t i = 0; i < tests->count; i++)
        node->items[i] = *VEC_AT(tests, struct feel_node *, i);
    return node;
}

/* x in < 5 | x in [1..3] | x in list | x in (< 5, 7, [1..3]) | x in (1..3] */
static struct feel_node *parse_in(struct parser *p, struct feel_node *value)
{
    struct vec items = VEC_INIT(p->arena, struct feel_node *);
    struct feel_node *test;

    *VEC_PUSH(&items, struct feel_node *) = value;
    if (!parse_take(p, "(")) {
        test = parse_test_of(p, parse_sum);
        if (!test)
            return NULL;
        *VEC_PUSH(&items, struct feel_node *) = test;
        return tests_node(p, NODE_IN, &items);
    }
    do {
        test = parse_test(p);
        if (!test)
            return NULL;
        if (items.count == 1 && test->kind != NODE_TEST && parse_take(p, "..")) {
            test = parse_range(p, test, false);
            if (!test)
                return NULL;
            *VEC_PUSH(&items, struct feel_node *) = test;
            return tests_node(p, NODE_IN, &items);
        }
        *VEC_PUSH(&items, struct feel_node *) = test;
        if (parse_take(p, ")"))
            return tests_node(p, NODE_IN, &items);
    } while (parse_take(p, ","));
    return parse_fail(p, "')' is missing");
}

/* ---- comparisons, and, or -------------------------------------------------------------------- */

static struct feel_node *parse_between(struct parser *p, struct feel_node *value)
{
    struct feel_node *node = parse_node(p, NODE_BETWEEN, 3);

    node->items[0] = value;
    node->items[1] = parse_sum(p);
    if (!node->items[1])
        return NULL;
    if (!parse_take_word(p, "and"))
        return parse_fail(p, "'and' is missing behind 'between'");
    node->items[2] = parse_sum(p);
    return node->items[2] ? node : NULL;
}

static struct feel_node *parse_comparison(struct parser *p)
{
    struct feel_node *node = parse_sum(p);
    enum feel_op op;

    for (;;) {
        if (node && parse_operator(p, &op)) {
            node = binary(p, NODE_COMPARE, node, parse_sum(p));
            if (node)
                node->op = op;
        } else if (node && parse_take_word(p, "between")) {
            node = parse_between(p, node);
        } else if (node && parse_take_word(p, "in")) {
            node = parse_in(p, node);
        } else {
            return node;
        }
    }
}

static struct feel_node *parse_and(struct parser *p)
{
    struct feel_node *node = parse_comparison(p);

    while (node && parse_take_word(p, "and"))
        node = binary(p, NODE_AND, node, parse_comparison(p));
    return node;
}

struct feel_node *parse_expression(struct parser *p)
{
    struct feel_node *node;

    if (++p->depth > FEEL_DEPTH_MAX)
        return parse_fail(p, "nested too deep");
    node = parse_and(p);
    while (node && parse_take_word(p, "or"))
        node = binary(p, NODE_OR, node, parse_and(p));
    p->depth--;
    return node;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum err begin(struct arena *arena, struct str source,
                      const struct feel_names *names, struct parser *p,
                      struct str *reason_out)
{
    *p = (struct parser){.arena = arena, .source = source};
    p->known = VEC_INIT(arena, struct str);
    for (size_t i = 0; names && i < names->count; i++)
        *VEC_PUSH(&p->known, struct str) = names->names[i];
    if (source.len > FEEL_SOURCE_MAX) {
        *reason_out = STR("column 1: the expression is too long");
        return ERR_INPUT;
    }
    if (!str_is_utf8(source)) {
        *reason_out = STR("column 1: the expression is not UTF-8");
        return ERR_INPUT;
    }
    return OK;
}

static enum err finish(struct parser *p, struct feel_node *node,
                       const struct feel_node **out, struct str *reason_out)
{
    parse_skip(p);
    if (node && p->at < p->source.len)
        node = parse_fail(p, "this is not expected here");
    if (node) {
        *out = node;
        return OK;
    }
    *reason_out = str_format(p->arena, "column %zu: %.*s",
                             str_utf8_length(str_sub(p->source, 0, p->reason_at)) + 1,
                             STR_ARG(p->reason));
    return ERR_INPUT;
}

enum err feel_parse(struct arena *arena, struct str source,
                    const struct feel_names *names, const struct feel_node **out,
                    struct str *reason_out)
{
    struct parser p;
    enum err err = begin(arena, source, names, &p, reason_out);

    return err == OK ? finish(&p, parse_expression(&p), out, reason_out) : err;
}

enum err feel_parse_tests(struct arena *arena, struct str source,
                          const struct feel_names *names, const struct feel_node **out,
                          struct str *reason_out)
{
    struct parser p;
    struct vec tests = VEC_INIT(arena, struct feel_node *);
    enum feel_node_kind kind = NODE_TESTS;
    struct feel_node *node = NULL;
    enum err err = begin(arena, source, names, &p, reason_out);

    if (err != OK)
        return err;
    parse_skip(&p);
    if (str_is(str_trim(source), "-"))
        p.at = source.len;
    if (p.at == source.len)
        return finish(&p, parse_node(&p, NODE_ANY, 0), out, reason_out);
    if (parse_sees_word(&p, "not")) {
        size_t start = p.at;

        /* not(...) around all of it; "not(a) and b" is an expression. */
        (void)parse_take_word(&p, "not");
        if (parse_take(&p, "(") && parse_tests_into(&p, &tests) && parse_take(&p, ")") &&
            (parse_skip(&p), p.at == source.len)) {
            kind = NODE_NO_TEST;
            node = tests_node(&p, kind, &tests);
        } else {
            p.at = start;
            p.depth = 0;
            p.reason = STR_NONE;
            tests.count = 0;
        }
    }
    if (!node && parse_tests_into(&p, &tests))
        node = tests_node(&p, kind, &tests);
    return finish(&p, node, out, reason_out);
}
