#include "provider.h"

#include "app/sign_on_provider.h"

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
    struct kept_view view = {0};
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

static struct str error_of(const struct page *page, const char *name)
{
    for (size_t i = 0; i < page->error_count; i++)
        if (str_is(page->errors[i].name, name))
            return page->errors[i].text;
    return STR_NONE;
}

static enum err show_form(struct page *page, struct str login_value, struct str return_to)
{
    const struct login_state *login_state = page->state;
    bool ours = return_to_is_ours(return_to);
    struct login_view view = {
        .login_value = login_value,
        .login_error = error_of(page, "login"),
        .password_error = error_of(page, "password"),
        .return_to = ours ? return_to : STR_NONE,
        .switching = page->principal->person_id != 0,
        .kept = page_parked_key(page).len > 0,
        .by_password = directory_count(login_state->directory) > 0,
        .has_providers = oidc_count(login_state->oidc) > 0,
        .providers = provider_buttons(page, return_to),
    };

    if (view.switching)
        view.continue_url = login_url_after(page, is_staff(page->principal), return_to);
    return page_render(page, PAGE_LOGIN, &view);
}

enum err login_get(struct page *page)
{
    const struct login_query *query = page->fields;

    if (query->kept && page->principal->person_id && page_parked_key(page).len > 0)
        return show_kept(page);
    return show_form(page, STR_NONE, query->return_to);
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
    return show_form(page, page_raw(page, "login"), return_to);
}

enum err login_post(struct page *page)
{
    const struct login_form *form = page->fields;
    const struct login_state *state = page->state;
    struct actor actor = login_actor(page);
    struct sign_on_input input = {
        .login = form->login,
        .password = form->password,
        .entry = login_came_along(page),
    };
    struct sign_on_result result = {0};
    enum err err;

    if (page->error_count > 0)
        return show_form(page, page_raw(page, "login"), form->return_to);
    err = sign_on(&actor, state->directory, &state->policy, &input, &result);
    if (err != OK)
        return err;
    if (result.verdict == SIGN_ON_WRONG || result.verdict == SIGN_ON_UNAVAILABLE ||
        result.verdict == SIGN_ON_THROTTLED)
        return show_again(page, &result, form->return_to);
    return login_outcome(page, &result, form->return_to);
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
    /* The page that says so is a GET, so that it is shown without the session; from there a link leads on to
     * the provider, since browsers do not let a form's answer redirect to another site. */
    if (provider)
        return page_redirect(
            page, page_url(page, "/logout?provider=%.*s", STR_ARG(provider->key)));
    return page_redirect(page, page_url(page, "/logout"));
}
