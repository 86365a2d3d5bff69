/* tree.h: the parsed form of an expression; shared by parser and evaluator only. */
#ifndef FEEL_TREE_H
#define FEEL_TREE_H

#include "feel/feel.h"

enum feel_node_kind {
    NODE_LITERAL,  /**< value */
    NODE_NAME,     /**< text */
    NODE_INPUT,    /**< '?': what a unary test is asked about */
    NODE_LIST,     /**< items */
    NODE_CONTEXT,  /**< names[i]: items[i] */
    NODE_RANGE,    /**< items[0]..items[1]; low_closed, high_closed */
    NODE_FUNCTION, /**< names: parameters; items[0]: body */
    NODE_IF,       /**< condition, then, else */
    NODE_FOR,      /**< names: variables; items: their domains, last the body */
    NODE_SOME,     /**< as NODE_FOR */
    NODE_EVERY,
    NODE_SPAN, /**< domain items[0]..items[1] of an iteration */
    NODE_OR,
    NODE_AND,
    NODE_COMPARE, /**< op, items[0], items[1] */
    NODE_BETWEEN, /**< items[0] between items[1] and items[2] */
    NODE_IN,      /**< items[0] in items[1..]: tests */
    NODE_TEST,    /**< op, items[0]: a unary test with an operator */
    NODE_TESTS,   /**< items: one of them passes */
    NODE_NO_TEST, /**< items: none of them passes */
    NODE_ANY,     /**< "-": everything passes */
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_DIVIDE,
    NODE_POWER,
    NODE_NEGATE,
    NODE_INSTANCE, /**< items[0] instance of items[1], a NODE_TYPE */
    NODE_TYPE,     /**< text: base; items: what is in it; names: of a context's */
    NODE_PATH,     /**< items[0].text */
    NODE_FILTER,   /**< items[0][items[1]] */
    NODE_CALL, /**< items[0]: what is called; items[1..]: arguments; names: theirs, or NULL */
};

enum feel_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

struct feel_node {
    enum feel_node_kind kind;
    enum feel_op op;
    bool low_closed;
    bool high_closed;
    struct str text;
    struct feel_value value;
    const struct str *names;
    size_t name_count;
    struct feel_node **items;
    size_t item_count;
};

/** Where a name is looked up: the innermost first. */
struct feel_scope {
    const struct feel_scope *outer;
    const struct feel_context *context; /**< NULL for the one binding below */
    struct str name;
    struct feel_value value;
};

/** A function that an expression defined. */
struct feel_function {
    const struct feel_node *node;   /**< NODE_FUNCTION; NULL for a built-in one */
    const struct feel_scope *scope; /**< where it was defined */
    const struct feel_builtin *builtin;
};

/** Arguments in the order of the parameters; what was left out is absent. */
struct feel_args {
    const struct feel_value *items;
    size_t count;
    const struct feel_scope *scope; /**< of the caller, for is defined() */
};

struct feel_builtin {
    const char *name;
    const char *parameters; /**< names, joined by ';' */
    size_t least;
    size_t most; /**< SIZE_MAX: any number */
    struct feel_value (*call)(struct feel_run *run, const struct feel_args *args);
};
/** By name and number of arguments; NULL. */
const struct feel_builtin *feel_builtin_find(struct str name);
/** All of them, for the parser, which has to know names with blanks: tables that end with a row without name. */
const struct feel_builtin *const *feel_builtin_tables(size_t *count_out);

/** An operation that is not defined gives null; the first reason is kept. */
struct feel_value feel_fail(struct feel_run *run, const char *format, ...)
    PRINTF_LIKE(2, 3);
/** Count work; false once the limit is reached. */
bool feel_spend(struct feel_run *run, int64_t steps);
/** Is there memory for so much at once? False ends the evaluation, as feel_spend() does. */
bool feel_room(struct feel_run *run, size_t bytes);
/** Both, for `count` values that are made at once. */
bool feel_spend_values(struct feel_run *run, int64_t count);
/** Call a function value with these arguments. */
struct feel_value feel_call(struct feel_run *run, const struct feel_function *function,
                            const struct feel_args *args);
struct feel_value feel_value_of(struct feel_run *run, const struct feel_node *node,
                                const struct feel_scope *scope);
/** The same of a condition that is asked for many items: the memory it took is used again. */
struct feel_value feel_condition_of(struct feel_run *run, const struct feel_node *node,
                                    const struct feel_scope *scope);
/* operators.c */
struct feel_value feel_operate(struct feel_run *run, enum feel_node_kind kind,
                               struct feel_value a, struct feel_value b);
struct feel_value feel_negate(struct feel_run *run, struct feel_value a);
struct feel_value feel_compare(struct feel_run *run, enum feel_op op, struct feel_value a,
                               struct feel_value b);
/** The property of a value that is no context: year, hours, start ...; null if it has none. */
struct feel_value feel_property(struct feel_run *run, struct feel_value value,
                                struct str name);
bool feel_is_instance(struct feel_value value, const struct feel_node *type);

#endif
