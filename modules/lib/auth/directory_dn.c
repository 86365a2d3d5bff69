#include "auth/directory_dn.h"

#include "base/buf.h"
#include "formats/locale.h"

#define DN_MAX 4096

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* "cn", "2.5.4.3": letters, digits, '-', '.'. */
static bool is_type(struct str type)
{
    for (size_t i = 0; i < type.len; i++) {
        char c = type.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '-' && c != '.')
            return false;
    }
    return type.len > 0;
}

/* Length of the part up to the first separator that is not escaped. */
static size_t part_length(struct str text, const char *separators)
{
    size_t i = 0;

    while (i < text.len && !strchr(separators, text.ptr[i]))
        i += text.ptr[i] == '\\' ? 2 : 1;
    return i < text.len ? i : text.len;
}

/* White space at the end goes, unless it is escaped. */
static struct str trim_value(struct str value)
{
    while (value.len > 0 && value.ptr[0] == ' ')
        value = str_from_index(value, 1);
    while (value.len > 0 && value.ptr[value.len - 1] == ' ' &&
           !(value.len > 1 && value.ptr[value.len - 2] == '\\'))
        value.len--;
    return value;
}

static enum err unescape(struct arena *arena, struct str value, struct str *out)
{
    struct buf plain = buf_init(arena, DN_MAX);

    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        uint8_t byte = 0;

        if (c == '"' || c == ';' || c == '<' || c == '>' || c == 0)
            return ERR_INPUT;
        if (c != '\\') {
            buf_put_char(&plain, c);
        } else if (i + 2 < value.len && is_hex(value.ptr[i + 1]) &&
                   is_hex(value.ptr[i + 2])) {
            if (str_unhex(str_sub(value, i + 1, 2), &byte, 1) != OK)
                return ERR_INPUT;
            buf_put_char(&plain, (char)byte);
            i += 2;
        } else if (i + 1 < value.len && strchr(" \"#+,;<=>\\", value.ptr[i + 1])) {
            buf_put_char(&plain, value.ptr[++i]);
        } else {
            return ERR_INPUT;
        }
    }
    *out = buf_str(&plain);
    return buf_check(&plain);
}

/* Separators and control characters as \hh, so that a border is a border wherever it stands. */
static void put_value(struct buf *out, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        if (c < 0x20 || strchr("\"+,;<=>\\", (char)c))
            buf_format(out, "\\%02x", c);
        else
            buf_put_char(out, (char)c);
    }
}

/* "type=value", the first of `rest`, written to `out`. */
static enum err put_pair(struct arena *arena, struct str pair, struct buf *out)
{
    ssize_t equals = str_index(pair, '=');
    struct str type = equals < 0 ? STR_NONE : str_trim(str_sub(pair, 0, (size_t)equals));
    struct str value;
    struct str plain = STR("");
    enum err err = OK;

    if (!is_type(type))
        return ERR_INPUT;
    value = trim_value(str_from_index(pair, (size_t)equals + 1));
    buf_put(out, str_lower(arena, type));
    buf_put_char(out, '=');
    if (value.len > 0 && value.ptr[0] == '#') {
        for (size_t i = 1; i < value.len; i++)
            if (!is_hex(value.ptr[i]))
                return ERR_INPUT;
        buf_put(out, str_lower(arena, value));
        return value.len > 1 ? OK : ERR_INPUT;
    }
    err = unescape(arena, value, &plain);
    if (err != OK || !str_is_utf8(plain))
        return ERR_INPUT;
    plain = locale_fold(arena, plain);
    put_value(out, plain);
    return plain.len > 0 ? OK : ERR_INPUT;
}

enum err dn_normal(struct arena *arena, struct str dn, struct str *out)
{
    struct buf normal = buf_init(arena, DN_MAX);
    struct str rest = str_trim(dn);
    enum err err = OK;

    if (rest.len == 0 || rest.len > DN_MAX || memchr(rest.ptr, 0, rest.len))
        return ERR_INPUT;
    for (;;) {
        size_t len = part_length(rest, ",+");

        err = put_pair(arena, str_sub(rest, 0, len), &normal);
        if (err != OK || len == rest.len)
            break;
        buf_put_char(&normal, rest.ptr[len]);
        rest = str_from_index(rest, len + 1);
    }
    if (err == OK)
        err = buf_check(&normal);
    if (err != OK)
        return ERR_INPUT;
    *out = buf_str(&normal);
    return OK;
}

bool dn_is_below(struct str dn, struct str base)
{
    return base.len > 0 && dn.len > base.len + 1 &&
           dn.ptr[dn.len - base.len - 1] == ',' && str_ends(dn, base);
}
