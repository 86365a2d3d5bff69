/* read_event.c: event definitions, and the messages, signals, errors and escalations they name. */
#include "bpmn/reader.h"

static void refer(struct reader *r, const struct xml_node *node, uint32_t index,
                  const char *attribute, const char *kind)
{
    struct str id = xml_attribute(node, attribute);

    if (id.len)
        reader_refer(r, (struct pending_reference){.element = index,
                                                   .flow = BPMN_NONE,
                                                   .id = id,
                                                   .what = REF_DEFINITION,
                                                   .kind = kind,
                                                   .line = node->line});
}

static void read_timer(struct reader *r, const struct xml_node *node, uint32_t index)
{
    static const struct {
        const char *element;
        enum bpmn_timer timer;
    } TIMERS[] = {{"timeDate", BPMN_TIMER_DATE},
                  {"timeDuration", BPMN_TIMER_DURATION},
                  {"timeCycle", BPMN_TIMER_CYCLE}};
    struct bpmn_element *element = reader_element(r, index);

    for (const struct xml_node *child = node->first; child; child = child->next) {
        bool known = false;

        for (size_t i = 0; i < sizeof(TIMERS) / sizeof(*TIMERS); i++) {
            if (!xml_is(child, NS_BPMN, TIMERS[i].element))
                continue;
            known = true;
            if (bpmn_given(element->time))
                bpmn_problem(r->problems, child->line, "a timer has one time");
            element->timer = TIMERS[i].timer;
            element->time = reader_expression(r, child->line,
                                              str_copy(r->arena, str_trim(child->text)));
        }
        if (!known && !xml_is(child, NS_BPMN, "extensionElements"))
            reader_unsupported(r, child, "timer");
    }
    if (!bpmn_given(element->time))
        bpmn_problem(r->problems, node->line, "the timer has no time");
}

static void read_condition(struct reader *r, const struct xml_node *node, uint32_t index)
{
    struct bpmn_element *element = reader_element(r, index);

    for (const struct xml_node *child = node->first; child; child = child->next) {
        if (xml_is(child, NS_BPMN, "condition"))
            element->condition = reader_feel(
                r, child->line, str_copy(r->arena, str_trim(child->text)), "a condition");
        else if (!xml_is(child, NS_BPMN, "extensionElements"))
            reader_unsupported(r, child, "conditional event");
    }
    if (!bpmn_given(element->condition))
        bpmn_problem(r->problems, node->line, "the conditional event has no condition");
}

static const struct row {
    const char *element;
    enum bpmn_trigger trigger;
    const char *attributes;
    const char *reference; /* attribute; NULL: none */
} ROWS[] = {
    {"messageEventDefinition", BPMN_MESSAGE, "messageRef", "messageRef"},
    {"timerEventDefinition", BPMN_TIMER, "", NULL},
    {"errorEventDefinition", BPMN_ERROR, "errorRef", "errorRef"},
    {"escalationEventDefinition", BPMN_ESCALATION, "escalationRef", "escalationRef"},
    {"signalEventDefinition", BPMN_SIGNAL, "signalRef", "signalRef"},
    {"terminateEventDefinition", BPMN_TERMINATE, "", NULL},
    {"linkEventDefinition", BPMN_LINK, "name", NULL},
    {"conditionalEventDefinition", BPMN_CONDITION, "", NULL},
};

bool reader_event(struct reader *r, const struct xml_node *node, uint32_t index)
{
    struct bpmn_element *element = reader_element(r, index);
    const struct row *row = NULL;
    bool is_event = element->kind >= BPMN_START && element->kind <= BPMN_END;

    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS) && !row; i++)
        if (xml_is(node, NS_BPMN, ROWS[i].element))
            row = &ROWS[i];
    if (!row || !is_event)
        return false;
    if (element->trigger != BPMN_NO_TRIGGER)
        bpmn_problem(r->problems, node->line, "%.*s has more than one event definition",
                     STR_ARG(element->id));
    reader_attributes(r, node, row->attributes);
    element->trigger = row->trigger;
    if (row->reference)
        refer(r, node, index, row->reference, bpmn_trigger_name(row->trigger));
    if (row->trigger == BPMN_TIMER)
        read_timer(r, node, index);
    else if (row->trigger == BPMN_CONDITION)
        read_condition(r, node, index);
    else if (row->trigger == BPMN_LINK)
        element->reference.text = reader_text(r, node, "name");
    /* zeebe:taskDefinition and zeebe:publishMessage may stand here, too. */
    for (const struct xml_node *child = node->first; child; child = child->next)
        if (xml_is(child, NS_BPMN, "extensionElements"))
            reader_extensions(r, child, index);
    return true;
}

void reader_message_of_task(struct reader *r, const struct xml_node *node, uint32_t index)
{
    refer(r, node, index, "messageRef", "message");
}

/* ---- what events name ------------------------------------------------------------------------ */

static void read_subscription(struct reader *r, const struct xml_node *node,
                              struct definition_row *row)
{
    for (const struct xml_node *e = node->first; e; e = e->next) {
        if (xml_is(e, NS_ZEEBE, "subscription"))
            row->correlation = reader_feel(r, e->line, xml_attribute(e, "correlationKey"),
                                           "a correlation key");
        else
            reader_unsupported(r, e, "message");
    }
}

bool reader_definition(struct reader *r, const struct xml_node *node)
{
    static const struct {
        const char *element;
        const char *value; /* attribute that is the name or code */
        const char *attributes;
    } KINDS[] = {
        {"message", "name", "name itemRef"},
        {"signal", "name", "name structureRef"},
        {"error", "errorCode", "name errorCode structureRef"},
        {"escalation", "escalationCode", "name escalationCode structureRef"},
    };

    for (size_t i = 0; i < sizeof(KINDS) / sizeof(*KINDS); i++) {
        struct definition_row row = {.line = node->line};

        if (!xml_is(node, NS_BPMN, KINDS[i].element))
            continue;
        reader_attributes(r, node, KINDS[i].attributes);
        row.id = reader_id(r, node, (struct id_entry){BPMN_NONE, BPMN_NONE});
        row.kind = str_from(KINDS[i].element);
        row.reference =
            reader_expression(r, node->line, xml_attribute(node, KINDS[i].value));
        for (const struct xml_node *child = node->first; child; child = child->next)
            if (xml_is(child, NS_BPMN, "extensionElements"))
                read_subscription(r, child, &row);
        *VEC_PUSH(&r->definitions, struct definition_row) = row;
        return true;
    }
    return false;
}
