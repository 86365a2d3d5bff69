/* read_diagram.c: where the drawing puts shapes and edges. It changes nothing that runs, so what is odd in
 * it is left out and refuses nothing. */
#include "bpmn/reader.h"

#include <stdlib.h>

#define COORDINATE_MAX 100000.0

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

static uint32_t flow_of(const struct bpmn_model *model, struct str id)
{
    for (size_t i = 0; i < model->flow_count; i++)
        if (str_eq(model->flows[i].id, id))
            return (uint32_t)i;
    return BPMN_NONE;
}

static void read_shape(struct reader *r, const struct xml_node *node,
                       const struct bpmn_model *model, struct vec *shapes)
{
    struct bpmn_shape shape = {.element =
                                   bpmn_find(model, xml_attribute(node, "bpmnElement")),
                               .flow = BPMN_NONE};

    (void)r;
    for (const struct xml_node *child = node->first; child; child = child->next)
        if (xml_is(child, NS_DC, "Bounds") &&
            number(xml_attribute(child, "x"), &shape.at.x) &&
            number(xml_attribute(child, "y"), &shape.at.y) &&
            number(xml_attribute(child, "width"), &shape.width) &&
            number(xml_attribute(child, "height"), &shape.height) &&
            shape.element != BPMN_NONE && shape.width > 0 && shape.height > 0)
            *VEC_PUSH(shapes, struct bpmn_shape) = shape;
}

static void read_edge(struct reader *r, const struct xml_node *node,
                      const struct bpmn_model *model, struct vec *shapes)
{
    struct vec points = VEC_INIT(r->arena, struct bpmn_point);
    struct bpmn_shape edge = {.element = BPMN_NONE,
                              .flow = flow_of(model, xml_attribute(node, "bpmnElement"))};

    for (const struct xml_node *child = node->first; child; child = child->next) {
        struct bpmn_point point;

        if (xml_is(child, NS_DI, "waypoint") &&
            number(xml_attribute(child, "x"), &point.x) &&
            number(xml_attribute(child, "y"), &point.y))
            *VEC_PUSH(&points, struct bpmn_point) = point;
    }
    if (edge.flow == BPMN_NONE || points.count < 2)
        return;
    edge.points = points.items;
    edge.point_count = points.count;
    *VEC_PUSH(shapes, struct bpmn_shape) = edge;
}

void reader_diagram(struct reader *r, const struct xml_node *root,
                    struct bpmn_model *model)
{
    struct vec shapes = VEC_INIT(r->arena, struct bpmn_shape);

    for (const struct xml_node *diagram = root->first; diagram; diagram = diagram->next) {
        if (!xml_is(diagram, NS_BPMNDI, "BPMNDiagram"))
            continue;
        for (const struct xml_node *plane = diagram->first; plane; plane = plane->next)
            for (const struct xml_node *node = plane->first; node; node = node->next) {
                if (xml_is(node, NS_BPMNDI, "BPMNShape"))
                    read_shape(r, node, model, &shapes);
                else if (xml_is(node, NS_BPMNDI, "BPMNEdge"))
                    read_edge(r, node, model, &shapes);
            }
    }
    model->shapes = shapes.items;
    model->shape_count = shapes.count;
}
