#include "web/exchange.h"

#include "base/random.h"

/* base64url of 32 bytes. Anything else in the cookie was not made by us and costs no
 * statement. */
#define TOKEN_LEN      43
#define LANGUAGE_AGE_S (365 * 24 * 3600)
#define CLOCK_SKEW_US  (60 * US_PER_S)

static bool is_token(struct str s)
{
    if (s.len != TOKEN_LEN)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return true;
}

static struct str token_cookie(const struct web_exchange *ex, struct str name)
{
    const struct str *value = map_get(ex->http.cookies, name);

    return value && is_token(*value) ? *value : STR_NONE;
}

struct str page_session_token(const struct page *page)
{
    return page->exchange->token;
}

struct str page_parked_key(const struct page *page)
{
    return token_cookie(page->exchange, page->exchange->site->cookie_parked);
}

void page_begin_session(struct page *page, struct str token)
{
    struct web_exchange *ex = page->exchange;

    response_cookie(ex, ex->site->cookie_session, token, -1, true);
    ex->token = token;
}

void page_renew_session(struct page *page, struct str token)
{
    struct web_exchange *ex = page->exchange;

    csrf_renew(ex, token);
    frame_renew_notice(ex, token);
    page_begin_session(page, token);
}

void page_drop_pre_login(struct page *page)
{
    struct web_exchange *ex = page->exchange;

    if (ex->pre_token.ptr)
        response_cookie(ex, ex->site->cookie_pre, STR(""), 0, true);
}

struct str page_chosen_language(const struct page *page)
{
    const struct web_exchange *ex = page->exchange;
    const struct str *asked = map_get(ex->http.query, STR("lang"));
    const struct str *kept = map_get(ex->http.cookies, ex->site->cookie_language);
    enum language language;

    if ((asked && language_parse(*asked, &language)) ||
        (kept && language_parse(*kept, &language)))
        return str_from(language_code(language));
    return STR_NONE;
}

bool page_at_staff_origin(const struct page *page)
{
    struct str origin = page->exchange->site->staff_origin;
    ssize_t host = str_find(origin, STR("://"));

    return host >= 0 &&
           str_eq_nocase(str_from_index(origin, (size_t)host + 3), page->http->host);
}

bool page_is_poll(const struct page *page)
{
    return page->exchange->live_poll;
}

void guard_choose_language(struct web_exchange *ex)
{
    const struct str *asked = map_get(ex->http.query, STR("lang"));
    const struct str *kept = map_get(ex->http.cookies, ex->site->cookie_language);
    enum language language;

    if (asked && language_parse(*asked, &language)) {
        /* Called again once the person is known; the cookie is set the first time only.
         */
        if (!ex->page.route && (!kept || !str_is(*kept, language_code(language))))
            response_cookie(ex, ex->site->cookie_language,
                            str_from(language_code(language)), LANGUAGE_AGE_S, false);
    } else if (kept && language_parse(*kept, &language)) {
        /* as found */
    } else if (ex->principal.language.len > 0 &&
               language_parse(ex->principal.language, &language)) {
        /* as found */
    } else {
        language = language_accept(ex->http.accept_language, ex->site->language);
    }
    ex->render.language = language;
    if (ex->principal.zone.len > 0)
        ex->render.zone = ex->principal.zone;
}

static enum err load_session(struct web_exchange *ex)
{
    const struct web_site *site = ex->site;
    uint8_t digest[SHA256_BYTES];
    enum err err;

    ex->token = token_cookie(ex, site->cookie_session);
    ex->pre_token = token_cookie(ex, site->cookie_pre);
    if (!ex->token.ptr)
        return OK;
    sha256(ex->token, digest);
    err = site->program->guard->session_load(site->db, ex->page.arena, digest,
                                             ex->page.now, site->idle_us, &ex->principal);
    if (err == ERR_AUTH || err == ERR_NOT_FOUND) {
        ex->principal = (struct principal){0};
        err_clear();
        return OK;
    }
    return err;
}

/* A password is stored nowhere, not for a minute either. */
static bool has_password(const struct route *route)
{
    for (size_t i = 0; i < route->field_count; i++)
        if (route->fields[i].type == FIELD_PASSWORD)
            return true;
    return false;
}

/* Keep what was typed when the session has ended meanwhile, or when who sent it has to prove who they
 * are first. Its token still proves by the form's CSRF token that the person sent it, and the row of
 * the session says who that is. Failures here change nothing: then the person types again. */
static void park_post(struct web_exchange *ex)
{
    const struct guard_port *port = ex->site->program->guard;
    const struct str *token;
    struct parked parked = {.path = ex->uri};
    uint8_t session_sha256[SHA256_BYTES];
    uint8_t bytes[32];
    struct str key;

    if (ex->http.method != HTTP_POST || !ex->token.ptr || !port->park ||
        ex->page.route->flags & ROUTE_STREAM || has_password(ex->page.route) ||
        csrf_check_origin(ex) != OK || ex->uri.len > 500)
        return;
    if (http_read_body(ex, PARKED_LIMIT) != OK || ex->body_raw.len == 0)
        return;
    token = map_get(ex->body, STR("csrf"));
    if (!token || !csrf_valid(ex, *token))
        return;
    sha256(ex->token, session_sha256);
    parked.person_id = ex->principal.person_id;
    if (!parked.person_id &&
        port->session_person(ex->site->db, ex->page.arena, session_sha256,
                             &parked.person_id) != OK)
        return;
    random_bytes(bytes, sizeof(bytes));
    key = str_base64url(ex->page.arena, bytes, sizeof(bytes));
    sha256(key, parked.key_sha256);
    parked.body = ex->body_raw;
    if (port->park(ex->site->db, &parked, ex->page.now) == OK)
        response_cookie(ex, ex->site->cookie_parked, key, PARKED_MAX_AGE_S, true);
}

/* Staff on a customers' page: in the support view they are the company's reader, and nothing that
 * changes anything gets past this, whatever the page's right is. */
static enum err check_support(struct web_exchange *ex, const struct route *route)
{
    struct principal *who = &ex->principal;

    if (!ex->site->program->customers || !who->is_staff || right_is_staff(route->right))
        return OK;
    principal_enter_support(who, ex->page.now);
    if (who->support && route->method != HTTP_GET) {
        ex->error_detail = N_(
            "You are in the support view, which is read only. Nothing was changed. End "
            "it to work under your own name.");
        return err_note(ERR_DENIED, "the support view is read only");
    }
    return OK;
}

/* Why somebody who just saw the page of a company does not see this one. */
static const char *support_detail(const struct web_exchange *ex)
{
    if (ex->principal.support)
        return N_("The support view shows what people of the company may read. This page "
                  "is for those who work on it.");
    if (ex->principal.support_company_id && ex->site->program->customers)
        return N_("The support view has ended. You are here under your own name.");
    return ex->error_detail;
}

static enum err check_right(struct web_exchange *ex, const struct route *route)
{
    if (route->right == RIGHT_NONE)
        return OK;
    if (!ex->principal.person_id) {
        park_post(ex);
        err_clear();
        return err_note(ERR_AUTH, "nobody is signed in");
    }
    if (route->right == RIGHT_SIGNED_IN ||
        rights_include(ex->principal.rights, route->right))
        return OK;
    ex->error_detail = support_detail(ex);
    return err_note(ERR_DENIED, "right %s is missing", right_key(route->right));
}

/* The proof of who sits there may be some minutes old. One from the future is wrong as well; the clocks
 * of two machines may differ by a little. */
static bool is_fresh(const struct web_exchange *ex)
{
    int64_t age_us = ex->page.now - ex->principal.confirmed_at;

    return age_us > -CLOCK_SKEW_US && age_us < ex->site->step_up_us;
}

/* What comes before a page of somebody who is signed in: a new token after a role change (a page that
 * is opened, nothing that is under way), a proof before a delicate act. */
static enum err check_session(struct web_exchange *ex, const struct route *route)
{
    if (route->right == RIGHT_NONE || !ex->principal.person_id)
        return OK;
    if (ex->principal.renew && ex->http.method == HTTP_GET && !ex->live_poll &&
        !ex->http.wants_json && ex->uri.len <= 500) {
        ex->auth_page = "login/renew";
        return err_note(ERR_AUTH, "a role has changed: the session gets a new token");
    }
    if (!(route->flags & ROUTE_STEP_UP) || is_fresh(ex))
        return OK;
    park_post(ex);
    err_clear();
    ex->auth_page = "login/step-up";
    return err_note(ERR_AUTH, "the last proof of who this is, is too old");
}

static enum err check_csrf(struct web_exchange *ex, const struct route *route,
                           int64_t limit)
{
    const struct str *field;
    struct str token = str_from(ex->io.param(ex->io.handle, "HTTP_X_KONTOR_CSRF"));
    enum err err = csrf_check_origin(ex);

    if (err != OK)
        return err;
    if (route->flags & ROUTE_STREAM)
        limit += BODY_GRACE_BYTES;
    if (ex->http.content_length > limit)
        return err_note(ERR_TOO_LARGE, "body of %lld bytes",
                        (long long)ex->http.content_length);
    if (route->flags & ROUTE_STREAM)
        return OK; /* page_multipart() checks the token, which is the first part */
    err = http_read_body(ex, limit);
    if (err != OK)
        return err;
    field = map_get(ex->body, STR("csrf"));
    if (field)
        token = *field;
    if (!csrf_valid(ex, token)) {
        ex->error_detail = N_(
            "This form is no longer valid: it was opened before you signed in or out. Go "
            "back, reload the page and send it again.");
        return err_note(ERR_DENIED, "CSRF token missing or wrong");
    }
    return OK;
}

enum err guard_check(struct web_exchange *ex)
{
    const struct route *route = ex->page.route;
    int64_t limit = route->body_limit ? route->body_limit : BODY_LIMIT_DEFAULT;
    enum err err = load_session(ex);

    if (err != OK)
        return err;
    guard_choose_language(ex);
    err = check_support(ex, route);
    if (err == OK)
        err = check_right(ex, route);
    if (err == OK)
        err = check_session(ex, route);
    if (err == OK && route->csrf == CSRF_TOKEN)
        err = check_csrf(ex, route, limit);
    else if (err == OK && route->flags & ROUTE_SERVER_POST)
        err = http_read_body(ex, limit);
    if (err != OK)
        return err;
    /* What was kept has been sent now (or something newer has); what login asks comes before that. */
    if (route->csrf == CSRF_TOKEN && ex->principal.person_id &&
        !str_starts(str_from(route->pattern), STR("/login")) &&
        map_has(ex->http.cookies, ex->site->cookie_parked))
        response_cookie(ex, ex->site->cookie_parked, STR(""), 0, true);
    if (route->flags & ROUTE_STREAM)
        return OK;
    fields_parse(ex, route->method == HTTP_GET ? ex->http.query : ex->body);
    /* A bad value in a link is nobody's typing: there is no field to correct. */
    if (route->method == HTTP_GET && ex->page.error_count > 0) {
        ex->error_detail =
            N_("This link is not complete, or a value in it is not valid.");
        return err_note(ERR_INPUT, "bad value in the query");
    }
    return OK;
}
