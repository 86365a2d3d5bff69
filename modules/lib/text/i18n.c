#include "text/i18n.h"

#include <errno.h>

#include "base/buf.h"
#include "formats/locale.h"

#define MO_MAGIC     UINT32_C(0x950412de)
#define MO_MAX_BYTES (8u << 20)

/* A msgid (first form only) and its translation, which holds its plural forms behind
 * NULs. */
struct message {
    struct str id;
    struct str text;
};

struct catalogue {
    struct message *messages; /* hash table with free places (id.ptr NULL) */
    size_t slot_count;        /* power of two */
};

struct i18n {
    struct catalogue catalogues[LANGUAGE_COUNT]; /* English has none: msgid = sentence */
};

static const char *const CODES[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = "en", [LANGUAGE_DE] = "de"};

/* ---- reading a .mo file ----------------------------------------------------------- */

/* Big-endian files exist; msgfmt writes the machine's order, so only that one is read. */
static uint32_t read_u32(struct str file, size_t at)
{
    uint32_t number;

    memcpy(&number, file.ptr + at, sizeof(number));
    return number;
}

static enum err read_file(struct arena *arena, const char *path, struct str *out)
{
    FILE *file = fopen(path, "rbe");
    struct buf buf = buf_init(arena, MO_MAX_BYTES);
    char part[8192];
    size_t got;
    enum err err = OK;

    if (!file)
        return err_note(ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    while ((got = fread(part, 1, sizeof(part), file)) > 0)
        buf_put_bytes(&buf, part, got);
    if (ferror(file))
        err = err_note(ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    (void)fclose(file);
    if (err == OK && buf_check(&buf) != OK)
        err = err_note(ERR_UNAVAILABLE, "%s: too large", path);
    if (err == OK)
        *out = buf_str(&buf);
    return err;
}

/* The string that the table at `table` names in its row; the format puts a NUL behind it.
 */
static bool read_string(struct str file, uint32_t table, uint32_t row, struct str *out)
{
    uint64_t at = (uint64_t)table + 8 * (uint64_t)row;
    uint64_t length, offset;

    if (at + 8 > file.len)
        return false;
    length = read_u32(file, at);
    offset = read_u32(file, at + 4);
    if (offset + length >= file.len || file.ptr[offset + length] != '\0')
        return false;
    *out = str_sub(file, offset, length);
    return true;
}

static size_t slot_of(const struct catalogue *catalogue, struct str id)
{
    uint64_t hash =
        UINT64_C(0xcbf29ce484222325); /* FNV-1a; the keys are our own sentences */

    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ (unsigned char)id.ptr[i]) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 32) & (catalogue->slot_count - 1);
}

static const struct message *find(const struct catalogue *catalogue, struct str id)
{
    if (!catalogue->slot_count)
        return NULL;
    for (size_t slot = slot_of(catalogue, id);;
         slot = (slot + 1) & (catalogue->slot_count - 1)) {
        const struct message *message = &catalogue->messages[slot];

        if (!message->id.ptr)
            return NULL;
        if (str_eq(message->id, id))
            return message;
    }
}

static struct str form(struct str forms, int wanted)
{
    struct str text = STR("");

    for (int i = 0; i <= wanted; i++) {
        if (!str_next(&forms, '\0', &text))
            return STR("");
    }
    return text;
}

/* The rule is compiled in (n != 1, true for German and English), so another one in the
 * header of a catalogue would choose wrong forms without anybody noticing. */
static enum err check_header(struct arena *arena, const char *path, struct str header)
{
    struct str line, plural = STR_NONE;
    struct buf rule = buf_init(arena, 256);
    bool utf8 = false;

    while (str_next(&header, '\n', &line)) {
        if (str_starts(line, STR("Plural-Forms:")))
            plural = str_from_index(line, strlen("Plural-Forms:"));
        if (str_starts(line, STR("Content-Type:")))
            utf8 = str_ends(str_lower(arena, line), STR("charset=utf-8"));
    }
    for (size_t i = 0; i < plural.len; i++) {
        if (!strchr(" \t();", plural.ptr[i]))
            buf_put_char(&rule, plural.ptr[i]);
        else if (plural.ptr[i] == ';')
            buf_put_char(&rule, ' ');
    }
    if (!str_eq(str_trim(buf_str(&rule)), STR("nplurals=2 plural=n!=1")))
        return err_note(ERR_UNAVAILABLE,
                        "%s: Plural-Forms is not \"nplurals=2; plural=(n != 1);\"", path);
    if (!utf8)
        return err_note(ERR_UNAVAILABLE, "%s: the charset is not UTF-8", path);
    return OK;
}

static enum err load(struct arena *arena, const char *path, struct catalogue *out)
{
    struct catalogue catalogue = {.slot_count = 16};
    struct str file = STR_NONE, id, text;
    uint32_t count, ids, texts;
    enum err err = read_file(arena, path, &file);

    if (err != OK)
        return err;
    /* Magic, revision, number of strings, the two tables; major revision 0. */
    if (file.len < 28 || read_u32(file, 0) != MO_MAGIC || read_u32(file, 4) >> 16 != 0)
        return err_note(ERR_UNAVAILABLE,
                        "%s: no GNU .mo file of this machine's byte order", path);
    count = read_u32(file, 8);
    ids = read_u32(file, 12);
    texts = read_u32(file, 16);
    if (count > file.len / 16)
        return err_note(ERR_UNAVAILABLE, "%s: damaged", path);
    while (catalogue.slot_count < 2 * (size_t)count)
        catalogue.slot_count *= 2;
    catalogue.messages = ARENA_ARRAY(arena, struct message, catalogue.slot_count);
    for (uint32_t i = 0; i < count; i++) {
        size_t slot;

        if (!read_string(file, ids, i, &id) || !read_string(file, texts, i, &text) ||
            !str_is_utf8(text))
            return err_note(ERR_UNAVAILABLE, "%s: damaged", path);
        id = form(id, 0);
        for (slot = slot_of(&catalogue, id); catalogue.messages[slot].id.ptr;)
            slot = (slot + 1) & (catalogue.slot_count - 1);
        catalogue.messages[slot] = (struct message){id, text};
    }
    if (!find(&catalogue, STR("")))
        return err_note(ERR_UNAVAILABLE, "%s: no header", path);
    err = check_header(arena, path, find(&catalogue, STR(""))->text);
    if (err == OK)
        *out = catalogue;
    return err;
}

enum err i18n_open(struct arena *arena, const char *dir, struct i18n **out)
{
    struct i18n *i18n = ARENA_NEW(arena, struct i18n);

    for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
        enum err err;

        if (language == LANGUAGE_EN)
            continue;
        err = load(arena, str_format(arena, "%s/%s.mo", dir, CODES[language]).ptr,
                   &i18n->catalogues[language]);
        if (err != OK)
            return err;
    }
    *out = i18n;
    return OK;
}

/* ---- languages -------------------------------------------------------------------- */

const char *language_code(enum language language)
{
    return CODES[language];
}

bool language_parse(struct str code, enum language *out)
{
    for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
        struct str known = str_from(CODES[language]);

        if (str_eq_nocase(str_sub(code, 0, known.len), known) &&
            (code.len == known.len || code.ptr[known.len] == '-' ||
             code.ptr[known.len] == '_')) {
            *out = language;
            return true;
        }
    }
    return false;
}

enum language language_accept(struct str header, enum language fallback)
{
    int best = locale_accept(header, CODES, LANGUAGE_COUNT);

    return best < 0 ? fallback : (enum language)best;
}

/* ---- texts ------------------------------------------------------------------------ */

struct str i18n_text(const struct i18n *i18n, enum language language, struct str msgid)
{
    const struct message *message =
        msgid.len ? find(&i18n->catalogues[language], msgid) : NULL;
    struct str text = message ? form(message->text, 0) : STR_NONE;

    return text.len ? text : msgid;
}

struct str i18n_plural(const struct i18n *i18n, enum language language, struct str msgid,
                       struct str msgid_plural, int64_t n)
{
    const struct message *message =
        msgid.len ? find(&i18n->catalogues[language], msgid) : NULL;
    struct str text = message ? form(message->text, n != 1) : STR_NONE;

    if (text.len)
        return text;
    return n == 1 ? msgid : msgid_plural;
}

struct str i18n_fill(struct arena *arena, struct str pattern, const struct str *args,
                     size_t arg_count)
{
    size_t limit = pattern.len + 1;
    struct buf out;

    /* Enough for every byte of the pattern to be part of a place; the real size is far
     * below. */
    for (size_t i = 0; i < arg_count; i++)
        limit += args[i].len * (pattern.len / 3 + 1);
    out = buf_init(arena, limit);
    for (size_t i = 0; i < pattern.len; i++) {
        size_t arg =
            i + 2 < pattern.len && pattern.ptr[i] == '{' && pattern.ptr[i + 2] == '}'
                ? (size_t)(unsigned char)pattern.ptr[i + 1] - '0'
                : SIZE_MAX;

        if (arg <= 9 && arg < arg_count) {
            buf_put(&out, args[arg]);
            i += 2;
        } else {
            buf_put_char(&out, pattern.ptr[i]);
        }
    }
    return buf_str(&out);
}
