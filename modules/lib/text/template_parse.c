#include "text/template_parse.h"

#include "base/buf.h"
#include "base/vec.h"

#define DEPTH_MAX 64

struct parser {
    struct arena *arena;
    struct str file;
    struct str source;
    size_t at;   /* next byte */
    size_t text; /* start of literal text that is not a node yet */
    int line;    /* of `at` */
    struct vec nodes;
    size_t open[DEPTH_MAX]; /* indexes of the opening nodes */
    size_t depth;
};

static enum err refuse(const struct parser *parser, const char *reason, struct str what)
{
    return err_note(ERR_INPUT, "%.*s:%d: %s%s%.*s", STR_ARG(parser->file), parser->line,
                    reason, what.len ? ": " : "", STR_ARG(what));
}

static struct node *push(struct parser *parser, enum node_type type, struct str text)
{
    struct node *node = VEC_PUSH(&parser->nodes, struct node);

    node->type = type;
    node->line = parser->line;
    node->text = text;
    return node;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_white(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

/* ---- standalone lines ------------------------------------------------------------- */

/* If the tag [from, to) is alone on its line: true, with the line's start and the next
 * one's. */
static bool is_standalone(struct str source, size_t from, size_t to, size_t *start_out,
                          size_t *next_out)
{
    while (from > 0 && is_blank(source.ptr[from - 1]))
        from--;
    while (to < source.len && is_blank(source.ptr[to]))
        to++;
    if (from > 0 && source.ptr[from - 1] != '\n')
        return false;
    if (to < source.len && source.ptr[to] == '\r' && to + 1 < source.len &&
        source.ptr[to + 1] == '\n')
        to++;
    if (to < source.len && source.ptr[to] != '\n')
        return false;
    *start_out = from;
    *next_out = to < source.len ? to + 1 : to;
    return true;
}

static void count_lines(struct parser *parser, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        parser->line += parser->source.ptr[i] == '\n';
}

/* ---- names and sentences ---------------------------------------------------------- */

static bool is_name(struct str name)
{
    if (name.len == 0 || name.len > 100)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '_' && c != '.')
            return false;
    }
    return name.ptr[name.len - 1] != '.' && str_find(name, STR("..")) < 0;
}

static bool is_file(struct str file)
{
    for (size_t i = 0; i < file.len; i++) {
        char c = file.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && !strchr("_-./", c))
            return false;
    }
    return file.len && file.len <= 200 && file.ptr[0] != '/' && file.ptr[0] != '.' &&
           str_find(file, STR("/.")) < 0 &&
           (str_ends(file, STR(".html")) || str_ends(file, STR(".txt")));
}

/* One sentence of a tag that may be broken over lines: each run of white space is one
 * blank. The extractor in tests/lint/msgids does the same. */
static struct str join_lines(struct arena *arena, struct str text)
{
    char *joined;
    size_t len = 0;

    if (str_index(text, '\n') < 0)
        return text;
    joined = str_c(arena, text);
    for (size_t i = 0; i < text.len; i++) {
        if (!is_white(text.ptr[i]))
            joined[len++] = text.ptr[i];
        else if (len && joined[len - 1] != ' ')
            joined[len++] = ' ';
    }
    return (struct str){joined, len};
}

/* Take a quoted sentence from the front of *rest; \" and \\ stand for the character
 * itself. */
static bool take_quoted(struct arena *arena, struct str *rest, struct str *out)
{
    char *text;
    size_t len = 0, i = 1;

    if (rest->len == 0 || rest->ptr[0] != '"')
        return false;
    text = arena_alloc(arena, rest->len);
    for (; i < rest->len && rest->ptr[i] != '"'; i++) {
        if (rest->ptr[i] == '\\' && ++i == rest->len)
            return false;
        text[len++] = rest->ptr[i];
    }
    if (i >= rest->len)
        return false;
    *out = join_lines(arena, (struct str){text, len});
    *rest = str_trim(str_from_index(*rest, i + 1));
    return out->len > 0;
}

/* Every {n} needs an argument, and every argument (the count of a plural aside) a {n}. */
static enum err check_places(const struct parser *parser, const struct node *node)
{
    bool used[MESSAGE_ARGS_MAX + 1] = {false};

    for (int form = 0; form < 2; form++) {
        struct str text = form ? node->plural : node->text;

        for (size_t i = 0; i + 2 < text.len; i++) {
            size_t arg = (size_t)(unsigned char)text.ptr[i + 1] - '0';

            if (text.ptr[i] != '{' || text.ptr[i + 2] != '}' || arg > MESSAGE_ARGS_MAX)
                continue;
            if (arg >= node->arg_count)
                return refuse(parser, "a place of the sentence has no argument", text);
            used[arg] = true;
        }
    }
    for (size_t i = node->plural.ptr ? 1 : 0; i < node->arg_count; i++) {
        if (!used[i])
            return refuse(parser, "argument without a place in the sentence",
                          node->args[i]);
    }
    return OK;
}

/* body: what stands behind '_' */
static enum err parse_message(struct parser *parser, struct str body)
{
    bool plural = body.len > 1 && body.ptr[0] == 'n' && is_white(body.ptr[1]);
    struct str rest = str_trim(plural ? str_from_index(body, 1) : body);
    struct node *node = push(parser, NODE_MESSAGE, STR_NONE);

    if (rest.len == 0)
        return refuse(parser, "no sentence to translate", STR_NONE);
    if (!plural && !is_white(body.ptr[0]))
        return refuse(parser, "a blank is missing behind \"{{_\"", STR_NONE);
    if (rest.ptr[0] != '"') {
        if (plural)
            return refuse(parser, "the sentences of a plural must be quoted", rest);
        node->text = join_lines(parser->arena, rest);
        /* "{{_ by {0}}}" would end at the first "}}". */
        if (str_index(rest, '{') >= 0 || str_index(rest, '}') >= 0)
            return refuse(parser, "a sentence with braces must be quoted", rest);
        return OK;
    }
    if (!take_quoted(parser->arena, &rest, &node->text) ||
        (plural && !take_quoted(parser->arena, &rest, &node->plural)))
        return refuse(parser, "quoted sentence expected", rest);
    node->args = ARENA_ARRAY(parser->arena, struct str, MESSAGE_ARGS_MAX);
    while (rest.len) {
        size_t len = 0;

        while (len < rest.len && !is_white(rest.ptr[len]))
            len++;
        if (node->arg_count == MESSAGE_ARGS_MAX)
            return refuse(parser, "too many arguments", STR_NONE);
        node->args[node->arg_count] = str_sub(rest, 0, len);
        if (!is_name(node->args[node->arg_count]))
            return refuse(parser, "not a name", node->args[node->arg_count]);
        node->arg_count++;
        rest = str_trim(str_from_index(rest, len));
    }
    if (plural && node->arg_count == 0)
        return refuse(parser, "a plural needs a count", STR_NONE);
    return check_places(parser, node);
}

/* ---- tags ---- */

static enum err open_node(struct parser *parser, enum node_type type, struct str name)
{
    if (type == NODE_LAYOUT ? !is_file(name) : !is_name(name))
        return refuse(parser, type == NODE_LAYOUT ? "not a template file" : "not a name",
                      name);
    if (type == NODE_BLOCK && str_index(name, '.') >= 0)
        return refuse(parser, "not a block name", name);
    if (parser->depth == DEPTH_MAX)
        return refuse(parser, "nested too deep", name);
    parser->open[parser->depth++] = parser->nodes.count;
    (void)push(parser, type, name);
    return OK;
}

static enum err close_node(struct parser *parser, struct str name)
{
    struct node *opening;

    if (parser->depth == 0)
        return refuse(parser, "closes what is not open", name);
    opening = VEC_AT(&parser->nodes, struct node, parser->open[--parser->depth]);
    if (!str_eq(opening->text, name))
        return err_note(ERR_INPUT,
                        "%.*s:%d: closes \"%.*s\", but \"%.*s\" of line %d is open",
                        STR_ARG(parser->file), parser->line, STR_ARG(name),
                        STR_ARG(opening->text), opening->line);
    opening->end = parser->nodes.count;
    (void)push(parser, NODE_END, name);
    return OK;
}

static enum err parse_tag(struct parser *parser, struct str body)
{
    struct str rest;

    body = str_trim(body);
    if (body.len == 0)
        return refuse(parser, "empty tag", STR_NONE);
    rest = str_trim(str_from_index(body, 1));
    switch (body.ptr[0]) {
    case '!':
        return OK;
    case '#':
        return open_node(parser, NODE_SECTION, rest);
    case '^':
        return open_node(parser, NODE_INVERTED, rest);
    case '$':
        return open_node(parser, NODE_BLOCK, rest);
    case '<':
        return open_node(parser, NODE_LAYOUT, rest);
    case '/':
        return close_node(parser, rest);
    case '>':
        if (!is_file(rest))
            return refuse(parser, "not a template file", rest);
        (void)push(parser, NODE_PARTIAL, rest);
        return OK;
    case '_':
        return parse_message(parser, str_from_index(body, 1));
    case '&':
        return refuse(parser, "unescaped output is written {{{name_html}}}", body);
    case '=':
        return refuse(parser, "delimiters cannot be changed", body);
    default:
        if (!is_name(body))
            return refuse(parser, "not a name", body);
        (void)push(parser, NODE_VALUE, body);
        return OK;
    }
}

/* The tag that begins at `at` ("{{"): its node, and parser->at behind it. */
static enum err next_tag(struct parser *parser)
{
    size_t from = parser->at, start = from, next;
    bool triple = str_starts(str_from_index(parser->source, from), STR("{{{"));
    struct str closing = triple ? STR("}}}") : STR("}}");
    struct str inside = str_from_index(parser->source, from + closing.len);
    ssize_t length = str_find(inside, closing);
    enum err err;

    if (length < 0)
        return refuse(parser, "tag is not closed", STR_NONE);
    inside = str_sub(inside, 0, (size_t)length);
    next = from + 2 * closing.len + (size_t)length;
    if (!triple && inside.len && strchr("#^/!<>$", str_trim(inside).ptr[0]))
        (void)is_standalone(parser->source, from, next, &start, &next);
    /* `start` lies before `text` only where another tag's line ended there. */
    if (start > parser->text) {
        struct node *node =
            push(parser, NODE_TEXT,
                 str_sub(parser->source, parser->text, start - parser->text));

        /* The line where the text begins. */
        for (size_t i = parser->text; i < from; i++)
            node->line -= parser->source.ptr[i] == '\n';
    }
    if (triple) {
        if (!is_name(str_trim(inside)))
            return refuse(parser, "not a name", inside);
        (void)push(parser, NODE_MARKUP, str_trim(inside));
        err = OK;
    } else {
        err = parse_tag(parser, inside);
    }
    count_lines(parser, from, next);
    parser->at = parser->text = next;
    return err;
}

enum err template_parse(struct arena *arena, struct str file, struct str source,
                        struct parsed *out)
{
    struct parser parser = {.arena = arena,
                            .file = file,
                            .source = source,
                            .line = 1,
                            .nodes = VEC_INIT(arena, struct node)};
    ssize_t tag;
    enum err err;

    if (!str_is_utf8(source) || str_index(source, '\0') >= 0)
        return refuse(&parser, "the file is not UTF-8 text", STR_NONE);
    /* Room for all nodes at once: a growing array would leave its old copies in the arena. */
    for (ssize_t next = 0;
         (tag = str_find(str_from_index(source, (size_t)next), STR("{{"))) >= 0;
         next += tag + 2)
        parser.nodes.capacity += 2;
    parser.nodes.capacity++;
    parser.nodes.items = ARENA_ARRAY(arena, struct node, parser.nodes.capacity);
    while ((tag = str_find(str_from_index(source, parser.at), STR("{{"))) >= 0) {
        count_lines(&parser, parser.at, parser.at + (size_t)tag);
        parser.at += (size_t)tag;
        err = next_tag(&parser);
        if (err != OK)
            return err;
    }
    if (source.len > parser.text)
        (void)push(&parser, NODE_TEXT, str_from_index(source, parser.text));
    if (parser.depth) {
        const struct node *opening =
            VEC_AT(&parser.nodes, struct node, parser.open[parser.depth - 1]);

        parser.line = opening->line;
        return refuse(&parser, "is not closed", opening->text);
    }
    *out = (struct parsed){.file = file,
                           .html = str_ends(file, STR(".html")),
                           .nodes = parser.nodes.items,
                           .count = parser.nodes.count};
    return OK;
}
