/* provider_step_up.c: somebody whose session came from a provider proves there once more that it is them. */
#include "provider.h"

#include "app/sign_on/sign_on_provider.h"
#include "app/sign_on/step_up.h"

static struct login_state *state_of(const struct page *page)
{
    return page->state;
}

enum err provider_step_up(struct page *page, struct str return_to)
{
    struct actor actor = login_actor(page);
    const struct oidc_provider *provider = NULL;
    struct oidc_try one = {
        .purpose = OIDC_STEP_UP,
        .person_id = page->principal->person_id,
        .return_to = return_to_is_ours(return_to) ? return_to : STR(""),
    };
    enum err err = provider_of_session(&actor, state_of(page)->oidc,
                                       page->principal->session_id, &provider);

    if (err != OK || !provider)
        return err != OK ? err : ERR_NOT_FOUND;
    return provider_go(page, provider, &one);
}

/* The provider has proved it, and a code of ours is still to come: a sealed note for this session says so. */
#define PROVED         "proved"
#define PROVED_PURPOSE "step-up-proved"
#define PROVED_US      (5 * 60 * US_PER_S)

static struct str proved_text(const struct page *page, instant_us at)
{
    return str_format(page->arena, "%lld %lld", (long long)page->principal->session_id,
                      (long long)at);
}

static void keep_proved(struct page *page)
{
    struct str name = page_cookie_name(page, PROVED);
    struct str note = seal_text(page->arena, state_of(page)->keys, STR(PROVED_PURPOSE),
                                proved_text(page, page->now));

    page_cookie(page, str_c(page->arena, name), note, PROVED_US / US_PER_S);
}

bool provider_proved(const struct page *page)
{
    struct str note = page_cookie_value(page, page_cookie_name(page, PROVED));
    struct str plain;
    struct str session;
    int64_t at = 0;

    if (!note.ptr || seal_open_text(page->arena, state_of(page)->keys,
                                    STR(PROVED_PURPOSE), note, &plain) != OK)
        return false;
    return str_next(&plain, ' ', &session) && str_to_i64(plain, &at) == OK &&
           str_eq(proved_text(page, at), str_format(page->arena, "%.*s %lld",
                                                    STR_ARG(session), (long long)at)) &&
           at <= page->now && page->now - at <= PROVED_US;
}

void provider_proved_drop(struct page *page)
{
    struct str name = page_cookie_name(page, PROVED);

    if (page_cookie_value(page, name).ptr)
        page_cookie(page, str_c(page->arena, name), STR(""), 0);
}

static enum err step_up_done(struct page *page, const struct oidc_try *one,
                             const struct identity *identity)
{
    struct login_state *state = state_of(page);
    struct actor actor = login_actor(page);
    struct step_up_env env = {state->directory, &state->policy, &state->second_factor};
    struct step_up_input input = {.token = page_session_token(page),
                                  .network = page->http->remote_addr};
    struct step_up_needs needs = {0};
    struct step_up_result result = {0};
    enum err err = step_up_needs(&actor, &needs);

    if (err == OK && needs.second_factor && !identity->second_factor) {
        keep_proved(page);
        return page_redirect(
            page, login_url_with_return(page, "/login/step-up", one->return_to));
    }
    if (err == OK)
        err = step_up_after_provider(&actor, &env, &input, false, &result);
    if (err != OK)
        return err;
    return login_stepped_up(page, result.token, one->return_to);
}

enum err provider_confirm(struct page *page, const struct oidc_provider *provider,
                          const struct oidc_try *one, const struct identity *identity)
{
    struct actor actor = login_actor(page);
    bool same = false;
    enum err err = OK;

    if (page->principal->person_id == one->person_id && one->person_id)
        err =
            provider_proves_session(&actor, identity, page->principal->session_id, &same);
    if (err != OK)
        return err;
    if (!same)
        return provider_in_trouble(page, provider, PROVIDER_OTHER_PERSON, STR_NONE);
    return step_up_done(page, one, identity);
}
