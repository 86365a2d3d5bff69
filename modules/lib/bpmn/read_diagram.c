/* read_diagram.c: where the drawing puts shapes and edges. It changes nothing that runs, so what is odd in
 * it is left out and refuses nothing. */
#include "bpmn/reader.h"

#include <stdlib.h>

#define COORDINATE_MAX 100000.0
#define TREE_DEPTH_MAX 64

/* What is drawn and is neither an element nor a flow. */
static const struct {
    const char *name;
    enum bpmn_shape_kind kind;
} DECORATIONS[] = {
    {"participant", BPMN_SHAPE_POOL},
    {"lane", BPMN_SHAPE_LANE},
    {"group", BPMN_SHAPE_GROUP},
    {"textAnnotation", BPMN_SHAPE_NOTE},
    {"dataObjectReference", BPMN_SHAPE_DATA},
    {"dataStoreReference", BPMN_SHAPE_STORE},
    {"association", BPMN_SHAPE_ASSOCIATION},
    {"messageFlow", BPMN_SHAPE_MESSAGE_FLOW},
};

struct decoration {
    enum bpmn_shape_kind kind;
    struct str text;
};

struct drawing {
    struct reader *r;
    const struct bpmn_model *model;
    struct map *decorations; /* id -> struct decoration * */
    struct map *drawn; /* "<plane> <id>": each once, whatever the number of diagrams */
    struct vec shapes; /* struct bpmn_shape */
    uint32_t plane;
};

/* ---- what there is to draw --------------------------------------------------------------------- */

static struct str note_text(const struct xml_node *node)
{
    for (const struct xml_node *child = node->first; child; child = child->next)
        if (xml_is(child, NS_BPMN, "text"))
            return child->text;
    return STR_NONE;
}

static void collect(struct drawing *d, const struct xml_node *node, int depth)
{
    struct str id = xml_attribute(node, "id");

    for (size_t i = 0; i < sizeof(DECORATIONS) / sizeof(*DECORATIONS); i++) {
        struct decoration *decoration;

        if (!id.ptr || !xml_is(node, NS_BPMN, DECORATIONS[i].name))
            continue;
        decoration = ARENA_NEW(d->r->arena, struct decoration);
        decoration->kind = DECORATIONS[i].kind;
        decoration->text = decoration->kind == BPMN_SHAPE_NOTE
                               ? note_text(node)
                               : xml_attribute(node, "name");
        map_set(d->decorations, id, decoration);
    }
    for (const struct xml_node *child = node->first; child && depth < TREE_DEPTH_MAX;
         child = child->next)
        collect(d, child, depth + 1);
}

/* ---- where it is ------------------------------------------------------------------------------- */

static bool number(struct str text, double *out)
{
    char copy[32];
    char *end;

    if (text.len == 0 || text.len >= sizeof(copy))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *out = strtod(copy, &end);
    return !*end && *out > -COORDINATE_MAX && *out < COORDINATE_MAX;
}

static struct bpmn_box read_bounds(const struct xml_node *node)
{
    struct bpmn_box none = {0};

    for (const struct xml_node *child = node->first; child; child = child->next) {
        struct bpmn_box box;

        if (xml_is(child, NS_DC, "Bounds") &&
            number(xml_attribute(child, "x"), &box.at.x) &&
            number(xml_attribute(child, "y"), &box.at.y) &&
            number(xml_attribute(child, "width"), &box.width) &&
            number(xml_attribute(child, "height"), &box.height) && box.width > 0 &&
            box.height > 0)
            return box;
    }
    return none;
}

static struct bpmn_box read_label(const struct xml_node *node)
{
    struct bpmn_box none = {0};

    for (const struct xml_node *child = node->first; child; child = child->next)
        if (xml_is(child, NS_BPMNDI, "BPMNLabel"))
            return read_bounds(child);
    return none;
}

static void read_points(struct drawing *d, const struct xml_node *node,
                        struct bpmn_shape *shape)
{
    struct vec points = VEC_INIT(d->r->arena, struct bpmn_point);

    for (const struct xml_node *child = node->first;
         child && points.count < BPMN_POINTS_MAX; child = child->next) {
        struct bpmn_point point;

        if (xml_is(child, NS_DI, "waypoint") &&
            number(xml_attribute(child, "x"), &point.x) &&
            number(xml_attribute(child, "y"), &point.y))
            *VEC_PUSH(&points, struct bpmn_point) = point;
    }
    shape->points = points.items;
    shape->point_count = points.count;
}

static bool is_false(const struct xml_node *node, const char *name)
{
    return str_is(xml_attribute(node, name), "false");
}

/* False for what is not drawn, or was drawn before. */
static bool begin(struct drawing *d, struct str id, struct bpmn_shape *shape)
{
    const struct decoration *decoration = id.ptr ? map_get(d->decorations, id) : NULL;
    const struct id_entry *entry = id.ptr ? map_get(d->r->ids, id) : NULL;
    struct str key;

    *shape =
        (struct bpmn_shape){.element = BPMN_NONE, .flow = BPMN_NONE, .plane = d->plane};
    if (decoration) {
        shape->kind = decoration->kind;
        shape->text = decoration->text;
    } else if (entry && entry->element != BPMN_NONE) {
        shape->kind = BPMN_SHAPE_NODE;
        shape->element = entry->element;
    } else if (entry && entry->flow != BPMN_NONE) {
        shape->kind = BPMN_SHAPE_FLOW;
        shape->flow = entry->flow;
    } else {
        return false;
    }
    key = str_format(d->r->arena, "%u %.*s", d->plane, STR_ARG(id));
    if (map_has(d->drawn, key))
        return false;
    map_set(d->drawn, key, d);
    return true;
}

static void read_shape(struct drawing *d, const struct xml_node *node)
{
    struct bpmn_shape shape;
    bool edge = xml_is(node, NS_BPMNDI, "BPMNEdge");
    bool line;

    if ((!edge && !xml_is(node, NS_BPMNDI, "BPMNShape")) ||
        d->shapes.count >= BPMN_SHAPES_MAX ||
        !begin(d, xml_attribute(node, "bpmnElement"), &shape))
        return;
    line = shape.kind == BPMN_SHAPE_FLOW || shape.kind == BPMN_SHAPE_ASSOCIATION ||
           shape.kind == BPMN_SHAPE_MESSAGE_FLOW;
    shape.label = read_label(node);
    if (edge)
        read_points(d, node, &shape);
    else
        shape.box = read_bounds(node);
    if (edge != line || (line ? shape.point_count < 2 : shape.box.width <= 0))
        return;
    shape.collapsed = shape.element != BPMN_NONE && is_false(node, "isExpanded");
    shape.upright = is_false(node, "isHorizontal");
    *VEC_PUSH(&d->shapes, struct bpmn_shape) = shape;
}

static uint32_t plane_of(const struct drawing *d, const struct xml_node *plane)
{
    struct str id = xml_attribute(plane, "bpmnElement");
    const struct id_entry *entry = id.ptr ? map_get(d->r->ids, id) : NULL;
    uint32_t element = entry ? entry->element : BPMN_NONE;

    return element != BPMN_NONE && d->model->elements[element].kind == BPMN_PROCESS
               ? BPMN_NONE
               : element;
}

void reader_diagram(struct reader *r, const struct xml_node *root,
                    struct bpmn_model *model)
{
    struct drawing d = {.r = r,
                        .model = model,
                        .decorations = map_new(r->arena),
                        .drawn = map_new(r->arena),
                        .shapes = VEC_INIT(r->arena, struct bpmn_shape)};

    collect(&d, root, 0);
    for (const struct xml_node *diagram = root->first; diagram; diagram = diagram->next) {
        if (!xml_is(diagram, NS_BPMNDI, "BPMNDiagram"))
            continue;
        for (const struct xml_node *plane = diagram->first; plane; plane = plane->next) {
            d.plane = plane_of(&d, plane);
            for (const struct xml_node *node = plane->first; node; node = node->next)
                read_shape(&d, node);
        }
    }
    model->shapes = d.shapes.items;
    model->shape_count = d.shapes.count;
}
