#include "text/template_context.h"

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void append(char name[HTML_NAME_MAX], char c)
{
    size_t len = strlen(name);

    /* What does not fit is none of the names that matter. */
    if (len + 1 < HTML_NAME_MAX) {
        name[len] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        name[len + 1] = '\0';
    }
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

/* ---- tags ---- */

static enum html_attr classify(const char *name)
{
    static const char *const urls[] = {
        "href", "src",      "action",     "formaction", "poster",   "cite",
        "data", "manifest", "xlink:href", "background", "longdesc", NULL};
    static const char *const code[] = {"style",       "srcdoc", "srcset",
                                       "imagesrcset", "ping",   NULL};

    if (is_one_of(name, urls))
        return ATTR_URL;
    if (is_one_of(name, code) || strncmp(name, "on", 2) == 0)
        return ATTR_CODE;
    return ATTR_PLAIN;
}

/* '>' of a start tag. */
static const char *end_start_tag(struct html_context *c)
{
    static const char *const raw[] = {"script",  "style",    "iframe",    "xmp",
                                      "noembed", "noframes", "plaintext", NULL};
    static const char *const rcdata[] = {"title", "textarea", NULL};

    if (c->has_http_equiv && c->has_content_value)
        return "a value in the content of meta http-equiv";
    c->has_http_equiv = c->has_content_value = false;
    c->matched = 0;
    if (is_one_of(c->element, raw))
        c->state = HTML_RAW;
    else if (is_one_of(c->element, rcdata))
        c->state = HTML_RCDATA;
    else
        c->state = HTML_TEXT;
    if (c->state == HTML_TEXT)
        c->element[0] = '\0';
    return NULL;
}

static void begin_attr(struct html_context *c, char first)
{
    c->state = HTML_ATTR_NAME;
    c->name[0] = '\0';
    append(c->name, first);
}

static void begin_value(struct html_context *c, enum html_state state)
{
    c->state = state;
    c->attr = classify(c->name);
    c->url = URL_START;
    c->scheme[0] = '\0';
    c->value_in_scheme = false;
    if (strcmp(c->element, "meta") == 0 && strcmp(c->name, "http-equiv") == 0)
        c->has_http_equiv = true;
}

/* A byte in the value of a URL attribute: only schemes that url_is_safe() knows as well.
 */
static const char *feed_url(struct html_context *c, char byte)
{
    static const char *const schemes[] = {"http", "https", "mailto", NULL};

    if (c->url == URL_REST || c->url == URL_MAIL)
        return NULL;
    if (byte == '/' || byte == '?' || byte == '#') {
        c->url = URL_REST;
    } else if (byte == ':') {
        if (c->url == URL_AMBIGUOUS || c->value_in_scheme ||
            !is_one_of(c->scheme, schemes))
            return "URL with a scheme that is not http, https or mailto";
        c->url = strcmp(c->scheme, "mailto") == 0 ? URL_MAIL : URL_REST;
    } else if (c->url != URL_AMBIGUOUS) {
        c->url = URL_FIRST;
        append(c->scheme, byte);
    }
    return NULL;
}

static const char *feed_in_tag(struct html_context *c, char byte)
{
    if (byte == '>' && c->state != HTML_DOUBLE && c->state != HTML_SINGLE)
        return end_start_tag(c);
    switch (c->state) {
    case HTML_TAG_NAME:
        if (is_white(byte) || byte == '/')
            c->state = HTML_BETWEEN;
        else
            append(c->element, byte);
        break;
    case HTML_GAP:
        if (!is_white(byte) && byte != '/')
            return "white space is missing between attributes";
        c->state = HTML_BETWEEN;
        break;
    case HTML_BETWEEN:
        if (byte == '"' || byte == '\'' || byte == '=' || byte == '<')
            return "attribute name expected";
        if (!is_white(byte) && byte != '/')
            begin_attr(c, byte);
        break;
    case HTML_ATTR_NAME:
        if (is_white(byte))
            c->state = HTML_AFTER_NAME;
        else if (byte == '/')
            c->state = HTML_BETWEEN;
        else if (byte == '=')
            c->state = HTML_BEFORE_VALUE;
        else if (byte == '"' || byte == '\'' || byte == '<')
            return "attribute name with a quote or '<'";
        else
            append(c->name, byte);
        break;
    case HTML_AFTER_NAME:
        if (byte == '=')
            c->state = HTML_BEFORE_VALUE;
        else if (byte == '/')
            c->state = HTML_BETWEEN;
        else if (byte == '"' || byte == '\'' || byte == '<')
            return "attribute name expected";
        else if (!is_white(byte))
            begin_attr(c, byte);
        break;
    case HTML_BEFORE_VALUE:
        if (byte == '"' || byte == '\'')
            begin_value(c, byte == '"' ? HTML_DOUBLE : HTML_SINGLE);
        else if (!is_white(byte))
            begin_value(c, HTML_UNQUOTED);
        break;
    case HTML_UNQUOTED:
        if (byte == '"' || byte == '\'' || byte == '<' || byte == '=' || byte == '`')
            return "unquoted attribute with a quote, '<' or '='";
        if (is_white(byte))
            c->state = HTML_BETWEEN;
        break;
    default: /* quoted */
        if (byte == (c->state == HTML_DOUBLE ? '"' : '\''))
            c->state = HTML_GAP;
        else if (c->attr == ATTR_URL)
            return feed_url(c, byte);
        break;
    }
    return NULL;
}

/* ---- text, raw text and comments -------------------------------------------------- */

/* In RCDATA and raw text only the end tag of the element itself counts. */
static void feed_raw(struct html_context *c, char byte)
{
    size_t name_len = strlen(c->element);

    if (c->matched == name_len + 2 && (is_white(byte) || byte == '/' || byte == '>')) {
        c->state = byte == '>' ? HTML_TEXT : HTML_END_TAG;
        c->matched = 0;
        c->element[0] = '\0';
        return;
    }
    if (byte == '<') {
        c->matched = 1;
    } else if (c->matched == 1 && byte == '/') {
        c->matched = 2;
    } else if (c->matched >= 2 && c->matched < name_len + 2 && is_letter(byte) &&
               (byte | 0x20) == c->element[c->matched - 2]) {
        c->matched++;
    } else {
        c->matched = 0;
    }
}

static void feed_lt(struct html_context *c, char byte)
{
    if (c->matched == 1) { /* "<!" */
        if (byte == '-') {
            c->matched = 2;
            return;
        }
        c->state = byte == '>' ? HTML_TEXT : HTML_DECLARATION;
    } else if (c->matched == 2) { /* "<!-" */
        c->state = byte == '-' ? HTML_COMMENT : HTML_DECLARATION;
        /* "<!-->" is a whole comment. */
        if (c->state == HTML_COMMENT) {
            c->matched = 2;
            return;
        }
    } else if (is_letter(byte)) {
        c->state = HTML_TAG_NAME;
        c->element[0] = '\0';
        append(c->element, byte);
    } else if (byte == '/') {
        c->state = HTML_END_TAG;
    } else if (byte == '!') {
        c->matched = 1;
        return;
    } else if (byte == '?') {
        c->state = HTML_DECLARATION;
    } else if (byte != '<') {
        c->state = HTML_TEXT;
    }
    c->matched = 0;
}

static void feed_comment(struct html_context *c, char byte)
{
    if (byte == '>' && c->matched >= 2) {
        c->state = HTML_TEXT;
        c->matched = 0;
    } else {
        c->matched = byte == '-' ? c->matched + 1 : 0;
    }
}

const char *html_context_feed(struct html_context *context, struct str text,
                              size_t *at_out)
{
    const char *reason = NULL;

    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];

        switch (context->state) {
        case HTML_TEXT:
            if (byte == '<') {
                context->state = HTML_LT;
                context->matched = 0;
            }
            break;
        case HTML_RCDATA:
        case HTML_RAW:
            feed_raw(context, byte);
            break;
        case HTML_LT:
            feed_lt(context, byte);
            break;
        case HTML_END_TAG:
        case HTML_DECLARATION:
            if (byte == '>')
                context->state = HTML_TEXT;
            break;
        case HTML_COMMENT:
            feed_comment(context, byte);
            break;
        default:
            reason = feed_in_tag(context, byte);
            break;
        }
        if (reason) {
            *at_out = i;
            return reason;
        }
    }
    return NULL;
}

/* ---- tags of the template --------------------------------------------------------- */

/* Where nothing but literal text may stand. */
static const char *why_closed(const struct html_context *c)
{
    switch (c->state) {
    case HTML_RAW:
        return strcmp(c->element, "script") == 0  ? "in a script"
               : strcmp(c->element, "style") == 0 ? "in a style sheet"
                                                  : "in raw text";
    case HTML_RCDATA:
        return c->matched ? "in an end tag" : NULL;
    case HTML_LT:
        return "behind '<'";
    case HTML_END_TAG:
        return "in an end tag";
    case HTML_BEFORE_VALUE:
    case HTML_UNQUOTED:
        return "in an unquoted attribute";
    case HTML_COMMENT:
        return "in a comment";
    case HTML_DECLARATION:
        return "in a declaration";
    case HTML_DOUBLE:
    case HTML_SINGLE:
        if (c->attr == ATTR_CODE)
            return strcmp(c->name, "style") == 0 ? "in a style attribute"
                   : strncmp(c->name, "on", 2) == 0
                       ? "in an event handler"
                       : "in an attribute that holds code or URLs";
        return NULL;
    default:
        return NULL;
    }
}

const char *html_context_value(struct html_context *context, enum html_escape *escape_out)
{
    const char *closed = why_closed(context);

    if (closed)
        return closed;
    switch (context->state) {
    case HTML_TEXT:
    case HTML_RCDATA:
        *escape_out = ESCAPE_TEXT;
        return NULL;
    case HTML_DOUBLE:
    case HTML_SINGLE:
        break;
    case HTML_TAG_NAME:
        return "in a tag name";
    default:
        return "in a tag outside a quoted attribute";
    }
    if (strcmp(context->element, "meta") == 0 && strcmp(context->name, "content") == 0)
        context->has_content_value = true;
    *escape_out = ESCAPE_ATTRIBUTE;
    if (context->attr != ATTR_URL)
        return NULL;
    switch (context->url) {
    case URL_START:
        *escape_out = ESCAPE_URL;
        context->url = URL_REST;
        break;
    case URL_FIRST:
        *escape_out = ESCAPE_URL_PART;
        context->value_in_scheme = true;
        break;
    case URL_REST:
        *escape_out = ESCAPE_URL_PART;
        break;
    case URL_MAIL:
        *escape_out = ESCAPE_URL_MAIL;
        break;
    case URL_AMBIGUOUS:
        return "in a URL whose beginning depends on a section";
    }
    return NULL;
}

bool html_context_in_url(const struct html_context *context)
{
    return (context->state == HTML_DOUBLE || context->state == HTML_SINGLE) &&
           context->attr == ATTR_URL;
}

const char *html_context_markup(const struct html_context *context)
{
    return context->state == HTML_TEXT ? NULL : "markup outside the text of an element";
}

const char *html_context_enter(struct html_context *context)
{
    switch (context->state) {
    case HTML_TAG_NAME:
    case HTML_ATTR_NAME:
    case HTML_AFTER_NAME:
        /* What begins here must not lengthen the name before it, nor give it a value. */
        context->state = HTML_GAP;
        return NULL;
    default:
        return why_closed(context);
    }
}

const char *html_context_leave(struct html_context *context,
                               const struct html_context *end)
{
    static const char *const unbalanced = "ends in another place of the markup than it "
                                          "began (an open tag, attribute or comment)";

    switch (context->state) {
    case HTML_GAP:
    case HTML_BETWEEN:
        if (end->state != HTML_GAP && end->state != HTML_BETWEEN &&
            end->state != HTML_ATTR_NAME && end->state != HTML_AFTER_NAME)
            return unbalanced;
        if (end->state != HTML_BETWEEN)
            context->state = HTML_GAP;
        context->has_http_equiv |= end->has_http_equiv;
        context->has_content_value |= end->has_content_value;
        return NULL;
    case HTML_DOUBLE:
    case HTML_SINGLE:
        if (end->state != context->state || strcmp(end->name, context->name) != 0)
            return unbalanced;
        context->has_content_value |= end->has_content_value;
        if (end->url != context->url || strcmp(end->scheme, context->scheme) != 0 ||
            end->value_in_scheme != context->value_in_scheme)
            context->url = URL_AMBIGUOUS;
        return NULL;
    default:
        if (end->state != context->state || strcmp(end->element, context->element) != 0 ||
            end->matched != context->matched)
            return unbalanced;
        return NULL;
    }
}
