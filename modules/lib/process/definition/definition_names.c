#include "process/definition/definition_names.h"

#include "process/definition/definition_read.h"
#include "process/definition/profile.h"
#include "process/definition/rules.h"
#include "process/user_task.h"

/* What expressions see beside the answers (values.h). */
static const char REQUEST_MEMBERS[] = "reference type company submittedAt effectiveOn";
static const char COMPANY_MEMBERS[] =
    "reference name memberships entitlements board clearing obligations";
static const char CATALOGUE_MEMBERS[] = "exchanges markets offers houses";
/* Of the items of these lists, for names between [ and ]. */
static const char ITEM_MEMBERS[] =
    "key exchange name since product market volume unit validFrom endsOn function "
    "birthDate house member kind text dueOn noticeDays noticeReference available rule en "
    "de value label";
static const char DATE_PARTS[] = "year month day weekday";
/* What is known of a task that is done (app/ticket/ticket_work.c). */
static const char TASK_MEMBERS[] = "outcome reason by at";

/* ---- answers ---- */

static const struct form_field *find(const struct form_field *fields, size_t count,
                                     struct str key)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].key.ptr && str_eq(fields[i].key, key))
            return &fields[i];
    return NULL;
}

static bool is_customers(const struct name_scope *scope)
{
    const struct definition *d = scope->definition;

    return scope->form >= d->forms && scope->form < d->forms + d->form_count;
}

/* The answer of this name that is given before the expression is looked at; NULL. */
static const struct form_field *answer_before(const struct name_scope *scope,
                                              struct str key)
{
    const struct definition *d = scope->definition;
    const struct form_field *found =
        scope->list ? find(scope->list->fields, scope->row_field, key) : NULL;

    if (!found && scope->form)
        found = find(scope->form->fields, scope->field, key);
    if (found || !scope->form || !is_customers(scope))
        return found ? found : definition_field(d, key);
    for (const struct form *form = d->forms; form < scope->form && !found; form++)
        found = find(form->fields, form->field_count, key);
    return found;
}

static struct str answer_fault(struct arena *arena, const struct form_field *field,
                               const struct feel_path *path)
{
    bool good = path->count == 1;

    if (path->count == 2 && field->kind == FORM_LIST)
        good = find(field->fields, field->field_count, path->names[1]) != NULL;
    else if (path->count == 2 && field->kind == FORM_DATE)
        good = rule_has_word(DATE_PARTS, path->names[1]);
    if (good)
        return STR_NONE;
    return str_format(arena, "\"%.*s\" is an answer without part \"%.*s\"",
                      STR_ARG(path->names[0]), STR_ARG(path->names[1]));
}

/* ---- what the process sets ---- */

static bool is_set_by_element(const struct bpmn_element *e, struct str name)
{
    bool set = str_eq(e->result, name) || str_eq(e->multi.element, name) ||
               str_eq(e->multi.output, name);

    for (size_t i = 0; i < e->input_count && !set; i++)
        set = str_eq(e->inputs[i].target, name);
    for (size_t i = 0; i < e->output_count && !set; i++)
        set = str_eq(e->outputs[i].target, name);
    return set;
}

/* What comes with a message, a signal, an error or a result is not known here: what its output mapping reads. */
static bool brings(const struct bpmn_element *e)
{
    switch (e->trigger) {
    case BPMN_MESSAGE:
    case BPMN_SIGNAL:
    case BPMN_ERROR:
    case BPMN_ESCALATION:
        return e->kind == BPMN_CATCH || e->kind == BPMN_BOUNDARY || e->kind == BPMN_START;
    default:
        return e->kind == BPMN_RECEIVE_TASK || bpmn_given(e->job_type);
    }
}

struct brought {
    struct str name;
    bool found;
};

static void note_brought(void *context, const struct feel_path *path)
{
    struct brought *brought = context;

    brought->found = brought->found || str_eq(path->names[0], brought->name);
}

static bool is_brought(const struct bpmn_element *e, struct str name)
{
    struct brought brought = {name, false};

    for (size_t i = 0; i < e->output_count && !brought.found && brings(e); i++)
        if (e->outputs[i].source.feel)
            feel_paths(e->outputs[i].source.feel, note_brought, &brought);
    return brought.found;
}

/* Results, mappings, items of loops. */
static bool is_set_by_process(const struct bpmn_model *model, struct str name)
{
    static const char LOOPS[] = "loopCounter numberOfInstances numberOfActiveInstances "
                                "numberOfCompletedInstances numberOfTerminatedInstances";

    if (rule_has_word(LOOPS, name))
        return true;
    for (size_t i = 0; i < model->element_count; i++)
        if (is_set_by_element(&model->elements[i], name) ||
            is_brought(&model->elements[i], name))
            return true;
    return false;
}

static const struct form *form_of_task(const struct name_scope *scope,
                                       const struct bpmn_element *task)
{
    return task->form.text.ptr ? definition_staff_form(scope->definition, task->form.text)
                               : NULL;
}

/* Task_1.outcome, Task_1.limit: what is known once the task is done. */
static bool is_of_task(const struct name_scope *scope, const struct feel_path *path)
{
    uint32_t n = bpmn_find(scope->process, path->names[0]);

    if (n == BPMN_NONE || scope->process->elements[n].kind != BPMN_USER_TASK)
        return false;
    const struct form *form = form_of_task(scope, &scope->process->elements[n]);
    return path->count == 1 || rule_has_word(TASK_MEMBERS, path->names[1]) ||
           (form && find(form->fields, form->field_count, path->names[1]));
}

/* ---- any path ---- */

static struct str member_fault(struct arena *arena, const struct feel_path *path,
                               const char *members)
{
    if (path->count == 1 || rule_has_word(members, path->names[1]))
        return STR_NONE;
    return str_format(arena, "\"%.*s.\" is followed by: %s", STR_ARG(path->names[0]),
                      members);
}

static bool is_item_member(const struct name_scope *scope, struct str name)
{
    const struct definition *d = scope->definition;

    /* What steps and tables make can have items of any shape. */
    if (scope->process || rule_has_word(ITEM_MEMBERS, name))
        return true;
    for (size_t i = 0; i < d->form_count; i++)
        for (size_t k = 0; k < d->forms[i].field_count; k++) {
            const struct form_field *field = &d->forms[i].fields[k];
            if (find(field->fields, field->field_count, name))
                return true;
        }
    return false;
}

static struct str unknown_fault(struct arena *arena, const struct name_scope *scope,
                                struct str name)
{
    if (str_is(name, "today"))
        return STR("\"today\" is not known to a process: use today()");
    if (scope->process)
        return str_format(arena, "no form asks for \"%.*s\" and no step sets it",
                          STR_ARG(name));
    if (scope->form && definition_field(scope->definition, name))
        return str_format(arena, "\"%.*s\" is asked after it", STR_ARG(name));
    return str_format(arena, "no form asks for \"%.*s\"", STR_ARG(name));
}

struct str name_fault(struct arena *arena, const struct name_scope *scope,
                      const struct feel_path *path)
{
    struct str name = path->names[0];
    const struct form_field *field = answer_before(scope, name);

    if (field)
        return answer_fault(arena, field, path);
    if (str_is(name, "request"))
        return member_fault(arena, path, REQUEST_MEMBERS);
    if (str_is(name, "company"))
        return member_fault(arena, path, COMPANY_MEMBERS);
    if (str_is(name, "catalogue"))
        return member_fault(arena, path, CATALOGUE_MEMBERS);
    if (str_is(name, "base") || (str_is(name, "today") && !scope->process) ||
        (path->in_filter && is_item_member(scope, name)))
        return STR_NONE;
    if (path->is_function && !str_is(name, "today"))
        return STR_NONE;
    if (scope->process &&
        (is_set_by_process(scope->process, name) || is_of_task(scope, path)))
        return STR_NONE;
    return unknown_fault(arena, scope, name);
}

/* ---- expressions in JSON files ---- */

struct json_check {
    struct json_source *source;
    const struct json_at *at;
    const struct name_scope *scope;
};

static void check_json_path(void *context, const struct feel_path *path)
{
    const struct json_check *check = context;
    struct str fault = name_fault(check->source->arena, check->scope, path);

    if (fault.ptr)
        json_problem(check->source, check->at, "FEEL expression: %.*s", STR_ARG(fault));
}

void name_check(struct json_source *source, const struct json_at *at,
                const struct name_scope *scope, const struct feel_node *expression)
{
    struct json_check check = {source, at, scope};

    if (expression)
        feel_paths(expression, check_json_path, &check);
}

/* ---- the process ---- */

struct process_check {
    struct report *report;
    struct name_scope scope;
    int line;
};

static void check_process_path(void *context, const struct feel_path *path)
{
    struct process_check *check = context;
    struct str fault = name_fault(check->report->arena, &check->scope, path);

    if (fault.ptr)
        report_problem(check->report, check->line, "FEEL expression: %.*s",
                       STR_ARG(fault));
}

static void check_expression(void *context, const struct feel_node *expression, int line)
{
    struct process_check *check = context;

    check->line = line;
    feel_paths(expression, check_process_path, check);
}

static void visit(const struct bpmn_expression *expression, int line,
                  definition_expression_fn fn, void *context)
{
    if (expression->feel)
        fn(context, expression->feel, line);
}

/* kontor:subject: kept as text; a fault in it is found elsewhere (profile.c). */
static void visit_subject(struct arena *arena, const struct bpmn_element *e,
                          definition_expression_fn fn, void *context)
{
    struct str subject = bpmn_property(e, "kontor:subject");
    const struct feel_node *expression;

    if (!subject.ptr)
        return;
    if (profile_subject(arena, subject, &expression) == OK)
        fn(context, expression, e->line);
    else
        err_clear();
}

static void visit_element(const struct bpmn_element *e, definition_expression_fn fn,
                          void *context)
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
        &e->follow_up,
        &e->assignee,
        &e->groups,
        &e->reference,
        &e->job_type,
        &e->retries,
        &e->message_id,
        &e->time_to_live,
        &e->form,
    };
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
        visit(expressions[i], e->line, fn, context);
    for (size_t i = 0; i < e->input_count; i++)
        visit(&e->inputs[i].source, e->line, fn, context);
    for (size_t i = 0; i < e->output_count; i++)
        visit(&e->outputs[i].source, e->line, fn, context);
}

void definition_process_expressions(struct arena *arena, const struct bpmn_model *model,
                                    definition_expression_fn fn, void *context)
{
    for (size_t i = 0; i < model->flow_count; i++)
        visit(&model->flows[i].condition, model->flows[i].line, fn, context);
    for (size_t i = 0; i < model->element_count; i++) {
        visit_element(&model->elements[i], fn, context);
        visit_subject(arena, &model->elements[i], fn, context);
    }
}

void definition_check_names(const struct definition *definition,
                            const struct bpmn_model *model, int line,
                            struct report *report)
{
    struct process_check check = {.report = report,
                                  .scope = {.definition = definition, .process = model}};

    definition_process_expressions(report->arena, model, check_expression, &check);
    struct str date = definition->effective_date_field;
    const struct form_field *field = date.ptr ? definition_field(definition, date) : NULL;
    if (date.ptr && (!field || field->kind != FORM_DATE))
        report_problem(report, line,
                       "kontor:effectiveDateField: %.*s is no date field of a form",
                       STR_ARG(date));
}
