#include "web/exchange.h"

#include "text/escape.h"

/* Every answer of Kontor has these. The content security policy allows what nginx serves
 * from our own origin and nothing inline. */
static const char SECURITY_HEADERS[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Permissions-Policy: accelerometer=(), camera=(), geolocation=(), gyroscope=(), "
    "microphone=(), payment=(), usb=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cache-Control: no-store\r\n"
    "Vary: Cookie, Accept, Accept-Language\r\n";

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } REASONS[] = {
        {200, "OK"},
        {204, "No Content"},
        {303, "See Other"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < sizeof(REASONS) / sizeof(*REASONS); i++)
        if (REASONS[i].status == status)
            return REASONS[i].text;
    return "Other";
}

/* ---- pieces ---- */

void response_clear(struct web_exchange *ex)
{
    static const char room[RESPONSE_HEAD_ROOM];

    buf_clear(ex->body_out);
    ex->body_out->overflow = false;
    buf_put_bytes(ex->body_out, room, sizeof(room));
}

void response_init(struct web_exchange *ex)
{
    ex->head = buf_init(ex->page.arena, RESPONSE_HEAD_ROOM / 2);
    ex->body_out = &ex->site->out;
    response_clear(ex);
}

/* Values are made by us or checked before; a line break in one would be a defect. */
void response_header(struct web_exchange *ex, const char *name, struct str value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.ptr[i] < 0x20 || (unsigned char)value.ptr[i] > 0x7e)
            bug("header %s with a byte that is not printable ASCII", name);
    buf_put_c(&ex->head, name);
    buf_put_c(&ex->head, ": ");
    buf_put(&ex->head, value);
    buf_put_c(&ex->head, "\r\n");
}

void response_cookie(struct web_exchange *ex, struct str name, struct str value,
                     int64_t max_age_s, bool http_only)
{
    struct buf line = buf_init(ex->page.arena, 3000);

    buf_put(&line, name);
    buf_put_char(&line, '=');
    buf_put(&line, value);
    buf_put_c(&line, "; Path=/; Secure; SameSite=Lax");
    if (http_only)
        buf_put_c(&line, "; HttpOnly");
    if (max_age_s >= 0) {
        buf_put_c(&line, "; Max-Age=");
        buf_put_i64(&line, max_age_s);
    }
    if (buf_check(&line) != OK)
        bug("cookie %.*s too long", STR_ARG(name));
    response_header(ex, "Set-Cookie", buf_str(&line));
}

void page_cookie(struct page *page, const char *name, struct str value, int64_t max_age_s)
{
    response_cookie(page->exchange, str_from(name), value, max_age_s, true);
}

struct str page_session_cookie_name(const struct page *page)
{
    return page->exchange->site->cookie_session;
}

struct str page_cookie_name(const struct page *page, const char *purpose)
{
    /* The site's suffix is what follows the plain name. */
    struct str suffix =
        str_from_index(page->exchange->site->cookie_session, sizeof("__Host-kontor") - 1);

    return str_format(page->arena, "__Host-kontor-%s%.*s", purpose, STR_ARG(suffix));
}

struct str page_cookie_value(const struct page *page, struct str name)
{
    const struct str *value = map_get(page->exchange->http.cookies, name);

    return value ? *value : STR_NONE;
}

void page_status(struct page *page, int status)
{
    page->exchange->status = status;
}

void page_error_detail(struct page *page, const char *msgid)
{
    page->exchange->error_detail = msgid;
}

void page_retry_after(struct page *page, int64_t seconds)
{
    page->exchange->retry_after_s = seconds;
}

struct str page_text(const struct page *page, const char *msgid)
{
    return i18n_text(page->render->i18n, page->render->language, str_from(msgid));
}

struct str page_text_fill(const struct page *page, const char *msgid,
                          const struct str *args, size_t arg_count)
{
    return i18n_fill(page->arena, page_text(page, msgid), args, arg_count);
}

struct str page_url(const struct page *page, const char *format, ...)
{
    struct str path;
    va_list args;

    va_start(args, format);
    path = str_vformat(page->arena, format, args);
    va_end(args);
    if (!str_starts(path, STR("/")))
        bug("page_url(\"%s\") gives no path", format);
    return str_concat(page->arena, page->exchange->site->prefix, str_from_index(path, 1));
}

/* ---- whole answers ---- */

void response_page(struct web_exchange *ex, const struct template *tpl, const void *view)
{
    struct frame_view frame = {0};

    frame_fill(ex, &frame);
    template_render(tpl, &ex->render, &frame, view, ex->body_out);
    response_header(ex, "Content-Type", STR("text/html; charset=utf-8"));
    response_header(ex, "Content-Language", frame.language);
}

enum err page_render(struct page *page, size_t index, const void *view)
{
    struct web_exchange *ex = page->exchange;
    const struct web_program *program = ex->site->program;

    if (index >= program->page_count || ex->answered)
        bug("page_render(%zu) twice or out of the table", index);
    if (!ex->status)
        ex->status = page->error_count > 0 ? 422 : 200;
    if (ex->http.wants_json && page->error_count > 0) {
        response_problem(ex);
    } else if (ex->http.wants_json) {
        struct str token = csrf_token(ex);

        view_write_json(program->pages[index].view, view, &ex->render, ex->body_out);
        response_header(ex, "Content-Type", STR("application/json"));
        if (token.len > 0)
            response_header(ex, "X-Kontor-CSRF", token);
    } else {
        response_page(ex, ex->site->look->pages[index], view);
    }
    if (buf_check(ex->body_out) != OK) {
        ex->status = 0;
        response_clear(ex);
        buf_clear(&ex->head);
        return err_note(ERR_INTERNAL, "page %s is longer than %d bytes",
                        program->pages[index].file, RESPONSE_LIMIT);
    }
    ex->answered = true;
    return OK;
}

/* A decoded path parameter may have become part of the address: what is not printable ASCII is
 * encoded again (RFC 3986). */
static struct str encode_location(struct arena *arena, struct str url)
{
    struct buf out = buf_init(arena, 3 * url.len + 1);

    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.ptr[i];

        if (c <= 0x20 || c > 0x7e)
            buf_format(&out, "%%%02X", c);
        else
            buf_put_char(&out, url.ptr[i]);
    }
    return buf_str(&out);
}

enum err page_redirect(struct page *page, struct str url)
{
    struct web_exchange *ex = page->exchange;

    if (ex->answered || !str_starts(url, ex->site->prefix) || str_starts(url, STR("//")))
        bug("page_redirect twice or to a foreign place");
    response_header(ex, "Location", encode_location(ex->page.arena, url));
    ex->status = 303;
    ex->answered = true;
    return OK;
}

enum err page_redirect_away(struct page *page, struct str url)
{
    struct web_exchange *ex = page->exchange;

    if (ex->answered || page->route->method != HTTP_GET)
        bug("page_redirect_away twice or after a form");
    if (!str_starts(url, STR("https://")))
        return err_note(ERR_INTERNAL, "redirect to something without https");
    response_header(ex, "Location", encode_location(ex->page.arena, url));
    ex->status = 303;
    ex->answered = true;
    return OK;
}

enum err page_redirect_site(struct page *page, struct str path)
{
    struct web_exchange *ex = page->exchange;

    if (ex->answered || !str_starts(path, STR("/")) || str_starts(path, STR("//")) ||
        str_index(path, '\\') >= 0)
        bug("page_redirect_site twice or to a foreign place");
    response_header(ex, "Location", encode_location(ex->page.arena, path));
    ex->status = 303;
    ex->answered = true;
    return OK;
}

enum err page_answer(struct page *page, int status)
{
    struct web_exchange *ex = page->exchange;

    if (ex->answered)
        bug("page_answer after an answer");
    ex->status = status;
    ex->answered = true;
    return OK;
}

void page_header(struct page *page, const char *name, struct str value)
{
    response_header(page->exchange, name, value);
}

enum err page_send_file(struct page *page, struct str internal_path, struct str file_name,
                        struct str media_type)
{
    struct web_exchange *ex = page->exchange;
    struct buf disposition = buf_init(page->arena, 2048);

    buf_put_c(&disposition, "attachment; filename=");
    escape_header_quoted(&disposition, file_name);
    buf_put_c(&disposition, "; filename*=UTF-8''");
    escape_url_part(&disposition, file_name);
    if (buf_check(&disposition) != OK)
        return err_note(ERR_INTERNAL, "file name too long");
    response_header(
        ex, "X-Accel-Redirect",
        str_format(page->arena, "/internal/documents/%.*s", STR_ARG(internal_path)));
    response_header(ex, "Content-Type", media_type);
    response_header(ex, "Content-Disposition", buf_str(&disposition));
    ex->status = 200;
    ex->answered = true;
    return OK;
}

void response_text(struct web_exchange *ex, int status, struct str text)
{
    response_header(ex, "Content-Type", STR("text/plain; charset=utf-8"));
    buf_put(ex->body_out, text);
    ex->status = status;
    ex->answered = true;
}

bool response_head_fits(const struct web_exchange *ex)
{
    return buf_check(&ex->head) == OK;
}

/* ---- bytes ---- */

struct str response_bytes(struct web_exchange *ex)
{
    struct buf head = buf_init(ex->page.arena, RESPONSE_HEAD_ROOM);
    struct str all;
    size_t body_len = ex->body_out->len - RESPONSE_HEAD_ROOM;
    char *start;

    buf_format(&head, "Status: %d %s\r\n", ex->status, reason(ex->status));
    buf_put_bytes(&head, SECURITY_HEADERS, sizeof(SECURITY_HEADERS) - 1);
    if (ex->http.request_id.len > 0)
        buf_format(&head, "X-Request-ID: %.*s\r\n", STR_ARG(ex->http.request_id));
    if (ex->retry_after_s > 0)
        buf_format(&head, "Retry-After: %lld\r\n", (long long)ex->retry_after_s);
    if (ex->site->show_statements && ex->site->db) {
        struct db_counters counters = db_counters(ex->site->db);

        buf_format(&head, "X-Kontor-Statements: data=%d control=%d\r\n", counters.data,
                   counters.control);
    }
    buf_put(&head, buf_str(&ex->head));
    if (ex->http.method == HTTP_HEAD)
        body_len = 0;
    else if (ex->status != 204)
        buf_format(&head, "Content-Length: %zu\r\n", body_len);
    buf_put_c(&head, "\r\n");
    if (buf_check(&head) != OK)
        bug("response head over %d bytes", RESPONSE_HEAD_ROOM);
    /* Right before the body, so that one write sends both. */
    start = ex->body_out->ptr + RESPONSE_HEAD_ROOM - head.len;
    memcpy(start, head.ptr, head.len);
    all = (struct str){start, head.len + body_len};
    return all;
}
