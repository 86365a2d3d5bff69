#include "web/exchange.h"

#include "text/escape.h"

#define NOTICE_LIMIT 300
#define NOTICE_AGE_S 60
/* How long after its end a page says that a support view is over. */
#define SUPPORT_OVER_US (5 * 60 * US_PER_S)

static const struct view_field frame_fields[] = {
    VIEW_F(struct frame_view, language, VIEW_STR),
    VIEW_F(struct frame_view, prefix, VIEW_STR),
    VIEW_F(struct frame_view, path, VIEW_STR),
    VIEW_F(struct frame_view, site_name, VIEW_STR),
    VIEW_H(struct frame_view, csrf_token, VIEW_STR),
    VIEW_F(struct frame_view, signed_in, VIEW_BOOL),
    VIEW_F(struct frame_view, is_staff, VIEW_BOOL),
    VIEW_F(struct frame_view, is_customer, VIEW_BOOL),
    VIEW_F(struct frame_view, user_name, VIEW_STR),
    VIEW_F(struct frame_view, company_name, VIEW_STR),
    VIEW_F(struct frame_view, may_read, VIEW_BOOL),
    VIEW_F(struct frame_view, may_edit, VIEW_BOOL),
    VIEW_F(struct frame_view, may_intake, VIEW_BOOL),
    VIEW_F(struct frame_view, may_tickets, VIEW_BOOL),
    VIEW_F(struct frame_view, may_people, VIEW_BOOL),
    VIEW_F(struct frame_view, may_companies, VIEW_BOOL),
    VIEW_H(struct frame_view, css_url, VIEW_STR),
    VIEW_H(struct frame_view, js_url, VIEW_STR),
    VIEW_H(struct frame_view, url_en, VIEW_STR),
    VIEW_H(struct frame_view, url_de, VIEW_STR),
    VIEW_F(struct frame_view, is_en, VIEW_BOOL),
    VIEW_F(struct frame_view, is_de, VIEW_BOOL),
    VIEW_F(struct frame_view, notice, VIEW_MSG),
    VIEW_F(struct frame_view, notice_warns, VIEW_BOOL),
    VIEW_F(struct frame_view, support, VIEW_BOOL),
    VIEW_H(struct frame_view, support_elsewhere, VIEW_BOOL),
    VIEW_H(struct frame_view, support_company, VIEW_STR),
    VIEW_H(struct frame_view, support_until, VIEW_INSTANT),
    VIEW_H(struct frame_view, support_over, VIEW_BOOL),
    VIEW_SUB(struct frame_view, errors, VIEW_LIST, &field_error_view_type),
    VIEW_F(struct frame_view, has_errors, VIEW_BOOL),
    VIEW_F(struct frame_view, contact_mail, VIEW_STR),
    VIEW_F(struct frame_view, request_id, VIEW_STR),
};
VIEW_TYPE(frame_view_type, struct frame_view, frame_fields);

/* This page with another language: the same query without its lang. A page that came from
 * a POST to a path without GET has no address of its own; there the way leads to the
 * start. */
static struct str language_url(const struct web_exchange *ex, const char *code)
{
    struct buf url = buf_init(ex->page.arena, 16384);
    struct str rest = ex->http.query_raw;
    struct str pair;
    struct str path = ex->uri;
    char separator = '?';

    (void)str_next(&path, '?', &pair);
    buf_put(&url, ex->site->prefix);
    /* "//host" is only found on the page that says 404; as a link it would lead away. */
    if ((ex->http.method == HTTP_POST && !route_has_get(ex)) ||
        (ex->page.route && ex->page.route->flags & ROUTE_ONCE) ||
        str_starts(pair, STR("//")) || str_starts(pair, STR("/\\")))
        rest = STR_NONE;
    else
        buf_put(&url, str_from_index(pair, 1));
    while (str_next(&rest, '&', &pair)) {
        if (pair.len == 0 || str_starts(pair, STR("lang=")))
            continue;
        buf_put_char(&url, separator);
        buf_put(&url, pair);
        separator = '&';
    }
    buf_put_char(&url, separator);
    buf_put_c(&url, "lang=");
    buf_put_c(&url, code);
    return buf_str(&url);
}

/* The banner of the support view, on every page while one runs; for some minutes after its end a line. */
static void fill_support(const struct web_exchange *ex, struct frame_view *out)
{
    const struct principal *who = &ex->principal;
    instant_us now = ex->page.now;

    if (!who->is_staff || !who->support_company_id)
        return;
    out->support = who->support;
    out->support_elsewhere = !who->support && principal_support_runs(who, now);
    out->support_over = !out->support && !out->support_elsewhere &&
                        who->support_until <= now &&
                        now - who->support_until < SUPPORT_OVER_US;
    out->support_company = who->support_company_name;
    out->support_until = who->support_until;
}

void frame_fill(struct web_exchange *ex, struct frame_view *out)
{
    const struct web_site *site = ex->site;
    const struct principal *who = &ex->principal;

    out->language = str_from(language_code(ex->render.language));
    out->prefix = site->prefix;
    out->path = str_from_index(ex->http.path, 1);
    out->site_name = site->name;
    out->csrf_token = csrf_token(ex);
    out->signed_in = who->person_id != 0;
    out->is_staff = out->signed_in && who->company_id == 0;
    out->is_customer = out->signed_in && who->company_id != 0;
    out->user_name = who->display_name;
    out->company_name = who->company_name;
    out->may_read = rights_include(who->rights, RIGHT_REQUEST_READ);
    out->may_edit = rights_include(who->rights, RIGHT_REQUEST_EDIT);
    out->may_intake = rights_include(who->rights, RIGHT_INTAKE_READ);
    out->may_tickets = rights_include(who->rights, RIGHT_TICKET_READ);
    out->may_people = rights_include(who->rights, RIGHT_COMPANY_PEOPLE);
    out->may_companies = rights_include(who->rights, RIGHT_PEOPLE_READ);
    out->css_url = site->look->css_url;
    out->js_url = site->look->js_url;
    out->url_en = language_url(ex, "en");
    out->url_de = language_url(ex, "de");
    out->is_en = ex->render.language == LANGUAGE_EN;
    out->is_de = ex->render.language == LANGUAGE_DE;
    out->notice = frame_take_notice(ex, &out->notice_warns);
    fill_support(ex, out);
    out->errors = (struct view_list){ex->page.errors, ex->page.error_count};
    out->has_errors = ex->page.error_count > 0;
    out->contact_mail = site->contact_mail;
    out->request_id = ex->http.request_id;
}

/* ---- the notice: one sentence for the next page, perhaps of another program ---- */

/* The sentence travels in the cookie itself, since the next page may be another
 * program's. The MAC of the session makes sure that it is one of ours. */
static struct str notice_mac(struct web_exchange *ex, struct str key, struct str text)
{
    struct str purpose = str_format(ex->page.arena, "notice:%.*s", STR_ARG(text));

    return csrf_mac(ex->page.arena, key, str_c(ex->page.arena, purpose));
}

/* A warning begins with this, in the cookie and under its MAC. */
#define WARNING_MARK "!"

static void notice_set(struct web_exchange *ex, struct str token, struct str text)
{
    struct buf value = buf_init(ex->page.arena, 2048);

    if (!token.ptr || text.len > NOTICE_LIMIT)
        return;
    buf_put(&value, notice_mac(ex, token, text));
    buf_put_char(&value, '.');
    escape_url_part(&value, text);
    response_cookie(ex, ex->site->cookie_notice, buf_str(&value), NOTICE_AGE_S, true);
    ex->notice_out = true;
}

static void notice_put(struct page *page, struct str text)
{
    notice_set(page->exchange, page->exchange->token, text);
}

void page_notice(struct page *page, const char *msgid)
{
    notice_put(page, str_from(msgid));
}

void page_warning(struct page *page, const char *msgid)
{
    notice_put(page, str_format(page->arena, WARNING_MARK "%s", msgid));
}

/* The sentence of the cookie that came along, if it is one of ours for this session. */
static bool notice_read(struct web_exchange *ex, struct str *text_out)
{
    const struct str *cookie = map_get(ex->http.cookies, ex->site->cookie_notice);
    struct str rest = cookie ? *cookie : STR_NONE;
    struct str mac;
    struct str text;

    if (!ex->token.ptr || !str_next(&rest, '.', &mac) ||
        http_decode(ex->page.arena, rest, false, &text) != OK || text.len == 0 ||
        text.len > NOTICE_LIMIT || !secret_eq(mac, notice_mac(ex, ex->token, text))) {
        err_clear();
        return false;
    }
    *text_out = text;
    return true;
}

void frame_renew_notice(struct web_exchange *ex, struct str token)
{
    struct str text;

    if (notice_read(ex, &text))
        notice_set(ex, token, text);
}

const char *frame_take_notice(struct web_exchange *ex, bool *warns_out)
{
    struct str text;

    /* A background poll must not eat the sentence that the person has not seen. */
    if (!map_has(ex->http.cookies, ex->site->cookie_notice) || ex->live_poll ||
        ex->http.method != HTTP_GET)
        return NULL;
    if (!ex->notice_out)
        response_cookie(ex, ex->site->cookie_notice, STR(""), 0, true);
    if (!notice_read(ex, &text))
        return NULL;
    *warns_out = str_starts(text, STR(WARNING_MARK));
    return str_c(ex->page.arena, str_from_index(text, *warns_out ? 1 : 0));
}
