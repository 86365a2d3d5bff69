/* diagram_text.c: lines of text. The server has no fonts: widths are those of common sans-serif faces, a little too
 * wide rather than too narrow. */
#include "process/diagram/diagram_draw.h"

#define SIZE        12.0 /* pixels; the style sheet says the same */
#define LINE_HEIGHT 14.0
#define LINES_MAX   6
#define LINE_BYTES  400

static double width_of(unsigned char c)
{
    if (c >= 0x80)
        return (c & 0xC0) == 0x80 ? 0 : 0.6 * SIZE; /* the first byte counts for all */
    if (c == ' ' || strchr("ijltfr.,;:'!|()[]-/", c))
        return 0.34 * SIZE;
    if (strchr("mwMW%@", c))
        return 0.9 * SIZE;
    return (c >= 'A' && c <= 'Z' ? 0.68 : 0.56) * SIZE;
}

/* Bytes of `text` that fit; never a part of a character, and at least one. */
static size_t fitting(struct str text, double width)
{
    double used = 0;
    size_t count = 0;

    while (count < text.len) {
        size_t next = count + 1;

        while (next < text.len && ((unsigned char)text.ptr[next] & 0xC0) == 0x80)
            next++;
        used += width_of((unsigned char)text.ptr[count]);
        if (used > width && count > 0)
            break;
        count = next;
    }
    return count;
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where a word that is too long is broken: behind its own hyphen, or so that no letter or two is left alone. */
static size_t break_of(struct str word, double width)
{
    size_t part = fitting(word, width - width_of('-'));
    size_t at = part;

    while (at > 0 && word.ptr[at - 1] != '-')
        at--;
    if (at > 0)
        return at;
    if (word.len - part < 3 && part > 6)
        part -= 3;
    while (part > 1 && part < word.len && ((unsigned char)word.ptr[part] & 0xC0) == 0x80)
        part--;
    return part;
}

/* The next line: whole words, or a part of a word that is too long for any line. */
static struct str next_line(struct arena *arena, struct str *rest, double width)
{
    struct buf line = buf_init(arena, LINE_BYTES);
    double used = 0;

    *rest = str_trim(*rest);
    while (rest->len > 0) {
        size_t word = 0;
        double word_width = 0;

        while (word < rest->len && !is_white(rest->ptr[word]))
            word_width += width_of((unsigned char)rest->ptr[word++]);
        if (line.len > 0 && used + width_of(' ') + word_width > width)
            break;
        if (line.len == 0 && word_width > width) {
            size_t part = break_of(str_sub(*rest, 0, word), width);

            buf_put(&line, str_sub(*rest, 0, part));
            if (part < word && rest->ptr[part - 1] != '-')
                buf_put_char(&line, '-');
            *rest = str_from_index(*rest, part);
            break;
        }
        if (line.len > 0)
            buf_put_char(&line, ' ');
        buf_put(&line, str_sub(*rest, 0, word));
        used += width_of(' ') + word_width;
        *rest = str_trim(str_from_index(*rest, word));
    }
    return buf_str(&line);
}

static void put_line(struct drawing *d, struct str text, struct bpmn_point at,
                     const char *css_class, struct str turn)
{
    *VEC_PUSH(&d->texts, struct diagram_text) = (struct diagram_text){
        .css_class = str_from(css_class),
        .x = str_format(d->arena, "%.1f", at.x),
        .y = str_format(d->arena, "%.1f", at.y),
        .turn = turn,
        .text = text,
    };
}

static size_t wrap(struct drawing *d, struct str text, struct bpmn_box box,
                   struct str lines[LINES_MAX])
{
    size_t room = (size_t)(box.height / LINE_HEIGHT);
    size_t count = 0;

    room = room < 1 ? 1 : room > LINES_MAX ? LINES_MAX : room;
    while (count < room && str_trim(text).len > 0)
        lines[count++] = next_line(d->arena, &text, box.width);
    if (str_trim(text).len > 0) {
        struct str *last = &lines[count - 1];
        size_t part = fitting(*last, box.width - width_of('m'));

        *last = str_concat(d->arena, str_sub(*last, 0, part), STR("…"));
    }
    return count;
}

void draw_text(struct drawing *d, struct str text, struct bpmn_box box,
               enum text_anchor anchor)
{
    struct str lines[LINES_MAX];
    size_t count = wrap(d, text, box, lines);
    struct bpmn_point at = {box.at.x + (anchor == TEXT_LEFT ? 0 : box.width / 2),
                            box.at.y + SIZE};

    if (anchor == TEXT_MIDDLE)
        at.y += (box.height - (double)count * LINE_HEIGHT) / 2;
    else
        draw_cover(d, (struct bpmn_box){box.at, box.width, (double)count * LINE_HEIGHT});
    for (size_t i = 0; i < count; i++, at.y += LINE_HEIGHT)
        put_line(d, lines[i], at,
                 anchor == TEXT_LEFT ? "k-bpmn__text k-bpmn__text--left" : "k-bpmn__text",
                 STR_NONE);
}

void draw_text_upright(struct drawing *d, struct str text, struct bpmn_box box)
{
    struct str rest = text;
    struct bpmn_point at = {box.at.x + box.width / 2 + SIZE / 3,
                            box.at.y + box.height / 2};

    put_line(d, next_line(d->arena, &rest, box.height), at, "k-bpmn__text",
             str_format(d->arena, "rotate(-90 %.1f %.1f)", at.x, at.y));
}
