/* template_parse.h: a template file as a flat list of nodes. Private to text/. */
#ifndef TEXT_TEMPLATE_PARSE_H
#define TEXT_TEMPLATE_PARSE_H

#include "base/str.h"

enum node_type {
    NODE_TEXT,     /**< literal bytes */
    NODE_VALUE,    /**< {{name}} */
    NODE_MARKUP,   /**< {{{name_html}}} */
    NODE_SECTION,  /**< {{#name}} up to its NODE_END */
    NODE_INVERTED, /**< {{^name}} */
    NODE_BLOCK,    /**< {{$name}} */
    NODE_LAYOUT,   /**< {{<file}} */
    NODE_PARTIAL,  /**< {{> file}} */
    NODE_MESSAGE,  /**< {{_ sentence}}, {{_n "one" "many" count}} */
    NODE_END,      /**< {{/name}} */
};

#define MESSAGE_ARGS_MAX 9

struct node {
    enum node_type type;
    int line;
    struct str text;   /**< literal, name, file or msgid */
    struct str plural; /**< NODE_MESSAGE with {{_n: the second sentence, else absent */
    struct str *args;  /**< NODE_MESSAGE: names; of a plural the first is the count */
    size_t arg_count;
    size_t end; /**< opening nodes: index of their NODE_END */
};

/** A file, read and split. */
struct parsed {
    struct str file; /**< path below the set's folder, for messages */
    bool html;       /**< false for .txt: neither escaped nor checked */
    struct node *nodes;
    size_t count;
};

/**
 * Split `source` (which must outlive the result) into nodes. Lines that hold nothing but
 * one section, comment, block, layout or partial tag leave no line behind (Mustache
 * specification, "standalone"). ERR_INPUT with "file:line: reason" noted.
 */
enum err template_parse(struct arena *arena, struct str file, struct str source,
                        struct parsed *out) MUST_USE;

#endif
