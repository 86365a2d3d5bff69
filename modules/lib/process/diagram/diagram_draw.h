/* diagram_draw.h: private to the files that draw: paths and lines of text of one item. */
#ifndef PROCESS_DIAGRAM_DRAW_H
#define PROCESS_DIAGRAM_DRAW_H

#include "base/vec.h"
#include "process/diagram/diagram.h"

struct drawing {
    struct arena *arena;
    const struct definition *definition;
    enum language language;
    const struct position *at; /**< NULL: no instance */
    struct vec items;          /**< struct diagram_item */
    struct vec paths;          /**< struct diagram_path: of the item in hand */
    struct vec texts;          /**< struct diagram_text: of the item in hand */
    struct bpmn_point low;     /**< what is drawn lies between */
    struct bpmn_point high;
};

/* ---- diagram_path.c ---- */

/** Things are drawn between begin and end. */
void draw_begin(struct drawing *d);
void draw_end(struct drawing *d, struct str css_class, struct str title);
/** Widen what the drawing covers. */
void draw_cover(struct drawing *d, struct bpmn_box box);
/** A path as printf makes it, moved by `at` and enlarged: "M 0 0 L 5 5" with absolute commands M L C Z only. */
void draw_path(struct drawing *d, const char *css_class, struct bpmn_point at,
               double scale, const char *data);
void draw_circle(struct drawing *d, const char *css_class, struct bpmn_point centre,
                 double radius);
void draw_box(struct drawing *d, const char *css_class, struct bpmn_box box,
              double corner);
void draw_lines(struct drawing *d, const char *css_class, const struct bpmn_point *points,
                size_t count);

/* ---- diagram_symbol.c ---- */

/** What an event is about, within a circle of this radius; `full` for what throws. */
void draw_trigger(struct drawing *d, enum bpmn_trigger trigger, bool full,
                  struct bpmn_point centre, double radius);
/** The sign in a gateway's diamond. */
void draw_gateway_sign(struct drawing *d, enum bpmn_kind kind, struct bpmn_point centre,
                       double half);
/** The sign of a task's kind in its upper left corner. */
void draw_task_sign(struct drawing *d, enum bpmn_kind kind, struct bpmn_point corner);
/** Loop, multi-instance and "[+]" at the lower edge. */
void draw_markers(struct drawing *d, enum bpmn_loop loop, bool collapsed,
                  const struct bpmn_box *box);
/** Arrow head, slash of a default flow, diamond of a condition at an activity. */
void draw_flow_ends(struct drawing *d, const struct bpmn_shape *shape, bool is_default,
                    bool is_conditional);
/** Open head and circle of a message between pools. */
void draw_message_ends(struct drawing *d, const struct bpmn_shape *shape);
/** Done, at work (with how many), stopped: a badge at this place. */
void draw_badge(struct drawing *d, const struct position *at, struct bpmn_point place);

/* ---- diagram_text.c ---- */

enum text_anchor { TEXT_MIDDLE, TEXT_TOP, TEXT_LEFT };
/** Lines of a name, wrapped to the box; what does not fit ends with an ellipsis. TEXT_MIDDLE: in the middle of the
 *  box; TEXT_TOP: from its upper edge, centred; TEXT_LEFT: from its upper left corner. */
void draw_text(struct drawing *d, struct str text, struct bpmn_box box,
               enum text_anchor anchor);
/** Up along the left edge of the box. */
void draw_text_upright(struct drawing *d, struct str text, struct bpmn_box box);

#endif
