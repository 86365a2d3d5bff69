#include "bpmn/model.h"

#include "base/vec.h"

static const struct {
    const char *name;
    const char *tag;
} KINDS[BPMN_KIND_COUNT] = {
    [BPMN_PROCESS] = {"process", "process"},
    [BPMN_SUB_PROCESS] = {"sub-process", "subProcess"},
    [BPMN_EVENT_SUB_PROCESS] = {"event sub-process", "subProcess"},
    [BPMN_START] = {"start event", "startEvent"},
    [BPMN_CATCH] = {"intermediate catch event", "intermediateCatchEvent"},
    [BPMN_THROW] = {"intermediate throw event", "intermediateThrowEvent"},
    [BPMN_BOUNDARY] = {"boundary event", "boundaryEvent"},
    [BPMN_END] = {"end event", "endEvent"},
    [BPMN_TASK] = {"task", "task"},
    [BPMN_USER_TASK] = {"user task", "userTask"},
    [BPMN_SERVICE_TASK] = {"service task", "serviceTask"},
    [BPMN_SEND_TASK] = {"send task", "sendTask"},
    [BPMN_RECEIVE_TASK] = {"receive task", "receiveTask"},
    [BPMN_SCRIPT_TASK] = {"script task", "scriptTask"},
    [BPMN_RULE_TASK] = {"business rule task", "businessRuleTask"},
    [BPMN_MANUAL_TASK] = {"manual task", "manualTask"},
    [BPMN_CALL] = {"call activity", "callActivity"},
    [BPMN_EXCLUSIVE] = {"exclusive gateway", "exclusiveGateway"},
    [BPMN_PARALLEL] = {"parallel gateway", "parallelGateway"},
    [BPMN_INCLUSIVE] = {"inclusive gateway", "inclusiveGateway"},
    [BPMN_EVENT_GATEWAY] = {"event-based gateway", "eventBasedGateway"},
};

const char *bpmn_kind_name(enum bpmn_kind kind)
{
    return KINDS[kind].name;
}

const char *bpmn_kind_article(enum bpmn_kind kind)
{
    return strchr("aeiou", KINDS[kind].name[0]) ? "an" : "a";
}

const char *bpmn_kind_tag(enum bpmn_kind kind)
{
    return KINDS[kind].tag;
}

const char *bpmn_trigger_name(enum bpmn_trigger trigger)
{
    static const char *const NAMES[] = {
        [BPMN_NO_TRIGGER] = "none",       [BPMN_MESSAGE] = "message",
        [BPMN_TIMER] = "timer",           [BPMN_ERROR] = "error",
        [BPMN_ESCALATION] = "escalation", [BPMN_SIGNAL] = "signal",
        [BPMN_TERMINATE] = "terminate",   [BPMN_LINK] = "link",
        [BPMN_CONDITION] = "conditional",
    };

    return NAMES[trigger];
}

bool bpmn_is_activity(enum bpmn_kind kind)
{
    return kind == BPMN_SUB_PROCESS || kind == BPMN_CALL ||
           (kind >= BPMN_TASK && kind <= BPMN_MANUAL_TASK);
}

bool bpmn_is_gateway(enum bpmn_kind kind)
{
    return kind >= BPMN_EXCLUSIVE && kind <= BPMN_EVENT_GATEWAY;
}

bool bpmn_is_scope(enum bpmn_kind kind)
{
    return kind == BPMN_PROCESS || kind == BPMN_SUB_PROCESS ||
           kind == BPMN_EVENT_SUB_PROCESS;
}

uint32_t bpmn_find(const struct bpmn_model *model, struct str id)
{
    for (size_t i = 0; i < model->element_count; i++)
        if (str_eq(model->elements[i].id, id))
            return (uint32_t)i;
    return BPMN_NONE;
}

struct str bpmn_property(const struct bpmn_element *element, const char *name)
{
    for (size_t i = 0; i < element->property_count; i++)
        if (str_is(element->properties[i].name, name))
            return element->properties[i].value;
    return STR_NONE;
}

uint32_t bpmn_start_of(const struct bpmn_model *model, uint32_t scope)
{
    const struct bpmn_element *element = &model->elements[scope];
    bool event = element->kind == BPMN_EVENT_SUB_PROCESS;

    for (size_t i = 0; i < element->inside_count; i++) {
        const struct bpmn_element *inner = &model->elements[element->inside[i]];

        if (inner->kind == BPMN_START && (event || inner->trigger == BPMN_NO_TRIGGER))
            return element->inside[i];
    }
    return BPMN_NONE;
}

/* ---- linking --------------------------------------------------------------------------------- */

/* Lists of indexes, one per element, in one array: counted first, then filled. */
struct lists {
    uint32_t *room;
    size_t *starts; /* element_count + 1 */
};

typedef uint32_t (*owner_fn)(const struct bpmn_model *model, size_t index);

static struct lists make_lists(struct arena *arena, const struct bpmn_model *model,
                               size_t count, owner_fn owner)
{
    struct lists lists;
    size_t *fill = ARENA_ARRAY(arena, size_t, model->element_count + 1);

    lists.room = ARENA_ARRAY(arena, uint32_t, count + 1);
    lists.starts = ARENA_ARRAY(arena, size_t, model->element_count + 2);
    for (size_t i = 0; i < count; i++)
        if (owner(model, i) != BPMN_NONE)
            lists.starts[owner(model, i) + 1]++;
    for (size_t e = 0; e < model->element_count; e++)
        lists.starts[e + 1] += lists.starts[e];
    for (size_t i = 0; i < count; i++) {
        uint32_t e = owner(model, i);

        if (e != BPMN_NONE)
            lists.room[lists.starts[e] + fill[e]++] = (uint32_t)i;
    }
    return lists;
}

static uint32_t owner_target(const struct bpmn_model *model, size_t index)
{
    return model->flows[index].target;
}

static uint32_t owner_source(const struct bpmn_model *model, size_t index)
{
    return model->flows[index].source;
}

static uint32_t owner_parent(const struct bpmn_model *model, size_t index)
{
    return model->elements[index].parent;
}

static uint32_t owner_activity(const struct bpmn_model *model, size_t index)
{
    return model->elements[index].kind == BPMN_BOUNDARY
               ? model->elements[index].attached_to
               : BPMN_NONE;
}

void bpmn_link(struct arena *arena, struct bpmn_model *model)
{
    struct lists in = make_lists(arena, model, model->flow_count, owner_target);
    struct lists out = make_lists(arena, model, model->flow_count, owner_source);
    struct lists inside = make_lists(arena, model, model->element_count, owner_parent);
    struct lists on = make_lists(arena, model, model->element_count, owner_activity);
    uint32_t *processes = ARENA_ARRAY(arena, uint32_t, model->element_count + 1);

    model->process_count = 0;
    for (size_t e = 0; e < model->element_count; e++) {
        struct bpmn_element *element = &model->elements[e];

        element->incoming = in.room + in.starts[e];
        element->incoming_count = in.starts[e + 1] - in.starts[e];
        element->outgoing = out.room + out.starts[e];
        element->outgoing_count = out.starts[e + 1] - out.starts[e];
        element->inside = inside.room + inside.starts[e];
        element->inside_count = inside.starts[e + 1] - inside.starts[e];
        element->boundaries = on.room + on.starts[e];
        element->boundary_count = on.starts[e + 1] - on.starts[e];
        if (element->kind == BPMN_PROCESS)
            processes[model->process_count++] = (uint32_t)e;
    }
    model->processes = processes;
}

/* ---- order ----------------------------------------------------------------------------------- */

struct ordering {
    const struct bpmn_model *model;
    uint32_t *order;
    size_t left;
    bool *seen;
};

/* Reverse postorder: what is visited first stands last. A scope stands before what is inside of it, and
 * that before what follows. */
static void visit(struct ordering *o, uint32_t index)
{
    const struct bpmn_element *element = &o->model->elements[index];

    if (o->seen[index])
        return;
    o->seen[index] = true;
    for (size_t i = element->outgoing_count; i > 0; i--)
        visit(o, o->model->flows[element->outgoing[i - 1]].target);
    for (size_t i = element->boundary_count; i > 0; i--)
        visit(o, element->boundaries[i - 1]);
    for (int starts = 0; starts < 2; starts++)
        for (size_t i = element->inside_count; i > 0; i--) {
            enum bpmn_kind kind = o->model->elements[element->inside[i - 1]].kind;

            if (starts ? kind == BPMN_START : kind == BPMN_EVENT_SUB_PROCESS)
                visit(o, element->inside[i - 1]);
        }
    o->order[--o->left] = index;
}

size_t bpmn_order(struct arena *arena, const struct bpmn_model *model, uint32_t **out)
{
    struct ordering o = {.model = model, .left = model->element_count};

    o.order = ARENA_ARRAY(arena, uint32_t, model->element_count + 1);
    o.seen = ARENA_ARRAY(arena, bool, model->element_count + 1);
    for (size_t i = model->process_count; i > 0; i--)
        visit(&o, model->processes[i - 1]);
    *out = o.order + o.left;
    return model->element_count - o.left;
}
