#include "web/exchange.h"

#include "formats/json.h"
#include "text/escape.h"
#include "web/error_view.h"

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
static const struct error_row STEP_UP = {
    ERR_AUTH, 401, "step-up", N_("Please confirm who you are"),
    N_("This needs a fresh proof of who you are. Confirm it at login/step-up, then send "
       "it again.")};
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

/* ---- problem+json ---- */

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
    response_header(ex, "Content-Type", STR("application/problem+json"));
}

/* A page shown again says by its status what is wrong: wrong fields unless the handler said more. */
static const struct error_row *row_of_page(int status)
{
    for (size_t i = 0; i < sizeof(ERRORS) / sizeof(*ERRORS); i++)
        if (ERRORS[i].status == status)
            return &ERRORS[i];
    return row_of(ERR_INPUT);
}

void response_problem(struct web_exchange *ex)
{
    const struct error_row *row = row_of_page(ex->status);

    write_problem(ex, ex->status, row->key, page_text(&ex->page, row->title),
                  page_text(&ex->page, row->text));
}

/* ---- instead of the page ---- */

static const struct view_field error_fields[] = {
    VIEW_F(struct error_view, status, VIEW_STR),
    VIEW_F(struct error_view, title, VIEW_MSG),
    VIEW_F(struct error_view, text, VIEW_MSG),
    VIEW_F(struct error_view, retry_seconds, VIEW_INT),
};
VIEW_TYPE(error_view_type, struct error_view, error_fields);

/* To the sign-in page or another one that has to come first; back from there to this page. */
static void redirect_to_login(struct web_exchange *ex)
{
    struct buf url = buf_init(ex->page.arena, 32768);

    buf_put(&url, ex->site->prefix);
    buf_put_c(&url, ex->auth_page ? ex->auth_page : "login");
    if (ex->uri.len > 1 && ex->uri.len <= 500 &&
        (ex->http.method != HTTP_POST || route_has_get(ex))) {
        buf_put_c(&url, "?return_to=");
        escape_url_part(&url, ex->uri);
    }
    response_header(ex, "Location", buf_str(&url));
    ex->status = 303;
}

static void put_allow(struct web_exchange *ex)
{
    struct buf allow = buf_init(ex->page.arena, 64);

    if (ex->allowed_methods & HTTP_GET)
        buf_put_c(&allow, "GET, HEAD");
    if (ex->allowed_methods & HTTP_POST)
        buf_put_c(&allow, allow.len ? ", POST" : "POST");
    response_header(ex, "Allow", buf_str(&allow));
}

void response_error(struct web_exchange *ex, enum err err)
{
    const struct error_row *row = row_of(err);
    struct error_view view = {0};

    response_clear(ex);
    if (!response_head_fits(ex))
        buf_clear(&ex->head);
    ex->answered = true;
    if (err == ERR_AUTH && !ex->http.wants_json) {
        redirect_to_login(ex);
        return;
    }
    if (err == ERR_AUTH && ex->auth_page) {
        row = &STEP_UP;
    } else if (err == ERR_INPUT && ex->allowed_methods) {
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
    response_page(ex, ex->site->look->error_page, &view);
}
