/* paths.c: what the decisions of a file read, without deciding. */
#include "dmn/table.h"

struct walk {
    const struct dmn_model *model;
    const struct dmn_decision *decision;
    dmn_path_fn fn;
    void *context;
};

/* The result of another decision of the file. */
static bool is_result(const struct dmn_model *model, struct str name)
{
    for (size_t i = 0; i < model->decision_count; i++)
        if (str_eq(model->decisions[i].name, name) ||
            str_eq(model->decisions[i].id, name))
            return true;
    return false;
}

static void visit_path(void *context, const struct feel_path *path)
{
    const struct walk *walk = context;

    if (!is_result(walk->model, path->names[0]))
        walk->fn(walk->context, path, walk->decision->line);
}

static void visit(struct walk *walk, const struct dmn_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cells[i].node)
            feel_paths(cells[i].node, visit_path, walk);
}

void dmn_paths(const struct dmn_model *model, dmn_path_fn fn, void *context)
{
    struct walk walk = {.model = model, .fn = fn, .context = context};

    for (size_t i = 0; i < model->decision_count; i++) {
        const struct dmn_decision *d = &model->decisions[i];

        walk.decision = d;
        visit(&walk, &d->literal, 1);
        visit(&walk, d->inputs, d->input_count);
        for (size_t k = 0; k < d->output_count; k++) {
            visit(&walk, &d->outputs[k].allowed, 1);
            visit(&walk, &d->outputs[k].fallback, 1);
        }
        for (size_t k = 0; k < d->rule_count; k++) {
            visit(&walk, d->rules[k].tests, d->input_count);
            visit(&walk, d->rules[k].results, d->output_count);
        }
    }
}
