#include "password.h"

#include "app/sign_on/password.h"
#include "device.h"

#define COOKIE  "password"
#define PURPOSE "password-change"
#define AGE_US  (10 * 60 * US_PER_S)

static struct login_state *state_of(const struct page *page)
{
    return page->state;
}

/* ---- whose password: between two requests of a sign-on ---------------------------------------- */

/* What the directory has confirmed a moment ago; sealed in the cookie. */
struct waiting {
    bool expired;
    struct str issuer;
    struct str login;
};

static void keep(struct page *page, const struct waiting *waiting)
{
    struct str name = page_cookie_name(page, COOKIE);
    struct str plain =
        str_format(page->arena, "%lld %d %.*s %.*s", (long long)page->now,
                   waiting->expired, STR_ARG(waiting->issuer), STR_ARG(waiting->login));

    page_cookie(page, str_c(page->arena, name),
                seal_text(page->arena, state_of(page)->keys, STR(PURPOSE), plain),
                AGE_US / US_PER_S);
}

static void drop(struct page *page)
{
    struct str name = page_cookie_name(page, COOKIE);

    page_cookie(page, str_c(page->arena, name), STR(""), 0);
}

static bool take(const struct page *page, struct waiting *out)
{
    struct str text = page_cookie_value(page, page_cookie_name(page, COOKIE));
    struct str plain;
    struct str part;
    int64_t at = 0;

    if (text.len == 0 || seal_open_text(page->arena, state_of(page)->keys, STR(PURPOSE),
                                        text, &plain) != OK)
        return false;
    if (!str_next(&plain, ' ', &part) || str_to_i64(part, &at) != OK ||
        page->now - at > AGE_US || !str_next(&plain, ' ', &part))
        return false;
    out->expired = str_is(part, "1");
    if (!str_next(&plain, ' ', &out->issuer))
        return false;
    out->login = plain;
    return plain.len > 0;
}

bool password_offer(struct page *page, const struct sign_on_result *result,
                    struct str login, struct str return_to, enum err *err_out)
{
    struct waiting waiting = {result->verdict == SIGN_ON_EXPIRED, result->issuer, login};

    if ((result->verdict != SIGN_ON_EXPIRED && result->verdict != SIGN_ON_MUST_CHANGE) ||
        login.len == 0 ||
        !directory_changes_passwords(state_of(page)->directory, result->issuer))
        return false;
    keep(page, &waiting);
    *err_out =
        page_redirect(page, login_url_with_return(page, "/login/password", return_to));
    return true;
}

/* ---- sentences -------------------------------------------------------------------------------- */

static const char *weakness_text(enum directory_weakness weakness)
{
    switch (weakness) {
    case DIRECTORY_WEAK_SHORT:
        return N_("The directory does not take this password: it is too short.");
    case DIRECTORY_WEAK_SIMPLE:
        return N_("The directory does not take this password: it is too simple. Make it "
                  "longer, or mix words, digits and other characters.");
    case DIRECTORY_WEAK_USED:
        return N_("The directory does not take this password: you have used it before.");
    case DIRECTORY_WEAK:
        break;
    }
    return N_(
        "The directory does not take this password. It does not say why: perhaps it "
        "is too short or too simple, contains your name, or was used before.");
}

static void say(struct page *page, const struct password_result *result,
                struct password_view *view)
{
    switch (result->verdict) {
    case PASSWORD_WRONG:
        view->old_error = page_text(page, N_("The old password is not correct."));
        return;
    case PASSWORD_THROTTLED:
        page_status(page, 429);
        page_retry_after(page, result->wait_s);
        view->old_error = login_wait_text(page, result->wait_s);
        return;
    case PASSWORD_WEAK:
        view->new_error = page_text(page, weakness_text(result->weakness));
        return;
    case PASSWORD_TOO_YOUNG:
        view->new_error = page_text(
            page, N_("Your password was changed a short time ago. The directory lets you "
                     "change it again later."));
        return;
    case PASSWORD_NOT_ALLOWED:
        view->new_error =
            page_text(page, N_("The directory does not let you change your password. "
                               "Please ask the people who manage your account."));
        return;
    case PASSWORD_AWAY:
        page_status(page, 503);
        page_retry_after(page, 10);
        view->new_error = page_text(
            page, N_("The directory does not answer. The old password may still hold, or "
                     "the new one already: try both in a minute."));
        return;
    case PASSWORD_CHANGED:
        break;
    }
    bug("verdict %d of a password change", (int)result->verdict);
}

/* ---- one form, two pages ---------------------------------------------------------------------- */

static enum err show(struct page *page, struct password_view *view)
{
    login_add_error(page, "old_password", view->old_error);
    login_add_error(page, "new_password", view->new_error);
    login_add_error(page, "again", view->again_error);
    return page_render(page, view->signing_in ? PAGE_PASSWORD : PAGE_PROFILE_PASSWORD,
                       view);
}

/* What can be seen without asking the directory. */
static bool is_complete(struct page *page, const struct password_form *form,
                        struct password_view *view)
{
    view->old_error = login_error_of(page, "old_password");
    view->new_error = login_error_of(page, "new_password");
    view->again_error = login_error_of(page, "again");
    if (page->error_count > 0)
        return false;
    if (form->old_password.len == 0)
        view->old_error = page_text(page, N_("Enter your old password."));
    if (form->new_password.len == 0)
        view->new_error = page_text(page, N_("Enter a new password."));
    else if (form->new_password.len > 256)
        view->new_error =
            page_text(page, N_("The new password is too long: at most 256 bytes."));
    else if (str_eq(form->new_password, form->old_password))
        view->new_error =
            page_text(page, N_("The new password is the old one. Choose another one."));
    if (form->new_password.len > 0 && !str_eq(form->new_password, form->again))
        view->again_error =
            page_text(page, N_("The two new passwords differ. Type the new one again."));
    return view->old_error.len + view->new_error.len + view->again_error.len == 0;
}

static enum err change(struct page *page, const struct waiting *whose,
                       const struct password_form *form, struct password_result *out)
{
    struct actor actor = login_actor(page);
    struct login_state *state = state_of(page);
    struct password_input input = {
        .issuer = whose->issuer,
        .login = whose->login,
        .old_password = form->old_password,
        .new_password = form->new_password,
        .network = page->http->remote_addr,
        .device_id = device_id_for(page, whose->login),
    };

    return password_change(&actor, state->directory, &state->policy, &input, out);
}

/* ---- while signing on ------------------------------------------------------------------------- */

static struct password_view view_of(const struct page *page,
                                    const struct waiting *waiting, struct str return_to)
{
    return (struct password_view){
        .login = waiting->login,
        .signing_in = true,
        .expired = waiting->expired,
        .return_to = return_to_is_ours(return_to) ? return_to : STR_NONE,
        .action = page_url(page, "/login/password"),
        .cancel_url = page_url(page, "/login"),
    };
}

enum err password_get(struct page *page)
{
    const struct password_query *query = page->fields;
    struct waiting waiting;
    struct password_view view;

    if (!take(page, &waiting))
        return page_redirect(page,
                             login_url_with_return(page, "/login", query->return_to));
    view = view_of(page, &waiting, query->return_to);
    return show(page, &view);
}

static enum err sign_on_with(struct page *page, const struct waiting *waiting,
                             const struct password_form *form)
{
    struct login_state *state = state_of(page);
    struct actor actor = login_actor(page);
    struct sign_on_input input = {.login = waiting->login,
                                  .password = form->new_password,
                                  .device_id = device_id_for(page, waiting->login),
                                  .entry = login_came_along(page)};
    struct sign_on_result result = {0};
    enum err err = sign_on(&actor, state->directory, &state->policy, &input, &result);

    if (err != OK)
        return err;
    drop(page);
    /* A directory of several servers may need a moment until all of them know. */
    if (result.verdict == SIGN_ON_WRONG || result.verdict == SIGN_ON_UNAVAILABLE ||
        result.verdict == SIGN_ON_THROTTLED || result.verdict == SIGN_ON_EXPIRED ||
        result.verdict == SIGN_ON_MUST_CHANGE)
        return page_redirect(page,
                             login_url_with_return(page, "/login", form->return_to));
    return login_outcome(page, &result, waiting->login, form->return_to);
}

enum err password_post(struct page *page)
{
    const struct password_form *form = page->fields;
    struct password_result result = {0};
    struct waiting waiting;
    struct password_view view;
    enum err err;

    if (!take(page, &waiting))
        return page_redirect(page,
                             login_url_with_return(page, "/login", form->return_to));
    view = view_of(page, &waiting, form->return_to);
    if (!is_complete(page, form, &view))
        return show(page, &view);
    err = change(page, &waiting, form, &result);
    if (err != OK)
        return err;
    if (result.verdict == PASSWORD_CHANGED)
        return sign_on_with(page, &waiting, form);
    say(page, &result, &view);
    return show(page, &view);
}

/* ---- in the profile --------------------------------------------------------------------------- */

static enum err open_profile(const struct page *page, struct waiting *whose,
                             struct password_view *view)
{
    struct actor actor = login_actor(page);
    struct password_home home = {0};
    enum err err = password_home(&actor, state_of(page)->directory, &home);

    if (err != OK)
        return err;
    *whose = (struct waiting){.issuer = home.issuer, .login = home.login};
    *view = (struct password_view){
        .login = page->principal->login,
        .elsewhere = !home.here,
        .action = page_url(page, "/profile/password"),
        .cancel_url = page_url(page, "/profile"),
    };
    return OK;
}

enum err profile_password_get(struct page *page)
{
    struct waiting whose;
    struct password_view view;
    enum err err = open_profile(page, &whose, &view);

    return err == OK ? show(page, &view) : err;
}

enum err profile_password_post(struct page *page)
{
    const struct password_form *form = page->fields;
    struct password_result result = {0};
    struct waiting whose;
    struct password_view view;
    enum err err = open_profile(page, &whose, &view);

    if (err != OK)
        return err;
    if (view.elsewhere || !is_complete(page, form, &view))
        return show(page, &view);
    err = change(page, &whose, form, &result);
    if (err != OK)
        return err;
    if (result.verdict != PASSWORD_CHANGED) {
        say(page, &result, &view);
        return show(page, &view);
    }
    page_notice(page,
                result.ended > 0
                    ? N_("Your password was changed. Your other sessions were ended.")
                    : N_("Your password was changed."));
    return page_redirect(page, page_url(page, "/profile"));
}
