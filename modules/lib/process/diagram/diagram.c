#include "process/diagram/diagram_draw.h"

#define MARGIN      12.0
#define LABEL_WIDTH 110.0
#define POOL_BAND   30.0

/* ---- names --------------------------------------------------------------------------------------- */

static struct str name_of(const struct drawing *d, struct str name)
{
    return name.ptr ? definition_text(d->definition, d->language, name) : STR_NONE;
}

/* At the place that the file says, else below the shape. */
static void draw_label(struct drawing *d, const struct bpmn_shape *shape, struct str name)
{
    struct bpmn_box box = shape->label;
    double middle = box.at.x + box.width / 2;

    if (str_is_empty(name))
        return;
    if (box.width <= 0) {
        middle = shape->box.at.x + shape->box.width / 2;
        box.at.y = shape->box.at.y + shape->box.height + 5;
    }
    if (box.width < LABEL_WIDTH)
        box.width = LABEL_WIDTH;
    box.at.x = middle - box.width / 2;
    box.height = 60;
    draw_text(d, name, box, TEXT_TOP);
}

static struct bpmn_point centre_of(const struct bpmn_box *box)
{
    return (struct bpmn_point){box->at.x + box->width / 2, box->at.y + box->height / 2};
}

static const struct position *position_of(const struct drawing *d,
                                          const struct bpmn_shape *shape)
{
    return d->at && shape->element != BPMN_NONE ? &d->at[shape->element] : NULL;
}

static struct str class_of(const struct drawing *d, const struct bpmn_shape *shape)
{
    static const char *const CLASSES[] = {
        [POSITION_AHEAD] = "k-bpmn__item",
        [POSITION_NOW] = "k-bpmn__item k-bpmn__item--now",
        [POSITION_DONE] = "k-bpmn__item k-bpmn__item--done",
        [POSITION_INCIDENT] = "k-bpmn__item k-bpmn__item--stop",
    };
    const struct position *at = position_of(d, shape);

    return str_from(CLASSES[at ? at->state : POSITION_AHEAD]);
}

/* ---- elements ------------------------------------------------------------------------------------ */

static void draw_event(struct drawing *d, const struct bpmn_shape *shape,
                       const struct bpmn_element *element)
{
    struct bpmn_point centre = centre_of(&shape->box);
    double radius = shape->box.width / 2;
    const struct bpmn_element *parent =
        element->parent == BPMN_NONE ? NULL
                                     : &d->definition->model->elements[element->parent];
    bool dashed = !element->interrupting && (element->kind == BPMN_BOUNDARY ||
                                             (element->kind == BPMN_START && parent &&
                                              parent->kind == BPMN_EVENT_SUB_PROCESS));
    bool throws = element->kind == BPMN_THROW || element->kind == BPMN_END;
    const char *line = dashed                      ? "k-bpmn__shape k-bpmn__shape--dashed"
                       : element->kind == BPMN_END ? "k-bpmn__shape k-bpmn__shape--thick"
                                                   : "k-bpmn__shape";

    draw_circle(d, line, centre, radius);
    if (element->kind != BPMN_START && element->kind != BPMN_END)
        draw_circle(d, line, centre, radius - 3);
    draw_trigger(d, element->trigger, throws, centre, radius);
    draw_label(d, shape, name_of(d, element->name));
}

static void draw_gateway(struct drawing *d, const struct bpmn_shape *shape,
                         const struct bpmn_element *element)
{
    struct bpmn_point centre = centre_of(&shape->box);
    double half = shape->box.width / 2;

    draw_path(d, "k-bpmn__shape", centre, half, "M0 -1 L1 0 L0 1 L-1 0 Z");
    draw_gateway_sign(d, element->kind, centre, half);
    draw_label(d, shape, name_of(d, element->name));
}

static void draw_activity(struct drawing *d, const struct bpmn_shape *shape,
                          const struct bpmn_element *element)
{
    bool scope =
        element->kind == BPMN_SUB_PROCESS || element->kind == BPMN_EVENT_SUB_PROCESS;
    bool open = scope && !shape->collapsed;
    /* Below the sign of a task's kind, above the markers. */
    bool signless = scope || element->kind == BPMN_TASK || element->kind == BPMN_CALL;
    double top = signless ? 4 : 20;
    double bottom = element->multi.kind != BPMN_NO_LOOP || shape->collapsed ? 18 : 4;
    struct bpmn_box inner = {{shape->box.at.x + 5, shape->box.at.y + top},
                             shape->box.width - 10,
                             shape->box.height - top - bottom};
    const char *line = element->kind == BPMN_EVENT_SUB_PROCESS
                           ? "k-bpmn__shape k-bpmn__shape--dotted"
                       : element->kind == BPMN_CALL ? "k-bpmn__shape k-bpmn__shape--thick"
                       : open                       ? "k-bpmn__shape k-bpmn__shape--open"
                                                    : "k-bpmn__shape";

    draw_box(d, line, shape->box, 8);
    draw_task_sign(d, element->kind, shape->box.at);
    draw_markers(d, element->multi.kind, scope && shape->collapsed, &shape->box);
    if (element->name.ptr)
        draw_text(d, name_of(d, element->name), inner, open ? TEXT_TOP : TEXT_MIDDLE);
}

static void draw_node(struct drawing *d, const struct bpmn_shape *shape)
{
    const struct bpmn_element *element = &d->definition->model->elements[shape->element];
    const struct position *at = position_of(d, shape);
    struct bpmn_point corner = {shape->box.at.x + shape->box.width, shape->box.at.y};

    draw_begin(d);
    if (bpmn_is_gateway(element->kind))
        draw_gateway(d, shape, element);
    else if (bpmn_is_activity(element->kind) || bpmn_is_scope(element->kind))
        draw_activity(d, shape, element);
    else
        draw_event(d, shape, element);
    if (at)
        draw_badge(d, at, corner);
    draw_cover(d, shape->box);
    draw_end(d, class_of(d, shape), name_of(d, element->name));
}

/* ---- flows ---------------------------------------------------------------------------------------- */

/* In the middle of the longest part, above the line. */
static struct bpmn_box label_place(const struct bpmn_shape *shape)
{
    struct bpmn_box box = {.width = LABEL_WIDTH, .height = 42};
    double longest = -1;

    if (shape->label.width > 0)
        return (struct bpmn_box){
            {shape->label.at.x + shape->label.width / 2 - LABEL_WIDTH / 2,
             shape->label.at.y},
            LABEL_WIDTH,
            42};
    for (size_t i = 0; i + 1 < shape->point_count; i++) {
        struct bpmn_point a = shape->points[i];
        struct bpmn_point b = shape->points[i + 1];
        double length = (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);

        if (length > longest) {
            longest = length;
            box.at =
                (struct bpmn_point){(a.x + b.x - LABEL_WIDTH) / 2, (a.y + b.y) / 2 - 17};
        }
    }
    return box;
}

static void draw_flow(struct drawing *d, const struct bpmn_shape *shape)
{
    const struct bpmn_model *model = d->definition->model;
    const struct bpmn_flow *flow = &model->flows[shape->flow];
    const struct bpmn_element *source = &model->elements[flow->source];
    struct str name = name_of(d, flow->name);

    draw_begin(d);
    draw_lines(d, "k-bpmn__line", shape->points, shape->point_count);
    draw_flow_ends(d, shape, source->default_flow == shape->flow,
                   bpmn_given(flow->condition) && !bpmn_is_gateway(source->kind));
    if (str_is_empty(name) && bpmn_given(flow->condition))
        name = flow->condition.text;
    if (!str_is_empty(name))
        draw_text(d, name, label_place(shape), TEXT_TOP);
    draw_end(d, STR("k-bpmn__item"), name);
}

/* ---- what is no element ----------------------------------------------------------------------------- */

static void draw_lane(struct drawing *d, const struct bpmn_shape *shape)
{
    bool pool = shape->kind == BPMN_SHAPE_POOL;
    struct bpmn_box band = shape->box;

    draw_box(d, "k-bpmn__shape k-bpmn__shape--lane", shape->box, 0);
    *(shape->upright ? &band.height : &band.width) = POOL_BAND;
    if (pool)
        draw_box(d, "k-bpmn__shape k-bpmn__shape--lane", band, 0);
    if (!str_is_empty(shape->text)) {
        if (shape->upright)
            draw_text(d, shape->text, band, TEXT_MIDDLE);
        else
            draw_text_upright(d, shape->text, band);
    }
}

static void draw_note(struct drawing *d, const struct bpmn_shape *shape)
{
    struct bpmn_box box = shape->box;
    struct bpmn_point bracket[] = {{box.at.x + 10, box.at.y},
                                   box.at,
                                   {box.at.x, box.at.y + box.height},
                                   {box.at.x + 10, box.at.y + box.height}};

    draw_lines(d, "k-bpmn__line", bracket, 4);
    box.at.x += 6;
    box.width -= 8;
    draw_text(d, shape->text, box, TEXT_LEFT);
}

static void draw_data(struct drawing *d, const struct bpmn_shape *shape)
{
    struct bpmn_point centre = centre_of(&shape->box);

    if (shape->kind == BPMN_SHAPE_DATA)
        draw_path(d, "k-bpmn__shape", centre, shape->box.height / 50,
                  "M-18 -25 L8 -25 L18 -15 L18 25 L-18 25 Z M8 -25 L8 -15 L18 -15");
    else
        draw_path(
            d, "k-bpmn__shape", centre, shape->box.height / 50,
            "M-25 -18 C-25 -26 25 -26 25 -18 L25 18 C25 26 -25 26 -25 18 Z M-25 -18 "
            "C-25 -10 25 -10 25 -18 M-25 -12 C-25 -4 25 -4 25 -12");
    draw_label(d, shape, shape->text);
}

static void draw_decoration(struct drawing *d, const struct bpmn_shape *shape)
{
    draw_begin(d);
    switch (shape->kind) {
    case BPMN_SHAPE_POOL:
    case BPMN_SHAPE_LANE:
        draw_lane(d, shape);
        break;
    case BPMN_SHAPE_GROUP:
        draw_box(d, "k-bpmn__shape k-bpmn__shape--group", shape->box, 8);
        break;
    case BPMN_SHAPE_NOTE:
        draw_note(d, shape);
        break;
    case BPMN_SHAPE_DATA:
    case BPMN_SHAPE_STORE:
        draw_data(d, shape);
        break;
    default:
        draw_lines(d,
                   shape->kind == BPMN_SHAPE_ASSOCIATION
                       ? "k-bpmn__line k-bpmn__line--dotted"
                       : "k-bpmn__line k-bpmn__line--dashed",
                   shape->points, shape->point_count);
        if (shape->kind == BPMN_SHAPE_MESSAGE_FLOW)
            draw_message_ends(d, shape);
        break;
    }
    if (shape->point_count == 0)
        draw_cover(d, shape->box);
    draw_end(d, STR("k-bpmn__item"), shape->text);
}

/* ---- the drawing -------------------------------------------------------------------------------------- */

/* What is below comes first: pools, scopes, flows, then what they connect. */
static int layer_of(const struct bpmn_model *model, const struct bpmn_shape *shape)
{
    enum bpmn_kind kind;

    if (shape->kind == BPMN_SHAPE_POOL || shape->kind == BPMN_SHAPE_LANE ||
        shape->kind == BPMN_SHAPE_GROUP)
        return 0;
    if (shape->kind != BPMN_SHAPE_NODE)
        return shape->point_count ? 2 : 3;
    kind = model->elements[shape->element].kind;
    if ((kind == BPMN_SUB_PROCESS || kind == BPMN_EVENT_SUB_PROCESS) && !shape->collapsed)
        return 1;
    return kind == BPMN_BOUNDARY ? 4 : 3;
}

static void draw_shape(struct drawing *d, const struct bpmn_shape *shape)
{
    if (shape->kind == BPMN_SHAPE_NODE)
        draw_node(d, shape);
    else if (shape->kind == BPMN_SHAPE_FLOW)
        draw_flow(d, shape);
    else
        draw_decoration(d, shape);
}

static void draw_plane(struct drawing *d, uint32_t plane, struct diagram *out)
{
    const struct bpmn_model *model = d->definition->model;
    double width;
    double height;

    d->items = VEC_INIT(d->arena, struct diagram_item);
    d->low = (struct bpmn_point){1e6, 1e6};
    d->high = (struct bpmn_point){-1e6, -1e6};
    for (int layer = 0; layer < 5; layer++)
        for (size_t i = 0; i < model->shape_count; i++)
            if (model->shapes[i].plane == plane &&
                layer_of(model, &model->shapes[i]) == layer)
                draw_shape(d, &model->shapes[i]);
    width = d->high.x - d->low.x + 2 * MARGIN;
    height = d->high.y - d->low.y + 2 * MARGIN;
    *out = (struct diagram){
        .title = plane == BPMN_NONE ? STR_NONE : name_of(d, model->elements[plane].name),
        .view_box = str_format(d->arena, "%.1f %.1f %.1f %.1f", d->low.x - MARGIN,
                               d->low.y - MARGIN, width, height),
        .width = str_format(d->arena, "%.0f", width),
        .height = str_format(d->arena, "%.0f", height),
        .marked = d->at != NULL,
        .items = {d->items.items, d->items.count},
    };
}

size_t diagram_draw(struct arena *arena, const struct definition *definition,
                    enum language language, const struct position *at,
                    struct diagram **out)
{
    const struct bpmn_model *model = definition->model;
    struct drawing d = {
        .arena = arena, .definition = definition, .language = language, .at = at};
    uint32_t planes[DIAGRAM_PLANES_MAX];
    size_t count = 0;

    *out = NULL;
    if (model->shape_count == 0 || model->shape_count > DIAGRAM_SHAPES_MAX)
        return 0;
    for (size_t i = 0; i < model->shape_count; i++) {
        bool seen = false;

        for (size_t k = 0; k < count && !seen; k++)
            seen = planes[k] == model->shapes[i].plane;
        if (!seen && count < DIAGRAM_PLANES_MAX)
            planes[count++] = model->shapes[i].plane;
    }
    *out = ARENA_ARRAY(arena, struct diagram, count);
    for (size_t i = 0; i < count; i++)
        draw_plane(&d, planes[i], &(*out)[i]);
    return count;
}
