/* step_up.c: the same person once more; and the new token after a role change. */
#include "step_up.h"

#include "auth/recovery.h"
#include "app/sign_on/sessions.h"
#include "app/sign_on/sign_on_provider.h"
#include "app/sign_on/step_up.h"
#include "device.h"
#include "provider.h"
#include "second_factor.h"

static struct step_up_env env_of(const struct page *page)
{
    const struct login_state *state = page->state;

    return (struct step_up_env){state->directory, &state->policy, &state->second_factor};
}

/* ---- the page -------------------------------------------------------------------------------- */

static enum err fill_provider(const struct page *page, struct step_up_view *view,
                              struct str return_to)
{
    const struct login_state *state = page->state;
    const struct oidc_provider *provider = NULL;
    struct actor actor = login_actor(page);
    enum err err =
        provider_of_session(&actor, state->oidc, page->principal->session_id, &provider);

    if (err == OK && provider) {
        view->provider = provider_label(page, provider);
        view->provider_url =
            login_url_with_return(page, "/login/step-up/provider", return_to);
    }
    return err;
}

static enum err show(struct page *page, struct str return_to, struct step_up_view *view)
{
    struct actor actor = login_actor(page);
    struct step_up_needs needs = {0};
    enum err err = step_up_needs(&actor, &needs);

    view->name = page->principal->display_name;
    view->login = page->principal->login;
    view->by_provider = needs.by_provider && !provider_proved(page);
    view->by_password = !needs.by_provider;
    view->needs_code = needs.second_factor && !view->by_provider;
    view->return_to = return_to_is_ours(return_to) ? return_to : STR_NONE;
    view->cancel_url = login_url_after(page, page->principal->is_staff, STR_NONE);
    view->kept = page_parked_key(page).len > 0;
    if (err == OK && view->by_provider)
        err = fill_provider(page, view, return_to);
    if (err != OK)
        return err;
    login_add_error(page, "password", view->password_error);
    login_add_error(page, "code", view->code_error);
    return page_render(page, PAGE_STEP_UP, view);
}

enum err step_up_get(struct page *page)
{
    const struct step_up_query *query = page->fields;
    struct step_up_view view = {0};

    return show(page, query->return_to, &view);
}

enum err step_up_provider_get(struct page *page)
{
    const struct step_up_query *query = page->fields;
    enum err err = provider_step_up(page, query->return_to);

    return err == ERR_NOT_FOUND
               ? page_redirect(page, login_url_with_return(page, "/login/step-up",
                                                           query->return_to))
               : err;
}

/* ---- the proof ------------------------------------------------------------------------------- */

/* A code of the app, or one of the paper typed into the same field. */
static struct second_factor_proof proof_of(struct str code)
{
    uint8_t digest[SHA256_BYTES];

    if (recovery_code_hash(code, digest))
        return (struct second_factor_proof){.recovery_code = code};
    return (struct second_factor_proof){.code = code};
}

static struct str password_sentence(struct page *page,
                                    const struct step_up_result *result)
{
    switch (result->verdict) {
    case STEP_UP_THROTTLED:
        page_status(page, 429);
        page_retry_after(page, result->wait_s);
        return login_wait_text(page, result->wait_s);
    case STEP_UP_UNAVAILABLE:
        page_status(page, 503);
        page_retry_after(page, 10);
        return page_text(page,
                         N_("We cannot check your password at the moment, because the "
                            "directory does not answer. This says nothing about your "
                            "password. Please try again in a minute."));
    case STEP_UP_OTHER_PERSON:
        return page_text(page,
                         N_("This is the password of somebody else's account. To go "
                            "on as somebody else, sign out and sign in again."));
    case STEP_UP_EXPIRED:
        return page_text(page, N_("Your password is right, but it has expired. Sign out, "
                                  "sign in again and choose a new one."));
    case STEP_UP_DISABLED:
        return page_text(page, N_("Your account is disabled in the directory."));
    case STEP_UP_WRONG:
    case STEP_UP_CODE:
    case STEP_UP_AT_PROVIDER:
    case STEP_UP_DONE:
        break;
    }
    return page_text(page, N_("The password is not correct. Please try again."));
}

/* What is missing is asked for before anybody is asked. */
static bool is_complete(struct page *page, const struct step_up_form *form,
                        const struct step_up_needs *needs, struct step_up_view *view)
{
    if (!needs->by_provider && form->password.len == 0)
        view->password_error = page_text(page, N_("Enter your password."));
    if (needs->second_factor && form->code.len == 0)
        view->code_error =
            page_text(page, N_("Enter the code from your authenticator app."));
    return view->password_error.len + view->code_error.len == 0;
}

static enum err prove(struct page *page, const struct step_up_form *form,
                      const struct step_up_needs *needs, struct step_up_result *out)
{
    struct actor actor = login_actor(page);
    struct step_up_env env = env_of(page);
    struct step_up_input input = {
        .token = page_session_token(page),
        .password = form->password,
        .code = proof_of(form->code),
        .network = page->http->remote_addr,
        .device_id = device_id_for(page, page->principal->login),
    };

    return needs->by_provider ? step_up_after_provider(&actor, &env, &input, true, out)
                              : step_up_by_password(&actor, &env, &input, out);
}

enum err step_up_post(struct page *page)
{
    const struct step_up_form *form = page->fields;
    struct actor actor = login_actor(page);
    struct step_up_needs needs = {0};
    struct step_up_view view = {0};
    struct step_up_result result = {0};
    enum err err;

    view.password_error = login_error_of(page, "password");
    view.code_error = login_error_of(page, "code");
    if (page->error_count > 0)
        return show(page, form->return_to, &view);
    err = step_up_needs(&actor, &needs);
    if (err != OK)
        return err;
    /* A code alone confirms nothing before the provider has. */
    if (needs.by_provider && !(needs.second_factor && provider_proved(page)))
        return page_redirect(
            page, login_url_with_return(page, "/login/step-up", form->return_to));
    if (!is_complete(page, form, &needs, &view))
        return show(page, form->return_to, &view);
    err = prove(page, form, &needs, &result);
    if (err != OK)
        return err;
    if (result.verdict == STEP_UP_DONE) {
        provider_proved_drop(page);
        return login_stepped_up(page, result.token, form->return_to);
    }
    if (result.verdict == STEP_UP_CODE)
        view.code_error = second_factor_sentence(page, &result.factor);
    else
        view.password_error = password_sentence(page, &result);
    return show(page, form->return_to, &view);
}

/* ---- a new token ----------------------------------------------------------------------------- */

/* Two tabs may come at once: the second finds the token changed, and its browser has the new one. */
enum err renew_get(struct page *page)
{
    const struct step_up_query *query = page->fields;
    const struct principal *who = page->principal;
    struct actor actor = login_actor(page);
    struct str token;
    enum err err = ERR_NOT_FOUND;

    if (!who->person_id)
        return page_redirect(page,
                             login_url_with_return(page, "/login", query->return_to));
    if (who->renew)
        err = session_token_renew(&actor, page_session_token(page), &token);
    if (err == OK)
        page_renew_session(page, token);
    else if (err != ERR_NOT_FOUND)
        return err;
    return page_redirect(page, login_url_after(page, who->is_staff, query->return_to));
}
