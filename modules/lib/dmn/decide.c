/* decide.c: which rules match, and what that comes to. */
#include "dmn/table.h"

struct deciding {
    const struct dmn_model *model;
    struct feel_run *run;
    struct vec
        names; /* struct feel_entry: variables, then results of required decisions */
    struct feel_value **done; /* decisions: their results, NULL until decided */
};

static const struct dmn_decision *find(const struct dmn_model *model, struct str id)
{
    for (size_t i = 0; i < model->decision_count; i++)
        if (str_eq(model->decisions[i].id, id))
            return &model->decisions[i];
    return NULL;
}

bool dmn_has(const struct dmn_model *model, struct str id)
{
    return find(model, id) != NULL;
}

struct str dmn_decision_id(const struct dmn_model *model, size_t index)
{
    return index < model->decision_count ? model->decisions[index].id : STR_NONE;
}

/* ---- evaluating -------------------------------------------------------------------------------- */

static enum err value_of(struct deciding *d, const struct feel_node *node,
                         struct feel_value *out)
{
    struct feel_context names = {d->names.items, d->names.count};

    return feel_eval(d->run, node, &names, out);
}

static enum err matches(struct deciding *d, const struct dmn_decision *decision,
                        const struct dmn_rule *rule, const struct feel_value *inputs,
                        bool *out)
{
    struct feel_context names = {d->names.items, d->names.count};
    enum err err = OK;

    *out = true;
    for (size_t i = 0; i < decision->input_count && *out && err == OK; i++)
        err = feel_eval_tests(d->run, rule->tests[i].node, &names, inputs[i], out);
    return err;
}

/* A rule's outputs, or the fallbacks for `rule` NULL: one value, or a context of several. */
static enum err outputs_of(struct deciding *d, const struct dmn_decision *decision,
                           const struct dmn_rule *rule, struct feel_value *out)
{
    struct arena *arena = d->run->arena;
    struct feel_entry *entries =
        ARENA_ARRAY(arena, struct feel_entry, decision->output_count);
    bool any = rule != NULL;
    enum err err = OK;

    for (size_t i = 0; i < decision->output_count && err == OK; i++) {
        const struct feel_node *node =
            rule ? rule->results[i].node : decision->outputs[i].fallback.node;

        entries[i].name = decision->outputs[i].name;
        entries[i].value = FEEL_NULL_VALUE;
        any |= node != NULL;
        if (node)
            err = value_of(d, node, &entries[i].value);
    }
    if (err != OK)
        return err;
    if (!any)
        *out = FEEL_NULL_VALUE;
    else if (decision->output_count == 1)
        *out = entries[0].value;
    else
        *out = feel_context(arena, entries, decision->output_count);
    return OK;
}

/* ---- hit policies ------------------------------------------------------------------------------ */

/* Place of an output in its list of values; behind all if it is not there. */
static enum err rank_of(struct deciding *d, const struct dmn_decision *decision,
                        struct feel_value outputs, size_t column, size_t *out)
{
    struct feel_value value = outputs;
    struct feel_value list = FEEL_NULL_VALUE;
    enum err err = OK;

    if (decision->output_count > 1)
        value = outputs.context->entries[column].value;
    *out = SIZE_MAX;
    if (decision->outputs[column].allowed.node)
        err = value_of(d, decision->outputs[column].allowed.node, &list);
    for (size_t i = 0; err == OK && list.type == FEEL_LIST && i < list.list->count; i++)
        if (feel_same(list.list->items[i], value)) {
            *out = i;
            break;
        }
    return err;
}

static enum err comes_before(struct deciding *d, const struct dmn_decision *decision,
                             struct feel_value a, struct feel_value b, bool *out)
{
    *out = false;
    for (size_t column = 0; column < decision->output_count; column++) {
        size_t rank_a = 0;
        size_t rank_b = 0;
        enum err err = rank_of(d, decision, a, column, &rank_a);

        if (err == OK)
            err = rank_of(d, decision, b, column, &rank_b);
        if (err != OK)
            return err;
        if (rank_a != rank_b) {
            *out = rank_a < rank_b;
            return OK;
        }
    }
    return OK;
}

/* Best first; stable, since a rule moves only before those it precedes. */
static enum err sort_by_priority(struct deciding *d, const struct dmn_decision *decision,
                                 struct vec *hits)
{
    struct feel_value *items = hits->items;

    for (size_t i = 1; i < hits->count; i++) {
        struct feel_value moving = items[i];
        size_t at = i;

        while (at > 0) {
            bool before = false;
            enum err err = comes_before(d, decision, moving, items[at - 1], &before);

            if (err != OK)
                return err;
            if (!before)
                break;
            items[at] = items[at - 1];
            at--;
        }
        items[at] = moving;
    }
    return OK;
}

static enum err aggregate(struct deciding *d, const struct dmn_decision *decision,
                          const struct vec *hits, struct feel_value *out)
{
    static const char *const EXPRESSIONS[] = {
        [DMN_LIST] = "hits",     [DMN_SUM] = "sum(hits)",     [DMN_MIN] = "min(hits)",
        [DMN_MAX] = "max(hits)", [DMN_COUNT] = "count(hits)",
    };
    struct arena *arena = d->run->arena;
    struct feel_entry entry = {STR("hits"), feel_list(arena, hits->items, hits->count)};
    struct feel_context names = {&entry, 1};
    const struct feel_node *node;
    struct str reason;

    if (decision->aggregation == DMN_LIST) {
        *out = entry.value;
        return OK;
    }
    if (feel_parse(arena, str_from(EXPRESSIONS[decision->aggregation]), NULL, &node,
                   &reason) != OK)
        bug("aggregation: %.*s", STR_ARG(reason));
    return feel_eval(d->run, node, &names, out);
}

static enum err by_policy(struct deciding *d, const struct dmn_decision *decision,
                          struct vec *hits, struct feel_value *out)
{
    struct feel_value *items = hits->items;
    enum err err = OK;

    switch (decision->policy) {
    case DMN_UNIQUE:
        if (hits->count > 1)
            return err_note(ERR_INPUT, "decision %.*s is UNIQUE, and %zu rules match",
                            STR_ARG(decision->id), hits->count);
        break;
    case DMN_ANY:
        for (size_t i = 1; i < hits->count; i++)
            if (!feel_same(items[i], items[0]))
                return err_note(ERR_INPUT,
                                "decision %.*s is ANY, and matching rules differ",
                                STR_ARG(decision->id));
        break;
    case DMN_PRIORITY:
    case DMN_OUTPUT_ORDER:
        err = sort_by_priority(d, decision, hits);
        break;
    case DMN_FIRST:
    case DMN_COLLECT:
    case DMN_RULE_ORDER:
        break;
    }
    if (err != OK)
        return err;
    if (decision->policy == DMN_COLLECT)
        return aggregate(d, decision, hits, out);
    if (decision->policy == DMN_RULE_ORDER || decision->policy == DMN_OUTPUT_ORDER)
        *out = feel_list(d->run->arena, items, hits->count);
    else
        *out = items[0];
    return OK;
}

/* ---- a decision -------------------------------------------------------------------------------- */

static enum err decide_table(struct deciding *d, const struct dmn_decision *decision,
                             struct feel_value *out)
{
    struct vec hits = VEC_INIT(d->run->arena, struct feel_value);
    struct feel_value *inputs =
        ARENA_ARRAY(d->run->arena, struct feel_value, decision->input_count + 1);
    enum err err = OK;

    for (size_t i = 0; i < decision->input_count && err == OK; i++)
        err = value_of(d, decision->inputs[i].node, &inputs[i]);
    for (size_t r = 0; r < decision->rule_count && err == OK; r++) {
        struct feel_value hit = FEEL_NULL_VALUE;
        bool match = false;

        err = matches(d, decision, &decision->rules[r], inputs, &match);
        if (err != OK || !match)
            continue;
        err = outputs_of(d, decision, &decision->rules[r], &hit);
        *VEC_PUSH(&hits, struct feel_value) = hit;
        if (decision->policy == DMN_FIRST)
            break;
    }
    if (err != OK)
        return err;
    return hits.count ? by_policy(d, decision, &hits, out)
                      : outputs_of(d, decision, NULL, out);
}

static void add_name(struct deciding *d, struct str name, struct feel_value value)
{
    for (size_t i = 0; i < d->names.count; i++) {
        struct feel_entry *entry = VEC_AT(&d->names, struct feel_entry, i);

        if (str_eq(entry->name, name)) {
            entry->value = value;
            return;
        }
    }
    *VEC_PUSH(&d->names, struct feel_entry) = (struct feel_entry){name, value};
}

/* Each decision once, however many need it. */
static enum err decide(struct deciding *d, const struct dmn_decision *decision,
                       struct feel_value *out)
{
    size_t index = (size_t)(decision - d->model->decisions);

    if (d->done[index]) {
        *out = *d->done[index];
        return OK;
    }
    for (size_t i = 0; i < decision->required.count; i++) {
        const struct dmn_decision *other =
            find(d->model, *VEC_AT(&decision->required, struct str, i));
        struct feel_value value = FEEL_NULL_VALUE;
        enum err err = decide(d, other, &value);

        if (err != OK)
            return err;
        add_name(d, other->name, value);
        /* Camunda knows a required decision by its id, too. */
        if (!str_eq(other->id, other->name))
            add_name(d, other->id, value);
    }
    enum err err = decision->literal.node ? value_of(d, decision->literal.node, out)
                                          : decide_table(d, decision, out);

    if (err != OK)
        return err;
    d->done[index] = ARENA_NEW(d->run->arena, struct feel_value);
    *d->done[index] = *out;
    return OK;
}

enum err dmn_decide(const struct dmn_model *model, struct str id,
                    const struct feel_context *variables, struct feel_run *run,
                    struct feel_value *out)
{
    const struct dmn_decision *decision = find(model, id);
    struct deciding d = {.model = model, .run = run};

    if (!decision)
        return err_note(ERR_INPUT, "there is no decision %.*s", STR_ARG(id));
    d.names = VEC_INIT(run->arena, struct feel_entry);
    d.done = ARENA_ARRAY(run->arena, struct feel_value *, model->decision_count);
    for (size_t i = 0; i < variables->count; i++)
        *VEC_PUSH(&d.names, struct feel_entry) = variables->entries[i];
    return decide(&d, decision, out);
}
