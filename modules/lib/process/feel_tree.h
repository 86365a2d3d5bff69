/* feel_tree.h: the parsed form of a FEEL expression; shared by the parser and the
 * evaluator only. */
#ifndef PROCESS_FEEL_TREE_H
#define PROCESS_FEEL_TREE_H

#include "process/feel.h"

enum feel_kind {
    FEEL_NULL,
    FEEL_TRUE,
    FEEL_FALSE,
    FEEL_NUMBER,  /**< text: canonical decimal text */
    FEEL_TEXT,    /**< text */
    FEEL_PATH,    /**< names[0].names[1]... */
    FEEL_COMPARE, /**< op, items[0], items[1] */
    FEEL_AND,     /**< items[0], items[1] */
    FEEL_OR,
    FEEL_NOT,       /**< items[0] */
    FEEL_TO_NUMBER, /**< number(items[0]) */
    FEEL_CONTEXT,   /**< names[i]: items[i] */
};

enum feel_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

struct feel {
    enum feel_kind kind;
    enum feel_op op;
    struct str text;
    const struct str *names;
    size_t name_count;
    struct feel **items;
    size_t item_count;
};

/** Nesting of an expression: bounds the recursion of parser and evaluator. */
#define FEEL_DEPTH_MAX 64
/** Bytes of an expression. */
#define FEEL_SIZE_MAX 4096

#endif
