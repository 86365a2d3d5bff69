#include "text/escape.h"

static bool is_alnum(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The replacement of a byte, or NULL if it can stay. */
static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void escape_html(struct buf *out, struct str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        const char *entity;

        /* All five lie below '?', most letters do not. */
        if ((unsigned char)text.ptr[i] > '>' || !(entity = html_entity(text.ptr[i])))
            continue;
        buf_put_bytes(out, text.ptr + from, i - from);
        buf_put_c(out, entity);
        from = i + 1;
    }
    if (text.len > from)
        buf_put_bytes(out, text.ptr + from, text.len - from);
}

static void put_percent(struct buf *out, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    char code[3] = {'%', digits[c >> 4], digits[c & 15]};

    buf_put_bytes(out, code, sizeof(code));
}

static void escape_url(struct buf *out, struct str text, const char *unescaped)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (is_alnum(c) || (c && strchr(unescaped, c)))
            buf_put_char(out, (char)c);
        else
            put_percent(out, c);
    }
}

void escape_url_part(struct buf *out, struct str text)
{
    escape_url(out, text, "-._~");
}

void escape_url_mail(struct buf *out, struct str text)
{
    escape_url(out, text, "-._~@");
}

void escape_header_quoted(struct buf *out, struct str text)
{
    buf_put_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c == '"' || c == '\\')
            buf_put_char(out, '\\');
        buf_put_char(out, c >= 0x20 && c < 0x7F ? (char)c : '_');
    }
    buf_put_char(out, '"');
}

static void put_backslash_hex(struct buf *out, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    char code[3] = {'\\', digits[c >> 4], digits[c & 15]};

    buf_put_bytes(out, code, sizeof(code));
}

void escape_ldap_filter(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c < 0x20 || c >= 0x7F || c == '*' || c == '(' || c == ')' || c == '\\')
            put_backslash_hex(out, c);
        else
            buf_put_char(out, (char)c);
    }
}

bool url_is_safe(struct str url)
{
    static const char *const schemes[] = {"http://", "https://",
                                          "mailto:", "otpauth://totp/"};

    /* Browsers drop tabs and line breaks and read '\' as '/': "/\t/host" would leave the
     * site. */
    for (size_t i = 0; i < url.len; i++) {
        if ((unsigned char)url.ptr[i] < 0x20 || url.ptr[i] == 0x7F || url.ptr[i] == '\\')
            return false;
    }
    if (url.len == 0)
        return false;
    if (url.ptr[0] == '#' || url.ptr[0] == '?')
        return true;
    if (url.ptr[0] == '/')
        return url.len == 1 || url.ptr[1] != '/';
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
        struct str scheme = str_from(schemes[i]);

        if (url.len > scheme.len && str_eq_nocase(str_sub(url, 0, scheme.len), scheme))
            return true;
    }
    return false;
}
