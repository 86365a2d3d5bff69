/* diagram_symbol.c: the signs of BPMN 2.0 (clauses 10 and 13 of its notation) as simple strokes around (0,0). */
#include "process/diagram/diagram_draw.h"

#include <math.h>

#define LINE "k-bpmn__sign"
#define FULL "k-bpmn__sign k-bpmn__sign--full"

static const char *const TRIGGERS[] = {
    [BPMN_MESSAGE] = "M-8 -5.5 L8 -5.5 L8 5.5 L-8 5.5 Z",
    [BPMN_TIMER] = "M0 -6 L0 0 L4.5 2.5",
    [BPMN_ERROR] = "M-7.5 7 L-3 -6 L2.5 1.5 L7.5 -7 L3.5 6.5 L-2 -1 Z",
    [BPMN_ESCALATION] = "M0 -8 L6 7.5 L0 1 L-6 7.5 Z",
    [BPMN_SIGNAL] = "M0 -8 L8 6 L-8 6 Z",
    [BPMN_LINK] = "M-8 -3 L1 -3 L1 -7 L9 0 L1 7 L1 3 L-8 3 Z",
    [BPMN_CONDITION] =
        "M-5.5 -8 L5.5 -8 L5.5 8 L-5.5 8 Z M-3 -4.5 L3 -4.5 M-3 -1.5 L3 -1.5 "
        "M-3 1.5 L3 1.5 M-3 4.5 L3 4.5",
};

void draw_trigger(struct drawing *d, enum bpmn_trigger trigger, bool full,
                  struct bpmn_point centre, double radius)
{
    double scale = radius / 18;

    if (trigger == BPMN_NO_TRIGGER)
        return;
    if (trigger == BPMN_TERMINATE) {
        draw_circle(d, FULL, centre, radius * 0.58);
        return;
    }
    if (trigger == BPMN_TIMER)
        draw_circle(d, LINE, centre, radius * 0.56);
    draw_path(d, full ? FULL : LINE, centre, scale, TRIGGERS[trigger]);
    if (trigger == BPMN_MESSAGE)
        draw_path(d, full ? "k-bpmn__sign k-bpmn__sign--light" : LINE, centre, scale,
                  "M-8 -5.5 L0 1 L8 -5.5");
}

void draw_gateway_sign(struct drawing *d, enum bpmn_kind kind, struct bpmn_point centre,
                       double half)
{
    double scale = half / 25;

    switch (kind) {
    case BPMN_EXCLUSIVE:
        draw_path(d, "k-bpmn__sign k-bpmn__sign--bold", centre, scale,
                  "M-6.5 -8 L6.5 8 M6.5 -8 L-6.5 8");
        break;
    case BPMN_PARALLEL:
        draw_path(d, "k-bpmn__sign k-bpmn__sign--bold", centre, scale,
                  "M-10 0 L10 0 M0 -10 L0 10");
        break;
    case BPMN_INCLUSIVE:
        draw_circle(d, "k-bpmn__sign k-bpmn__sign--bold", centre, 10 * scale);
        break;
    default:
        draw_circle(d, LINE, centre, 13.5 * scale);
        draw_circle(d, LINE, centre, 11 * scale);
        draw_path(d, LINE, centre, scale,
                  "M0 -7 L6.7 -2.2 L4.1 5.7 L-4.1 5.7 L-6.7 -2.2 Z");
        break;
    }
}

void draw_task_sign(struct drawing *d, enum bpmn_kind kind, struct bpmn_point corner)
{
    struct bpmn_point at = {corner.x + 15, corner.y + 14};

    switch (kind) {
    case BPMN_USER_TASK:
        draw_circle(d, LINE, (struct bpmn_point){at.x, at.y - 3.5}, 3.8);
        draw_path(d, LINE, at, 1,
                  "M-7.5 8 L-7.5 5.5 C-7.5 2.5 -5 1 -3 0.5 L3 0.5 C5 1 7.5 2.5 7.5 5.5 "
                  "L7.5 8 Z");
        break;
    case BPMN_SERVICE_TASK:
        draw_circle(d, LINE, at, 2.4);
        draw_circle(d, LINE, at, 5.4);
        draw_path(
            d, LINE, at, 1,
            "M0 -8 L0 -5.4 M0 8 L0 5.4 M-8 0 L-5.4 0 M8 0 L5.4 0 M-5.7 -5.7 L-3.8 -3.8 "
            "M5.7 5.7 L3.8 3.8 M-5.7 5.7 L-3.8 3.8 M5.7 -5.7 L3.8 -3.8");
        break;
    case BPMN_SEND_TASK:
        draw_path(d, FULL, at, 1, "M-8 -5.5 L8 -5.5 L8 5.5 L-8 5.5 Z");
        draw_path(d, "k-bpmn__sign k-bpmn__sign--light", at, 1, "M-8 -5.5 L0 1 L8 -5.5");
        break;
    case BPMN_RECEIVE_TASK:
        draw_path(d, LINE, at, 1,
                  "M-8 -5.5 L8 -5.5 L8 5.5 L-8 5.5 Z M-8 -5.5 L0 1 L8 -5.5");
        break;
    case BPMN_SCRIPT_TASK:
        draw_path(
            d, LINE, at, 1,
            "M-4 -8 L7 -8 C3 -4 3 -2 5 0 C7 2 7 4 4 8 L-7 8 C-4 4 -4 2 -6 0 C-8 -2 -8 -4 "
            "-4 -8 Z "
            "M-4 -4.5 L2 -4.5 M-4.5 -1.5 L2.5 -1.5 M-2.5 1.5 L4 1.5 M-3.5 4.5 L3.5 4.5");
        break;
    case BPMN_RULE_TASK:
        draw_path(d, LINE, at, 1,
                  "M-8 -6.5 L8 -6.5 L8 6.5 L-8 6.5 Z M-8 -2.5 L8 -2.5 M-8 2 L8 2 M-3 "
                  "-2.5 L-3 6.5");
        break;
    case BPMN_MANUAL_TASK:
        draw_path(d, LINE, at, 1,
                  "M-8 -1 L-3 -5.5 L1 -5.5 L0 -3.5 L7.5 -3.5 L7.5 -1.5 L2 -1.5 L8 -1.5 "
                  "L8 0.5 L2 0.5 L7 0.5 L7 2.5 "
                  "L2 2.5 L6 2.5 L6 4.5 L-5 4.5 L-8 2 Z");
        break;
    default:
        break;
    }
}

void draw_markers(struct drawing *d, enum bpmn_loop loop, bool collapsed,
                  const struct bpmn_box *box)
{
    struct bpmn_point at = {box->at.x + box->width / 2, box->at.y + box->height - 9};
    struct bpmn_point beside = {at.x + (collapsed ? 18 : 0), at.y};

    if (collapsed)
        draw_path(d, LINE, at, 1, "M-7 -7 L7 -7 L7 7 L-7 7 Z M-4 0 L4 0 M0 -4 L0 4");
    if (loop == BPMN_PARALLEL_LOOP)
        draw_path(d, "k-bpmn__sign k-bpmn__sign--bold", beside, 1,
                  "M-4.5 -5.5 L-4.5 5.5 M0 -5.5 L0 5.5 M4.5 -5.5 L4.5 5.5");
    else if (loop == BPMN_SEQUENTIAL)
        draw_path(d, "k-bpmn__sign k-bpmn__sign--bold", beside, 1,
                  "M-5.5 -4.5 L5.5 -4.5 M-5.5 0 L5.5 0 M-5.5 4.5 L5.5 4.5");
    else if (loop == BPMN_STANDARD_LOOP)
        draw_path(d, LINE, beside, 1,
                  "M-1 5.5 C-8 4 -7 -5.5 0 -5.5 C7 -5.5 7 4 2 5.5 M-1 5.5 L-5 5.5 M-1 "
                  "5.5 L-1 1.5");
}

/* ---- ends of flows ----------------------------------------------------------------------------- */

/* One pixel from `to` back to `from`; (0,0) when they are the same. */
static struct bpmn_point direction(struct bpmn_point from, struct bpmn_point to)
{
    double x = to.x - from.x;
    double y = to.y - from.y;
    double length = sqrt(x * x + y * y);

    if (length < 0.01)
        return (struct bpmn_point){0, 0};
    return (struct bpmn_point){x / length, y / length};
}

/* `along` and `across` the direction, from a place. */
static struct bpmn_point beside(struct bpmn_point place, struct bpmn_point way,
                                double along, double across)
{
    return (struct bpmn_point){place.x + way.x * along - way.y * across,
                               place.y + way.y * along + way.x * across};
}

static void draw_head(struct drawing *d, const char *css_class,
                      const struct bpmn_shape *shape)
{
    struct bpmn_point tip = shape->points[shape->point_count - 1];
    struct bpmn_point way = direction(shape->points[shape->point_count - 2], tip);
    struct bpmn_point head[] = {beside(tip, way, -10, 4.5), tip,
                                beside(tip, way, -10, -4.5), beside(tip, way, -10, 4.5)};

    draw_lines(d, css_class, head, 4);
}

void draw_flow_ends(struct drawing *d, const struct bpmn_shape *shape, bool is_default,
                    bool is_conditional)
{
    struct bpmn_point from = shape->points[0];
    struct bpmn_point way = direction(from, shape->points[1]);

    draw_head(d, FULL, shape);
    if (is_default) {
        struct bpmn_point slash[] = {beside(from, way, 7, 6), beside(from, way, 13, -6)};

        draw_lines(d, "k-bpmn__line", slash, 2);
    }
    if (is_conditional) {
        struct bpmn_point diamond[] = {from, beside(from, way, 8, 4.5),
                                       beside(from, way, 16, 0),
                                       beside(from, way, 8, -4.5), from};

        draw_lines(d, LINE, diamond, 5);
    }
}

void draw_message_ends(struct drawing *d, const struct bpmn_shape *shape)
{
    draw_circle(d, LINE, shape->points[0], 4);
    draw_head(d, LINE, shape);
}

/* ---- where an instance stands -------------------------------------------------------------------- */

void draw_badge(struct drawing *d, const struct position *at, struct bpmn_point place)
{
    switch (at->state) {
    case POSITION_AHEAD:
        return;
    case POSITION_DONE:
        draw_circle(d, "k-bpmn__badge k-bpmn__badge--done", place, 9);
        draw_path(d, "k-bpmn__badge-sign", place, 1, "M-4.5 0 L-1.5 3.5 L4.5 -3.5");
        break;
    case POSITION_NOW:
        draw_circle(d, "k-bpmn__badge k-bpmn__badge--now", place, 9);
        if (at->open > 1)
            draw_text(d, str_format(d->arena, "%lld", (long long)at->open),
                      (struct bpmn_box){{place.x - 12, place.y - 8}, 24, 14},
                      TEXT_MIDDLE);
        else
            draw_path(d, "k-bpmn__badge-sign k-bpmn__badge-sign--full", place, 1,
                      "M-3 -4.5 L5 0 L-3 4.5 Z");
        break;
    case POSITION_INCIDENT:
        draw_path(d, "k-bpmn__badge k-bpmn__badge--stop", place, 1,
                  "M0 -11 L11 8 L-11 8 Z");
        draw_path(d, "k-bpmn__badge-sign", place, 1, "M0 -4.5 L0 2 M0 4.5 L0 6");
        break;
    }
    draw_cover(d, (struct bpmn_box){{place.x - 11, place.y - 11}, 22, 22});
}
