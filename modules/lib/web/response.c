#include "web/exchange.h"

#include "formats/json.h"
#include "text/escape.h"
#include "web/error_view.h"

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

/* The one table from outcome to answer. */
struct error_row {
    enum err err;
    int status;
    const char *key; /* of the problem type */
    const char *title;
    const char *text;
};
static const struct error_row ERRORS[] = {
    {ERR_INPUT, 422, "input", N_("The entry could not be used"),
     N_("Something in what was sent is not valid. Go back, check your entries and send "
        "them "
        "again.")},
    {ERR_AUTH, 401, "auth", N_("Please sign in"), N_("Sign in to open this page.")},
    {ERR_DENIED, 403, "denied", N_("You may not do this"),
     N_("Your account does not have the right for this page or action.")},
    {ERR_NOT_FOUND, 404, "not-found", N_("Page not found"),
     N_("There is nothing at this address, or it is not yours to see. Check the address "
        "or go "
        "to the start page.")},
    {ERR_CONFLICT, 409, "conflict", N_("Somebody else was faster"),
     N_("This has changed since you opened the page, so your action was not carried out. "
        "Open "
        "the page again to see how it stands now.")},
    {ERR_TOO_LARGE, 413, "too-large", N_("Too large"),
     N_("What you sent is larger than allowed. Nothing was saved.")},
    {ERR_LIMITED, 429, "limited", N_("Too many attempts"),
     N_("There were too many attempts in a short time. Please wait before you try "
        "again.")},
    {ERR_UNAVAILABLE, 503, "unavailable",
     N_("The service is not available at the moment"),
     N_("A system behind this page cannot be reached at the moment. Nothing that you "
        "sent was "
        "saved. Please try again in a minute; you need not sign in again.")},
    {ERR_UNCERTAIN, 503, "uncertain", N_("It is not certain whether this was saved"),
     N_("The connection to the database was lost at the last moment. Send the form "
        "again: it is "
        "taken only once.")},
    {ERR_INTERNAL, 500, "internal", N_("Something went wrong"),
     N_("This is a defect of ours, not of your entry. It was recorded. Please try again "
        "later.")},
};
static const struct error_row MALFORMED = {
    ERR_INPUT, 400, "malformed", N_("The request could not be read"),
    N_("What was sent contains characters that are not valid text (such as a NUL "
       "character or "
       "bytes that are not UTF-8) or is incomplete. Remove them and send it again.")};
static const struct error_row NOT_ALLOWED = {
    ERR_INPUT, 405, "method", N_("This page cannot be opened this way"),
    N_("The address exists but does not accept this kind of request. Go to the start "
       "page and "
       "try from there.")};

static const struct error_row *row_of(enum err err)
{
    for (size_t i = 0; i < sizeof(ERRORS) / sizeof(*ERRORS); i++)
        if (ERRORS[i].err == err)
            return &ERRORS[i];
    return row_of(ERR_INTERNAL);
}

int response_status_of(enum err err)
{
    return err == OK ? 200 : row_of(err)->status;
}

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

static void body_reset(struct web_exchange *ex)
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
    body_reset(ex);
}

/* Values are made by us or checked before; a line break in one would be a defect. */
static void put_header(struct web_exchange *ex, const char *name, struct str value)
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
    put_header(ex, "Set-Cookie", buf_str(&line));
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

static void write_problem(struct web_exchange *ex, int status, const char *key,
                          struct str title, struct str detail)
{
    struct buf *out = ex->body_out;

    buf_format(out, "{\"type\":\"urn:kontor:problem:%s\",\"title\":", key);
    json_put_str(out, title);
    buf_format(out, ",\"status\":%d,\"detail\":", status);
    json_put_str(out, detail);
    buf_put_c(out, ",\"instance\":");
    json_put_str(out, str_format(ex->page.arena, "urn:kontor:exchange:%.*s",
                                 STR_ARG(ex->http.request_id)));
    if (ex->page.error_count > 0) {
        buf_put_c(out, ",\"errors\":[");
        for (size_t i = 0; i < ex->page.error_count; i++) {
            buf_put_c(out, i ? ",{\"name\":" : "{\"name\":");
            json_put_str(out, ex->errors[i].name);
            buf_put_c(out, ",\"detail\":");
            json_put_str(out, ex->errors[i].text);
            buf_put_char(out, '}');
        }
        buf_put_char(out, ']');
    }
    buf_put_c(out, "}\n");
    put_header(ex, "Content-Type", STR("application/problem+json"));
}

static void write_page(struct web_exchange *ex, const struct template *tpl,
                       const void *view)
{
    struct frame_view frame = {0};

    frame_fill(ex, &frame);
    template_render(tpl, &ex->render, &frame, view, ex->body_out);
    put_header(ex, "Content-Type", STR("text/html; charset=utf-8"));
    put_header(ex, "Content-Language", frame.language);
}

/* A page shown again says by its status what is wrong: wrong fields unless the handler said more. */
static const struct error_row *row_of_page(int status)
{
    for (size_t i = 0; i < sizeof(ERRORS) / sizeof(*ERRORS); i++)
        if (ERRORS[i].status == status)
            return &ERRORS[i];
    return row_of(ERR_INPUT);
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
        const struct error_row *row = row_of_page(ex->status);

        write_problem(ex, ex->status, row->key, page_text(page, row->title),
                      page_text(page, row->text));
    } else if (ex->http.wants_json) {
        struct str token = csrf_token(ex);

        view_write_json(program->pages[index].view, view, &ex->render, ex->body_out);
        put_header(ex, "Content-Type", STR("application/json"));
        if (token.len > 0)
            put_header(ex, "X-Kontor-CSRF", token);
    } else {
        write_page(ex, ex->site->look->pages[index], view);
    }
    if (buf_check(ex->body_out) != OK) {
        ex->status = 0;
        body_reset(ex);
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
    put_header(ex, "Location", encode_location(ex->page.arena, url));
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
    put_header(ex, "Location", encode_location(ex->page.arena, url));
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
    put_header(ex, "Location", encode_location(ex->page.arena, path));
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
    put_header(page->exchange, name, value);
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
    put_header(
        ex, "X-Accel-Redirect",
        str_format(page->arena, "/internal/documents/%.*s", STR_ARG(internal_path)));
    put_header(ex, "Content-Type", media_type);
    put_header(ex, "Content-Disposition", buf_str(&disposition));
    ex->status = 200;
    ex->answered = true;
    return OK;
}

void response_text(struct web_exchange *ex, int status, struct str text)
{
    put_header(ex, "Content-Type", STR("text/plain; charset=utf-8"));
    buf_put(ex->body_out, text);
    ex->status = status;
    ex->answered = true;
}

/* ---- errors ---- */

static const struct view_field error_fields[] = {
    VIEW_F(struct error_view, status, VIEW_STR),
    VIEW_F(struct error_view, title, VIEW_MSG),
    VIEW_F(struct error_view, text, VIEW_MSG),
    VIEW_F(struct error_view, retry_seconds, VIEW_INT),
};
VIEW_TYPE(error_view_type, struct error_view, error_fields);

static void redirect_to_login(struct web_exchange *ex)
{
    struct buf url = buf_init(ex->page.arena, 32768);

    buf_put(&url, ex->site->prefix);
    buf_put_c(&url, "login");
    if (ex->uri.len > 1 && ex->uri.len <= 500 &&
        (ex->http.method != HTTP_POST || route_has_get(ex))) {
        buf_put_c(&url, "?return_to=");
        escape_url_part(&url, ex->uri);
    }
    put_header(ex, "Location", buf_str(&url));
    ex->status = 303;
}

static void put_allow(struct web_exchange *ex)
{
    struct buf allow = buf_init(ex->page.arena, 64);

    if (ex->allowed_methods & HTTP_GET)
        buf_put_c(&allow, "GET, HEAD");
    if (ex->allowed_methods & HTTP_POST)
        buf_put_c(&allow, allow.len ? ", POST" : "POST");
    put_header(ex, "Allow", buf_str(&allow));
}

void response_error(struct web_exchange *ex, enum err err)
{
    const struct error_row *row = row_of(err);
    struct error_view view = {0};

    body_reset(ex);
    if (!response_head_fits(ex))
        buf_clear(&ex->head);
    ex->answered = true;
    if (err == ERR_AUTH && !ex->http.wants_json) {
        redirect_to_login(ex);
        return;
    }
    if (err == ERR_INPUT && ex->allowed_methods) {
        row = &NOT_ALLOWED;
        put_allow(ex);
    } else if (err == ERR_INPUT && (!ex->handler_ran || ex->http.method != HTTP_POST)) {
        row = &MALFORMED; /* nothing that a person typed into a field */
        if (ex->handler_ran && !ex->error_detail)
            ex->error_detail =
                N_("This link is not complete, or a value in it is not valid.");
    }
    ex->status = row->status;
    if (err == ERR_UNAVAILABLE && ex->retry_after_s == 0)
        ex->retry_after_s = 10;
    view.status = str_format(ex->page.arena, "%d", row->status);
    view.title = row->title;
    view.text = ex->error_detail ? ex->error_detail : row->text;
    view.retry_seconds = err == ERR_LIMITED ? ex->retry_after_s : 0;
    if (ex->http.wants_json) {
        write_problem(ex, row->status, row->key, page_text(&ex->page, row->title),
                      page_text(&ex->page, view.text));
        return;
    }
    /* What was typed is not repeated on an error page, so no field is marked either. */
    ex->page.error_count = 0;
    write_page(ex, ex->site->look->error_page, &view);
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
