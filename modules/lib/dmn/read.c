/* read.c: DMN XML into tables. */
#include "formats/xml.h"
#include "dmn/table.h"

static const char *const NAMESPACES[] = {
    "https://www.omg.org/spec/DMN/20191111/MODEL/", /* 1.3 */
    "https://www.omg.org/spec/DMN/20211108/MODEL/", /* 1.4 */
    "https://www.omg.org/spec/DMN/20230324/MODEL/", /* 1.5 */
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  /* 1.2 */
};

struct reader {
    struct arena *arena;
    dmn_problem_fn problem;
    void *context;
    size_t problems;
    const char *ns;
    struct vec decisions;
};

static void report(struct reader *r, int line, const char *format, ...) PRINTF_LIKE(3, 4);
static void report(struct reader *r, int line, const char *format, ...)
{
    va_list args;
    struct str reason;

    va_start(args, format);
    reason = str_vformat(r->arena, format, args);
    va_end(args);
    r->problems++;
    if (r->problem)
        r->problem(r->context, line, reason);
}

static bool is(const struct reader *r, const struct xml_node *node, const char *name)
{
    return xml_is(node, r->ns, name);
}

static const struct xml_node *child(const struct reader *r, const struct xml_node *node,
                                    const char *name)
{
    for (const struct xml_node *c = node->first; c; c = c->next)
        if (is(r, c, name))
            return c;
    return NULL;
}

static struct str text_of(const struct reader *r, const struct xml_node *node)
{
    const struct xml_node *text = node ? child(r, node, "text") : NULL;

    return text ? str_trim(text->text) : STR("");
}

/* Expressions and tests without a language are FEEL. */
static void check_language(struct reader *r, const struct xml_node *node)
{
    struct str language = xml_attribute(node, "expressionLanguage");

    if (language.len && !str_eq_nocase(language, STR("feel")) &&
        str_find(str_lower(r->arena, language), STR("feel")) < 0)
        report(r, node->line, "expression language %.*s; only FEEL is read",
               STR_ARG(language));
}

static struct dmn_cell expression(struct reader *r, const struct xml_node *node,
                                  struct str source)
{
    struct dmn_cell out = {.text = source.ptr ? source : STR("")};
    struct str reason = STR_NONE;

    check_language(r, node);
    if (feel_parse(r->arena, source, NULL, &out.node, &reason) != OK)
        report(r, node->line, "FEEL \"%.*s\": %.*s", STR_ARG(source), STR_ARG(reason));
    return out;
}

static struct dmn_cell tests(struct reader *r, const struct xml_node *node)
{
    struct str source = text_of(r, node);
    struct dmn_cell out = {.text = source.ptr ? source : STR("")};
    struct str reason = STR_NONE;

    check_language(r, node);
    if (feel_parse_tests(r->arena, source, NULL, &out.node, &reason) != OK)
        report(r, node->line, "FEEL \"%.*s\": %.*s", STR_ARG(source), STR_ARG(reason));
    return out;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void read_policy(struct reader *r, const struct xml_node *node,
                        struct dmn_decision *decision)
{
    static const struct {
        const char *word;
        const char *letter;
        enum dmn_policy policy;
    } POLICIES[] = {
        {"UNIQUE", "U", DMN_UNIQUE},
        {"FIRST", "F", DMN_FIRST},
        {"PRIORITY", "P", DMN_PRIORITY},
        {"ANY", "A", DMN_ANY},
        {"COLLECT", "C", DMN_COLLECT},
        {"RULE ORDER", "R", DMN_RULE_ORDER},
        {"OUTPUT ORDER", "O", DMN_OUTPUT_ORDER},
    };
    static const char *const AGGREGATIONS[] = {"", "SUM", "MIN", "MAX", "COUNT"};
    struct str policy = xml_attribute(node, "hitPolicy");
    struct str aggregation = xml_attribute(node, "aggregation");
    bool known = policy.len == 0;

    for (size_t i = 0; i < sizeof(POLICIES) / sizeof(*POLICIES); i++)
        if (str_is(policy, POLICIES[i].word) || str_is(policy, POLICIES[i].letter)) {
            decision->policy = POLICIES[i].policy;
            known = true;
        }
    if (!known)
        report(r, node->line, "there is no hit policy %.*s", STR_ARG(policy));
    known = aggregation.len == 0;
    for (size_t i = 1; i < sizeof(AGGREGATIONS) / sizeof(*AGGREGATIONS); i++)
        if (str_is(aggregation, AGGREGATIONS[i])) {
            decision->aggregation = (enum dmn_aggregation)i;
            known = true;
        }
    if (!known)
        report(r, node->line, "there is no aggregation %.*s", STR_ARG(aggregation));
    if (aggregation.len && decision->policy != DMN_COLLECT)
        report(r, node->line, "only the hit policy COLLECT aggregates");
}

static void read_input(struct reader *r, const struct xml_node *node, struct vec *inputs)
{
    const struct xml_node *inner = child(r, node, "inputExpression");
    struct dmn_cell input = {STR_NONE, NULL};

    if (!inner)
        report(r, node->line, "the input has no expression");
    else
        input = expression(r, inner, text_of(r, inner));
    *VEC_PUSH(inputs, struct dmn_cell) = input;
}

static void read_output(struct reader *r, const struct xml_node *node,
                        struct vec *outputs)
{
    const struct xml_node *values = child(r, node, "outputValues");
    const struct xml_node *fallback = child(r, node, "defaultOutputEntry");
    struct dmn_output output = {.name = xml_attribute(node, "name")};

    if (values && text_of(r, values).len)
        output.allowed = expression(
            r, values, str_format(r->arena, "[%.*s]", STR_ARG(text_of(r, values))));
    if (fallback && text_of(r, fallback).len)
        output.fallback = expression(r, fallback, text_of(r, fallback));
    *VEC_PUSH(outputs, struct dmn_output) = output;
}

static void read_rule(struct reader *r, const struct xml_node *node, struct vec *rules)
{
    struct vec columns = VEC_INIT(r->arena, struct dmn_cell);
    struct vec results = VEC_INIT(r->arena, struct dmn_cell);
    struct dmn_rule rule;

    for (const struct xml_node *c = node->first; c; c = c->next) {
        if (is(r, c, "inputEntry"))
            *VEC_PUSH(&columns, struct dmn_cell) = tests(r, c);
        else if (is(r, c, "outputEntry"))
            *VEC_PUSH(&results, struct dmn_cell) =
                expression(r, c, text_of(r, c).len ? text_of(r, c) : STR("null"));
    }
    rule.tests = columns.items;
    rule.results = results.items;
    *VEC_PUSH(rules, struct dmn_rule) = rule;
}

static size_t count_of(const struct reader *r, const struct xml_node *node,
                       const char *name)
{
    size_t count = 0;

    for (const struct xml_node *c = node->first; c; c = c->next)
        count += is(r, c, name);
    return count;
}

static void check_table(struct reader *r, const struct xml_node *node,
                        const struct dmn_decision *decision)
{
    bool ordered =
        decision->policy == DMN_PRIORITY || decision->policy == DMN_OUTPUT_ORDER;

    if (decision->output_count == 0)
        report(r, node->line, "the table has no output");
    for (size_t i = 0; i < decision->output_count; i++) {
        if (decision->output_count > 1 && !decision->outputs[i].name.len)
            report(r, node->line, "an output has no name");
        if (ordered && i == 0 && !decision->outputs[i].allowed.node)
            report(r, node->line,
                   "a hit policy by priority needs the list of output values");
    }
    if (decision->aggregation != DMN_LIST && decision->output_count > 1)
        report(r, node->line, "an aggregation has one output");
    for (const struct xml_node *c = node->first; c; c = c->next)
        if (is(r, c, "rule") && (count_of(r, c, "inputEntry") != decision->input_count ||
                                 count_of(r, c, "outputEntry") != decision->output_count))
            report(r, c->line, "the rule has another number of cells than the table");
}

static void read_table(struct reader *r, const struct xml_node *node,
                       struct dmn_decision *decision)
{
    struct vec inputs = VEC_INIT(r->arena, struct dmn_cell);
    struct vec outputs = VEC_INIT(r->arena, struct dmn_output);
    struct vec rules = VEC_INIT(r->arena, struct dmn_rule);

    read_policy(r, node, decision);
    for (const struct xml_node *c = node->first; c; c = c->next) {
        if (is(r, c, "input"))
            read_input(r, c, &inputs);
        else if (is(r, c, "output"))
            read_output(r, c, &outputs);
        else if (is(r, c, "rule"))
            read_rule(r, c, &rules);
    }
    decision->inputs = inputs.items;
    decision->input_count = inputs.count;
    decision->outputs = outputs.items;
    decision->output_count = outputs.count;
    decision->rules = rules.items;
    decision->rule_count = rules.count;
    check_table(r, node, decision);
}

/* ---- decisions and functions --------------------------------------------------------------------- */

static void read_requirements(struct reader *r, const struct xml_node *node,
                              struct dmn_decision *decision)
{
    for (const struct xml_node *c = node->first; c; c = c->next) {
        const struct xml_node *inner = NULL;
        struct str href;

        if (is(r, c, "informationRequirement"))
            inner = child(r, c, "requiredDecision");
        else if (is(r, c, "knowledgeRequirement"))
            inner = child(r, c, "requiredKnowledge");
        if (!inner)
            continue;
        href = xml_attribute(inner, "href");
        if (!str_starts(href, STR("#")))
            report(r, inner->line, "%.*s is in another file", STR_ARG(href));
        else
            *VEC_PUSH(&decision->required, struct str) = str_from_index(href, 1);
    }
}

static struct dmn_decision begin(struct reader *r, const struct xml_node *node)
{
    const struct xml_node *variable = child(r, node, "variable");
    struct dmn_decision decision = {.id = xml_attribute(node, "id"), .line = node->line};

    decision.name = variable ? xml_attribute(variable, "name") : STR_NONE;
    if (!decision.name.len)
        decision.name = xml_attribute(node, "name");
    if (!decision.name.len)
        decision.name = decision.id;
    decision.required = VEC_INIT(r->arena, struct str);
    if (!decision.id.len)
        report(r, node->line, "a decision has no id");
    read_requirements(r, node, &decision);
    return decision;
}

static void read_decision(struct reader *r, const struct xml_node *node)
{
    struct dmn_decision decision = begin(r, node);
    const struct xml_node *table = child(r, node, "decisionTable");
    const struct xml_node *literal = child(r, node, "literalExpression");

    if (table)
        read_table(r, table, &decision);
    else if (literal)
        decision.literal = expression(r, literal, text_of(r, literal));
    else
        report(r, node->line, "decision %.*s is neither a table nor a literal expression",
               STR_ARG(decision.id));
    *VEC_PUSH(&r->decisions, struct dmn_decision) = decision;
}

/* A function: its parameters and one expression. */
static void read_function(struct reader *r, const struct xml_node *node)
{
    struct dmn_decision function = begin(r, node);
    const struct xml_node *logic = child(r, node, "encapsulatedLogic");
    const struct xml_node *literal = logic ? child(r, logic, "literalExpression") : NULL;
    struct buf source = buf_init(r->arena, FEEL_SOURCE_MAX);
    bool first = true;

    if (!literal) {
        report(r, node->line, "function %.*s is not one expression",
               STR_ARG(function.id));
        return;
    }
    buf_put_c(&source, "function(");
    for (const struct xml_node *c = logic->first; c; c = c->next)
        if (is(r, c, "formalParameter")) {
            if (!first)
                buf_put_c(&source, ", ");
            buf_put(&source, xml_attribute(c, "name"));
            first = false;
        }
    buf_put_c(&source, ") ");
    buf_put(&source, text_of(r, literal));
    function.literal = expression(r, literal, buf_str(&source));
    *VEC_PUSH(&r->decisions, struct dmn_decision) = function;
}

/* ---- the file ------------------------------------------------------------------------------------- */

static struct dmn_decision *find(const struct vec *decisions, struct str id)
{
    for (size_t i = 0; i < decisions->count; i++) {
        struct dmn_decision *decision = VEC_AT(decisions, struct dmn_decision, i);

        if (str_eq(decision->id, id))
            return decision;
    }
    return NULL;
}

enum visit { NOT_SEEN, ON_THE_WAY, SEEN };

/* Each decision is entered once; one that is met again on the way to itself closes a circle. */
static bool is_circle(const struct vec *decisions, const struct dmn_decision *decision,
                      unsigned char *visits)
{
    unsigned char *visit = &visits[decision - (struct dmn_decision *)decisions->items];

    if (*visit != NOT_SEEN)
        return *visit == ON_THE_WAY;
    *visit = ON_THE_WAY;
    for (size_t i = 0; i < decision->required.count; i++) {
        const struct dmn_decision *other =
            find(decisions, *VEC_AT(&decision->required, struct str, i));

        if (other && is_circle(decisions, other, visits))
            return true;
    }
    *visit = SEEN;
    return false;
}

static void check_requirements(struct reader *r)
{
    unsigned char *visits = ARENA_ARRAY(r->arena, unsigned char, r->decisions.count + 1);

    for (size_t d = 0; d < r->decisions.count; d++) {
        const struct dmn_decision *decision =
            VEC_AT(&r->decisions, struct dmn_decision, d);

        if (find(&r->decisions, decision->id) != decision)
            report(r, decision->line, "the id %.*s is used twice", STR_ARG(decision->id));
        for (size_t i = 0; i < decision->required.count; i++) {
            struct str id = *VEC_AT(&decision->required, struct str, i);

            if (!find(&r->decisions, id))
                report(r, decision->line, "decision %.*s needs %.*s, which is not there",
                       STR_ARG(decision->id), STR_ARG(id));
        }
        if (is_circle(&r->decisions, decision, visits)) {
            report(r, decision->line, "decision %.*s needs itself",
                   STR_ARG(decision->id));
            return;
        }
    }
}

enum err dmn_read(struct arena *arena, struct str xml, dmn_problem_fn problem,
                  void *context, struct dmn_model **out)
{
    struct reader r = {.arena = arena, .problem = problem, .context = context};
    const struct xml_node *root;
    struct xml_error error;

    if (xml.len > DMN_SIZE_MAX) {
        report(&r, 0, "the file is larger than 1 MB");
        return ERR_INPUT;
    }
    if (xml_parse(arena, xml, &root, &error) != OK) {
        err_clear();
        report(&r, error.line, "%.*s", STR_ARG(error.reason));
        return ERR_INPUT;
    }
    for (size_t i = 0; i < sizeof(NAMESPACES) / sizeof(*NAMESPACES) && !r.ns; i++)
        if (xml_is(root, NAMESPACES[i], "definitions"))
            r.ns = NAMESPACES[i];
    if (!r.ns) {
        report(&r, root->line, "this is no DMN 1.3 file");
        return ERR_INPUT;
    }
    r.decisions = VEC_INIT(arena, struct dmn_decision);
    for (const struct xml_node *c = root->first; c; c = c->next) {
        if (is(&r, c, "decision"))
            read_decision(&r, c);
        else if (is(&r, c, "businessKnowledgeModel"))
            read_function(&r, c);
    }
    if (r.decisions.count == 0)
        report(&r, root->line, "there is no decision in the file");
    if (r.decisions.count > 100)
        report(&r, root->line, "more than 100 decisions");
    check_requirements(&r);
    if (r.problems)
        return ERR_INPUT;
    *out = ARENA_NEW(arena, struct dmn_model);
    (*out)->decisions = r.decisions.items;
    (*out)->decision_count = r.decisions.count;
    return OK;
}
