/* definition_forms.c: the forms of a folder, and what is asked of them when it is published. form_read says what a
 * stored form must be to be read at all; a rule that came later must not take a running request's
 * definition away. */
#include "process/definition/compilation.h"
#include "process/definition/definition_names.h"
#include "process/form/form_read.h"
#include "process/definition/json_own.h"
#include "process/definition/rules.h"

/* Words of FEEL and names beside the answers: an answer of that name could not be read. */
static const char TAKEN[] = "if then else for in return some every satisfies and or not "
                            "true false null between instance of function item partial "
                            "today company catalogue";

struct form_checking {
    struct json_source *source;
    struct name_scope scope;
    const struct bpmn_model
        *model; /* of the customer's forms; NULL: not read, or of staff */
};

static void check_pattern(struct form_checking *c, const struct json_at *at,
                          const struct form_field *field)
{
    if ((field->pattern.ptr != NULL) != (field->pattern_text.ptr != NULL))
        json_problem(c->source, at,
                     "\"pattern\" and the property \"patternText\", which says what "
                     "it expects, go together");
}

/* A field that nobody can type into has its answer from elsewhere, or none ever. */
static void check_readonly(struct form_checking *c, const struct json_at *at,
                           const struct form_field *field)
{
    const struct form_field *list = c->scope.list;
    bool by_list = list && list->prefill;

    if (!field->readonly && !field->readonly_if)
        return;
    if (!field->prefill && !field->master_data.ptr && !field->default_value && !by_list)
        json_problem(c->source, at,
                     "nothing fills in this read-only field: give it \"prefill\", "
                     "\"masterData\" or \"defaultValue\"");
    else if (by_list && !field->prefill && !list->fixed_rows)
        json_problem(c->source, at,
                     "the list's prefill fills in a read-only field only if rows are "
                     "fixed: \"allowAddRemove\" must be false");
    if (field->readonly && field->required)
        json_problem(c->source, at, "a read-only field cannot be required");
}

/* What is known of a step stands beside the answers under its id: "Task_1.outcome" that a customer has typed is
 * no decision. */
static void check_steps(struct form_checking *c, const struct json_at *at,
                        const struct form_field *field)
{
    if (c->model && !c->scope.list && field->key.ptr &&
        bpmn_find(c->model, field->key) != BPMN_NONE)
        json_problem(c->source, at,
                     "the key \"%.*s\" is the id of an element of the process",
                     STR_ARG(field->key));
}

static void check_field(struct form_checking *c, const struct json_at *at,
                        const struct form_field *field)
{
    const struct feel_node *const expressions[] = {
        field->hide, field->readonly_if, field->prefill, field->options_expression};

    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
        name_check(c->source, at, &c->scope, expressions[i]);
    if (field->key.ptr && rule_has_word(TAKEN, field->key))
        json_problem(c->source, at, "the key \"%.*s\" has another meaning in expressions",
                     STR_ARG(field->key));
    check_steps(c, at, field);
    check_pattern(c, at, field);
    check_readonly(c, at, field);
}

static void check_list(struct form_checking *c, const struct json_at *at,
                       const struct form_field *list)
{
    const struct json_at components = {at, "components", 0};

    c->scope.list = list;
    for (size_t i = 0; i < list->field_count; i++) {
        c->scope.row_field = i;
        check_field(c, &(struct json_at){&components, NULL, i}, &list->fields[i]);
    }
    c->scope.list = NULL;
}

static void check_rules(struct json_source *source, const struct definition *definition,
                        const struct form *form, const struct bpmn_model *model)
{
    struct form_checking c = {source, {.definition = definition, .form = form}, model};
    const struct json_at components = {NULL, "components", 0};

    for (size_t i = 0; i < form->field_count; i++) {
        const struct json_at at = {&components, NULL, i};
        c.scope.field = i;
        check_field(&c, &at, &form->fields[i]);
        if (form->fields[i].kind == FORM_LIST)
            check_list(&c, &at, &form->fields[i]);
    }
}

static struct str path_of(struct compilation *c, struct str id)
{
    return str_format(c->arena, "%.*s.form", STR_ARG(id));
}

/* Read <id>.form to the end of both lists; false if there is no such file. What cannot be read has no
 * fields. */
static bool read_form(struct compilation *c, struct str id, json_t *objects,
                      struct vec *forms)
{
    const struct definition_file *file = compilation_file(c, path_of(c, id));
    struct form *form = VEC_PUSH(forms, struct form);
    struct json_source source;
    *form = (struct form){.id = id};
    if (!file)
        return false;
    json_t *object = compilation_parse(c, file, &source);
    if (!object)
        return true;
    form_read(&source, NULL, object, form);
    if (form->id.ptr && !str_eq(form->id, id))
        json_problem(&source, &(struct json_at){NULL, "id", 0},
                     "\"id\" must be the file's name, \"%.*s\"", STR_ARG(id));
    form->id = id;
    json_array_append(objects, object);
    return true;
}

/* Answers are one flat object, so a key is used once in all forms. */
static void check_field_keys(struct compilation *c)
{
    const struct definition *d = &c->definition;
    for (size_t i = 0; i < d->form_count; i++)
        for (size_t k = 0; k < d->forms[i].field_count; k++) {
            const struct form_field *field = &d->forms[i].fields[k];
            const struct form_field *first = definition_field(d, field->key);
            bool same_form = first >= d->forms[i].fields &&
                             first < d->forms[i].fields + d->forms[i].field_count;
            if (!first || same_form)
                continue;
            c->report.file = path_of(c, d->forms[i].id);
            report_problem(&c->report, 0, "the key \"%.*s\" is used in another form",
                           STR_ARG(field->key));
        }
}

static bool is_form(const struct vec *forms, struct str id)
{
    for (size_t i = 0; i < forms->count; i++)
        if (str_eq(VEC_AT(forms, struct form, i)->id, id))
            return true;
    return false;
}

/* The pages of the customer, in the order of kontor:forms. */
static void read_customer_forms(struct compilation *c, struct str ids)
{
    struct str rest = ids, id;
    struct vec forms = VEC_INIT(c->arena, struct form);
    c->forms = json_own(c->arena, json_array());
    while (str_next(&rest, ',', &id)) {
        id = str_trim(id);
        bool twice = is_form(&forms, id);
        if (!twice && read_form(c, id, c->forms, &forms))
            continue;
        c->report.file = STR("process.bpmn");
        report_problem(&c->report, c->forms_line,
                       twice ? "kontor:forms names %.*s twice"
                             : "kontor:forms names %.*s.form, a file that is missing",
                       STR_ARG(id));
    }
    c->definition.forms = forms.items;
    c->definition.form_count = forms.count;
    check_field_keys(c);
}

/* A user task's form: read once, however many tasks name it. */
static void read_task_form(struct compilation *c, const struct bpmn_element *task,
                           struct vec *forms)
{
    struct str id = task->form.text;
    if (is_form(forms, id))
        return;
    for (size_t i = 0; i < c->definition.form_count; i++)
        if (str_eq(c->definition.forms[i].id, id)) {
            report_problem(&c->report, task->line,
                           "form %.*s of %.*s is a page of the customer (kontor:forms)",
                           STR_ARG(id), STR_ARG(task->id));
            return;
        }
    bool there = read_form(c, id, c->staff_forms, forms);
    c->report.file = STR("process.bpmn");
    if (!there)
        report_problem(&c->report, task->line,
                       "user task %.*s names %.*s.form, a file that is missing",
                       STR_ARG(task->id), STR_ARG(id));
}

static void read_staff_forms(struct compilation *c)
{
    struct vec forms = VEC_INIT(c->arena, struct form);
    c->staff_forms = json_own(c->arena, json_array());
    c->report.file = STR("process.bpmn");
    for (size_t i = 0; c->model && i < c->model->element_count; i++) {
        const struct bpmn_element *element = &c->model->elements[i];
        if (element->kind == BPMN_USER_TASK && bpmn_given(element->form) &&
            !element->form.feel)
            read_task_form(c, element, &forms);
    }
    c->definition.staff_forms = forms.items;
    c->definition.staff_form_count = forms.count;
}

/* They stand beside the outcome on one page, and in one context: app/ticket/ticket_complete.c. */
static void check_task_keys(struct compilation *c, const struct form *form)
{
    for (size_t i = 0; i < form->field_count; i++)
        if (rule_has_word("outcome reason by at version csrf", form->fields[i].key)) {
            c->report.file = path_of(c, form->id);
            report_problem(&c->report, 0, "a form of staff cannot have a field \"%.*s\"",
                           STR_ARG(form->fields[i].key));
        }
}

/* Once all are read: each may name answers of those before it. */
static void check_form(struct compilation *c, const struct form *form,
                       const struct bpmn_model *model)
{
    const struct definition_file *file = compilation_file(c, path_of(c, form->id));
    if (!file)
        return;
    struct json_source source = {
        .arena = c->arena, .report = &c->report, .text = file->content};
    c->report.file = file->path;
    check_rules(&source, &c->definition, form, model);
}

void definition_read_forms(struct compilation *c, struct str ids)
{
    struct definition *d = &c->definition;
    read_customer_forms(c, ids);
    read_staff_forms(c);
    for (size_t i = 0; i < d->form_count; i++)
        check_form(c, &d->forms[i], c->model);
    for (size_t i = 0; i < d->staff_form_count; i++) {
        check_task_keys(c, &d->staff_forms[i]);
        check_form(c, &d->staff_forms[i], NULL);
    }
    for (size_t i = 0; i < c->file_count; i++) {
        struct str path = c->files[i].path;
        if (!compilation_is_form(path))
            continue;
        struct str id = str_sub(path, 0, path.len - 5);
        bool named = definition_staff_form(d, id) != NULL;
        for (size_t k = 0; k < d->form_count; k++)
            named = named || str_eq(d->forms[k].id, id);
        c->report.file = path;
        if (!named && c->model)
            report_problem(
                &c->report, 0,
                "the form is named neither in kontor:forms nor by a user task");
    }
}

static void field_expressions(const struct form_field *field, slot_expression_fn fn,
                              void *context)
{
    const struct feel_node *const expressions[] = {
        field->hide, field->readonly_if, field->prefill, field->options_expression};

    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
        if (expressions[i])
            fn(context, expressions[i]);
    for (size_t i = 0; i < field->field_count; i++)
        field_expressions(&field->fields[i], fn, context);
}

void definition_form_expressions(const struct form *form, slot_expression_fn fn,
                                 void *context)
{
    for (size_t i = 0; i < form->field_count; i++)
        field_expressions(&form->fields[i], fn, context);
}
