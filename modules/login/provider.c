/* provider.c: to the provider, and back. */
#include "provider.h"

#include "base/log.h"
#include "app/sign_on/sign_on_provider.h"

const struct field provider_query_fields[1] = {
    {.name = "return_to",
     .label = N_("Address to return to"),
     .type = FIELD_TEXT,
     .max = 500,
     .offset = offsetof(struct provider_query, return_to)},
};

const struct field provider_answer_fields[4] = {
    {.name = "state",
     .type = FIELD_TEXT,
     .max = 200,
     .offset = offsetof(struct provider_answer_query, state)},
    {.name = "code",
     .type = FIELD_TEXT,
     .max = 2048,
     .offset = offsetof(struct provider_answer_query, code)},
    {.name = "iss",
     .type = FIELD_TEXT,
     .max = 1000,
     .offset = offsetof(struct provider_answer_query, iss)},
    {.name = "error",
     .type = FIELD_TEXT,
     .max = 200,
     .offset = offsetof(struct provider_answer_query, error)},
};

static struct login_state *state_of(const struct page *page)
{
    return page->state;
}

struct str provider_label(const struct page *page, const struct oidc_provider *provider)
{
    return page->render->language == LANGUAGE_DE ? provider->label_de
                                                 : provider->label_en;
}

struct view_list provider_buttons(const struct page *page, struct str return_to)
{
    const struct oidc *oidc = state_of(page)->oidc;
    size_t count = oidc_count(oidc);
    struct provider_button *buttons =
        ARENA_ARRAY(page->arena, struct provider_button, count + 1);

    for (size_t i = 0; i < count; i++) {
        const struct oidc_provider *provider = oidc_at(oidc, i);
        struct str path =
            str_format(page->arena, "/login/provider/%.*s", STR_ARG(provider->key));

        buttons[i].label = provider_label(page, provider);
        buttons[i].url = login_url_with_return(page, path.ptr, return_to);
    }
    return (struct view_list){buttons, count};
}

struct oidc_place provider_place(const struct page *page,
                                 const struct oidc_provider *provider, const char *path,
                                 const char *tail)
{
    struct str origin = conf_str(page->conf, "site", "origin");
    struct str staff = conf_str(page->conf, "site", "staff_origin");
    struct str below = page_url(page, "%s/%.*s%s", path, STR_ARG(provider->key), tail);

    return (struct oidc_place){
        .redirect_uri = str_concat(
            page->arena, provider->for_staff && staff.len > 0 ? staff : origin, below),
        .ui_locale = str_from(language_code(page->render->language)),
    };
}

/* ---- there --------------------------------------------------------------------------------- */

static struct oidc_place callback_of(const struct page *page,
                                     const struct oidc_provider *provider)
{
    return provider_place(page, provider, "/login/provider", "/callback");
}

/* As provider_failed(); one that did not answer is left alone for a while. */
static enum err failed(struct page *page, const struct oidc_provider *provider,
                       enum oidc_verdict verdict, struct str return_to)
{
    struct actor actor = login_actor(page);
    enum err err = verdict == OIDC_AWAY ? provider_leave_alone(&actor, provider) : OK;

    return err == OK ? provider_failed(page, provider, verdict, return_to) : err;
}

enum err provider_go(struct page *page, const struct oidc_provider *provider,
                     struct oidc_try *one)
{
    struct oidc_place place = callback_of(page, provider);
    struct actor actor = login_actor(page);
    bool away = false;
    struct str url;
    enum oidc_verdict verdict;
    enum err err = provider_is_left_alone(&actor, provider, &away);

    if (err != OK)
        return err;
    if (away)
        return provider_failed(page, provider, OIDC_AWAY, one->return_to);
    oidc_try_begin(page->arena, provider, page->now, one);
    verdict = oidc_begin(state_of(page)->oidc, page->arena, one, &place, &url);
    if (verdict != OIDC_OK)
        return failed(page, provider, verdict, one->return_to);
    provider_try_keep(page, one);
    return page_redirect_away(page, url);
}

enum err provider_get(struct page *page)
{
    const struct provider_query *query = page->fields;
    const struct oidc_provider *provider =
        oidc_find(state_of(page)->oidc, page_param(page, "provider"));
    struct oidc_try one = {.purpose = OIDC_SIGN_ON};

    if (!provider)
        return ERR_NOT_FOUND;
    /* Nobody is signed in without wanting it: a link on another site leads to the page with the button. */
    if (page->http->fetch_site.len > 0 &&
        !str_is(page->http->fetch_site, "same-origin") &&
        !str_is(page->http->fetch_site, "none"))
        return page_redirect(page,
                             login_url_with_return(page, "/login", query->return_to));
    one.return_to = return_to_is_ours(query->return_to) ? query->return_to : STR("");
    return provider_go(page, provider, &one);
}

/* ---- and back ------------------------------------------------------------------------------ */

static enum err let_in(struct page *page, const struct oidc_provider *provider,
                       const struct oidc_proof *proof, struct str return_to)
{
    struct login_state *state = state_of(page);
    struct actor actor = login_actor(page);
    struct provider_env env = {state->directory, &state->policy, provider};
    struct sign_on_entry entry = login_came_along(page);
    struct sign_on_result result = {0};
    enum err err;

    entry.by_provider = true;
    /* It may have been asked hours ago: such a sign-on opens the house, and no delicate acts. */
    if (proof->signed_on_at != INSTANT_NONE)
        entry.proved_at = proof->signed_on_at;
    err = sign_on_by_provider(&actor, &env, &proof->identity, &entry, &result);
    if (err != OK)
        return err;
    if (result.verdict == SIGN_ON_UNAVAILABLE)
        return provider_failed(page, provider, OIDC_AWAY, return_to);
    return login_outcome(page, &result, STR_NONE, return_to);
}

/* The state and the query fit; now the provider's own word. */
static enum err finish(struct page *page, const struct oidc_provider *provider,
                       const struct oidc_try *one, struct str code)
{
    struct oidc_place place = callback_of(page, provider);
    struct actor actor = login_actor(page);
    struct oidc_proof proof = {0};
    enum oidc_verdict verdict;
    enum err err = provider_state_use(&actor, one->state);

    if (err == ERR_CONFLICT)
        return provider_in_trouble(page, provider, PROVIDER_REPLAYED, one->return_to);
    if (err != OK)
        return err;
    verdict = oidc_finish(state_of(page)->oidc, page->arena, one, &place, code, page->now,
                          &proof);
    if (verdict != OIDC_OK) {
        err = sign_on_provider_failed(&actor, verdict);
        return err == OK ? failed(page, provider, verdict, one->return_to) : err;
    }
    err_clear();
    if (one->purpose == OIDC_STEP_UP)
        return provider_confirm(page, provider, one, &proof.identity);
    return let_in(page, provider, &proof, one->return_to);
}

enum err provider_callback_get(struct page *page)
{
    const struct provider_answer_query *query = page->fields;
    struct oidc *oidc = state_of(page)->oidc;
    const struct oidc_provider *provider = oidc_find(oidc, page_param(page, "provider"));
    struct oidc_answer answer = {query->state, query->code, query->iss, query->error};
    struct oidc_try one = {0};
    enum provider_trouble trouble;
    enum oidc_verdict verdict;

    if (!provider)
        return ERR_NOT_FOUND;
    if (!provider_try_take(page, query->state, &one, &trouble))
        return provider_in_trouble(page, provider, trouble, STR_NONE);
    if (!str_eq(one.provider, provider->key))
        return provider_in_trouble(page, provider, PROVIDER_MIXED_UP, STR_NONE);
    verdict = oidc_answer_check(oidc, page->arena, &one, &answer);
    if (verdict != OIDC_OK)
        return failed(page, provider, verdict, one.return_to);
    return finish(page, provider, &one, query->code);
}
