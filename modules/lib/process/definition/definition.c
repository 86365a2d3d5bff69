/* Loading: what a program does once per definition. Compiling is definition_compile.c. */
#include "process/definition/definition.h"

#include "base/map.h"
#include "base/vec.h"
#include "dmn/table_json.h"
#include "bpmn/model_json.h"
#include "process/definition/definition_read.h"
#include "process/form/form_read.h"
#include "process/definition/service_types.h"
#include "process/definition/slots_read.h"

static void add_once(struct vec *list, struct str text)
{
    if (str_is_empty(text))
        return;
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(*VEC_AT(list, struct str, i), text))
            return;
    *VEC_PUSH(list, struct str) = text;
}

static void collect_element(struct vec *teams, struct vec *attributes,
                            const struct bpmn_element *element)
{
    const struct service_type *type = element->kind == BPMN_SERVICE_TASK
                                          ? service_type_find(element->job_type.text)
                                          : NULL;
    for (size_t i = 0; type && i < element->input_count; i++) {
        const struct service_input *input =
            service_type_input(type, element->inputs[i].target);
        const struct str *keys;
        size_t count;
        if (input && input->kind == SERVICE_RECIPIENT &&
            !str_is(element->inputs[i].source.text, "customer"))
            add_once(teams, element->inputs[i].source.text);
        if (!input || input->kind != SERVICE_ATTRIBUTES ||
            !element->inputs[i].source.feel ||
            !feel_context_keys(element->inputs[i].source.feel, &keys, &count))
            continue;
        for (size_t k = 0; k < count; k++)
            add_once(attributes, keys[k]);
    }
}

static void collect_form(struct vec *attributes, const struct form *form)
{
    for (size_t i = 0; i < form->field_count; i++)
        add_once(attributes, form->fields[i].master_data);
}

static void note_facts(void *context, const struct feel_path *path)
{
    bool *used = context;
    *used =
        *used || str_is(path->names[0], "company") || str_is(path->names[0], "catalogue");
}

static void note_expression(void *context, const struct feel_node *expression)
{
    feel_paths(expression, note_facts, context);
}

static void note_process_facts(void *context, const struct feel_path *path)
{
    struct definition *definition = context;
    definition->process_uses_company |= str_is(path->names[0], "company");
    definition->process_uses_catalogue |= str_is(path->names[0], "catalogue");
}

static void note_step(void *context, const struct feel_node *expression, int line)
{
    feel_paths(expression, note_process_facts, context);
}

static void note_table(void *context, const struct feel_path *path, int line)
{
    note_process_facts(context, path);
}

/* Does anything in it read the register or the catalogue? */
static bool uses_facts(struct arena *arena, struct definition *d)
{
    bool used;
    definition_process_expressions(arena, d->model, note_step, d);
    for (size_t i = 0; i < d->table_count; i++)
        dmn_paths(d->tables[i], note_table, d);
    used = d->process_uses_company || d->process_uses_catalogue;
    for (size_t i = 0; i < d->form_count; i++)
        definition_form_expressions(&d->forms[i], note_expression, &used);
    for (size_t i = 0; i < d->staff_form_count; i++)
        definition_form_expressions(&d->staff_forms[i], note_expression, &used);
    for (size_t i = 0; i < d->slot_count; i++)
        slot_expressions(&d->slots[i], note_expression, &used);
    for (size_t i = 0; i < d->rule_count; i++)
        submission_expressions(&d->rules[i], note_expression, &used);
    return used;
}

void definition_collect(struct arena *arena, struct definition *definition)
{
    struct vec teams = VEC_INIT(arena, struct str),
               attributes = VEC_INIT(arena, struct str);
    add_once(&teams, definition->intake_team);
    for (size_t i = 0; i < definition->slot_count; i++)
        add_once(&teams, definition->slots[i].checked_by);
    for (size_t i = 0; i < definition->form_count; i++)
        collect_form(&attributes, &definition->forms[i]);
    for (size_t i = 0; i < definition->staff_form_count; i++)
        collect_form(&attributes, &definition->staff_forms[i]);
    for (size_t i = 0; i < definition->model->element_count; i++) {
        const struct bpmn_element *element = &definition->model->elements[i];
        if (element->kind == BPMN_USER_TASK)
            add_once(&teams, element->groups.text);
        collect_element(&teams, &attributes, element);
    }
    definition->teams = teams.items;
    definition->team_count = teams.count;
    definition->uses_facts = uses_facts(arena, definition);
    definition->attributes = attributes.items;
    definition->attribute_count = attributes.count;
}

const struct form_field *definition_field(const struct definition *definition,
                                          struct str key)
{
    for (size_t i = 0; i < definition->form_count; i++)
        for (size_t k = 0; k < definition->forms[i].field_count; k++)
            if (str_eq(definition->forms[i].fields[k].key, key) && key.ptr)
                return &definition->forms[i].fields[k];
    return NULL;
}

static void note_problem(void *context, struct str file, int line, struct str reason)
{
    (void)err_note(ERR_INPUT, "stored definition: %.*s", STR_ARG(reason));
}

static const struct form *load_forms(struct json_source *source, const json_t *list,
                                     size_t *count_out)
{
    size_t count = json_array_size(list);
    struct form *forms = ARENA_ARRAY(source->arena, struct form, count + 1);
    for (size_t i = 0; i < count; i++)
        form_read(source, NULL, json_array_get(list, i), &forms[i]);
    *count_out = count;
    return forms;
}

static void load_parts(struct json_source *source, const json_t *root,
                       struct definition *d)
{
    d->forms = load_forms(source, json_object_get(root, "forms"), &d->form_count);
    d->staff_forms =
        load_forms(source, json_object_get(root, "staffForms"), &d->staff_form_count);
    const json_t *documents = json_object_get(root, "documents");
    if (documents)
        slots_read(source, NULL, documents, &d->slots, &d->slot_count);
    const json_t *rules = json_object_get(root, "rules");
    if (rules)
        submission_read(source, NULL, rules, &d->rules, &d->rule_count);
}

static const struct map *load_texts(struct arena *arena, const json_t *object)
{
    struct map *map = map_new(arena);
    /* The iterator takes a mutable object, though it only reads. */
    json_t *texts = (json_t *)(uintptr_t)object;
    for (void *i = json_object_iter(texts); i; i = json_object_iter_next(texts, i)) {
        const json_t *value = json_object_iter_value(i);
        struct str *text = ARENA_NEW(arena, struct str);
        *text = json_str(value);
        map_set(map, (struct str){json_object_iter_key(i), json_object_iter_key_len(i)},
                text);
    }
    return map;
}

uint32_t definition_process(const struct bpmn_model *model)
{
    for (size_t i = 0; i < model->process_count; i++)
        if (model->elements[model->processes[i]].executable &&
            bpmn_start_of(model, model->processes[i]) != BPMN_NONE)
            return model->processes[i];
    return BPMN_NONE;
}

static enum err load_tables(struct arena *arena, const json_t *list, struct definition *d)
{
    size_t count = json_array_size(list);
    struct dmn_model **tables = ARENA_ARRAY(arena, struct dmn_model *, count + 1);

    for (size_t i = 0; i < count; i++) {
        enum err err = dmn_load(arena, json_array_get(list, i), &tables[i]);
        if (err != OK)
            return err;
    }
    d->tables = tables;
    d->table_count = count;
    return OK;
}

enum err definition_load(struct arena *arena, struct str compiled,
                         struct definition **out)
{
    json_t *root = NULL;
    struct bpmn_model *model = NULL;
    enum err err = json_parse(arena, compiled, &root);
    if (err != OK)
        return err;
    if (json_get_int(root, "format", 0) != DEFINITION_FORMAT)
        return err_note(ERR_INPUT, "stored definition: format %lld, wanted %d",
                        (long long)json_get_int(root, "format", 0), DEFINITION_FORMAT);
    struct str visibility = json_get_str(root, "visibility");
    if (json_object_get(root, "visibility") && !str_is(visibility, "board") &&
        !str_is(visibility, "company"))
        return err_note(ERR_INPUT, "stored definition: who sees it cannot be read");
    err = bpmn_model_load(arena, json_object_get(root, "process"), &model);
    if (err != OK)
        return err;
    struct definition *d = ARENA_NEW(arena, struct definition);
    struct report report = {.arena = arena, .fn = note_problem};
    struct json_source source = {.arena = arena, .report = &report};
    d->key = json_get_str(root, "key");
    d->title = json_get_str(root, "title");
    d->summary = json_get_str(root, "summary");
    d->action = json_get_str(root, "action");
    d->object = json_get_str(root, "object");
    d->visibility = visibility;
    d->intake_team = json_get_str(root, "intakeTeam");
    d->intake_phase = json_get_str(root, "intakePhase");
    d->effective_date_field = json_get_str(root, "effectiveDateField");
    d->model = model;
    d->process = definition_process(model);
    if (d->process == BPMN_NONE)
        return err_note(ERR_INPUT, "stored definition: no process that can be released");
    err = load_tables(arena, json_object_get(root, "tables"), d);
    if (err != OK)
        return err;
    load_parts(&source, root, d);
    const json_t *texts = json_object_get(root, "texts");
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        if (i != LANGUAGE_EN)
            d->texts[i] = load_texts(
                arena, json_object_get(texts, language_code((enum language)i)));
    if (report_result(&report) != OK)
        return ERR_INPUT;
    definition_collect(arena, d);
    *out = d;
    return OK;
}

const struct form *definition_staff_form(const struct definition *definition,
                                         struct str id)
{
    for (size_t i = 0; i < definition->staff_form_count; i++)
        if (str_eq(definition->staff_forms[i].id, id))
            return &definition->staff_forms[i];
    return NULL;
}

bool definition_is_board(const struct definition *definition)
{
    return str_is(definition->visibility, "board");
}

struct str definition_text(const struct definition *definition, enum language language,
                           struct str msgid)
{
    const struct map *texts = definition->texts[language];
    const struct str *text = texts && msgid.ptr ? map_get(texts, msgid) : NULL;
    return text && text->ptr ? *text : msgid;
}

struct str definition_phase(const struct definition *definition, const struct i18n *i18n,
                            enum language language, struct str phase)
{
    if (str_is_empty(phase))
        return STR_NONE;
    struct str text = definition_text(definition, language, phase);
    return str_eq(text, phase) ? i18n_text(i18n, language, phase) : text;
}
