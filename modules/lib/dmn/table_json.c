#include "dmn/table_json.h"

#include "dmn/table.h"

/* ---- writing ----------------------------------------------------------------------------------- */

static void append_cell(json_t *list, const struct dmn_cell *cell)
{
    json_array_append_new(list, json_stringn(cell->text.ptr, cell->text.len));
}

static json_t *cells(const struct dmn_cell *items, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        append_cell(list, &items[i]);
    return list;
}

static void set_cell(json_t *object, const char *name, const struct dmn_cell *cell)
{
    if (cell->node)
        json_set_str(object, name, cell->text);
}

static json_t *encode_outputs(struct arena *arena, const struct dmn_decision *decision)
{
    json_t *list = json_array();

    for (size_t i = 0; i < decision->output_count; i++) {
        json_t *output = json_new_object(arena);

        if (decision->outputs[i].name.ptr)
            json_set_str(output, "name", decision->outputs[i].name);
        set_cell(output, "allowed", &decision->outputs[i].allowed);
        set_cell(output, "fallback", &decision->outputs[i].fallback);
        json_array_append(list, output);
    }
    return list;
}

static json_t *encode_rules(struct arena *arena, const struct dmn_decision *decision)
{
    json_t *list = json_array();

    for (size_t i = 0; i < decision->rule_count; i++) {
        json_t *rule = json_new_object(arena);

        json_object_set_new(rule, "tests",
                            cells(decision->rules[i].tests, decision->input_count));
        json_object_set_new(rule, "results",
                            cells(decision->rules[i].results, decision->output_count));
        json_array_append(list, rule);
    }
    return list;
}

static json_t *encode_decision(struct arena *arena, const struct dmn_decision *decision)
{
    json_t *object = json_new_object(arena);
    json_t *required = json_array();

    json_set_str(object, "id", decision->id);
    json_set_str(object, "name", decision->name);
    for (size_t i = 0; i < decision->required.count; i++) {
        struct str id = *VEC_AT(&decision->required, struct str, i);

        json_array_append_new(required, json_stringn(id.ptr, id.len));
    }
    json_object_set_new(object, "required", required);
    if (decision->literal.node) {
        set_cell(object, "literal", &decision->literal);
        return object;
    }
    json_set_int(object, "policy", decision->policy);
    json_set_int(object, "aggregation", decision->aggregation);
    json_object_set_new(object, "inputs", cells(decision->inputs, decision->input_count));
    json_object_set_new(object, "outputs", encode_outputs(arena, decision));
    json_object_set_new(object, "rules", encode_rules(arena, decision));
    return object;
}

json_t *dmn_encode(struct arena *arena, const struct dmn_model *model)
{
    json_t *root = json_new_object(arena);
    json_t *decisions = json_array();

    for (size_t i = 0; i < model->decision_count; i++)
        json_array_append(decisions, encode_decision(arena, &model->decisions[i]));
    json_object_set_new(root, "decisions", decisions);
    return root;
}

/* ---- reading ----------------------------------------------------------------------------------- */

struct loading {
    struct arena *arena;
    bool failed;
};

static struct str text_of(struct loading *l, const json_t *value)
{
    l->failed |= !json_is_string(value);
    return json_is_string(value)
               ? (struct str){json_string_value(value), json_string_length(value)}
               : STR("");
}

static struct dmn_cell read_cell(struct loading *l, const json_t *value, bool tests)
{
    struct dmn_cell cell = {.text = text_of(l, value)};
    struct str reason;
    enum err err = tests
                       ? feel_parse_tests(l->arena, cell.text, NULL, &cell.node, &reason)
                       : feel_parse(l->arena, cell.text, NULL, &cell.node, &reason);

    l->failed |= err != OK;
    return cell;
}

static struct dmn_cell *read_cells(struct loading *l, const json_t *list, size_t count,
                                   bool tests)
{
    struct dmn_cell *out = ARENA_ARRAY(l->arena, struct dmn_cell, count + 1);

    l->failed |= json_array_size(list) != count;
    for (size_t i = 0; i < count && !l->failed; i++)
        out[i] = read_cell(l, json_array_get(list, i), tests);
    return out;
}

static void read_outputs(struct loading *l, const json_t *list,
                         struct dmn_decision *decision)
{
    decision->output_count = json_array_size(list);
    decision->outputs =
        ARENA_ARRAY(l->arena, struct dmn_output, decision->output_count + 1);
    for (size_t i = 0; i < decision->output_count; i++) {
        const json_t *object = json_array_get(list, i);
        struct dmn_output *output = &decision->outputs[i];

        output->name = json_get_str(object, "name");
        if (json_object_get(object, "allowed"))
            output->allowed = read_cell(l, json_object_get(object, "allowed"), false);
        if (json_object_get(object, "fallback"))
            output->fallback = read_cell(l, json_object_get(object, "fallback"), false);
    }
}

static void read_table(struct loading *l, const json_t *object,
                       struct dmn_decision *decision)
{
    const json_t *inputs = json_object_get(object, "inputs");
    const json_t *rules = json_object_get(object, "rules");
    int64_t policy = json_get_int(object, "policy", -1);
    int64_t aggregation = json_get_int(object, "aggregation", -1);

    l->failed |= policy < DMN_UNIQUE || policy > DMN_OUTPUT_ORDER ||
                 aggregation < DMN_LIST || aggregation > DMN_COUNT;
    if (l->failed)
        return;
    decision->policy = (enum dmn_policy)policy;
    decision->aggregation = (enum dmn_aggregation)aggregation;
    decision->input_count = json_array_size(inputs);
    decision->inputs = read_cells(l, inputs, decision->input_count, false);
    read_outputs(l, json_object_get(object, "outputs"), decision);
    l->failed |= decision->output_count == 0;
    decision->rule_count = json_array_size(rules);
    decision->rules = ARENA_ARRAY(l->arena, struct dmn_rule, decision->rule_count + 1);
    for (size_t i = 0; i < decision->rule_count && !l->failed; i++) {
        const json_t *rule = json_array_get(rules, i);

        decision->rules[i].tests =
            read_cells(l, json_object_get(rule, "tests"), decision->input_count, true);
        decision->rules[i].results = read_cells(l, json_object_get(rule, "results"),
                                                decision->output_count, false);
    }
}

static void read_decision(struct loading *l, const json_t *object,
                          struct dmn_decision *decision)
{
    const json_t *required = json_object_get(object, "required");

    decision->id = text_of(l, json_object_get(object, "id"));
    decision->name = text_of(l, json_object_get(object, "name"));
    decision->required = VEC_INIT(l->arena, struct str);
    for (size_t i = 0; i < json_array_size(required); i++)
        *VEC_PUSH(&decision->required, struct str) =
            text_of(l, json_array_get(required, i));
    if (json_object_get(object, "literal"))
        decision->literal = read_cell(l, json_object_get(object, "literal"), false);
    else
        read_table(l, object, decision);
}

enum err dmn_load(struct arena *arena, const json_t *stored, struct dmn_model **out)
{
    const json_t *list = json_object_get(stored, "decisions");
    struct dmn_model *model = ARENA_NEW(arena, struct dmn_model);
    struct loading l = {.arena = arena};

    model->decision_count = json_array_size(list);
    model->decisions = ARENA_ARRAY(arena, struct dmn_decision, model->decision_count + 1);
    for (size_t i = 0; i < model->decision_count && !l.failed; i++)
        read_decision(&l, json_array_get(list, i), &model->decisions[i]);
    for (size_t i = 0; i < model->decision_count && !l.failed; i++)
        for (size_t k = 0; k < model->decisions[i].required.count; k++)
            l.failed |=
                !dmn_has(model, *VEC_AT(&model->decisions[i].required, struct str, k));
    if (l.failed)
        return err_note(ERR_INPUT, "the stored decisions cannot be read");
    *out = model;
    return OK;
}
