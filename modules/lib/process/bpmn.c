#include "process/bpmn.h"

#include "process/bpmn_reader.h"
#include "process/check.h"

/* The column holds 16 MB; no drawing that people can read comes near this. */
#define BPMN_SIZE_MAX (1u << 20)

/* ---- helpers that bpmn_element.c shares ---- */

struct str bpmn_name(struct bpmn_reader *reader, const struct xml_node *element)
{
    const char *prefix = str_is(element->ns, NS_BPMN)      ? "bpmn:"
                         : str_is(element->ns, NS_ZEEBE)   ? "zeebe:"
                         : str_is(element->ns, NS_BPMNDI)  ? "bpmndi:"
                         : str_is(element->ns, NS_MODELER) ? "modeler:"
                                                           : "foreign:";
    return str_format(reader->arena, "%s%.*s", prefix, STR_ARG(element->name));
}

static bool word_in(struct str word, const char *words)
{
    struct str rest = str_from(words), part;
    while (str_next(&rest, ' ', &part))
        if (str_eq(part, word))
            return true;
    return false;
}

void bpmn_check_attributes(struct bpmn_reader *reader, const struct xml_node *element,
                           const char *allowed)
{
    for (size_t i = 0; i < element->attribute_count; i++) {
        const struct xml_attribute *attribute = &element->attributes[i];
        if (!attribute->ns.ptr && word_in(attribute->name, allowed))
            continue;
        report_problem(reader->report, element->line,
                       "attribute %.*s of %.*s is not supported",
                       STR_ARG(attribute->name), STR_ARG(bpmn_name(reader, element)));
    }
}

static bool is_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool other = (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (!letter && (i == 0 || !other))
            return false;
    }
    return id.len > 0 && id.len <= BPMN_ID_MAX;
}

struct str bpmn_id(struct bpmn_reader *reader, const struct xml_node *element)
{
    struct str id = xml_attribute(element, "id");
    if (!is_id(id)) {
        report_problem(
            reader->report, element->line,
            "%.*s needs an id of at most %d ASCII letters, digits, '_', '-', '.'",
            STR_ARG(bpmn_name(reader, element)), BPMN_ID_MAX);
        return STR_NONE;
    }
    if (map_has(reader->ids, id)) {
        report_problem(reader->report, element->line, "the id %.*s is used twice",
                       STR_ARG(id));
        return STR_NONE;
    }
    map_set(reader->ids, id, reader);
    return id;
}

/* Modeler writes line breaks of a label into the attribute; a msgid is one line. */
static struct str one_line(struct arena *arena, struct str text)
{
    char *line = arena_alloc(arena, text.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool space = (unsigned char)text.ptr[i] <= ' ';
        if (!space)
            line[used++] = text.ptr[i];
        else if (used > 0 && line[used - 1] != ' ')
            line[used++] = ' ';
    }
    return str_trim((struct str){line, used});
}

struct str bpmn_text(struct bpmn_reader *reader, const struct xml_node *element,
                     const char *attribute)
{
    struct str text = one_line(reader->arena, xml_attribute(element, attribute));
    if (str_is_empty(text))
        return STR_NONE;
    if (str_utf8_length(text) > BPMN_NAME_MAX)
        report_problem(reader->report, element->line, "%s is longer than %d characters",
                       attribute, BPMN_NAME_MAX);
    return text;
}

struct str bpmn_feel(struct bpmn_reader *reader, int line, struct str text,
                     struct feel **out)
{
    text = str_trim(text);
    struct str reason;
    if (!str_starts(text, STR("="))) {
        report_problem(reader->report, line, "a FEEL expression begins with '='");
        return STR_NONE;
    }
    struct str source = str_from_index(text, 1);
    if (feel_parse(reader->arena, source, out, &reason) != OK) {
        report_problem(reader->report, line, "FEEL expression: %.*s", STR_ARG(reason));
        return STR_NONE;
    }
    return source;
}

void bpmn_properties(struct bpmn_reader *reader, const struct xml_node *properties,
                     void (*fn)(struct bpmn_reader *reader, void *context,
                                struct str name, struct str value, int line),
                     void *context)
{
    for (const struct xml_node *p = properties->first; p; p = p->next) {
        struct str name = xml_attribute(p, "name");
        if (!xml_is(p, NS_ZEEBE, "property")) {
            report_problem(reader->report, p->line, "%.*s is not supported",
                           STR_ARG(bpmn_name(reader, p)));
            continue;
        }
        bpmn_check_attributes(reader, p, "name value");
        if (!str_starts(name, STR("kontor:"))) {
            report_problem(reader->report, p->line, "property %.*s is not supported",
                           STR_ARG(name));
            continue;
        }
        struct str value = bpmn_text(reader, p, "value");
        if (!value.ptr)
            report_problem(reader->report, p->line, "property %.*s has no value",
                           STR_ARG(name));
        else
            fn(reader, context, str_from_index(name, 7), value, p->line);
    }
}

/* ---- sequence flows ---- */

static void read_condition(struct bpmn_reader *reader, const struct xml_node *element,
                           struct process_flow *flow)
{
    for (size_t i = 0; i < element->attribute_count; i++) {
        const struct xml_attribute *a = &element->attributes[i];
        bool type = str_is(a->ns, NS_XSI) && str_is(a->name, "type");
        if (!type || !str_ends(a->value, STR("tFormalExpression")))
            report_problem(reader->report, element->line,
                           "attribute %.*s of bpmn:conditionExpression is not supported",
                           STR_ARG(a->name));
    }
    flow->condition_source =
        bpmn_feel(reader, element->line, element->text, &flow->condition);
}

static void read_flow(struct bpmn_reader *reader, const struct xml_node *element)
{
    bpmn_check_attributes(reader, element, "id name sourceRef targetRef");
    struct process_flow *flow = VEC_PUSH(&reader->flows, struct process_flow);
    flow->line = element->line;
    flow->id = bpmn_id(reader, element);
    flow->source_id = xml_attribute(element, "sourceRef");
    flow->target_id = xml_attribute(element, "targetRef");
    for (const struct xml_node *child = element->first; child; child = child->next) {
        if (xml_is(child, NS_BPMN, "conditionExpression") && !flow->condition)
            read_condition(reader, child, flow);
        else if (!xml_is(child, NS_BPMN, "documentation"))
            report_problem(reader->report, child->line, "%.*s is not supported on a flow",
                           STR_ARG(bpmn_name(reader, child)));
    }
}

/* ---- the process ---- */

static void keep_property(struct bpmn_reader *reader, void *context, struct str name,
                          struct str value, int line)
{
    for (size_t i = 0; i < reader->properties.count; i++)
        if (str_eq(VEC_AT(&reader->properties, struct bpmn_property, i)->name, name))
            report_problem(reader->report, line, "property kontor:%.*s is given twice",
                           STR_ARG(name));
    *VEC_PUSH(&reader->properties, struct bpmn_property) =
        (struct bpmn_property){name, value, line};
}

static void read_process_extensions(struct bpmn_reader *reader,
                                    const struct xml_node *element)
{
    for (const struct xml_node *child = element->first; child; child = child->next) {
        if (xml_is(child, NS_ZEEBE, "properties"))
            bpmn_properties(reader, child, keep_property, NULL);
        else
            report_problem(reader->report, child->line,
                           "%.*s is not supported on a process",
                           STR_ARG(bpmn_name(reader, child)));
    }
}

/* Comments in the drawing: they change nothing that runs. */
static bool is_drawing(const struct xml_node *element)
{
    return xml_is(element, NS_BPMN, "documentation") ||
           xml_is(element, NS_BPMN, "textAnnotation") ||
           xml_is(element, NS_BPMN, "association") || xml_is(element, NS_BPMN, "group");
}

static void read_process(struct bpmn_reader *reader, const struct xml_node *process)
{
    bpmn_check_attributes(reader, process, "id name isExecutable");
    if (!str_is(xml_attribute(process, "isExecutable"), "true"))
        report_problem(reader->report, process->line,
                       "the process is not marked executable");
    bpmn_id(reader, process);
    for (const struct xml_node *child = process->first; child; child = child->next) {
        if (xml_is(child, NS_BPMN, "sequenceFlow"))
            read_flow(reader, child);
        else if (xml_is(child, NS_BPMN, "extensionElements"))
            read_process_extensions(reader, child);
        else if (!bpmn_read_node(reader, child) && !is_drawing(child))
            report_problem(reader->report, child->line, "%.*s is not supported",
                           STR_ARG(bpmn_name(reader, child)));
    }
}

/* ---- references ---- */

static const struct process_node *find_node(const struct bpmn_reader *reader,
                                            struct str id)
{
    for (size_t i = 0; i < reader->nodes.count; i++) {
        const struct process_node *node = VEC_AT(&reader->nodes, struct process_node, i);
        if (str_eq(node->id, id))
            return node;
    }
    return NULL;
}

static bool has_flow(const struct bpmn_reader *reader,
                     const struct bpmn_reference *reference)
{
    for (size_t i = 0; i < reader->flows.count; i++) {
        const struct process_flow *flow = VEC_AT(&reader->flows, struct process_flow, i);
        struct str end = reference->incoming ? flow->target_id : flow->source_id;
        if (str_eq(flow->id, reference->flow_id) && str_eq(end, reference->node_id))
            return true;
    }
    return false;
}

static void check_references(struct bpmn_reader *reader)
{
    for (size_t i = 0; i < reader->flows.count; i++) {
        const struct process_flow *flow = VEC_AT(&reader->flows, struct process_flow, i);
        if (!find_node(reader, flow->source_id))
            report_problem(reader->report, flow->line,
                           "flow %.*s: sourceRef %.*s is no element", STR_ARG(flow->id),
                           STR_ARG(flow->source_id));
        if (!find_node(reader, flow->target_id))
            report_problem(reader->report, flow->line,
                           "flow %.*s: targetRef %.*s is no element", STR_ARG(flow->id),
                           STR_ARG(flow->target_id));
    }
    for (size_t i = 0; i < reader->references.count; i++) {
        const struct bpmn_reference *r =
            VEC_AT(&reader->references, struct bpmn_reference, i);
        if (!has_flow(reader, r))
            report_problem(reader->report, r->line, "flow %.*s does not %s at %.*s",
                           STR_ARG(r->flow_id), r->incoming ? "end" : "begin",
                           STR_ARG(r->node_id));
    }
}

/* ---- the document ---- */

static void check_definitions(struct bpmn_reader *reader, const struct xml_node *root)
{
    for (size_t i = 0; i < root->attribute_count; i++) {
        const struct xml_attribute *a = &root->attributes[i];
        if (str_is(a->ns, NS_MODELER)) {
            if (str_is(a->name, "executionPlatform") &&
                !str_is(a->value, "Camunda Cloud"))
                report_problem(
                    reader->report, root->line,
                    "drawn for %.*s; only \"Camunda Cloud\" (Camunda 8) is read",
                    STR_ARG(a->value));
        } else if (!(str_is(a->ns, NS_XSI) && str_is(a->name, "schemaLocation")) &&
                   (a->ns.ptr ||
                    !word_in(a->name,
                             "id name targetNamespace exporter exporterVersion"))) {
            report_problem(reader->report, root->line,
                           "attribute %.*s of bpmn:definitions is not supported",
                           STR_ARG(a->name));
        }
    }
}

/* The wanted process, or the only one. */
static const struct xml_node *choose_process(struct bpmn_reader *reader,
                                             const struct xml_node *root,
                                             struct str process_id)
{
    const struct xml_node *chosen = NULL;
    for (const struct xml_node *child = root->first; child; child = child->next) {
        if (xml_is(child, NS_BPMN, "process")) {
            if (process_id.ptr && !str_eq(xml_attribute(child, "id"), process_id))
                continue;
            if (chosen)
                report_problem(reader->report, child->line,
                               "a second process in the file; one is read");
            else
                chosen = child;
        } else if (!xml_is(child, NS_BPMNDI, "BPMNDiagram")) {
            report_problem(reader->report, child->line, "%.*s is not supported",
                           STR_ARG(bpmn_name(reader, child)));
        }
    }
    if (!chosen)
        report_problem(reader->report, root->line, "no process %.*s in the file",
                       STR_ARG(process_id));
    return chosen;
}

static struct process_model *make_model(struct bpmn_reader *reader, struct str id,
                                        int line)
{
    struct process_model *model = ARENA_NEW(reader->arena, struct process_model);
    bool start = false;
    model->id = id;
    model->nodes = reader->nodes.items;
    model->node_count = reader->nodes.count;
    model->flows = reader->flows.items;
    model->flow_count = reader->flows.count;
    for (size_t i = 0; i < model->node_count; i++)
        start = start || model->nodes[i].kind == NODE_START;
    if (!start)
        report_problem(reader->report, line, "process without a start event");
    if (reader->report->count > 0)
        return NULL;
    if (process_model_link(reader->arena, model) != OK)
        bug("a checked process does not link: %s", err_text());
    process_check_structure(model, reader->report);
    if (reader->report->count == 0)
        process_check_soundness(reader->arena, model, reader->report);
    return model;
}

enum err bpmn_read(struct arena *arena, struct str xml, struct str process_id,
                   struct report *report, struct bpmn_process *out)
{
    const struct xml_node *root;
    struct xml_error error;
    size_t before = report->count;
    if (xml.len > BPMN_SIZE_MAX) {
        report_problem(report, 0, "the file is larger than 1 MB");
        return ERR_INPUT;
    }
    if (xml_parse(arena, xml, &root, &error) != OK) {
        report_problem(report, error.line, "%.*s", STR_ARG(error.reason));
        return ERR_INPUT;
    }
    /* Counted on its own: problems of other files must not stop the checks of this one.
     */
    struct report own = *report;
    own.count = 0;
    struct bpmn_reader reader = {
        .arena = arena,
        .report = &own,
        .nodes = VEC_INIT(arena, struct process_node),
        .flows = VEC_INIT(arena, struct process_flow),
        .references = VEC_INIT(arena, struct bpmn_reference),
        .properties = VEC_INIT(arena, struct bpmn_property),
        .ids = map_new(arena),
    };
    const struct xml_node *process = NULL;
    struct process_model *model = NULL;
    if (!xml_is(root, NS_BPMN, "definitions")) {
        report_problem(&own, root->line, "no BPMN 2.0 file: bpmn:definitions expected");
    } else {
        check_definitions(&reader, root);
        process = choose_process(&reader, root, process_id);
    }
    if (process) {
        read_process(&reader, process);
        if (reader.nodes.count > MODEL_NODES_MAX || reader.flows.count > MODEL_FLOWS_MAX)
            report_problem(&own, process->line, "more than %d elements or %d flows",
                           MODEL_NODES_MAX, MODEL_FLOWS_MAX);
        else
            check_references(&reader);
        model = make_model(&reader, xml_attribute(process, "id"), process->line);
        *out = (struct bpmn_process){
            .id = xml_attribute(process, "id"),
            .name = bpmn_text(&reader, process, "name"),
            .line = process->line,
            .properties = reader.properties.items,
            .property_count = reader.properties.count,
            .model = model,
        };
    }
    report->count = before + own.count;
    return report_result(&own);
}
