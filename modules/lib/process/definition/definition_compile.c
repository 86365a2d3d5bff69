/* A folder of files -> one JSON document. Every file is checked, also after a problem in another, so
 * that one run shows all of them. */
#include "process/definition/definition.h"

#include "dmn/table_json.h"
#include "bpmn/model_json.h"
#include "bpmn/read.h"
#include "process/definition/compilation.h"
#include "process/definition/definition_names.h"
#include "process/definition/json_own.h"
#include "process/definition/po.h"
#include "process/definition/profile.h"
#include "process/definition/rules.h"

#define FILE_SIZE_MAX (1u << 20)

const struct definition_file *compilation_file(const struct compilation *c,
                                               struct str path)
{
    for (size_t i = 0; i < c->file_count; i++)
        if (str_eq(c->files[i].path, path))
            return &c->files[i];
    return NULL;
}

bool compilation_is_form(struct str path)
{
    return str_ends(path, STR(".form")) && str_index(path, '/') < 0;
}

static bool is_table_path(struct str path)
{
    return str_ends(path, STR(".dmn")) && str_index(path, '/') < 0;
}

static void check_files(struct compilation *c)
{
    for (size_t i = 0; i < c->file_count; i++) {
        struct str path = c->files[i].path;
        c->report.file = path;
        bool known =
            str_is(path, "process.bpmn") || str_is(path, "documents.json") ||
            str_is(path, "rules.json") || str_is(path, "de.po") ||
            str_is(path, "README.md") || compilation_is_form(path) ||
            is_table_path(path) ||
            (str_starts(path, STR("scenarios/")) && str_ends(path, STR(".json")));
        if (!known)
            report_problem(&c->report, 0, "no file of a definition");
        if (c->files[i].content.len > FILE_SIZE_MAX)
            report_problem(&c->report, 0, "the file is larger than 1 MB");
        if (compilation_file(c, path) != &c->files[i])
            report_problem(&c->report, 0, "the file is there twice");
    }
}

/* ---- process.bpmn ---- */

struct property_row {
    const char *name;
    bool required;
    bool is_key;
    bool is_text;
    size_t offset; /* of a struct str in struct definition */
};

static const struct property_row PROPERTIES[] = {
    {"action", true, true, false, offsetof(struct definition, action)},
    {"object", false, true, false, offsetof(struct definition, object)},
    {"visibility", false, true, false, offsetof(struct definition, visibility)},
    {"intakeTeam", true, true, false, offsetof(struct definition, intake_team)},
    {"intakePhase", true, false, true, offsetof(struct definition, intake_phase)},
    {"summary", true, false, true, offsetof(struct definition, summary)},
    {"effectiveDateField", false, false, false,
     offsetof(struct definition, effective_date_field)},
};

static void read_property(struct compilation *c, const struct bpmn_property *property,
                          struct str *forms)
{
    struct str name = property->name;
    if (!str_starts(name, STR("kontor:"))) {
        report_problem(&c->report, property->line, "property %.*s is not supported",
                       STR_ARG(name));
        return;
    }
    name = str_from_index(name, 7);
    if (!property->value.ptr) {
        report_problem(&c->report, property->line, "property kontor:%.*s has no value",
                       STR_ARG(name));
        return;
    }
    if (str_is(name, "forms")) {
        *forms = property->value;
        c->forms_line = property->line;
        return;
    }
    for (size_t i = 0; i < sizeof PROPERTIES / sizeof *PROPERTIES; i++) {
        const struct property_row *row = &PROPERTIES[i];
        if (!str_is(name, row->name))
            continue;
        if (((struct str *)(void *)((char *)&c->definition + row->offset))->ptr)
            report_problem(&c->report, property->line,
                           "property kontor:%s is given twice", row->name);
        *(struct str *)(void *)((char *)&c->definition + row->offset) = property->value;
        if (row->is_key && !rule_is_key(property->value))
            report_problem(&c->report, property->line, "kontor:%s must be a key",
                           row->name);
        if (row->is_text)
            text_list_add(&c->texts, property->value, c->report.file, property->line);
        return;
    }
    report_problem(&c->report, property->line, "property kontor:%.*s is not known",
                   STR_ARG(name));
}

static void read_properties(struct compilation *c, struct str *forms)
{
    const struct bpmn_element *process = c->process;
    for (size_t i = 0; i < process->property_count; i++)
        read_property(c, &process->properties[i], forms);
    for (size_t i = 0; i < sizeof PROPERTIES / sizeof *PROPERTIES; i++) {
        const struct str *value =
            (const void *)((const char *)&c->definition + PROPERTIES[i].offset);
        if (PROPERTIES[i].required && !value->ptr)
            report_problem(&c->report, process->line, "property kontor:%s is missing",
                           PROPERTIES[i].name);
    }
    if (c->definition.action.ptr &&
        !rule_has_word("add change terminate ask", c->definition.action))
        report_problem(&c->report, process->line,
                       "kontor:action must be add, change, terminate or ask");
    if (c->definition.visibility.ptr &&
        !rule_has_word("company board", c->definition.visibility))
        report_problem(&c->report, process->line,
                       "kontor:visibility must be company or board");
    if (!forms->ptr)
        report_problem(&c->report, process->line, "property kontor:forms is missing");
    c->definition.title = process->name;
    if (!process->name.ptr)
        report_problem(&c->report, process->line,
                       "the process has no name, the type's title");
    text_list_add(&c->texts, process->name, c->report.file, process->line);
}

/* Returns the value of kontor:forms. */
static struct str read_process(struct compilation *c)
{
    struct str forms = STR_NONE;
    const struct definition_file *file = compilation_file(c, STR("process.bpmn"));
    struct bpmn_problems problems;
    struct bpmn_model *model = NULL;
    uint32_t process;
    size_t before = c->report.count;
    c->report.file = STR("process.bpmn");
    if (!file) {
        report_problem(&c->report, 0, "the file is missing");
        return forms;
    }
    if (bpmn_read(c->arena, file->content, &problems, &model) != OK) {
        for (size_t i = 0; i < problems.list.count; i++) {
            const struct bpmn_problem *p = VEC_AT(&problems.list, struct bpmn_problem, i);
            report_problem(&c->report, p->line, "%.*s", STR_ARG(p->reason));
        }
        return forms;
    }
    process = definition_process(model);
    if (process == BPMN_NONE) {
        report_problem(&c->report, 0,
                       "no executable process with a start event without a trigger");
        return forms;
    }
    c->process = &model->elements[process];
    c->model = model;
    read_properties(c, &forms);
    profile_check(c->arena, model, &c->report, &c->texts);
    if (c->report.count == before)
        profile_check_soundness(c->arena, model, process, &c->report);
    c->definition.model = model;
    c->definition.process = process;
    return forms;
}

/* ---- decision tables ---- */

static void table_problem(void *context, int line, struct str reason)
{
    struct compilation *c = context;
    report_problem(&c->report, line, "%.*s", STR_ARG(reason));
}

static bool is_decided(const struct compilation *c, struct str id)
{
    for (size_t i = 0; i < c->definition.table_count; i++)
        if (dmn_has(c->definition.tables[i], id))
            return true;
    return false;
}

static void check_table_path(void *context, const struct feel_path *path, int line)
{
    struct compilation *c = context;
    const struct name_scope scope = {.definition = &c->definition, .process = c->model};
    struct str fault = name_fault(c->arena, &scope, path);
    if (fault.ptr)
        report_problem(&c->report, line, "FEEL expression: %.*s", STR_ARG(fault));
}

/* Every *.dmn beside the process; each decision that is called is in one of them. */
static void read_tables(struct compilation *c)
{
    struct vec tables = VEC_INIT(c->arena, struct dmn_model *);
    for (size_t i = 0; i < c->file_count; i++) {
        struct dmn_model *table = NULL;
        if (!is_table_path(c->files[i].path))
            continue;
        c->report.file = c->files[i].path;
        if (dmn_read(c->arena, c->files[i].content, table_problem, c, &table) != OK)
            continue;
        *VEC_PUSH(&tables, struct dmn_model *) = table;
        if (c->model)
            dmn_paths(table, check_table_path, c);
    }
    c->definition.tables = tables.items;
    c->definition.table_count = tables.count;
    c->report.file = STR("process.bpmn");
    for (size_t i = 0; c->model && i < c->model->element_count; i++) {
        const struct bpmn_element *element = &c->model->elements[i];
        if (element->kind == BPMN_RULE_TASK && bpmn_given(element->called) &&
            !element->called.feel && !is_decided(c, element->called.text))
            report_problem(&c->report, element->line, "there is no decision %.*s",
                           STR_ARG(element->called.text));
    }
}

/* ---- forms and documents ---- */

json_t *compilation_parse(struct compilation *c, const struct definition_file *file,
                          struct json_source *source)
{
    json_t *object = NULL;
    c->report.file = file->path;
    *source = (struct json_source){c->arena, &c->report, &c->texts, file->content};
    return json_source_parse(source, &object) == OK ? object : NULL;
}

static void read_documents(struct compilation *c)
{
    const struct definition_file *file = compilation_file(c, STR("documents.json"));
    struct json_source source;
    c->documents = file ? compilation_parse(c, file, &source) : NULL;
    if (c->documents)
        definition_read_documents(&source, c->documents, &c->definition);
    file = compilation_file(c, STR("rules.json"));
    c->rules = file ? compilation_parse(c, file, &source) : NULL;
    if (c->rules)
        definition_read_rules(&source, c->rules, &c->definition);
}

/* ---- what spans files ---- */

static void check_attribute_keys(struct compilation *c)
{
    if (!c->definition.model)
        return;
    definition_collect(c->arena, &c->definition);
    c->report.file = STR("process.bpmn");
    for (size_t i = 0; i < c->definition.attribute_count; i++)
        if (!rule_is_key(c->definition.attributes[i]))
            report_problem(&c->report, c->process->line,
                           "\"%.*s\" is no key of an attribute",
                           STR_ARG(c->definition.attributes[i]));
}

static void translate_name(struct compilation *c, const struct map *entries,
                           struct str name)
{
    struct po_entry *entry = name.ptr ? map_get(entries, name) : NULL;
    if (!entry || entry->used)
        return;
    entry->used = true;
    json_object_setn_new(c->german, name.ptr, name.len, json_text(entry->msgstr));
}

/* What the drawing alone says - a gateway's question, an event, an answer at a flow - may have German. */
static void translate_drawing(struct compilation *c, const struct map *entries)
{
    for (size_t i = 0; c->model && i < c->model->element_count; i++)
        translate_name(c, entries, c->model->elements[i].name);
    for (size_t i = 0; c->model && i < c->model->flow_count; i++)
        translate_name(c, entries, c->model->flows[i].name);
}

static void check_texts(struct compilation *c)
{
    const struct definition_file *file = compilation_file(c, STR("de.po"));
    struct map *entries = NULL;
    c->german = json_new_object(c->arena);
    c->report.file = STR("de.po");
    if (!file) {
        report_problem(&c->report, 0, "the file is missing");
        return;
    }
    (void)!po_read(c->arena, file->content, STR("de"), &c->report, &entries);
    for (size_t i = 0; i < c->texts.uses.count; i++) {
        const struct text_use *use = VEC_AT(&c->texts.uses, struct text_use, i);
        struct po_entry *entry = map_get(entries, use->msgid);
        c->report.file = use->file;
        if (entry) {
            entry->used = true;
            json_object_setn_new(c->german, use->msgid.ptr, use->msgid.len,
                                 json_text(entry->msgstr));
        } else {
            report_problem(&c->report, use->line, "no German (de.po) for \"%.*s\"",
                           STR_ARG(use->msgid));
        }
    }
    translate_drawing(c, entries);
    c->report.file = STR("de.po");
    for (size_t i = 0; i < map_count(entries); i++) {
        const struct po_entry *entry = map_entries(entries)[i].value;
        if (!entry->used)
            report_problem(&c->report, entry->line,
                           "no part of the definition says \"%.*s\"",
                           STR_ARG(entry->msgid));
    }
}

/* ---- the document ---- */

static struct str write_compiled(struct compilation *c, struct str key)
{
    json_t *root = json_new_object(c->arena);
    json_t *texts = json_object();
    json_object_set_new(root, "format", json_integer(DEFINITION_FORMAT));
    json_object_set_new(root, "key", json_text(key));
    json_object_set_new(root, "title", json_text(c->definition.title));
    for (size_t i = 0; i < sizeof PROPERTIES / sizeof *PROPERTIES; i++) {
        const struct str *value =
            (const void *)((const char *)&c->definition + PROPERTIES[i].offset);
        if (value->ptr)
            json_object_set_new(root, PROPERTIES[i].name, json_text(*value));
    }
    json_object_set(root, "process", bpmn_model_encode(c->arena, c->model));
    json_t *tables = json_array();
    for (size_t i = 0; i < c->definition.table_count; i++)
        json_array_append(tables, dmn_encode(c->arena, c->definition.tables[i]));
    json_object_set_new(root, "tables", tables);
    json_object_set(root, "forms", c->forms);
    if (json_array_size(c->staff_forms) > 0)
        json_object_set(root, "staffForms", c->staff_forms);
    if (c->documents)
        json_object_set(root, "documents", c->documents);
    if (c->rules)
        json_object_set(root, "rules", c->rules);
    json_object_set(texts, "de", c->german);
    json_object_set_new(root, "texts", texts);
    return json_write(c->arena, root);
}

enum err definition_compile(struct arena *arena, struct str key,
                            const struct definition_file *files, size_t file_count,
                            definition_problem_fn problem, void *context,
                            struct str *compiled_out)
{
    struct compilation c = {
        .arena = arena,
        .report = {.arena = arena, .fn = problem, .context = context},
        .files = files,
        .file_count = file_count,
        .texts = text_list_new(arena),
    };
    struct definition *loaded;
    check_files(&c);
    if (!rule_is_key(key)) {
        c.report.file = key;
        report_problem(&c.report, 0,
                       "the folder's name must be lower-case letters, digits, '-'");
    }
    struct str forms = read_process(&c);
    definition_read_forms(&c, forms);
    read_documents(&c);
    read_tables(&c);
    c.report.file = STR("process.bpmn");
    if (c.model)
        definition_check_names(&c.definition, c.model, c.process->line, &c.report);
    check_attribute_keys(&c);
    check_texts(&c);
    if (report_result(&c.report) != OK)
        return ERR_INPUT;
    struct str compiled = write_compiled(&c, key);
    if (definition_load(arena, compiled, &loaded) != OK)
        bug("a checked definition does not load: %s", err_text());
    *compiled_out = compiled;
    return OK;
}
