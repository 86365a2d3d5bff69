/* template.h: Mustache subset, compiled at start against view descriptors, escaping by context.
 *
 * Language: {{name}}, {{a.b}}, {{#section}}..{{/section}}, {{^inverted}}..{{/inverted}},
 * {{! comment}}, {{> partial}}, {{<layout}}{{$block}}..{{/block}}{{/layout}}, {{{markup_html}}}
 * (VIEW_MARKUP only), translation {{_ English sentence}}, with arguments
 * {{_ "Signed in as {0}" user_name}}, plural {{_n "{0} open question" "{0} open questions" count}}.
 * Inside a list: {{.first}} {{.last}} {{.index}} (from 1). Names resolve from the innermost section
 * outwards, last in the frame view (layout data). An unknown name is a load error with file and line.
 *
 * Context: a tag may stand in text or inside a quoted attribute. In href, src, action, formaction
 * a tag that begins the value must be a path of ours, http(s): or mailto:, else it renders as "#";
 * behind literal text or another tag it is percent-encoded as one part of a path or query. In
 * script, style, on*, style=, an unquoted attribute, a tag name or a comment the template is
 * refused. A VIEW_INT is plain digits in attributes, which programs read. Sections may stand
 * between attributes and must leave the markup as they found it. Templates ending in .txt (mail)
 * are plain text without escaping. More in README.md. */
#ifndef TEXT_TEMPLATE_H
#define TEXT_TEMPLATE_H

#include "base/buf.h"
#include "formats/locale.h"
#include "text/i18n.h"
#include "text/view.h"

struct template;
struct template_set;

/** What rendering needs beside the view. */
struct render_context {
    const struct i18n *i18n;
    const struct locale_formats *formats[LANGUAGE_COUNT];
    enum language language;
    struct str zone; /**< IANA name */
};

/**
 * A set reads files below `dir` ("pages/requests/start.html", "partials/nav.html"). `frame` is the
 * descriptor of the layout data that every template of the set may name, NULL for none.
 */
enum err template_set_new(struct arena *arena, const char *dir,
                          const struct view_type *frame,
                          struct template_set **out) MUST_USE;
/** Compile `name` (path below dir) for `view`. ERR_INPUT with "file:line: reason" noted. */
enum err template_compile(struct template_set *set, const char *name,
                          const struct view_type *view,
                          const struct template **out) MUST_USE;
/**
 * Append the page to `out` (its limit: see buf_check). `frame` may be NULL if the set has none.
 * Sentences are looked up in the context's i18n at the first rendering and kept: a set lives no
 * longer than the catalogues it is rendered with.
 */
void template_render(const struct template *tpl, const struct render_context *context,
                     const void *frame, const void *view, struct buf *out);

/** Append `view` as JSON (html_only and markup left out, messages in the context's language). */
void view_write_json(const struct view_type *type, const void *view,
                     const struct render_context *context, struct buf *out);

#endif
