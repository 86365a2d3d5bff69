/* drawing_json.c: numbers are tenths of a pixel, since stored documents have no reals.
 *
 *   {"element":"Task_1","at":[x,y,width,height],"label":[x,y,width,height],"plane":"Sub_1"}
 *   {"flow":"Flow_1","at":[x,y,x,y]}     {"kind":5,"text":"Ask by telephone","at":[...]} */
#include "bpmn/drawing_json.h"

#include "base/vec.h"

/* ---- writing --------------------------------------------------------------------------------- */

static void append_tenths(json_t *list, double number)
{
    json_array_append_new(
        list, json_integer((json_int_t)(number * 10 + (number < 0 ? -0.5 : 0.5))));
}

static json_t *box(const struct bpmn_box *of)
{
    json_t *list = json_array();

    append_tenths(list, of->at.x);
    append_tenths(list, of->at.y);
    append_tenths(list, of->width);
    append_tenths(list, of->height);
    return list;
}

static json_t *points(const struct bpmn_shape *shape)
{
    json_t *list = json_array();

    for (size_t i = 0; i < shape->point_count; i++) {
        append_tenths(list, shape->points[i].x);
        append_tenths(list, shape->points[i].y);
    }
    return list;
}

static json_t *encode_shape(struct arena *arena, const struct bpmn_model *model,
                            const struct bpmn_shape *shape)
{
    json_t *object = json_new_object(arena);

    if (shape->kind == BPMN_SHAPE_NODE)
        json_set_str(object, "element", model->elements[shape->element].id);
    else if (shape->kind == BPMN_SHAPE_FLOW)
        json_set_str(object, "flow", model->flows[shape->flow].id);
    else
        json_set_int(object, "kind", shape->kind);
    if (shape->text.ptr)
        json_set_str(object, "text", shape->text);
    if (shape->plane != BPMN_NONE)
        json_set_str(object, "plane", model->elements[shape->plane].id);
    if (shape->collapsed)
        json_set_bool(object, "collapsed", true);
    if (shape->upright)
        json_set_bool(object, "upright", true);
    if (shape->label.width > 0)
        json_object_set_new(object, "label", box(&shape->label));
    json_object_set_new(object, "at",
                        shape->point_count ? points(shape) : box(&shape->box));
    return object;
}

json_t *drawing_encode(struct arena *arena, const struct bpmn_model *model)
{
    json_t *list = json_array();

    for (size_t i = 0; i < model->shape_count; i++)
        json_array_append(list, encode_shape(arena, model, &model->shapes[i]));
    return list;
}

/* ---- reading ----------------------------------------------------------------------------------- */

struct loading {
    struct arena *arena;
    const struct map *elements;
    const struct map *flows;
    const struct bpmn_model *model;
};

static double tenths(const json_t *list, size_t i)
{
    return (double)json_integer_value(json_array_get(list, i)) / 10;
}

static struct bpmn_box read_box(const json_t *list)
{
    struct bpmn_box none = {0};

    if (json_array_size(list) != 4)
        return none;
    return (struct bpmn_box){
        {tenths(list, 0), tenths(list, 1)}, tenths(list, 2), tenths(list, 3)};
}

static void read_points(struct loading *l, const json_t *list, struct bpmn_shape *shape)
{
    size_t count = json_array_size(list) / 2;
    struct bpmn_point *out = ARENA_ARRAY(l->arena, struct bpmn_point, count + 1);

    for (size_t i = 0; i < count; i++)
        out[i] = (struct bpmn_point){tenths(list, 2 * i), tenths(list, 2 * i + 1)};
    shape->points = out;
    shape->point_count = count;
}

static uint32_t find_element(const struct loading *l, struct str id)
{
    const struct bpmn_element *element = id.ptr ? map_get(l->elements, id) : NULL;

    return element ? (uint32_t)(element - l->model->elements) : BPMN_NONE;
}

static bool is_line(enum bpmn_shape_kind kind)
{
    return kind == BPMN_SHAPE_FLOW || kind == BPMN_SHAPE_ASSOCIATION ||
           kind == BPMN_SHAPE_MESSAGE_FLOW;
}

static void read_shape(struct loading *l, const json_t *object, struct vec *shapes)
{
    struct str flow_id = json_get_str(object, "flow");
    const struct bpmn_flow *flow = flow_id.ptr ? map_get(l->flows, flow_id) : NULL;
    int64_t kind = json_get_int(object, "kind", BPMN_SHAPE_NODE);
    struct bpmn_shape shape = {
        .kind = (enum bpmn_shape_kind)kind,
        .element = find_element(l, json_get_str(object, "element")),
        .flow = flow ? (uint32_t)(flow - l->model->flows) : BPMN_NONE,
        .plane = find_element(l, json_get_str(object, "plane")),
        .text = json_get_str(object, "text"),
        .label = read_box(json_object_get(object, "label")),
        .collapsed = json_get_bool(object, "collapsed", false),
        .upright = json_get_bool(object, "upright", false),
    };

    if (kind < 0 || kind >= BPMN_SHAPE_KIND_COUNT)
        return;
    if (flow)
        shape.kind = BPMN_SHAPE_FLOW;
    if (is_line(shape.kind))
        read_points(l, json_object_get(object, "at"), &shape);
    else
        shape.box = read_box(json_object_get(object, "at"));
    if (is_line(shape.kind) ? shape.point_count < 2
                            : shape.box.width <= 0 || (shape.kind == BPMN_SHAPE_NODE) !=
                                                          (shape.element != BPMN_NONE))
        return;
    *VEC_PUSH(shapes, struct bpmn_shape) = shape;
}

void drawing_load(struct arena *arena, const json_t *list, const struct map *elements,
                  const struct map *flows, struct bpmn_model *model)
{
    struct loading l = {arena, elements, flows, model};
    struct vec shapes = VEC_INIT(arena, struct bpmn_shape);

    for (size_t i = 0; i < json_array_size(list) && i < BPMN_SHAPES_MAX; i++)
        read_shape(&l, json_array_get(list, i), &shapes);
    model->shapes = shapes.items;
    model->shape_count = shapes.count;
}
