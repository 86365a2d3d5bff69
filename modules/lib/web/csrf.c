#include "web/exchange.h"

#include "base/random.h"

/* The token is derived from the session token, so it needs no storage and ends with the
 * session. Before sign-in a random cookie takes the place of the session token, and still
 * no row. */

#define PRE_TOKEN_BYTES 32

struct str csrf_mac(struct arena *arena, struct str key, const char *purpose)
{
    uint8_t mac[SHA256_BYTES];

    hmac_sha256(key, str_from(purpose), mac);
    return str_base64url(arena, mac, sizeof(mac));
}

static struct str key_of(const struct web_exchange *ex)
{
    if (ex->principal.person_id)
        return ex->token;
    return ex->pre_token;
}

struct str csrf_token(struct web_exchange *ex)
{
    struct arena *arena = ex->page.arena;

    if (ex->csrf.ptr)
        return ex->csrf;
    if (!ex->principal.person_id && !ex->pre_token.ptr) {
        uint8_t bytes[PRE_TOKEN_BYTES];

        /* Only pages that anybody may use have forms for people who are not signed in. */
        if (!ex->page.route || ex->page.route->right != RIGHT_NONE)
            return STR("");
        random_bytes(bytes, sizeof(bytes));
        ex->pre_token = str_base64url(arena, bytes, sizeof(bytes));
        response_cookie(ex, ex->site->cookie_pre, ex->pre_token, -1, true);
    }
    ex->csrf = csrf_mac(arena, key_of(ex), "csrf");
    return ex->csrf;
}

static bool is_mac_of(struct web_exchange *ex, struct str key, struct str token)
{
    return key.len > 0 && token.len > 0 &&
           secret_eq(token, csrf_mac(ex->page.arena, key, "csrf"));
}

/* A new token (step-up, role change) is no reason to lose what is typed in another tab. A cookie keeps
 * the form token of before; the MAC of the new session token says that it came from us and for this
 * session. */
static struct str renewed_mac(struct web_exchange *ex, struct str token,
                              struct str before)
{
    struct str purpose = str_concat(ex->page.arena, STR("form:"), before);

    return csrf_mac(ex->page.arena, token, str_c(ex->page.arena, purpose));
}

void csrf_renew(struct web_exchange *ex, struct str token)
{
    struct str before = csrf_mac(ex->page.arena, ex->token, "csrf");
    struct str mac = renewed_mac(ex, token, before);

    response_cookie(
        ex, ex->site->cookie_form,
        str_format(ex->page.arena, "%.*s.%.*s", STR_ARG(mac), STR_ARG(before)), -1, true);
}

static bool is_of_before(struct web_exchange *ex, struct str token)
{
    const struct str *cookie = map_get(ex->http.cookies, ex->site->cookie_form);
    struct str before = cookie ? *cookie : STR_NONE;
    struct str mac;

    return ex->token.len > 0 && token.len > 0 && str_next(&before, '.', &mac) &&
           secret_eq(token, before) && secret_eq(mac, renewed_mac(ex, ex->token, before));
}

/* A form that was opened in a session which has ended meanwhile still proves by its token that this
 * browser asked for it: on public pages (sign in, sign out) that is enough. */
bool csrf_valid(struct web_exchange *ex, struct str token)
{
    if (is_mac_of(ex, ex->token, token))
        return true;
    if (is_of_before(ex, token))
        return true;
    return !ex->principal.person_id && is_mac_of(ex, ex->pre_token, token);
}

/* The two are one site on two names. A browser says "same-origin" only for one and the same. */
static bool is_ours(const struct web_site *site, struct str origin)
{
    return str_eq_nocase(origin, site->origin) ||
           (site->staff_origin.len > 0 && str_eq_nocase(origin, site->staff_origin));
}

enum err csrf_check_origin(const struct web_exchange *ex)
{
    const struct http *http = &ex->http;

    /* Clients that send neither header are no browsers: the token decides alone. */
    if (http->fetch_site.len > 0 && !str_is(http->fetch_site, "same-origin"))
        return err_note(ERR_DENIED, "sent from another site (Sec-Fetch-Site)");
    if (http->origin.len > 0 && !is_ours(ex->site, http->origin))
        return err_note(ERR_DENIED, "sent from another site (Origin)");
    return OK;
}
