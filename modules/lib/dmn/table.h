/* table.h: private to dmn: what was read. */
#ifndef DMN_TABLE_H
#define DMN_TABLE_H

#include "base/vec.h"
#include "dmn/dmn.h"

enum dmn_policy {
    DMN_UNIQUE,
    DMN_FIRST,
    DMN_PRIORITY,
    DMN_ANY,
    DMN_COLLECT,
    DMN_RULE_ORDER,
    DMN_OUTPUT_ORDER,
};
enum dmn_aggregation { DMN_LIST, DMN_SUM, DMN_MIN, DMN_MAX, DMN_COUNT };

/** FEEL as written and as parsed. */
struct dmn_cell {
    struct str text;              /**< absent: nothing stands there */
    const struct feel_node *node; /**< NULL: nothing stands there */
};

struct dmn_output {
    struct str name;          /**< absent: there is only one */
    struct dmn_cell allowed;  /**< list of values, the best first; nothing: none given */
    struct dmn_cell fallback; /**< when no rule matches; nothing: null */
};

struct dmn_rule {
    struct dmn_cell *tests;   /**< unary tests, beside the inputs */
    struct dmn_cell *results; /**< beside the outputs */
};

struct dmn_decision {
    struct str id;
    struct str name; /**< of its variable, under which others see its result */
    int line;
    struct dmn_cell literal; /**< a literal expression; nothing: a table */
    enum dmn_policy policy;
    enum dmn_aggregation aggregation;
    struct dmn_cell *inputs;
    size_t input_count;
    struct dmn_output *outputs;
    size_t output_count;
    struct dmn_rule *rules;
    size_t rule_count;
    struct vec required; /**< struct str: ids of decisions and functions */
};

struct dmn_model {
    struct dmn_decision *decisions; /**< functions, too: their value is the function */
    size_t decision_count;
};

#endif
