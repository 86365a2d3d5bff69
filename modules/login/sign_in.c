#include "provider.h"

#include "app/sign_on/sessions.h"
#include "app/sign_on/sign_on_provider.h"
#include "device.h"
#include "invitation.h"
#include "password.h"

#define BODY_FIELDS_MAX 500

static bool is_staff(const struct principal *principal)
{
    return principal->is_staff;
}

/* ---- the kept entries ----------------------------------------------------------------------- */

static enum err show_kept(struct page *page)
{
    struct actor actor = login_actor(page);
    struct parked_post_row parked = {0};
    const struct login_query *query = page->fields;
    struct kept_view view = {.confirmed = query->confirmed};
    struct kept_field *fields;
    const struct map_entry *entries;
    struct map *map = NULL;
    size_t count = 0;
    enum err err = sign_on_kept(&actor, page_parked_key(page), &parked);

    if (err == ERR_NOT_FOUND)
        return page_redirect(page,
                             login_url_after(page, is_staff(page->principal), STR_NONE));
    if (err == OK)
        err = http_parse_form(page->arena, parked.body, BODY_FIELDS_MAX, &map);
    if (err != OK)
        return err;
    entries = map_entries(map);
    fields = ARENA_ARRAY(page->arena, struct kept_field, map_count(map) + 1);
    for (size_t i = 0; i < map_count(map); i++) {
        if (str_is(entries[i].key, "csrf"))
            continue; /* the form gets a fresh one */
        fields[count].name = entries[i].key;
        fields[count].value = *(const struct str *)entries[i].value;
        count++;
    }
    view.action = page_url(page, "%.*s", STR_ARG(parked.path));
    view.continue_url = login_url_after(page, is_staff(page->principal), STR_NONE);
    view.fields = (struct view_list){fields, count};
    return page_render(page, PAGE_KEPT, &view);
}

/* ---- the form ------------------------------------------------------------------------------- */

/* Why somebody who comes with an old session's token has to sign in. Who does not have the token is told nothing. */
static const char *const PASTS[] = {
    [SESSION_PAST_IDLE] = N_("Your session is over, because you did not use it for some "
                             "time or it had become too old. Please sign in again."),
    [SESSION_PAST_ENDED_BY_PERSON] =
        N_("Your session was ended from another device, by you or by somebody who knows "
           "your password."),
    [SESSION_PAST_ENDED_BY_COORDINATOR] =
        N_("Your session was ended by a coordinator of your company."),
    [SESSION_PAST_ENDED_BY_STAFF] = N_("Your session was ended by our staff."),
    [SESSION_PAST_ENDED_BY_SOURCE] =
        N_("Your session was ended, because your account was changed, switched off or "
           "signed out where it is managed."),
    [SESSION_PAST_ROLES] =
        N_("Your session was ended, because your rights were changed."),
    [SESSION_PAST_PASSWORD] =
        N_("Your session was ended, because a new password was chosen for your account."),
    [SESSION_PAST_OTHER] = N_("Your session was ended. Please sign in again."),
};

static enum err read_past(const struct page *page, const char **out)
{
    struct actor actor = login_actor(page);
    enum session_past past = SESSION_PAST_NONE;
    enum err err = OK;

    if (!page->principal->person_id && page_session_token(page).len > 0)
        err = session_past(&actor, page_session_token(page), &past);
    if (err == OK)
        *out = PASTS[past];
    return err;
}

static enum err show_form(struct page *page, struct str login_value, struct str return_to,
                          struct str invitation)
{
    const struct login_state *login_state = page->state;
    struct invitation_offer_row offer;
    struct login_view view = {
        .login_value = login_value,
        .login_error = login_error_of(page, "login"),
        .password_error = login_error_of(page, "password"),
        .return_to = return_to_is_ours(return_to) ? return_to : STR_NONE,
        .switching = page->principal->person_id != 0,
        .kept = page_parked_key(page).len > 0,
        .by_password = directory_count(login_state->directory) > 0,
        .has_providers = oidc_count(login_state->oidc) > 0,
        .providers = provider_buttons(page, return_to),
    };
    enum err err = invitation_read(page, invitation, &offer);

    if (err == OK)
        err = read_past(page, &view.past);
    if (err != OK)
        return err;
    if (offer.open) {
        view.invited_by = offer.invited_by;
        view.invited_company = offer.company_name;
    }
    if (view.switching)
        view.continue_url = login_url_after(page, is_staff(page->principal), return_to);
    return page_render(page, PAGE_LOGIN, &view);
}

/* The link of an invitation's mail: who invites whom, or that it is over. */
static enum err show_invitation(struct page *page, const struct login_query *query)
{
    struct invitation_over_view over = {.login_url = page_url(page, "/login")};
    struct invitation_offer_row offer;
    enum err err = invitation_read(page, query->invitation, &offer);

    if (err != OK)
        return err;
    if (!offer.open) {
        page_status(page, 404);
        return page_render(page, PAGE_INVITATION_OVER, &over);
    }
    invitation_keep(page, query->invitation);
    return show_form(page, STR_NONE, query->return_to, query->invitation);
}

enum err login_get(struct page *page)
{
    const struct login_query *query = page->fields;

    if (query->kept && page->principal->person_id && page_parked_key(page).len > 0)
        return show_kept(page);
    if (query->invitation.len > 0)
        return show_invitation(page, query);
    /* Signed in meanwhile, in another tab or with a new token: where they were going. */
    if (page->principal->person_id && return_to_is_ours(query->return_to))
        return page_redirect(
            page, login_url_after(page, is_staff(page->principal), query->return_to));
    return show_form(page, STR_NONE, query->return_to, invitation_token(page));
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static enum err show_again(struct page *page, const struct sign_on_result *result,
                           struct str return_to)
{
    struct str text;

    if (result->verdict == SIGN_ON_WRONG) {
        text = page_text(page,
                         N_("Login name or password is not correct. Please try again."));
    } else if (result->verdict == SIGN_ON_THROTTLED) {
        text = login_wait_text(page, result->wait_s);
        page_status(page, 429);
        page_retry_after(page, result->wait_s);
    } else {
        text =
            page_text(page, N_("We cannot check your password at the moment, because the "
                               "directory does not answer. This says nothing about your "
                               "password. Please try again in a minute."));
        page_status(page, 503);
        page_retry_after(page, 10);
    }
    page_add_error(page, STR("login"), text);
    return show_form(page, page_raw(page, "login"), return_to, invitation_token(page));
}

enum err login_post(struct page *page)
{
    const struct login_form *form = page->fields;
    const struct login_state *state = page->state;
    struct actor actor = login_actor(page);
    struct sign_on_input input = {
        .login = form->login,
        .password = form->password,
        .device_id = device_id_for(page, form->login),
        .entry = login_came_along(page),
    };
    struct sign_on_result result = {0};
    enum err err;

    if (page->error_count > 0)
        return show_form(page, page_raw(page, "login"), form->return_to,
                         invitation_token(page));
    err = sign_on(&actor, state->directory, &state->policy, &input, &result);
    if (err != OK)
        return err;
    if (result.verdict == SIGN_ON_WRONG || result.verdict == SIGN_ON_UNAVAILABLE ||
        result.verdict == SIGN_ON_THROTTLED)
        return show_again(page, &result, form->return_to);
    if (password_offer(page, &result, form->login, form->return_to, &err))
        return err;
    return login_outcome(page, &result, form->login, form->return_to);
}

/* ---- leaving -------------------------------------------------------------------------------- */

enum err logout_get(struct page *page)
{
    const struct logout_query *query = page->fields;
    struct bare_view view = {.signed_in = page->principal->person_id != 0};
    struct signed_out_view left;

    if (view.signed_in)
        return page_render(page, PAGE_LOGOUT, &view);
    left = provider_signed_out_view(page, query->provider);
    return page_render(page, PAGE_SIGNED_OUT, &left);
}

/* What was kept beside the session goes with it; the browser stays a known one. */
static void drop_cookies(struct page *page)
{
    static const char *const NAMES[] = {"form", "sign-on", "password", "proved",
                                        "invitation"};

    for (size_t i = 0; i < sizeof(NAMES) / sizeof(*NAMES); i++) {
        struct str name = page_cookie_name(page, NAMES[i]);

        if (page_cookie_value(page, name).ptr)
            page_cookie(page, str_c(page->arena, name), STR(""), 0);
    }
}

enum err logout_post(struct page *page)
{
    const struct login_state *state = page->state;
    struct actor actor = login_actor(page);
    struct str session = page_session_cookie_name(page);
    const struct oidc_provider *provider = NULL;

    if (page->principal->person_id) {
        enum err err = provider_of_session(&actor, state->oidc,
                                           page->principal->session_id, &provider);

        if (err == OK)
            err = sign_off(&actor, page_session_token(page));
        if (err != OK)
            return err;
    }
    page_cookie(page, str_c(page->arena, session), STR(""), 0);
    drop_cookies(page);
    /* Nothing of the session is left to the back button. Cookies and storage of the host may be others'. */
    page_header(page, "Clear-Site-Data", STR("\"cache\""));
    /* The page that says so is a GET, so that it is shown without the session; from there a link leads on to
     * the provider, since browsers do not let a form's answer redirect to another site. */
    if (provider)
        return page_redirect(
            page, page_url(page, "/logout?provider=%.*s", STR_ARG(provider->key)));
    return page_redirect(page, page_url(page, "/logout"));
}
