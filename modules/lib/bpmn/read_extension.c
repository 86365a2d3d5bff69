/* read_extension.c: what Camunda 8 adds to an element (the zeebe: elements). */
#include "bpmn/reader.h"

/* Kinds of elements, as a set. */
#define OF(kind) (1u << (kind))
#define ANY      UINT32_MAX
#define EVENTS                                                                           \
    (OF(BPMN_START) | OF(BPMN_CATCH) | OF(BPMN_THROW) | OF(BPMN_BOUNDARY) | OF(BPMN_END))
#define ACTIVITIES                                                                       \
    (OF(BPMN_TASK) | OF(BPMN_USER_TASK) | OF(BPMN_SERVICE_TASK) | OF(BPMN_SEND_TASK) |   \
     OF(BPMN_RECEIVE_TASK) | OF(BPMN_SCRIPT_TASK) | OF(BPMN_RULE_TASK) |                 \
     OF(BPMN_MANUAL_TASK) | OF(BPMN_CALL) | OF(BPMN_SUB_PROCESS))
#define JOBS                                                                             \
    (OF(BPMN_SERVICE_TASK) | OF(BPMN_SEND_TASK) | OF(BPMN_SCRIPT_TASK) |                 \
     OF(BPMN_RULE_TASK) | OF(BPMN_THROW) | OF(BPMN_END))

static struct bpmn_expression attribute(struct reader *r, const struct xml_node *node,
                                        const char *name)
{
    return reader_expression(r, node->line, xml_attribute(node, name));
}

static void read_task_definition(struct reader *r, const struct xml_node *node,
                                 struct bpmn_element *element)
{
    reader_attributes(r, node, "type retries");
    element->job_type = attribute(r, node, "type");
    element->retries = attribute(r, node, "retries");
    if (!bpmn_given(element->job_type))
        bpmn_problem(r->problems, node->line, "the task has no type");
}

static void read_mappings(struct reader *r, const struct xml_node *node,
                          struct bpmn_element *element)
{
    struct vec in = VEC_INIT(r->arena, struct bpmn_mapping);
    struct vec out = VEC_INIT(r->arena, struct bpmn_mapping);

    for (const struct xml_node *child = node->first; child; child = child->next) {
        struct bpmn_mapping mapping = {.target =
                                           str_trim(xml_attribute(child, "target"))};
        bool input = xml_is(child, NS_ZEEBE, "input");

        if (!input && !xml_is(child, NS_ZEEBE, "output")) {
            reader_unsupported(r, child, "");
            continue;
        }
        reader_attributes(r, child, "source target");
        mapping.source = attribute(r, child, "source");
        if (!mapping.target.len || !bpmn_given(mapping.source))
            bpmn_problem(r->problems, child->line, "a mapping has a source and a target");
        *VEC_PUSH(input ? &in : &out, struct bpmn_mapping) = mapping;
    }
    element->inputs = in.items;
    element->input_count = in.count;
    element->outputs = out.items;
    element->output_count = out.count;
}

static void read_script(struct reader *r, const struct xml_node *node,
                        struct bpmn_element *element)
{
    reader_attributes(r, node, "expression resultVariable");
    element->script =
        reader_feel(r, node->line, xml_attribute(node, "expression"), "a script");
    element->result = str_trim(xml_attribute(node, "resultVariable"));
    if (!element->result.len)
        bpmn_problem(r->problems, node->line, "the script has no result variable");
}

static void read_called_decision(struct reader *r, const struct xml_node *node,
                                 struct bpmn_element *element)
{
    reader_attributes(r, node, "decisionId resultVariable bindingType");
    element->called = attribute(r, node, "decisionId");
    element->result = str_trim(xml_attribute(node, "resultVariable"));
    if (!bpmn_given(element->called) || !element->result.len)
        bpmn_problem(r->problems, node->line,
                     "a called decision has an id and a result variable");
}

static void read_called_element(struct reader *r, const struct xml_node *node,
                                struct bpmn_element *element)
{
    struct str up = xml_attribute(node, "propagateAllChildVariables");
    struct str down = xml_attribute(node, "propagateAllParentVariables");

    reader_attributes(r, node,
                      "processId propagateAllChildVariables propagateAllParentVariables "
                      "bindingType");
    element->called = attribute(r, node, "processId");
    element->share_all_up = !str_is(up, "false");
    element->share_all_down = !str_is(down, "false");
    if (!bpmn_given(element->called))
        bpmn_problem(r->problems, node->line, "the called process has no id");
}

static void read_assignment(struct reader *r, const struct xml_node *node,
                            struct bpmn_element *element)
{
    reader_attributes(r, node, "assignee candidateGroups candidateUsers");
    element->assignee = attribute(r, node, "assignee");
    element->groups = attribute(r, node, "candidateGroups");
}

static void read_schedule(struct reader *r, const struct xml_node *node,
                          struct bpmn_element *element)
{
    reader_attributes(r, node, "dueDate followUpDate");
    element->due = attribute(r, node, "dueDate");
    element->follow_up = attribute(r, node, "followUpDate");
}

static void read_form(struct reader *r, const struct xml_node *node,
                      struct bpmn_element *element)
{
    reader_attributes(r, node, "formId formKey externalReference bindingType");
    element->form =
        attribute(r, node, xml_attribute(node, "formId").len ? "formId" : "formKey");
}

static void read_publish(struct reader *r, const struct xml_node *node,
                         struct bpmn_element *element)
{
    reader_attributes(r, node, "correlationKey messageId timeToLive");
    element->publishes = true;
    element->correlation = attribute(r, node, "correlationKey");
    element->message_id = attribute(r, node, "messageId");
    element->time_to_live = attribute(r, node, "timeToLive");
}

static void read_subscription(struct reader *r, const struct xml_node *node,
                              struct bpmn_element *element)
{
    reader_attributes(r, node, "correlationKey");
    element->correlation = reader_feel(
        r, node->line, xml_attribute(node, "correlationKey"), "a correlation key");
}

/* name and value, or key and value */
static void read_pairs(struct reader *r, const struct xml_node *node,
                       struct bpmn_element *element)
{
    bool headers = str_is(node->name, "taskHeaders");
    struct vec pairs = VEC_INIT(r->arena, struct bpmn_property);

    for (const struct xml_node *child = node->first; child; child = child->next) {
        if (!xml_is(child, NS_ZEEBE, headers ? "header" : "property")) {
            reader_unsupported(r, child, "");
            continue;
        }
        *VEC_PUSH(&pairs, struct bpmn_property) = (struct bpmn_property){
            .name = xml_attribute(child, headers ? "key" : "name"),
            .value = reader_text(r, child, "value"),
            .line = child->line,
        };
    }
    if (headers) {
        element->headers = pairs.items;
        element->header_count = pairs.count;
    } else {
        element->properties = pairs.items;
        element->property_count = pairs.count;
    }
}

static void read_nothing(struct reader *r, const struct xml_node *node,
                         struct bpmn_element *element)
{
    (void)r;
    (void)node;
    (void)element;
}

static const struct row {
    const char *element;
    uint32_t kinds;
    void (*read)(struct reader *r, const struct xml_node *node,
                 struct bpmn_element *element);
} ROWS[] = {
    {"taskDefinition", JOBS, read_task_definition},
    {"ioMapping", ACTIVITIES | EVENTS | OF(BPMN_EVENT_SUB_PROCESS), read_mappings},
    {"script", OF(BPMN_SCRIPT_TASK), read_script},
    {"calledDecision", OF(BPMN_RULE_TASK), read_called_decision},
    {"calledElement", OF(BPMN_CALL), read_called_element},
    {"assignmentDefinition", OF(BPMN_USER_TASK), read_assignment},
    {"taskSchedule", OF(BPMN_USER_TASK), read_schedule},
    {"formDefinition", OF(BPMN_USER_TASK) | OF(BPMN_START), read_form},
    {"publishMessage", OF(BPMN_THROW) | OF(BPMN_END) | OF(BPMN_SEND_TASK), read_publish},
    {"subscription", OF(BPMN_RECEIVE_TASK) | EVENTS, read_subscription},
    {"taskHeaders", ACTIVITIES | EVENTS, read_pairs},
    {"properties", ANY, read_pairs},
    /* says that it is no job of a worker, which it never is here */
    {"userTask", OF(BPMN_USER_TASK), read_nothing},
    /* the version's name, for people */
    {"versionTag", OF(BPMN_PROCESS), read_nothing},
    {"userTaskForm", OF(BPMN_PROCESS), read_nothing},
    {"priorityDefinition", OF(BPMN_USER_TASK), read_nothing},
};

void reader_extensions(struct reader *r, const struct xml_node *node, uint32_t index)
{
    for (const struct xml_node *e = node->first; e; e = e->next) {
        struct bpmn_element *element = reader_element(r, index);
        const struct row *row = NULL;

        for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS) && !row; i++)
            if (xml_is(e, NS_ZEEBE, ROWS[i].element) && ROWS[i].kinds & OF(element->kind))
                row = &ROWS[i];
        if (row)
            row->read(r, e, element);
        else
            reader_unsupported(r, e, bpmn_kind_name(element->kind));
    }
}

/* ---- loops ----------------------------------------------------------------------------------- */

static void read_zeebe_loop(struct reader *r, const struct xml_node *node,
                            struct bpmn_multi *multi)
{
    reader_attributes(r, node,
                      "inputCollection inputElement outputCollection outputElement");
    multi->collection = reader_feel(r, node->line, xml_attribute(node, "inputCollection"),
                                    "an input collection");
    multi->element = str_trim(xml_attribute(node, "inputElement"));
    multi->output = str_trim(xml_attribute(node, "outputCollection"));
    multi->output_element = attribute(r, node, "outputElement");
    if (!multi->element.len)
        multi->element = STR_NONE;
    if (!multi->output.len)
        multi->output = STR_NONE;
    if ((multi->output.ptr != NULL) != bpmn_given(multi->output_element))
        bpmn_problem(r->problems, node->line,
                     "an output collection and its element belong together");
}

static void read_multi_child(struct reader *r, const struct xml_node *child,
                             struct bpmn_multi *multi)
{
    if (xml_is(child, NS_BPMN, "extensionElements")) {
        for (const struct xml_node *e = child->first; e; e = e->next) {
            if (xml_is(e, NS_ZEEBE, "loopCharacteristics"))
                read_zeebe_loop(r, e, multi);
            else
                reader_unsupported(r, e, "multi-instance");
        }
    } else if (xml_is(child, NS_BPMN, "completionCondition") ||
               xml_is(child, NS_BPMN, "loopCondition")) {
        multi->condition = reader_feel(
            r, child->line, str_copy(r->arena, str_trim(child->text)), "a condition");
    } else if (!xml_is(child, NS_BPMN, "documentation")) {
        reader_unsupported(r, child, "loop");
    }
}

void reader_multi(struct reader *r, const struct xml_node *node, uint32_t index)
{
    struct bpmn_element *element = reader_element(r, index);
    bool standard = str_is(node->name, "standardLoopCharacteristics");
    struct bpmn_multi multi = {.kind = standard ? BPMN_STANDARD_LOOP
                                       : reader_is_true(node, "isSequential")
                                           ? BPMN_SEQUENTIAL
                                           : BPMN_PARALLEL_LOOP};
    struct str maximum = xml_attribute(node, "loopMaximum");

    reader_attributes(r, node, standard ? "testBefore loopMaximum" : "isSequential");
    multi.test_before = reader_is_true(node, "testBefore");
    if (maximum.len && (str_to_i64(maximum, &multi.maximum) != OK || multi.maximum < 1))
        bpmn_problem(r->problems, node->line, "loopMaximum is no number above 0");
    for (const struct xml_node *child = node->first; child; child = child->next)
        read_multi_child(r, child, &multi);
    if (standard && !bpmn_given(multi.condition) && !multi.maximum)
        bpmn_problem(r->problems, node->line,
                     "a loop has a condition or a maximum, or it never ends");
    if (!standard && !bpmn_given(multi.collection))
        bpmn_problem(r->problems, node->line,
                     "a multi-instance activity has an input collection");
    if (element->multi.kind != BPMN_NO_LOOP)
        bpmn_problem(r->problems, node->line, "an activity has one loop");
    element->multi = multi;
}
