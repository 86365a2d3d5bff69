#include "mail/compose.h"

#include <gmime/gmime.h>

#include "base/secret.h"

/* A mail is a few sentences; more is a mistake of the template. */
enum { TEXT_LIMIT = 64 * 1024, SUBJECT_LIMIT = 200 };

static const struct view_field mail_fields[] = {
    VIEW_F(struct mail_view, reference, VIEW_STR),
    VIEW_F(struct mail_view, request_type, VIEW_STR),
    VIEW_F(struct mail_view, company, VIEW_STR),
    VIEW_F(struct mail_view, slot_title, VIEW_STR),
    VIEW_F(struct mail_view, reason, VIEW_STR),
    VIEW_F(struct mail_view, reason_text, VIEW_STR),
    VIEW_F(struct mail_view, sub_ticket, VIEW_STR),
    VIEW_F(struct mail_view, team, VIEW_STR),
    VIEW_F(struct mail_view, person, VIEW_STR),
    VIEW_F(struct mail_view, device, VIEW_STR),
    VIEW_F(struct mail_view, network, VIEW_STR),
    VIEW_F(struct mail_view, count, VIEW_STR),
    VIEW_F(struct mail_view, roles, VIEW_STR),
    VIEW_F(struct mail_view, ends_on, VIEW_DAY),
    VIEW_F(struct mail_view, subject, VIEW_STR),
    VIEW_F(struct mail_view, text, VIEW_STR),
    VIEW_F(struct mail_view, url, VIEW_STR),
    VIEW_F(struct mail_view, site_name, VIEW_STR),
};
VIEW_TYPE(mail_view_type, struct mail_view, mail_fields);

const char *const mail_templates[] = {
    "intake-new",           "request-received",      "document-rejected",
    "document-provided",    "sub-ticket-opened",     "request-declined",
    "request-completed",    "message-from-staff",    "message-from-customer",
    "second-factor-set-up", "second-factor-removed", "second-factor-reset",
    "second-factor-failed", "recovery-code-used",    "recovery-codes-new",
    "new-sign-in",          "password-changed",      "invitation",
    "roles-changed",        "access-requested",      "from-process",
    "document-for-team",    "document-expires",      NULL,
};
#define TEMPLATE_COUNT (sizeof(mail_templates) / sizeof(*mail_templates) - 1)

struct mail_composer {
    const struct i18n *i18n;
    const struct locale_formats *formats[LANGUAGE_COUNT];
    const struct template *templates[TEMPLATE_COUNT];
};

enum err mail_composer_new(struct arena *arena, const char *templates_dir,
                           const struct i18n *i18n, struct mail_composer **out)
{
    struct mail_composer *composer = ARENA_NEW(arena, struct mail_composer);
    struct template_set *set = NULL;
    composer->i18n = i18n;
    enum err err = template_set_new(arena, templates_dir, NULL, &set);
    for (int i = 0; err == OK && i < LANGUAGE_COUNT; i++) {
        struct locale_formats *formats = NULL;
        err = locale_formats_new(arena, language_code((enum language)i), &formats);
        composer->formats[i] = formats;
    }
    for (size_t i = 0; err == OK && i < TEMPLATE_COUNT; i++) {
        struct str name = str_format(arena, "mail/%s.txt", mail_templates[i]);
        err = template_compile(set, name.ptr, &mail_view_type, &composer->templates[i]);
    }
    if (err == OK) {
        g_mime_init();
        *out = composer;
    }
    return err;
}

bool mail_address_is_plain(struct str address)
{
    ssize_t at = str_index(address, '@');
    if (at <= 0 || address.len > 254 || (size_t)at + 1 == address.len) {
        return false;
    }
    for (size_t i = 0; i < address.len; i++) {
        char c = address.ptr[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"(),:;<>[\\]", c) != NULL ||
            (c == '@' && (ssize_t)i != at)) {
            return false;
        }
    }
    return true;
}

/** Header text on one line: control characters become blanks. */
static struct str one_line(struct arena *arena, struct str text)
{
    struct buf line = buf_init(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        buf_put_char(&line, c < 0x20 || c == 0x7F ? ' ' : (char)c);
    }
    return str_trim(buf_str(&line));
}

/** At most SUBJECT_LIMIT bytes, cut between code points. */
static struct str subject_of(struct arena *arena, struct str text)
{
    struct str line = one_line(arena, text);
    size_t end = SUBJECT_LIMIT;
    if (line.len <= end) {
        return line;
    }
    while (end > 0 && ((unsigned char)line.ptr[end] & 0xC0) == 0x80) {
        end--;
    }
    return str_sub(line, 0, end);
}

/** Letters, digits, '.' and '-' of an id part; anything else becomes '-'. */
static struct str id_part(struct arena *arena, struct str text)
{
    struct buf part = buf_init(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '-' || c == '.';
        buf_put_char(&part, plain ? c : '-');
    }
    return buf_str(&part);
}

/** The id without its angle brackets. */
static struct str message_id(struct arena *arena, const struct mail_header *header)
{
    uint8_t digest[SHA256_BYTES];
    sha256(header->unique_key, digest);
    return str_format(arena, "kontor.%lld.%.*s@%.*s", (long long)header->outbox_id,
                      STR_ARG(str_hex(arena, digest, 8)),
                      STR_ARG(id_part(arena, header->host)));
}

struct str mail_message_id(struct arena *arena, const struct mail_header *header)
{
    return str_format(arena, "<%.*s>", STR_ARG(message_id(arena, header)));
}

/** Text behind the first line, without blank lines at both ends and never two in a row. */
static struct str body_of(struct arena *arena, struct str text)
{
    struct str rest = text;
    struct str line;
    struct buf body = buf_init(arena, text.len + 2);
    bool blank = false;
    (void)str_next(&rest, '\n', &line);
    while (str_next(&rest, '\n', &line)) {
        if (str_is_empty(str_trim(line))) {
            blank = body.len > 0;
            continue;
        }
        if (blank) {
            buf_put_char(&body, '\n');
            blank = false;
        }
        buf_put(&body, line);
        buf_put_char(&body, '\n');
    }
    return buf_str(&body);
}

static void set_headers(GMimeMessage *message, struct arena *arena,
                        const struct mail_header *header, struct str subject)
{
    GMimeObject *object = GMIME_OBJECT(message);
    struct str host = id_part(arena, header->host);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM,
                               str_c(arena, one_line(arena, header->sender_name)),
                               str_c(arena, header->sender));
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL,
                               str_c(arena, header->recipient));
    g_mime_message_set_subject(message, str_c(arena, subject), "utf-8");
    GDateTime *date = g_date_time_new_from_unix_utc(header->date / US_PER_S);
    if (date != NULL) {
        g_mime_message_set_date(message, date);
        g_date_time_unref(date);
    }
    g_mime_message_set_message_id(message, message_id(arena, header).ptr);
    if (!str_is_empty(header->root_key)) {
        struct str root =
            str_format(arena, "<kontor.request.%.*s@%.*s>",
                       STR_ARG(id_part(arena, header->root_key)), STR_ARG(host));
        g_mime_object_set_header(object, "References", root.ptr, NULL);
    }
    g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", NULL);
    g_mime_object_set_header(object, "List-Id",
                             str_format(arena, "<kontor.%.*s>", STR_ARG(host)).ptr, NULL);
}

static struct str write_message(struct arena *arena, GMimeMessage *message)
{
    GMimeStream *stream = g_mime_stream_mem_new();
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    struct str copy =
        str_copy(arena, (struct str){(const char *)bytes->data, bytes->len});
    g_mime_format_options_free(options);
    g_object_unref(stream);
    return copy;
}

static struct str build(struct arena *arena, const struct mail_header *header,
                        struct str subject, struct str body)
{
    GMimeMessage *message = g_mime_message_new(FALSE);
    set_headers(message, arena, header, subject);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(body.ptr, body.len);
    GMimeDataWrapper *content =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    GMimePart *part = g_mime_part_new_with_type("text", "plain");
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(part));
    struct str bytes = write_message(arena, message);
    g_object_unref(part);
    g_object_unref(content);
    g_object_unref(stream);
    g_object_unref(message);
    return bytes;
}

static const struct template *find_template(const struct mail_composer *composer,
                                            struct str name)
{
    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        if (str_is(name, mail_templates[i])) {
            return composer->templates[i];
        }
    }
    return NULL;
}

enum err mail_compose(const struct mail_composer *composer, struct arena *arena,
                      struct str template_name, enum language language,
                      const struct mail_view *view, const struct mail_header *header,
                      struct str *bytes_out)
{
    const struct template *template = find_template(composer, template_name);
    if (template == NULL) {
        return err_note(ERR_INPUT, "unknown mail template \"%.*s\"",
                        STR_ARG(template_name));
    }
    if (!mail_address_is_plain(header->recipient) ||
        !mail_address_is_plain(header->sender)) {
        return err_note(ERR_INPUT, "mail address is not one plain address");
    }
    struct render_context context = {
        .i18n = composer->i18n,
        .formats = {composer->formats[0], composer->formats[1]},
        .language = language,
        .zone = STR("UTC"),
    };
    struct buf text = buf_init(arena, TEXT_LIMIT);
    template_render(template, &context, NULL, view, &text);
    enum err err = buf_check(&text);
    if (err != OK) {
        return err_note(ERR_INPUT, "mail \"%.*s\" is too long", STR_ARG(template_name));
    }
    struct str rest = buf_str(&text);
    struct str first = STR_NONE;
    (void)str_next(&rest, '\n', &first);
    struct str body = body_of(arena, buf_str(&text));
    *bytes_out = build(arena, header, subject_of(arena, first), body);
    return OK;
}
