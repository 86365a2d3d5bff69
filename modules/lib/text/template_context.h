/* template_context.h: where in an HTML page a tag stands. A small tokenizer after the
 * HTML standard (section 13.2.5), run over the literal text of a template when it is
 * loaded. Private to text/. */
#ifndef TEXT_TEMPLATE_CONTEXT_H
#define TEXT_TEMPLATE_CONTEXT_H

#include "base/str.h"

enum html_state {
    HTML_TEXT,
    HTML_RCDATA,   /**< in title or textarea */
    HTML_RAW,      /**< in script, style ... */
    HTML_LT,       /**< behind "<" */
    HTML_TAG_NAME, /**< in the name of a start tag */
    HTML_END_TAG,  /**< behind "</" */
    HTML_BETWEEN,  /**< in a tag, behind white space: an attribute may begin */
    HTML_GAP,      /**< in a tag: white space, '/' or '>' must follow */
    HTML_ATTR_NAME,
    HTML_AFTER_NAME,   /**< white space behind an attribute's name */
    HTML_BEFORE_VALUE, /**< behind '=' */
    HTML_DOUBLE,       /**< in "..." */
    HTML_SINGLE,       /**< in '...' */
    HTML_UNQUOTED,
    HTML_COMMENT,
    HTML_DECLARATION, /**< <!doctype ...>, <?...> */
};

enum html_attr { ATTR_PLAIN, ATTR_URL, ATTR_CODE };

/** How far the value of a URL attribute has come. */
enum html_url {
    URL_START,     /**< nothing yet */
    URL_FIRST,     /**< literal text that may become a scheme */
    URL_REST,      /**< behind the first of / ? # or a scheme */
    URL_MAIL,      /**< behind "mailto:" */
    URL_AMBIGUOUS, /**< depends on a section */
};

#define HTML_NAME_MAX 16

struct html_context {
    enum html_state state;
    enum html_attr attr;
    enum html_url url;
    char element[HTML_NAME_MAX]; /**< lower case, cut: the tag, or the raw element it is
                                    in */
    char name[HTML_NAME_MAX];   /**< lower case, cut: the attribute; or end-tag characters
                                   seen */
    char scheme[HTML_NAME_MAX]; /**< URL_FIRST: literal text so far */
    bool value_in_scheme;       /**< URL_FIRST: a value stands there too */
    bool has_http_equiv;        /**< of a meta element */
    bool has_content_value;     /**< a value in its content attribute */
    size_t matched;             /**< of "-->" or of the closing tag of a raw element */
};

/** How a value has to be written. */
enum html_escape {
    ESCAPE_NONE,      /**< plain-text templates */
    ESCAPE_TEXT,      /**< text of an element */
    ESCAPE_ATTRIBUTE, /**< quoted attribute: same bytes, numbers stay plain */
    ESCAPE_URL,       /**< a whole URL: checked, then as ESCAPE_ATTRIBUTE */
    ESCAPE_URL_PART,
    ESCAPE_URL_MAIL,
};

/** Advance over literal text. NULL, or why it is refused; `*at_out` is then the byte's
 * index. */
const char *html_context_feed(struct html_context *context, struct str text,
                              size_t *at_out);
/** Advance over a value and say how it is to be written. NULL, or why it may not stand
 * here. */
const char *html_context_value(struct html_context *context,
                               enum html_escape *escape_out);
/** True inside the value of a URL attribute, behind its quote. */
bool html_context_in_url(const struct html_context *context);
/** NULL if markup may stand here. */
const char *html_context_markup(const struct html_context *context);
/** A section, block or partial begins here. NULL, or why it may not. */
const char *html_context_enter(struct html_context *context);
/** It ended in `end`; `context` (as enter left it) becomes what holds whether it was
 * there or not. */
const char *html_context_leave(struct html_context *context,
                               const struct html_context *end);

#endif
