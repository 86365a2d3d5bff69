/* diagram_path.c: path data. Numbers are written with one digit behind the point. */
#include "process/diagram/diagram_draw.h"

#include <stdlib.h>

#define PATH_LIMIT ((size_t)16 << 10)

void draw_begin(struct drawing *d)
{
    d->paths = VEC_INIT(d->arena, struct diagram_path);
    d->texts = VEC_INIT(d->arena, struct diagram_text);
}

void draw_end(struct drawing *d, struct str css_class, struct str title)
{
    *VEC_PUSH(&d->items, struct diagram_item) = (struct diagram_item){
        .css_class = css_class,
        .title = title,
        .paths = {d->paths.items, d->paths.count},
        .texts = {d->texts.items, d->texts.count},
    };
}

void draw_cover(struct drawing *d, struct bpmn_box box)
{
    struct bpmn_point end = {box.at.x + box.width, box.at.y + box.height};

    d->low.x = box.at.x < d->low.x ? box.at.x : d->low.x;
    d->low.y = box.at.y < d->low.y ? box.at.y : d->low.y;
    d->high.x = end.x > d->high.x ? end.x : d->high.x;
    d->high.y = end.y > d->high.y ? end.y : d->high.y;
}

static void put(struct buf *out, char command, double x, double y)
{
    buf_format(out, "%c%.1f %.1f", command, x, y);
}

static void add(struct drawing *d, const char *css_class, const struct buf *data)
{
    *VEC_PUSH(&d->paths, struct diagram_path) =
        (struct diagram_path){str_from(css_class), buf_str(data)};
}

void draw_path(struct drawing *d, const char *css_class, struct bpmn_point at,
               double scale, const char *data)
{
    struct buf out = buf_init(d->arena, PATH_LIMIT);
    const char *next = data;

    while (*next) {
        char *end;
        double x;
        double y;

        if (*next == 'Z') {
            buf_put_char(&out, 'Z');
            next++;
        } else if (*next == ' ') {
            next++;
        } else {
            bool command = *next == 'M' || *next == 'L' || *next == 'C';

            x = strtod(next + command, &end);
            y = strtod(end, &end);
            put(&out, command ? *next : ' ', at.x + x * scale, at.y + y * scale);
            next = end;
        }
    }
    add(d, css_class, &out);
}

void draw_circle(struct drawing *d, const char *css_class, struct bpmn_point centre,
                 double radius)
{
    struct buf out = buf_init(d->arena, PATH_LIMIT);

    put(&out, 'M', centre.x - radius, centre.y);
    for (int half = 0; half < 2; half++)
        buf_format(&out, "A%.1f %.1f 0 0 1 %.1f %.1f", radius, radius,
                   half ? centre.x - radius : centre.x + radius, centre.y);
    buf_put_char(&out, 'Z');
    add(d, css_class, &out);
}

void draw_box(struct drawing *d, const char *css_class, struct bpmn_box box,
              double corner)
{
    struct buf out = buf_init(d->arena, PATH_LIMIT);
    double right = box.at.x + box.width;
    double bottom = box.at.y + box.height;
    struct bpmn_point ends[4][2] = {
        {{right - corner, box.at.y}, {right, box.at.y + corner}},
        {{right, bottom - corner}, {right - corner, bottom}},
        {{box.at.x + corner, bottom}, {box.at.x, bottom - corner}},
        {{box.at.x, box.at.y + corner}, {box.at.x + corner, box.at.y}},
    };

    put(&out, 'M', box.at.x + corner, box.at.y);
    for (int i = 0; i < 4; i++) {
        put(&out, 'L', ends[i][0].x, ends[i][0].y);
        if (corner > 0)
            buf_format(&out, "A%.1f %.1f 0 0 1 %.1f %.1f", corner, corner, ends[i][1].x,
                       ends[i][1].y);
    }
    buf_put_char(&out, 'Z');
    add(d, css_class, &out);
}

void draw_lines(struct drawing *d, const char *css_class, const struct bpmn_point *points,
                size_t count)
{
    struct buf out = buf_init(d->arena, PATH_LIMIT);

    for (size_t i = 0; i < count; i++) {
        put(&out, i ? 'L' : 'M', points[i].x, points[i].y);
        draw_cover(d, (struct bpmn_box){points[i], 0, 0});
    }
    add(d, css_class, &out);
}
