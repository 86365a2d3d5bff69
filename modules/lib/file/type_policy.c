#include "file/type_policy.h"

#include "base/buf.h"
#include "text/i18n.h"
#include "file/check.h"

static const char *const extensions_pdf[] = {"pdf", NULL};
static const char *const aliases_pdf[] = {"application/x-pdf", NULL};
static const char *const extensions_png[] = {"png", NULL};
static const char *const aliases_png[] = {"image/x-png", NULL};
static const char *const extensions_jpeg[] = {"jpg", "jpeg", "jpe", NULL};
static const char *const aliases_jpeg[] = {"image/jpg", "image/pjpeg", NULL};

static const struct file_type types[] = {
    {"application/pdf", "PDF", extensions_pdf, aliases_pdf, check_pdf},
    {"image/png", "PNG", extensions_png, aliases_png, check_png},
    {"image/jpeg", "JPEG", extensions_jpeg, aliases_jpeg, check_jpeg},
};
#define TYPE_COUNT (sizeof(types) / sizeof(*types))

static const struct {
    const char *key;
    const char *msgid;
} refusals[FILE_REFUSAL_COUNT] = {
    [FILE_OK] = {"", ""},
    [FILE_MISSING] =
        {"missing",
         N_("No file was chosen. Choose the document on your device and send it again.")},
    [FILE_EMPTY] = {"empty",
                    N_("The file is empty. Open it on your device to check it, then "
                       "choose the complete file.")},
    [FILE_TOO_LARGE] = {"too_large",
                        N_("The file is too large. Save it in a smaller size, for "
                           "example with a lower scan resolution, and send it again.")},
    [FILE_NAME_BAD] = {"name_bad",
                       N_("The file has no usable name. Rename it, for example to "
                          "document.pdf, and send it again.")},
    [FILE_TYPE_NOT_ALLOWED] =
        {"type_not_allowed",
         N_("This type of file is not accepted here. Save the document as "
            "one of the types named on this page and send it again.")},
    [FILE_CONTENT_MISMATCH] =
        {"content_mismatch",
         N_("The content of the file is not what its name says. Save the "
            "document again as a real file of that type; renaming is not "
            "enough.")},
    [FILE_DAMAGED] = {"damaged",
                      N_("The file is damaged or incomplete. Open it on your device to "
                         "check it, save it again and send that file.")},
    [FILE_ENCRYPTED] = {"encrypted",
                        N_("The file is protected by a password. Save it without "
                           "protection and send it again.")},
    [FILE_ACTIVE_CONTENT] =
        {"active_content",
         N_("The file holds scripts, programs or embedded files. Print it to a "
            "new PDF file and send that one.")},
    [FILE_SCAN_UNAVAILABLE] =
        {"scan_unavailable",
         N_("The file could not be checked just now and was not kept. Please "
            "send it again in a few minutes.")},
    [FILE_KIND_MISSING] = {"kind_missing",
                           N_("Say which kind of document this is: choose one of "
                              "the kinds on this page and send the file again.")},
    [FILE_DATE_MISSING] = {"date_missing",
                           N_("Enter the date on which the document was issued and "
                              "send the file again.")},
    [FILE_DATE_INVALID] = {"date_invalid",
                           N_("The issue date is not a valid date. Enter day, month "
                              "and year as on the document and send the file again.")},
    [FILE_DATE_FUTURE] = {"date_future",
                          N_("The issue date is in the future. Enter the date that "
                             "stands on the document and send the file again.")},
    [FILE_TOO_OLD] = {"too_old",
                      N_("The document is older than allowed for its kind. Ask the "
                         "issuing office for a newer one and send that.")},
};

const struct file_type *file_types(size_t *count_out)
{
    *count_out = TYPE_COUNT;
    return types;
}

static bool in_list(const char *const *list, struct str value)
{
    for (; *list != NULL; list++) {
        if (str_eq_nocase(str_from(*list), value)) {
            return true;
        }
    }
    return false;
}

bool file_type_is(const struct file_type *type, struct str media_type)
{
    struct str rest = media_type;
    struct str bare;
    if (!str_next(&rest, ';', &bare)) {
        return false;
    }
    bare = str_trim(bare);
    return str_eq_nocase(str_from(type->media_type), bare) ||
           in_list(type->aliases, bare);
}

const struct file_type *file_type_by_media(struct str media_type)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (file_type_is(&types[i], media_type)) {
            return &types[i];
        }
    }
    return NULL;
}

/** Index of the last '.', or -1. */
static ssize_t last_dot(struct str name)
{
    for (size_t i = name.len; i > 0; i--) {
        if (name.ptr[i - 1] == '.') {
            return (ssize_t)i - 1;
        }
    }
    return -1;
}

const struct file_type *file_type_by_name(struct str file_name)
{
    ssize_t dot = last_dot(file_name);
    if (dot < 0) {
        return NULL;
    }
    struct str extension = str_from_index(file_name, (size_t)dot + 1);
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (in_list(types[i].extensions, extension)) {
            return &types[i];
        }
    }
    return NULL;
}

const char *file_refusal_key(enum file_refusal refusal)
{
    if (refusal >= FILE_REFUSAL_COUNT) {
        bug("file refusal %d", (int)refusal);
    }
    return refusals[refusal].key;
}

enum file_refusal file_refusal_from_key(struct str key)
{
    for (int i = 1; i < FILE_REFUSAL_COUNT; i++) {
        if (str_is(key, refusals[i].key)) {
            return (enum file_refusal)i;
        }
    }
    return FILE_OK;
}

const char *file_refusal_msgid(struct str key)
{
    enum file_refusal refusal = file_refusal_from_key(key);
    if (refusal == FILE_OK) {
        return N_("The file was not accepted. Check it and send it again.");
    }
    return refusals[refusal].msgid;
}

/** Code points that could make a shown name lie: controls, line separators, bidi
 * controls. */
static bool misleading(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == '"' ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

/** Decode one code point of well-formed UTF-8; its length in bytes. */
static size_t decode(const char *bytes, uint32_t *out)
{
    const unsigned char *p = (const unsigned char *)bytes;
    if (p[0] < 0x80) {
        *out = p[0];
        return 1;
    }
    size_t size = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = p[0] & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *out = c;
    return size;
}

/** At most `limit` bytes, cut between code points. */
static struct str cut_utf8(struct str text, size_t limit)
{
    if (text.len <= limit) {
        return text;
    }
    while (limit > 0 && ((unsigned char)text.ptr[limit] & 0xC0) == 0x80) {
        limit--;
    }
    return str_sub(text, 0, limit);
}

struct str file_name_clean(struct arena *arena, struct str raw)
{
    enum { LIMIT = 200, EXTENSION_LIMIT = 16 };
    for (size_t i = raw.len; i > 0; i--) {
        if (raw.ptr[i - 1] == '/' || raw.ptr[i - 1] == '\\') {
            raw = str_from_index(raw, i);
            break;
        }
    }
    if (!str_is_utf8(raw)) {
        return STR("");
    }
    struct buf clean = buf_init(arena, raw.len + 1);
    for (size_t i = 0; i < raw.len;) {
        uint32_t c = 0;
        size_t size = decode(raw.ptr + i, &c);
        if (!misleading(c)) {
            buf_put_bytes(&clean, raw.ptr + i, size);
        }
        i += size;
    }
    struct str name = str_trim(buf_str(&clean));
    while (str_starts(name, STR("."))) {
        name = str_from_index(name, 1); /* no hidden files on the reader's machine */
    }
    ssize_t dot = last_dot(name);
    if (name.len > LIMIT && dot > 0 && name.len - (size_t)dot <= EXTENSION_LIMIT) {
        struct str extension = str_from_index(name, (size_t)dot);
        struct str stem = cut_utf8(name, LIMIT - extension.len);
        return str_concat(arena, stem, extension);
    }
    return str_copy(arena, cut_utf8(name, LIMIT));
}

enum file_refusal file_policy_precheck(struct str clean_name, struct str declared_type,
                                       const struct str *media_types,
                                       size_t media_type_count,
                                       const struct file_type **type_out)
{
    if (str_is_empty(clean_name)) {
        return FILE_NAME_BAD;
    }
    const struct file_type *type = file_type_by_name(clean_name);
    if (type == NULL) {
        return FILE_TYPE_NOT_ALLOWED;
    }
    bool wanted = media_type_count == 0;
    for (size_t i = 0; i < media_type_count && !wanted; i++) {
        wanted = file_type_is(type, media_types[i]);
    }
    if (!wanted) {
        return FILE_TYPE_NOT_ALLOWED;
    }
    bool stated = !str_is_empty(declared_type) &&
                  !str_eq_nocase(declared_type, STR("application/octet-stream"));
    if (stated && !file_type_is(type, declared_type)) {
        return FILE_CONTENT_MISMATCH;
    }
    *type_out = type;
    return FILE_OK;
}
