/* read_node.c: flow nodes. */
#include "bpmn/reader.h"

#define ACTIVITY "name default isForCompensation startQuantity completionQuantity "

static const struct row {
    const char *element;
    enum bpmn_kind kind;
    const char *attributes;
} ROWS[] = {
    {"startEvent", BPMN_START, "name isInterrupting parallelMultiple"},
    {"intermediateCatchEvent", BPMN_CATCH, "name parallelMultiple"},
    {"intermediateThrowEvent", BPMN_THROW, "name"},
    {"boundaryEvent", BPMN_BOUNDARY,
     "name attachedToRef cancelActivity parallelMultiple"},
    {"endEvent", BPMN_END, "name"},
    {"task", BPMN_TASK, ACTIVITY},
    {"userTask", BPMN_USER_TASK, ACTIVITY "implementation"},
    {"serviceTask", BPMN_SERVICE_TASK, ACTIVITY "implementation operationRef"},
    {"sendTask", BPMN_SEND_TASK, ACTIVITY "implementation operationRef messageRef"},
    {"receiveTask", BPMN_RECEIVE_TASK,
     ACTIVITY "implementation operationRef messageRef instantiate"},
    {"scriptTask", BPMN_SCRIPT_TASK, ACTIVITY "scriptFormat"},
    {"businessRuleTask", BPMN_RULE_TASK, ACTIVITY "implementation"},
    {"manualTask", BPMN_MANUAL_TASK, ACTIVITY},
    {"subProcess", BPMN_SUB_PROCESS, ACTIVITY "triggeredByEvent"},
    {"callActivity", BPMN_CALL, ACTIVITY "calledElement"},
    {"exclusiveGateway", BPMN_EXCLUSIVE, "name default gatewayDirection"},
    {"parallelGateway", BPMN_PARALLEL, "name gatewayDirection"},
    {"inclusiveGateway", BPMN_INCLUSIVE, "name default gatewayDirection"},
    {"eventBasedGateway", BPMN_EVENT_GATEWAY,
     "name gatewayDirection instantiate eventGatewayType"},
};

static void refuse_if_true(struct reader *r, const struct xml_node *node,
                           const char *name)
{
    if (reader_is_true(node, name))
        bpmn_problem(r->problems, node->line, "%s is not supported", name);
}

static void refuse_unless_one(struct reader *r, const struct xml_node *node,
                              const char *name)
{
    struct str value = xml_attribute(node, name);

    if (value.len && !str_is(value, "1"))
        bpmn_problem(r->problems, node->line, "%s other than 1 is not supported", name);
}

/* What is allowed to stand there, but only with the value that changes nothing. */
static void check_values(struct reader *r, const struct xml_node *node)
{
    struct str type = xml_attribute(node, "eventGatewayType");

    refuse_if_true(r, node, "isForCompensation");
    refuse_if_true(r, node, "parallelMultiple");
    refuse_if_true(r, node, "instantiate");
    refuse_unless_one(r, node, "startQuantity");
    refuse_unless_one(r, node, "completionQuantity");
    if (type.len && !str_is(type, "Exclusive"))
        bpmn_problem(r->problems, node->line,
                     "an event-based gateway of type %.*s is not supported",
                     STR_ARG(type));
}

static void read_child(struct reader *r, const struct xml_node *child, uint32_t index)
{
    struct bpmn_element *element = reader_element(r, index);
    bool incoming = xml_is(child, NS_BPMN, "incoming");

    if (incoming || xml_is(child, NS_BPMN, "outgoing")) {
        *VEC_PUSH(&r->stated, struct stated_flow) = (struct stated_flow){
            index, str_copy(r->arena, str_trim(child->text)), incoming, child->line};
    } else if (xml_is(child, NS_BPMN, "extensionElements")) {
        reader_extensions(r, child, index);
    } else if (xml_is(child, NS_BPMN, "multiInstanceLoopCharacteristics") ||
               xml_is(child, NS_BPMN, "standardLoopCharacteristics")) {
        if (bpmn_is_activity(element->kind))
            reader_multi(r, child, index);
        else
            reader_unsupported(r, child, bpmn_kind_name(element->kind));
    } else if (xml_is(child, NS_BPMN, "script") && element->kind == BPMN_SCRIPT_TASK) {
        bpmn_problem(r->problems, child->line,
                     "a script is FEEL in zeebe:script, not bpmn:script");
    } else if (!reader_event(r, child, index) && !bpmn_is_scope(element->kind) &&
               !xml_is(child, NS_BPMN, "documentation") &&
               !xml_is(child, NS_BPMN, "dataInputAssociation") &&
               !xml_is(child, NS_BPMN, "dataOutputAssociation") &&
               !xml_is(child, NS_BPMN, "ioSpecification") &&
               !xml_is(child, NS_BPMN, "property")) {
        reader_unsupported(r, child, bpmn_kind_name(element->kind));
    }
}

static void refer_default(struct reader *r, const struct xml_node *node, uint32_t index)
{
    struct str id = xml_attribute(node, "default");

    if (id.len)
        reader_refer(r, (struct pending_reference){.element = index,
                                                   .flow = BPMN_NONE,
                                                   .id = id,
                                                   .what = REF_DEFAULT,
                                                   .line = node->line});
}

static void read_specifics(struct reader *r, const struct xml_node *node, uint32_t index)
{
    struct bpmn_element *element = reader_element(r, index);
    struct str stated;

    switch (element->kind) {
    case BPMN_BOUNDARY:
        stated = xml_attribute(node, "cancelActivity");
        element->interrupting = !str_is(stated, "false") && !str_is(stated, "0");
        reader_refer(
            r, (struct pending_reference){.element = index,
                                          .flow = BPMN_NONE,
                                          .id = xml_attribute(node, "attachedToRef"),
                                          .what = REF_ATTACHED,
                                          .line = node->line});
        break;
    case BPMN_START:
        stated = xml_attribute(node, "isInterrupting");
        element->interrupting = !str_is(stated, "false") && !str_is(stated, "0");
        break;
    case BPMN_SUB_PROCESS:
        if (reader_is_true(node, "triggeredByEvent"))
            element->kind = BPMN_EVENT_SUB_PROCESS;
        break;
    case BPMN_SEND_TASK:
    case BPMN_RECEIVE_TASK:
        reader_message_of_task(r, node, index);
        break;
    default:
        break;
    }
}

bool reader_node(struct reader *r, const struct xml_node *node, uint32_t scope)
{
    const struct row *row = NULL;
    struct bpmn_element element = {.line = node->line,
                                   .parent = scope,
                                   .default_flow = BPMN_NONE,
                                   .attached_to = BPMN_NONE};
    uint32_t index = (uint32_t)r->elements.count;

    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS) && !row; i++)
        if (xml_is(node, NS_BPMN, ROWS[i].element))
            row = &ROWS[i];
    if (!row)
        return false;
    reader_attributes(r, node, row->attributes);
    check_values(r, node);
    element.kind = row->kind;
    element.id = reader_id(r, node, (struct id_entry){index, BPMN_NONE});
    element.name = reader_text(r, node, "name");
    *VEC_PUSH(&r->elements, struct bpmn_element) = element;
    refer_default(r, node, index);
    read_specifics(r, node, index);
    for (const struct xml_node *child = node->first; child; child = child->next)
        read_child(r, child, index);
    if (bpmn_is_scope(reader_element(r, index)->kind))
        reader_scope(r, node, index);
    return true;
}
