/* diagram.h: the drawing of a process as SVG shapes, from the diagram interchange of its file. Pure. Shapes are data
 * for a template, which escapes them: paths, and lines of text, each with a class of the style sheet. */
#ifndef PROCESS_DIAGRAM_H
#define PROCESS_DIAGRAM_H

#include "text/view.h"
#include "process/definition/definition.h"
#include "process/diagram/position.h"

/** Larger drawings are left to the list of steps. */
#define DIAGRAM_SHAPES_MAX 3000
#define DIAGRAM_PLANES_MAX 20

struct diagram_path {
    struct str css_class;
    struct str d; /**< path data */
};
struct diagram_text {
    struct str css_class;
    struct str x;
    struct str y;
    struct str turn; /**< transform of a text that stands upright; absent: none */
    struct str text;
};
struct diagram_item {
    struct str
        css_class; /**< with "k-bpmn--now", "--done" or "--stop" of a running instance */
    struct str title; /**< whole name, absent if it has none */
    struct view_list paths;
    struct view_list texts;
};
/** One drawing: the process, or the inside of a collapsed sub-process. */
struct diagram {
    struct str title; /**< absent: the process */
    struct str view_box;
    struct str width; /**< pixels */
    struct str height;
    bool marked;            /**< shows where an instance stands */
    struct view_list items; /**< struct diagram_item, in the order of painting */
};

/**
 * Draw. `at` (one per element, position.h) marks what is done and where it stands; NULL: a definition alone. No
 * diagram, or one that is too large: none.
 */
size_t diagram_draw(struct arena *arena, const struct definition *definition,
                    enum language language, const struct position *at,
                    struct diagram **out);

#endif
