/* feel.h: FEEL, the expression language of DMN (clause 10.3), as modelling tools write it. Pure: no
 * I/O, and no time but the one it is given.
 *
 * Numbers are IEEE 754 decimal128. An operation that FEEL does not define gives null, as the
 * specification says, and leaves the first reason in the run's `failure`. What costs too much ends
 * the whole evaluation with ERR_LIMITED. */
#ifndef FEEL_FEEL_H
#define FEEL_FEEL_H

#include "base/clock.h"
#include "feel/value.h"

/** Bytes of an expression. */
#define FEEL_SOURCE_MAX 16384
/** Nesting of an expression, and of calls of functions it defines. */
#define FEEL_DEPTH_MAX 100

struct feel_node;

/** Names beyond those of FEEL itself that an expression may use. Needed only for names that are not
 *  plain words ("net-value", "terms and conditions"); "full name" is understood without. */
struct feel_names {
    const struct str *names;
    size_t count;
};

/**
 * Parse one expression. The tree points into `source`. ERR_INPUT with `*reason_out` = "column N:
 * ...", in the arena. `names` NULL for none.
 */
enum err feel_parse(struct arena *arena, struct str source,
                    const struct feel_names *names, const struct feel_node **out,
                    struct str *reason_out) MUST_USE;
/** Parse the unary tests of a decision table's cell ("< 5", "[1..3], not(7)", "-"). */
enum err feel_parse_tests(struct arena *arena, struct str source,
                          const struct feel_names *names, const struct feel_node **out,
                          struct str *reason_out) MUST_USE;

/** One evaluation: limits and what it may know. */
struct feel_run {
    struct arena *arena;
    instant_us now;  /**< for now() and today() */
    struct str zone; /**< IANA zone of now(); absent: UTC */
    int64_t
        steps_left; /**< nodes and list items that may be visited; 0 at the start: 1,000,000 */
    struct str
        failure; /**< first reason for a null that an operation gave; absent: none */
    /* private */
    size_t depth;
    size_t room_least; /* of the arena: what is below is not for this evaluation */
    bool exhausted;
};

/** Evaluate in `context` (its entries are the names). ERR_LIMITED (noted) if it costs too much: steps, or more than half
 *  of the memory that the arena has left. */
enum err feel_eval(struct feel_run *run, const struct feel_node *node,
                   const struct feel_context *context, struct feel_value *out) MUST_USE;
/** Does `input` pass the unary tests? */
enum err feel_eval_tests(struct feel_run *run, const struct feel_node *tests,
                         const struct feel_context *context, struct feel_value input,
                         bool *out) MUST_USE;

/** A path a.b.c that an expression reads. */
struct feel_path {
    const struct str *names;
    size_t count;
    bool in_filter; /**< stands between [ and ]: names[0] may be a member of the item */
    bool
        is_function; /**< unless something has the name, it is a function of FEEL that is not called */
};
/** Call `fn` for every path that the expression reads from its context. */
void feel_paths(const struct feel_node *node,
                void (*fn)(void *context, const struct feel_path *path), void *context);
/** The keys of a context literal; false if the expression is anything else. */
bool feel_context_keys(const struct feel_node *node, const struct str **keys_out,
                       size_t *count_out);

#endif
