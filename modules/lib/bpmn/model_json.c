#include "bpmn/model_json.h"

#include "base/map.h"
#include "base/vec.h"
#include "bpmn/drawing_json.h"

/* ---- the columns of an element ----------------------------------------------------------------- */

enum column_kind {
    COLUMN_TEXT,       /* struct str */
    COLUMN_BOOL,       /* bool */
    COLUMN_INT,        /* int64_t */
    COLUMN_ENUM,       /* an enum; what is 0 is left out */
    COLUMN_EXPRESSION, /* struct bpmn_expression: "=FEEL" or text */
};

struct column {
    const char *name;
    enum column_kind kind;
    size_t offset;
    int limit; /* COLUMN_ENUM: first number that is none */
};

#define COLUMN(name, kind, member)                                                       \
    {                                                                                    \
        name, kind, offsetof(struct bpmn_element, member), 0                             \
    }
#define ENUM(name, member, limit)                                                        \
    {                                                                                    \
        name, COLUMN_ENUM, offsetof(struct bpmn_element, member), limit                  \
    }

static const struct column COLUMNS[] = {
    COLUMN("name", COLUMN_TEXT, name),
    COLUMN("executable", COLUMN_BOOL, executable),
    ENUM("trigger", trigger, BPMN_CONDITION + 1),
    COLUMN("interrupting", COLUMN_BOOL, interrupting),
    COLUMN("reference", COLUMN_EXPRESSION, reference),
    COLUMN("correlation", COLUMN_EXPRESSION, correlation),
    ENUM("timer", timer, BPMN_TIMER_CYCLE + 1),
    COLUMN("time", COLUMN_EXPRESSION, time),
    COLUMN("condition", COLUMN_EXPRESSION, condition),
    ENUM("loop", multi.kind, BPMN_PARALLEL_LOOP + 1),
    COLUMN("collection", COLUMN_EXPRESSION, multi.collection),
    COLUMN("loopElement", COLUMN_TEXT, multi.element),
    COLUMN("loopOutput", COLUMN_TEXT, multi.output),
    COLUMN("loopOutputElement", COLUMN_EXPRESSION, multi.output_element),
    COLUMN("loopCondition", COLUMN_EXPRESSION, multi.condition),
    COLUMN("loopMaximum", COLUMN_INT, multi.maximum),
    COLUMN("testBefore", COLUMN_BOOL, multi.test_before),
    COLUMN("jobType", COLUMN_EXPRESSION, job_type),
    COLUMN("retries", COLUMN_EXPRESSION, retries),
    COLUMN("script", COLUMN_EXPRESSION, script),
    COLUMN("result", COLUMN_TEXT, result),
    COLUMN("called", COLUMN_EXPRESSION, called),
    COLUMN("shareDown", COLUMN_BOOL, share_all_down),
    COLUMN("shareUp", COLUMN_BOOL, share_all_up),
    COLUMN("publishes", COLUMN_BOOL, publishes),
    COLUMN("messageId", COLUMN_EXPRESSION, message_id),
    COLUMN("timeToLive", COLUMN_EXPRESSION, time_to_live),
    COLUMN("assignee", COLUMN_EXPRESSION, assignee),
    COLUMN("groups", COLUMN_EXPRESSION, groups),
    COLUMN("due", COLUMN_EXPRESSION, due),
    COLUMN("followUp", COLUMN_EXPRESSION, follow_up),
    COLUMN("form", COLUMN_EXPRESSION, form),
};
#define COLUMN_COUNT (sizeof(COLUMNS) / sizeof(*COLUMNS))

static const void *cell(const struct bpmn_element *element, const struct column *column)
{
    return (const char *)element + column->offset;
}

/* ---- writing ----------------------------------------------------------------------------------- */

static void set_expression(struct arena *arena, json_t *object, const char *name,
                           const struct bpmn_expression *expression)
{
    if (!bpmn_given(*expression))
        return;
    json_set_str(object, name,
                 expression->feel ? str_concat(arena, STR("="), expression->text)
                                  : expression->text);
}

static void set_column(struct arena *arena, json_t *object, const struct column *column,
                       const void *value)
{
    switch (column->kind) {
    case COLUMN_TEXT:
        if (((const struct str *)value)->ptr)
            json_set_str(object, column->name, *(const struct str *)value);
        break;
    case COLUMN_BOOL:
        if (*(const bool *)value)
            json_set_bool(object, column->name, true);
        break;
    case COLUMN_INT:
        if (*(const int64_t *)value)
            json_set_int(object, column->name, *(const int64_t *)value);
        break;
    case COLUMN_ENUM:
        if (*(const unsigned *)value)
            json_set_int(object, column->name, *(const unsigned *)value);
        break;
    case COLUMN_EXPRESSION:
        set_expression(arena, object, column->name, value);
        break;
    }
}

static void set_mappings(struct arena *arena, json_t *object, const char *name,
                         const struct bpmn_mapping *mappings, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *mapping = json_new_object(arena);

        json_set_str(mapping, "target", mappings[i].target);
        set_expression(arena, mapping, "source", &mappings[i].source);
        json_array_append(list, mapping);
    }
    if (count)
        json_object_set(object, name, list);
    json_decref(list);
}

static void set_pairs(struct arena *arena, json_t *object, const char *name,
                      const struct bpmn_property *pairs, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *pair = json_new_object(arena);

        json_set_str(pair, "name", pairs[i].name);
        json_set_str(pair, "value", pairs[i].value.ptr ? pairs[i].value : STR(""));
        json_array_append(list, pair);
    }
    if (count)
        json_object_set(object, name, list);
    json_decref(list);
}

static json_t *encode_element(struct arena *arena, const struct bpmn_model *model,
                              const struct bpmn_element *element)
{
    json_t *object = json_new_object(arena);

    json_set_str(object, "id", element->id);
    json_set_int(object, "kind", element->kind);
    if (element->parent != BPMN_NONE)
        json_set_str(object, "parent", model->elements[element->parent].id);
    if (element->attached_to != BPMN_NONE)
        json_set_str(object, "attachedTo", model->elements[element->attached_to].id);
    if (element->default_flow != BPMN_NONE)
        json_set_str(object, "default", model->flows[element->default_flow].id);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        set_column(arena, object, &COLUMNS[i], cell(element, &COLUMNS[i]));
    set_mappings(arena, object, "inputs", element->inputs, element->input_count);
    set_mappings(arena, object, "outputs", element->outputs, element->output_count);
    set_pairs(arena, object, "headers", element->headers, element->header_count);
    set_pairs(arena, object, "properties", element->properties, element->property_count);
    return object;
}

static json_t *encode_flow(struct arena *arena, const struct bpmn_model *model,
                           const struct bpmn_flow *flow)
{
    json_t *object = json_new_object(arena);

    json_set_str(object, "id", flow->id);
    if (flow->name.ptr)
        json_set_str(object, "name", flow->name);
    json_set_str(object, "source", model->elements[flow->source].id);
    json_set_str(object, "target", model->elements[flow->target].id);
    set_expression(arena, object, "condition", &flow->condition);
    return object;
}

json_t *bpmn_model_encode(struct arena *arena, const struct bpmn_model *model)
{
    json_t *root = json_new_object(arena);
    json_t *elements = json_array();
    json_t *flows = json_array();

    for (size_t i = 0; i < model->element_count; i++)
        json_array_append(elements, encode_element(arena, model, &model->elements[i]));
    for (size_t i = 0; i < model->flow_count; i++)
        json_array_append(flows, encode_flow(arena, model, &model->flows[i]));
    json_object_set_new(root, "elements", elements);
    json_object_set_new(root, "flows", flows);
    json_object_set_new(root, "shapes", drawing_encode(arena, model));
    return root;
}

/* ---- reading ----------------------------------------------------------------------------------- */

struct loading {
    struct arena *arena;
    struct bpmn_model *model;
    struct map *elements; /* id -> struct bpmn_element * */
    struct map *flows;    /* id -> struct bpmn_flow * */
    bool failed;
};

static uint32_t element_of(struct loading *l, const json_t *object, const char *name,
                           bool required)
{
    struct str id = json_get_str(object, name);
    const struct bpmn_element *element = id.ptr ? map_get(l->elements, id) : NULL;

    l->failed |= !element && (required || id.ptr);
    return element ? (uint32_t)(element - l->model->elements) : BPMN_NONE;
}

static void read_expression(struct loading *l, const json_t *object, const char *name,
                            struct bpmn_expression *out)
{
    struct str text = json_get_str(object, name);
    struct str reason;

    *out = (struct bpmn_expression){STR_NONE, NULL};
    l->failed |= json_object_get(object, name) && !text.ptr;
    if (!text.ptr)
        return;
    out->text = text;
    if (!str_starts(text, STR("=")))
        return;
    out->text = str_from_index(text, 1);
    l->failed |= feel_parse(l->arena, out->text, NULL, &out->feel, &reason) != OK;
}

static void read_column(struct loading *l, const json_t *object,
                        const struct column *column, void *value)
{
    int64_t number = json_get_int(object, column->name, 0);

    switch (column->kind) {
    case COLUMN_TEXT:
        *(struct str *)value = json_get_str(object, column->name);
        break;
    case COLUMN_BOOL:
        *(bool *)value = json_get_bool(object, column->name, false);
        break;
    case COLUMN_INT:
        *(int64_t *)value = number;
        break;
    case COLUMN_ENUM:
        l->failed |= number < 0 || number >= column->limit;
        *(unsigned *)value = (unsigned)number;
        break;
    case COLUMN_EXPRESSION:
        read_expression(l, object, column->name, value);
        break;
    }
}

static const struct bpmn_mapping *read_mappings(struct loading *l, const json_t *object,
                                                const char *name, size_t *count_out)
{
    const json_t *list = json_object_get(object, name);
    size_t count = json_array_size(list);
    struct bpmn_mapping *out = ARENA_ARRAY(l->arena, struct bpmn_mapping, count + 1);

    for (size_t i = 0; i < count; i++) {
        out[i].target = json_get_str(json_array_get(list, i), "target");
        read_expression(l, json_array_get(list, i), "source", &out[i].source);
        l->failed |= !out[i].target.ptr || !bpmn_given(out[i].source);
    }
    *count_out = count;
    return out;
}

static const struct bpmn_property *read_pairs(struct loading *l, const json_t *object,
                                              const char *name, size_t *count_out)
{
    const json_t *list = json_object_get(object, name);
    size_t count = json_array_size(list);
    struct bpmn_property *out = ARENA_ARRAY(l->arena, struct bpmn_property, count + 1);

    for (size_t i = 0; i < count; i++) {
        out[i].name = json_get_str(json_array_get(list, i), "name");
        out[i].value = json_get_str(json_array_get(list, i), "value");
    }
    *count_out = count;
    return out;
}

static void read_element(struct loading *l, const json_t *object,
                         struct bpmn_element *element)
{
    int64_t kind = json_get_int(object, "kind", -1);

    l->failed |= kind < 0 || kind >= BPMN_KIND_COUNT;
    element->kind = l->failed ? BPMN_TASK : (enum bpmn_kind)kind;
    element->parent = element_of(l, object, "parent", element->kind != BPMN_PROCESS);
    element->attached_to =
        element_of(l, object, "attachedTo", element->kind == BPMN_BOUNDARY);
    element->default_flow = BPMN_NONE;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        read_column(l, object, &COLUMNS[i], (char *)element + COLUMNS[i].offset);
    element->inputs = read_mappings(l, object, "inputs", &element->input_count);
    element->outputs = read_mappings(l, object, "outputs", &element->output_count);
    element->headers = read_pairs(l, object, "headers", &element->header_count);
    element->properties = read_pairs(l, object, "properties", &element->property_count);
}

static void read_flow(struct loading *l, const json_t *object, struct bpmn_flow *flow)
{
    flow->name = json_get_str(object, "name");
    flow->source = element_of(l, object, "source", true);
    flow->target = element_of(l, object, "target", true);
    read_expression(l, object, "condition", &flow->condition);
}

static void read_default(struct loading *l, const json_t *object,
                         struct bpmn_element *element)
{
    struct str id = json_get_str(object, "default");
    const struct bpmn_flow *flow = id.ptr ? map_get(l->flows, id) : NULL;

    l->failed |= id.ptr && !flow;
    if (flow)
        element->default_flow = (uint32_t)(flow - l->model->flows);
}

static void read_all(struct loading *l, const json_t *stored)
{
    const json_t *elements = json_object_get(stored, "elements");
    const json_t *flows = json_object_get(stored, "flows");

    /* Ids first, since elements and flows name each other. */
    for (size_t i = 0; i < l->model->element_count; i++) {
        l->model->elements[i].id = json_get_str(json_array_get(elements, i), "id");
        l->failed |= !l->model->elements[i].id.ptr;
        if (!l->failed)
            map_set(l->elements, l->model->elements[i].id, &l->model->elements[i]);
    }
    for (size_t i = 0; i < l->model->flow_count; i++) {
        l->model->flows[i].id = json_get_str(json_array_get(flows, i), "id");
        l->failed |= !l->model->flows[i].id.ptr;
        if (!l->failed)
            map_set(l->flows, l->model->flows[i].id, &l->model->flows[i]);
    }
    for (size_t i = 0; i < l->model->element_count && !l->failed; i++)
        read_element(l, json_array_get(elements, i), &l->model->elements[i]);
    for (size_t i = 0; i < l->model->flow_count && !l->failed; i++)
        read_flow(l, json_array_get(flows, i), &l->model->flows[i]);
    for (size_t i = 0; i < l->model->element_count && !l->failed; i++)
        read_default(l, json_array_get(elements, i), &l->model->elements[i]);
    if (!l->failed)
        drawing_load(l->arena, json_object_get(stored, "shapes"), l->elements, l->flows,
                     l->model);
}

enum err bpmn_model_load(struct arena *arena, const json_t *stored,
                         struct bpmn_model **out)
{
    struct loading l = {.arena = arena};

    l.model = ARENA_NEW(arena, struct bpmn_model);
    l.model->element_count = json_array_size(json_object_get(stored, "elements"));
    l.model->flow_count = json_array_size(json_object_get(stored, "flows"));
    l.model->elements =
        ARENA_ARRAY(arena, struct bpmn_element, l.model->element_count + 1);
    l.model->flows = ARENA_ARRAY(arena, struct bpmn_flow, l.model->flow_count + 1);
    l.elements = map_new(arena);
    l.flows = map_new(arena);
    read_all(&l, stored);
    if (l.failed || l.model->element_count == 0)
        return err_note(ERR_INPUT, "the stored process cannot be read");
    bpmn_link(arena, l.model);
    *out = l.model;
    return OK;
}
