#include "web/multipart.h"

#include "base/buf.h"

enum state {
    AT_START,        /* in the first delimiter, which has no CRLF before it */
    IN_HEADERS,      /* collecting lines up to the empty one */
    IN_BODY,         /* handing on, looking for CRLF "--" boundary */
    AFTER_DELIMITER, /* CRLF or "--" must follow */
    AFTER_DASH,      /* the second '-' must follow */
    AFTER_CR,        /* LF must follow, then headers */
    AT_END,          /* only one CRLF may follow */
    AT_END_CR,
    AT_END_LF,
    FAILED,
};

struct multipart {
    struct arena *arena;
    struct multipart_handler handler;
    enum state state;
    enum err error; /* once FAILED */
    size_t parts;
    size_t parts_max;
    char delimiter[MULTIPART_BOUNDARY_LIMIT + 4]; /* CR LF - - boundary */
    size_t delimiter_len;
    size_t matched; /* bytes of the delimiter seen at the present place */
    char headers[MULTIPART_HEADER_LIMIT];
    size_t headers_len;
};

/* ---- parameters of a header value ---- */

static bool is_token_char(char c)
{
    return c > 0x20 && c < 0x7f && !strchr("()<>@,;:\\\"/[]?={}", c);
}

/* name=token or name="quoted" after a ';'. In a quoted value \" and \\ are escapes; any
 * other backslash is itself, because browsers send file names with them as they are. */
static enum err next_param(struct arena *arena, struct str *rest, struct str *name_out,
                           struct str *value_out)
{
    struct str s = str_trim(*rest);
    size_t i = 0;
    size_t start;

    if (s.len == 0 || s.ptr[0] != ';')
        return ERR_INPUT;
    s = str_trim(str_from_index(s, 1));
    while (i < s.len && is_token_char(s.ptr[i]))
        i++;
    if (i == 0 || i >= s.len || s.ptr[i] != '=')
        return ERR_INPUT;
    *name_out = str_sub(s, 0, i);
    i++;
    if (i < s.len && s.ptr[i] == '"') {
        char *text = arena_alloc(arena, s.len + 1);
        size_t len = 0;

        for (i++; i < s.len && s.ptr[i] != '"'; i++) {
            if (s.ptr[i] == '\\' && i + 1 < s.len &&
                (s.ptr[i + 1] == '"' || s.ptr[i + 1] == '\\'))
                i++;
            text[len++] = s.ptr[i];
        }
        if (i >= s.len)
            return ERR_INPUT;
        *value_out = (struct str){text, len};
        *rest = str_from_index(s, i + 1);
        return OK;
    }
    start = i;
    while (i < s.len && is_token_char(s.ptr[i]))
        i++;
    if (i == start)
        return ERR_INPUT;
    *value_out = str_sub(s, start, i - start);
    *rest = str_from_index(s, i);
    return OK;
}

/* RFC 2046: 1 to 70 of bchars, not ending in a space. */
static bool is_boundary(struct str s)
{
    if (s.len == 0 || s.len > MULTIPART_BOUNDARY_LIMIT || s.ptr[s.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c >= '0' && c <= '9') || (c != 0 && strchr("'()+_,-./:=? ", c))))
            return false;
    }
    return true;
}

/* The boundary without copying: it may not hold a quote or a backslash anyway. */
enum err multipart_boundary(struct str content_type, struct str *boundary_out)
{
    static const char MEDIA[] = "multipart/form-data";
    struct str s = str_trim(content_type);
    bool found = false;
    struct str boundary = STR_NONE;

    if (!str_eq_nocase(str_sub(s, 0, sizeof(MEDIA) - 1), STR("multipart/form-data")))
        return err_note(ERR_INPUT, "the body is no multipart/form-data");
    s = str_from_index(s, sizeof(MEDIA) - 1);
    while (str_trim(s).len > 0) {
        struct str value;
        ssize_t equals;
        size_t end = 0;
        bool wanted;

        s = str_trim(s);
        equals = str_index(s, '=');
        if (s.ptr[0] != ';' || equals < 0)
            return err_note(ERR_INPUT, "malformed multipart content type");
        wanted =
            str_eq_nocase(str_trim(str_sub(s, 1, (size_t)equals - 1)), STR("boundary"));
        value = str_from_index(s, (size_t)equals + 1);
        if (value.len > 0 && value.ptr[0] == '"') {
            ssize_t quote = str_index(str_from_index(value, 1), '"');

            if (quote < 0)
                return err_note(ERR_INPUT, "malformed multipart content type");
            s = str_from_index(value, (size_t)quote + 2);
            value = str_sub(value, 1, (size_t)quote);
        } else {
            while (end < value.len && value.ptr[end] != ';')
                end++;
            s = str_from_index(value, end);
            value = str_trim(str_sub(value, 0, end));
        }
        if (!wanted)
            continue;
        if (found)
            return err_note(ERR_INPUT, "two multipart boundaries");
        found = true;
        boundary = value;
    }
    if (!found || !is_boundary(boundary))
        return err_note(ERR_INPUT, "no usable multipart boundary");
    *boundary_out = boundary;
    return OK;
}

struct multipart *multipart_new(struct arena *arena, struct str boundary,
                                const struct multipart_handler *handler, size_t parts_max)
{
    struct multipart *m = ARENA_NEW(arena, struct multipart);

    if (!is_boundary(boundary))
        bug("multipart_new with a boundary that multipart_boundary() refuses");
    m->arena = arena;
    m->handler = *handler;
    m->parts_max = parts_max;
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.ptr, boundary.len);
    m->delimiter_len = boundary.len + 4;
    m->state = AT_START;
    m->matched = 2; /* the first delimiter has no CRLF before it */
    return m;
}

static enum err fail(struct multipart *m, enum err err)
{
    m->state = FAILED;
    m->error = err;
    return err;
}

/* ---- headers of a part ---- */

static bool is_clean(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return str_is_utf8(s);
}

/* WHATWG form encoding writes a quote in a name as %22 (line breaks as %0D %0A, which
 * stay). */
static struct str decode_quotes(struct arena *arena, struct str s)
{
    char *text;
    size_t len = 0;

    if (str_find(s, STR("%22")) < 0)
        return s;
    text = arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        if (str_starts(str_from_index(s, i), STR("%22"))) {
            text[len++] = '"';
            i += 2;
        } else {
            text[len++] = s.ptr[i];
        }
    }
    return (struct str){text, len};
}

static enum err parse_disposition(struct arena *arena, struct str value,
                                  struct multipart_part *part)
{
    static const char KIND[] = "form-data";
    struct str rest = str_from_index(value, sizeof(KIND) - 1);

    if (part->name.ptr)
        return err_note(ERR_INPUT, "part with two content dispositions");
    if (!str_eq_nocase(str_sub(value, 0, sizeof(KIND) - 1), STR("form-data")))
        return err_note(ERR_INPUT, "part that is no form-data");
    while (str_trim(rest).len > 0) {
        struct str name;
        struct str text;
        struct str *out = NULL;

        if (next_param(arena, &rest, &name, &text) != OK)
            return err_note(ERR_INPUT, "malformed content disposition");
        if (str_eq_nocase(name, STR("name")))
            out = &part->name;
        else if (str_eq_nocase(name, STR("filename")))
            out = &part->file_name;
        else
            continue; /* filename* has no place in form-data (RFC 7578 section 4.2) */
        if (out->ptr || !is_clean(text))
            return err_note(ERR_INPUT, "bad %s in a part",
                            out == &part->name ? "name" : "file name");
        *out = decode_quotes(arena, text);
        if (!out->ptr)
            *out = STR("");
    }
    if (part->name.len == 0)
        return err_note(ERR_INPUT, "part without a name");
    return OK;
}

static enum err parse_header_line(struct multipart *m, struct str line,
                                  struct multipart_part *part)
{
    ssize_t colon = str_index(line, ':');
    struct str name;
    struct str value;

    if (colon <= 0)
        return err_note(ERR_INPUT, "malformed part header");
    name = str_sub(line, 0, (size_t)colon);
    value = str_trim(str_from_index(line, (size_t)colon + 1));
    for (size_t i = 0; i < name.len; i++)
        if (!is_token_char(name.ptr[i]))
            return err_note(ERR_INPUT, "malformed part header");
    if (str_eq_nocase(name, STR("Content-Disposition")))
        return parse_disposition(m->arena, value, part);
    if (str_eq_nocase(name, STR("Content-Type"))) {
        if (!is_clean(value))
            return err_note(ERR_INPUT, "bad content type of a part");
        part->content_type = str_lower(m->arena, value);
    }
    /* Deprecated by RFC 7578 section 4.7; a coded body would be kept as it is coded. */
    if (str_eq_nocase(name, STR("Content-Transfer-Encoding")) &&
        !str_eq_nocase(value, STR("binary")) && !str_eq_nocase(value, STR("8bit")) &&
        !str_eq_nocase(value, STR("7bit")))
        return err_note(ERR_INPUT, "part with a transfer encoding");
    return OK;
}

static enum err begin_part(struct multipart *m)
{
    struct multipart_part part = {0};
    struct str rest = {m->headers, m->headers_len};
    enum err err = OK;

    if (m->parts == m->parts_max)
        return err_note(ERR_TOO_LARGE, "more than %zu parts", m->parts_max);
    m->parts++;
    /* Every line ends with CRLF; the collected text ends with the empty line. */
    while (err == OK && rest.len > 2) {
        ssize_t end = str_find(rest, STR("\r\n"));

        if (end < 0)
            bug("multipart headers without a line end");
        err = parse_header_line(m, str_sub(rest, 0, (size_t)end), &part);
        rest = str_from_index(rest, (size_t)end + 2);
    }
    if (err == OK && !part.name.ptr)
        err = err_note(ERR_INPUT, "part without content disposition");
    m->headers_len = 0;
    if (err == OK)
        err = m->handler.begin(m->handler.context, &part);
    return err;
}

/* ---- the machine ---- */

static enum err feed_header_byte(struct multipart *m, char c)
{
    size_t n = m->headers_len;

    if (n == sizeof(m->headers))
        return err_note(ERR_TOO_LARGE, "part headers over %d bytes",
                        MULTIPART_HEADER_LIMIT);
    if (c == 0 || (c == '\n') != (n > 0 && m->headers[n - 1] == '\r'))
        return err_note(ERR_INPUT, "NUL or bare line end in part headers");
    m->headers[n++] = c;
    m->headers_len = n;
    if (c == '\n' && (n == 2 || (n >= 4 && m->headers[n - 3] == '\n'))) {
        m->state = IN_BODY;
        m->matched = 0;
        return begin_part(m);
    }
    return OK;
}

/* Hand on what is no delimiter. A delimiter starts with CR and has no second one, so
 * after a failed match only the present byte can start another. Returns how many bytes
 * were used. */
static enum err feed_body(struct multipart *m, const char *bytes, size_t size,
                          size_t *used_out)
{
    size_t i = 0;
    enum err err = OK;

    while (i < size && m->state == IN_BODY && err == OK) {
        if (m->matched == 0) {
            const char *cr = memchr(bytes + i, '\r', size - i);
            size_t run = cr ? (size_t)(cr - bytes) - i : size - i;

            if (run > 0)
                err = m->handler.data(m->handler.context, bytes + i, run);
            i += run;
            if (cr) {
                m->matched = 1;
                i++;
            }
        } else if (bytes[i] == m->delimiter[m->matched]) {
            i++;
            if (++m->matched == m->delimiter_len) {
                m->state = AFTER_DELIMITER;
                err = m->handler.end(m->handler.context);
            }
        } else {
            size_t held = m->matched;

            m->matched = 0; /* the present byte is looked at again */
            err = m->handler.data(m->handler.context, m->delimiter, held);
        }
    }
    *used_out = i;
    return err;
}

static enum err feed_byte(struct multipart *m, char c)
{
    switch (m->state) {
    case AT_START:
        if (c != m->delimiter[m->matched])
            return err_note(ERR_INPUT, "body does not start with its boundary");
        if (++m->matched == m->delimiter_len)
            m->state = AFTER_DELIMITER;
        return OK;
    case IN_HEADERS:
        return feed_header_byte(m, c);
    case AFTER_DELIMITER:
        m->state = c == '-' ? AFTER_DASH : AFTER_CR;
        return c == '-' || c == '\r' ? OK : err_note(ERR_INPUT, "text after a boundary");
    case AFTER_DASH:
        m->state = AT_END;
        return c == '-' ? OK : err_note(ERR_INPUT, "text after a boundary");
    case AFTER_CR:
        m->state = IN_HEADERS;
        return c == '\n' ? OK : err_note(ERR_INPUT, "bare CR after a boundary");
    case AT_END:
        m->state = AT_END_CR;
        return c == '\r' ? OK : err_note(ERR_INPUT, "text after the last boundary");
    case AT_END_CR:
        m->state = AT_END_LF;
        return c == '\n' ? OK : err_note(ERR_INPUT, "text after the last boundary");
    case AT_END_LF:
        return err_note(ERR_INPUT, "text after the last boundary");
    case IN_BODY:
    case FAILED:
        break;
    }
    bug("multipart state %d", (int)m->state);
}

enum err multipart_feed(struct multipart *m, const void *bytes, size_t size_bytes)
{
    const char *text = bytes;
    size_t i = 0;

    if (m->state == FAILED)
        return m->error;
    while (i < size_bytes) {
        enum err err;

        if (m->state == IN_BODY) {
            size_t used = 0;

            err = feed_body(m, text + i, size_bytes - i, &used);
            i += used;
        } else {
            err = feed_byte(m, text[i++]);
        }
        if (err != OK)
            return fail(m, err);
    }
    return OK;
}

enum err multipart_finish(struct multipart *m)
{
    if (m->state == FAILED)
        return m->error;
    if (m->state != AT_END && m->state != AT_END_LF)
        return fail(m, err_note(ERR_INPUT, "multipart body ended early"));
    return OK;
}
