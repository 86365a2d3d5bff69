/* provider_logout.c: leaving by the provider: ours tells theirs, theirs tells ours. */
#include "provider.h"

#include "base/log.h"
#include "app/sign_on/sign_on_provider.h"

#define TOKEN_MAX 16384

const struct field back_channel_fields[1] = {
    {.name = "logout_token",
     .label = N_("Sign out"),
     .type = FIELD_TEXT,
     .required = true,
     .max = TOKEN_MAX,
     .offset = offsetof(struct back_channel_form, logout_token)},
};

const struct field logout_query_fields[1] = {
    {.name = "provider",
     .type = FIELD_TOKEN,
     .offset = offsetof(struct logout_query, provider)},
};

static struct oidc *oidc_of(const struct page *page)
{
    return ((const struct login_state *)page->state)->oidc;
}

/* ---- ours tells theirs ---------------------------------------------------------------------- */

struct signed_out_view provider_signed_out_view(const struct page *page, struct str key)
{
    const struct oidc_provider *provider = oidc_find(oidc_of(page), key);
    struct signed_out_view view = {0};

    if (!provider || !provider->logout)
        return view;
    view.provider = provider_label(page, provider);
    view.end_url = page_url(page, "/logout/provider/%.*s/end", STR_ARG(provider->key));
    return view;
}

enum err provider_logout_end_get(struct page *page)
{
    const struct oidc_provider *provider =
        oidc_find(oidc_of(page), page_param(page, "provider"));
    struct actor actor = login_actor(page);
    struct signed_out_view view = {0};
    struct oidc_place place;
    struct str url = STR_NONE;
    bool away = false;
    enum err err;

    if (!provider)
        return ERR_NOT_FOUND;
    err = provider_is_left_alone(&actor, provider, &away);
    if (err != OK)
        return err;
    place = provider_place(page, provider, "/logout/provider", "");
    if (!away)
        url = oidc_logout_url(oidc_of(page), page->arena, provider, &place);
    if (url.ptr)
        return page_redirect_away(page, url);
    log_event(LOG_LEVEL_WARN, "provider_refused", "%.*s: no way to sign out there%s%s",
              STR_ARG(provider->key), err_text()[0] ? ": " : "", err_text());
    err_clear();
    return page_render(page, PAGE_SIGNED_OUT, &view);
}

enum err provider_logout_get(struct page *page)
{
    const struct oidc_provider *provider =
        oidc_find(oidc_of(page), page_param(page, "provider"));
    struct signed_out_view view = {0};

    if (!provider)
        return ERR_NOT_FOUND;
    /* Whoever is signed in here has not left by coming here. */
    if (page->principal->person_id)
        return page_redirect(page, page_url(page, "/logout"));
    view.left = provider_label(page, provider);
    return page_render(page, PAGE_SIGNED_OUT, &view);
}

/* ---- theirs tells ours (Back-Channel Logout 1.0) -------------------------------------------- */

/* The provider is a program: it reads the status alone. */
static enum err answer(struct page *page, const struct oidc_provider *provider,
                       const char *reason)
{
    struct signed_out_view view = {0};

    if (reason) {
        log_event(LOG_LEVEL_WARN, "provider_logout_refused", "%.*s: %s%s%s",
                  STR_ARG(provider->key), reason, err_text()[0] ? ": " : "", err_text());
        page_status(page, 400);
    }
    err_clear();
    return page_render(page, PAGE_SIGNED_OUT, &view);
}

enum err provider_back_channel_post(struct page *page)
{
    const struct back_channel_form *form = page->fields;
    const struct oidc_provider *provider =
        oidc_find(oidc_of(page), page_param(page, "provider"));
    struct actor actor = login_actor(page);
    struct oidc_logout logout = {0};
    size_t ended = 0;
    enum oidc_verdict verdict;
    enum err err;

    if (!provider)
        return ERR_NOT_FOUND;
    if (page->error_count > 0)
        return answer(page, provider, "logout-token-missing");
    verdict = oidc_logout_check(oidc_of(page), page->arena, provider, form->logout_token,
                                page->now, &logout);
    if (verdict != OIDC_OK)
        return answer(page, provider, oidc_reason(verdict));
    err = provider_signed_off(&actor, provider, &logout, &ended);
    if (err == ERR_CONFLICT)
        return answer(page, provider, "logout-replayed");
    if (err != OK)
        return err;
    log_event(LOG_LEVEL_INFO, "provider_logout", "%.*s: %zu sessions ended",
              STR_ARG(provider->key), ended);
    return answer(page, provider, NULL);
}
