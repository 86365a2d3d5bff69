/* definition_names.c: does the process know what its expressions ask for? */
#include "process/definition_read.h"
#include "process/rules.h"

struct name_check {
    const struct definition *definition;
    const struct bpmn_model *model;
    struct report *report;
    int line;
};

/* What an instance knows besides the answers: `request.` and one of these (app/process_apply.c). */
static const char REQUEST_FACTS[] = "reference type company submittedAt effectiveOn";
/* Values of the master data when the request began (app/process_apply.c). */
static const char MASTER_DATA[] = "base";

/* Names that the process itself gives values: results, mappings, items of loops. */
static bool is_set_by_process(const struct bpmn_model *model, struct str name)
{
    static const char LOOPS[] = "loopCounter numberOfInstances numberOfActiveInstances "
                                "numberOfCompletedInstances numberOfTerminatedInstances";
    if (rule_has_word(LOOPS, name))
        return true;
    for (size_t i = 0; i < model->element_count; i++) {
        const struct bpmn_element *e = &model->elements[i];
        bool set = str_eq(e->result, name) || str_eq(e->multi.element, name) ||
                   str_eq(e->multi.output, name);
        for (size_t k = 0; k < e->input_count && !set; k++)
            set = str_eq(e->inputs[k].target, name);
        for (size_t k = 0; k < e->output_count && !set; k++)
            set = str_eq(e->outputs[k].target, name);
        if (set)
            return true;
    }
    return false;
}

static void check_path(void *context, const struct feel_path *path)
{
    const struct str *names = path->names;
    size_t count = path->count;
    const struct name_check *check = context;
    if (str_is(names[0], "request")) {
        if (count != 2 || !rule_has_word(REQUEST_FACTS, names[1]))
            report_problem(check->report, check->line,
                           "FEEL expression: \"request.\" is followed by: %s",
                           REQUEST_FACTS);
        return;
    }
    const struct form_field *field = definition_field(check->definition, names[0]);
    if ((!field || field->kind == FORM_PARAGRAPH) &&
        !is_set_by_process(check->model, names[0]) && !str_is(names[0], MASTER_DATA))
        report_problem(check->report, check->line,
                       "FEEL expression: no form asks for \"%.*s\" and no step sets it",
                       STR_ARG(names[0]));
    else if (field && count > 1)
        report_problem(check->report, check->line,
                       "FEEL expression: \"%.*s\" is an answer without parts",
                       STR_ARG(names[0]));
}

static void check_expression(struct name_check *check,
                             const struct bpmn_expression *expression, int line)
{
    check->line = line;
    if (expression->feel)
        feel_paths(expression->feel, check_path, check);
}

static void check_element(struct name_check *check, const struct bpmn_element *e)
{
    const struct bpmn_expression *const expressions[] = {
        &e->correlation,
        &e->time,
        &e->condition,
        &e->multi.collection,
        &e->multi.output_element,
        &e->multi.condition,
        &e->script,
        &e->called,
        &e->due,
        &e->reference,
    };
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
        check_expression(check, expressions[i], e->line);
    for (size_t i = 0; i < e->input_count; i++)
        check_expression(check, &e->inputs[i].source, e->line);
    for (size_t i = 0; i < e->output_count; i++)
        check_expression(check, &e->outputs[i].source, e->line);
}

void definition_check_names(const struct definition *definition,
                            const struct bpmn_model *model, int line,
                            struct report *report)
{
    struct name_check check = {definition, model, report, line};
    for (size_t i = 0; i < model->flow_count; i++)
        check_expression(&check, &model->flows[i].condition, model->flows[i].line);
    for (size_t i = 0; i < model->element_count; i++)
        check_element(&check, &model->elements[i]);
    struct str date = definition->effective_date_field;
    const struct form_field *field = date.ptr ? definition_field(definition, date) : NULL;
    if (date.ptr && (!field || field->kind != FORM_DATE))
        report_problem(report, line,
                       "kontor:effectiveDateField: %.*s is no date field of a form",
                       STR_ARG(date));
}
