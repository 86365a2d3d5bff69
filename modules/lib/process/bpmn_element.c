/* Flow nodes: one row per kind says which attributes and extension elements it may carry.
 */
#include "process/bpmn_reader.h"

#include "process/duration.h"
#include "process/service_types.h"

/* What an element may say; everything else is refused. */
enum may {
    MAY_PHASE = 1,
    MAY_CUSTOMER_STEP = 2,
    MAY_DUE = 4,
};

struct kind_row {
    const char *element;
    enum node_kind kind;
    const char *attributes;
    const char *extensions; /* local names of zeebe elements */
    unsigned properties;    /* of enum may */
};

static const struct kind_row KIND_ROWS[] = {
    {"startEvent", NODE_START, "id name", "", 0},
    {"endEvent", NODE_END, "id name", "properties", MAY_PHASE},
    {"userTask", NODE_USER_TASK, "id name", "userTask assignmentDefinition properties",
     MAY_PHASE | MAY_CUSTOMER_STEP | MAY_DUE},
    {"serviceTask", NODE_SERVICE_TASK, "id name", "taskDefinition ioMapping properties",
     MAY_PHASE | MAY_CUSTOMER_STEP},
    {"exclusiveGateway", NODE_EXCLUSIVE, "id name default", "", 0},
    {"parallelGateway", NODE_PARALLEL, "id name", "", 0},
};

struct node_context {
    const struct kind_row *row;
    struct process_node *node;
    struct vec inputs; /* struct process_input */
};

static void set_once(struct bpmn_reader *reader, struct str *place, struct str name,
                     struct str value, int line)
{
    if (place->ptr)
        report_problem(reader->report, line, "property kontor:%.*s is given twice",
                       STR_ARG(name));
    *place = value;
}

static void read_property(struct bpmn_reader *reader, void *context, struct str name,
                          struct str value, int line)
{
    struct node_context *c = context;
    if (str_is(name, "phase") && (c->row->properties & MAY_PHASE)) {
        set_once(reader, &c->node->phase, name, value, line);
    } else if (str_is(name, "customerStep") && (c->row->properties & MAY_CUSTOMER_STEP)) {
        set_once(reader, &c->node->customer_step, name, value, line);
    } else if (str_is(name, "due") && (c->row->properties & MAY_DUE)) {
        if (duration_parse(value, &c->node->due_s) != OK)
            report_problem(
                reader->report, line,
                "kontor:due is an ISO 8601 duration of weeks, days, hours or minutes "
                "(P3D), not %.*s",
                STR_ARG(value));
    } else {
        report_problem(reader->report, line,
                       "property kontor:%.*s is not supported on a %s", STR_ARG(name),
                       node_kind_name(c->node->kind));
    }
}

static void read_assignment(struct bpmn_reader *reader, const struct xml_node *element,
                            struct node_context *c)
{
    bpmn_check_attributes(reader, element, "candidateGroups");
    struct str group = str_trim(xml_attribute(element, "candidateGroups"));
    if (!rule_is_key(group))
        report_problem(reader->report, element->line,
                       "candidateGroups of %.*s must be the key of exactly one team",
                       STR_ARG(c->node->id));
    else
        c->node->team = group;
}

static void read_task_definition(struct bpmn_reader *reader,
                                 const struct xml_node *element, struct node_context *c)
{
    bpmn_check_attributes(reader, element, "type");
    c->node->service_type = xml_attribute(element, "type");
    if (service_type_find(c->node->service_type))
        return;
    report_problem(
        reader->report, element->line,
        "unknown service type \"%.*s\" (kontorctl process services lists them)",
        STR_ARG(c->node->service_type));
    c->node->service_type = STR_NONE;
}

static void read_mapping(struct bpmn_reader *reader, const struct xml_node *mapping,
                         struct node_context *c)
{
    bpmn_check_attributes(reader, mapping, "");
    for (const struct xml_node *child = mapping->first; child; child = child->next) {
        if (!xml_is(child, NS_ZEEBE, "input")) {
            report_problem(reader->report, child->line, "%.*s is not supported",
                           STR_ARG(bpmn_name(reader, child)));
            continue;
        }
        bpmn_check_attributes(reader, child, "source target");
        struct process_input input = {.name = xml_attribute(child, "target")};
        input.source =
            bpmn_feel(reader, child->line, xml_attribute(child, "source"), &input.value);
        for (size_t i = 0; i < c->inputs.count; i++)
            if (str_eq(VEC_AT(&c->inputs, struct process_input, i)->name, input.name))
                report_problem(reader->report, child->line, "input %.*s is mapped twice",
                               STR_ARG(input.name));
        *VEC_PUSH(&c->inputs, struct process_input) = input;
    }
}

static void read_extension(struct bpmn_reader *reader, const struct xml_node *element,
                           struct node_context *c)
{
    struct str rest = str_from(c->row->extensions), word;
    bool known = false;
    while (str_next(&rest, ' ', &word))
        known = known || (word.len > 0 && str_eq(word, element->name));
    if (!known || !str_is(element->ns, NS_ZEEBE))
        report_problem(reader->report, element->line, "%.*s is not supported on a %s%s",
                       STR_ARG(bpmn_name(reader, element)), node_kind_name(c->node->kind),
                       str_is(element->name, "taskSchedule")
                           ? " (say the time with the property kontor:due)"
                           : "");
    else if (str_is(element->name, "properties"))
        bpmn_properties(reader, element, read_property, c);
    else if (str_is(element->name, "assignmentDefinition"))
        read_assignment(reader, element, c);
    else if (str_is(element->name, "taskDefinition"))
        read_task_definition(reader, element, c);
    else if (str_is(element->name, "ioMapping"))
        read_mapping(reader, element, c);
    else /* zeebe:userTask: says that it is no job of a worker, which it never is here */
        bpmn_check_attributes(reader, element, "");
}

static void check_inputs(struct bpmn_reader *reader, const struct process_node *node)
{
    const struct service_type *type = service_type_find(node->service_type);
    for (size_t i = 0; type && i < node->input_count; i++) {
        const struct process_input *input = &node->inputs[i];
        const struct service_input *known = service_type_input(type, input->name);
        const struct str *keys;
        size_t count;
        if (!known)
            report_problem(reader->report, node->line, "service %s has no input %.*s",
                           type->name, STR_ARG(input->name));
        else if (known->attributes && input->value &&
                 !feel_context_keys(input->value, &keys, &count))
            report_problem(reader->report, node->line,
                           "input %s of service %s is written as a context: "
                           "={\"attribute\": value, ...}",
                           known->name, type->name);
    }
    for (size_t k = 0; type && k < type->input_count; k++) {
        bool given = !type->inputs[k].required;
        for (size_t i = 0; i < node->input_count; i++)
            given = given || str_is(node->inputs[i].name, type->inputs[k].name);
        if (!given)
            report_problem(reader->report, node->line,
                           "service %s needs the input %s (%s)", type->name,
                           type->inputs[k].name, type->inputs[k].meaning);
    }
}

static void check_node(struct bpmn_reader *reader, const struct process_node *node)
{
    if (node->kind == NODE_USER_TASK && !node->name.ptr)
        report_problem(reader->report, node->line, "user task %.*s has no name",
                       STR_ARG(node->id));
    if (node->kind == NODE_USER_TASK && !node->team.ptr)
        report_problem(
            reader->report, node->line,
            "user task %.*s has no candidate group (zeebe:assignmentDefinition)",
            STR_ARG(node->id));
    if (node->kind == NODE_SERVICE_TASK && !node->service_type.ptr)
        report_problem(reader->report, node->line,
                       "service task %.*s has no usable type (zeebe:taskDefinition)",
                       STR_ARG(node->id));
    if (node->kind == NODE_SERVICE_TASK)
        check_inputs(reader, node);
}

static void read_children(struct bpmn_reader *reader, const struct xml_node *element,
                          struct node_context *c)
{
    for (const struct xml_node *child = element->first; child; child = child->next) {
        bool incoming = xml_is(child, NS_BPMN, "incoming");
        if (incoming || xml_is(child, NS_BPMN, "outgoing")) {
            *VEC_PUSH(&reader->references, struct bpmn_reference) =
                (struct bpmn_reference){c->node->id, str_trim(child->text), incoming,
                                        child->line};
        } else if (xml_is(child, NS_BPMN, "extensionElements")) {
            for (const struct xml_node *e = child->first; e; e = e->next)
                read_extension(reader, e, c);
        } else if (!xml_is(child, NS_BPMN, "documentation")) {
            report_problem(reader->report, child->line, "%.*s is not supported on a %s",
                           STR_ARG(bpmn_name(reader, child)),
                           node_kind_name(c->node->kind));
        }
    }
}

bool bpmn_read_node(struct bpmn_reader *reader, const struct xml_node *element)
{
    const struct kind_row *row = NULL;
    for (size_t i = 0; i < sizeof KIND_ROWS / sizeof *KIND_ROWS; i++)
        if (xml_is(element, NS_BPMN, KIND_ROWS[i].element))
            row = &KIND_ROWS[i];
    if (!row)
        return false;
    struct process_node node = {.kind = row->kind, .line = element->line};
    struct node_context c = {row, &node, VEC_INIT(reader->arena, struct process_input)};
    bpmn_check_attributes(reader, element, row->attributes);
    node.id = bpmn_id(reader, element);
    node.name = bpmn_text(reader, element, "name");
    node.default_id = xml_attribute(element, "default");
    read_children(reader, element, &c);
    node.inputs = c.inputs.items;
    node.input_count = c.inputs.count;
    check_node(reader, &node);
    *VEC_PUSH(&reader->nodes, struct process_node) = node;
    return true;
}
