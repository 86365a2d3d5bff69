#include "second_factor.h"

static const struct second_factor_policy *policy_of(const struct page *page)
{
    const struct login_state *state = page->state;

    return &state->second_factor;
}

/* ---- sentences -------------------------------------------------------------------------------- */

static struct str throttled(struct page *page, int64_t wait_s)
{
    struct str number = str_format(page->arena, "%lld", (long long)wait_s);
    struct str pattern =
        i18n_plural(page->render->i18n, page->render->language,
                    STR("There were too many wrong codes. Please wait {0} second, then "
                        "try again, or use a recovery code."),
                    STR("There were too many wrong codes. Please wait {0} seconds, then "
                        "try again, or use a recovery code."),
                    wait_s);

    page_status(page, 429);
    page_retry_after(page, wait_s);
    return i18n_fill(page->arena, pattern, &number, 1);
}

/* A code that will be right later is merely wrong: to say more would hand it to a guesser. One that was right
 * earlier, or was used, is of no use to anybody. */
struct str second_factor_sentence(struct page *page,
                                  const struct second_factor_result *result)
{
    switch (result->verdict) {
    case SECOND_FACTOR_THROTTLED:
        return throttled(page, result->wait_s);
    case SECOND_FACTOR_USED:
        return page_text(page, N_("This code has been used already. Wait until your app "
                                  "shows the next one, at most 30 seconds."));
    case SECOND_FACTOR_TOO_OLD:
        return page_text(page, N_("This code is too old. Enter the one that your app "
                                  "shows now. If that is refused too, the clock of your "
                                  "phone is slow: let it set the time by itself."));
    case SECOND_FACTOR_NO_SUCH:
        return page_text(page, N_("This recovery code is none of yours, or it has been "
                                  "used. Please check it."));
    case SECOND_FACTOR_SEALED:
        return page_text(page, N_("Your code cannot be checked at the moment. Use a "
                                  "recovery code, or ask for your second factor to be "
                                  "reset."));
    case SECOND_FACTOR_WRONG:
    case SECOND_FACTOR_RIGHT:
    case SECOND_FACTOR_OVER:
    case SECOND_FACTOR_NONE:
    case SECOND_FACTOR_EXISTS:
        break;
    }
    return page_text(page, N_("The code is not correct. Enter the one that your app "
                              "shows now. If it is refused again, check that your phone "
                              "sets its clock by itself."));
}

/* ---- pages -------------------------------------------------------------------------------------- */

static enum err show_over(struct page *page, struct str return_to)
{
    struct second_factor_over_view view = {
        .login_url = login_url_with_return(page, "/login", return_to),
    };

    page_status(page, 403);
    return page_render(page, PAGE_SECOND_FACTOR_OVER, &view);
}

static enum err show_code(struct page *page, struct str return_to,
                          const struct second_factor_result *result)
{
    struct second_factor_view view = {
        .return_to = return_to_is_ours(return_to) ? return_to : STR_NONE,
    };

    if (result && result->verdict == SECOND_FACTOR_NO_SUCH) {
        view.recovery_error = second_factor_sentence(page, result);
        page_add_error(page, STR("recovery_code"), view.recovery_error);
    } else if (result) {
        view.code_error = second_factor_sentence(page, result);
        page_add_error(page, STR("code"), view.code_error);
    }
    view.open_recovery = result && (result->verdict == SECOND_FACTOR_NO_SUCH ||
                                    result->verdict == SECOND_FACTOR_SEALED ||
                                    result->verdict == SECOND_FACTOR_THROTTLED);
    return page_render(page, PAGE_SECOND_FACTOR, &view);
}

enum err second_factor_show_offer(struct page *page, struct str place,
                                  const struct second_factor_waiting *who,
                                  struct second_factor_setup_view *view)
{
    struct actor actor = login_actor(page);
    struct second_factor_offer offer = {0};
    enum err err = second_factor_offer(&actor, policy_of(page), place, who, &offer);

    if (err != OK)
        return err;
    view->replacing = who->has_one;
    view->secret = offer.secret_text;
    view->app_link = offer.link;
    view->qr_path = offer.qr.path;
    view->qr_view_box = offer.qr.view_box;
    if (view->code_error.len > 0)
        page_add_error(page, STR("code"), view->code_error);
    return page_render(page, PAGE_SECOND_FACTOR_SETUP, view);
}

enum err second_factor_show_codes(struct page *page,
                                  const struct recovery_code_new *codes,
                                  struct second_factor_codes_view *view)
{
    struct second_factor_code_view *items =
        ARENA_ARRAY(page->arena, struct second_factor_code_view, RECOVERY_CODES);

    for (size_t i = 0; i < RECOVERY_CODES; i++)
        items[i].text = codes[i].text;
    view->codes = (struct view_list){items, RECOVERY_CODES};
    return page_render(page, PAGE_SECOND_FACTOR_CODES, view);
}

/* ---- what the pages of a sign-on have in common ---------------------------------------------------- */

/* The pending sign-on of this browser. ERR_NOT_FOUND: none, or over. */
static enum err find_pending(const struct page *page, struct second_factor_waiting *out)
{
    struct actor actor = login_actor(page);
    struct str token = login_pending_token(page);

    return token.len > 0 ? second_factor_waiting(&actor, token, out) : ERR_NOT_FOUND;
}

/* Nothing waits for a code here: somebody came by hand, or came back to an old tab. */
static enum err nothing_waits(struct page *page, struct str return_to)
{
    const struct principal *principal = page->principal;

    if (principal->person_id)
        return page_redirect(page, login_url_after(page, principal->is_staff, return_to));
    if (page->http->method == HTTP_GET && login_pending_token(page).len == 0)
        return page_redirect(page, login_url_with_return(page, "/login", return_to));
    return show_over(page, return_to);
}

/* ---- the code of a sign-on -------------------------------------------------------------------------- */

enum err second_factor_get(struct page *page)
{
    const struct second_factor_query *query = page->fields;
    struct second_factor_waiting who = {0};
    enum err err = find_pending(page, &who);

    if (err == ERR_NOT_FOUND)
        return nothing_waits(page, query->return_to);
    if (err != OK)
        return err;
    if (!who.has_one)
        return page_redirect(
            page,
            login_url_with_return(page, "/login/second-factor/setup", query->return_to));
    return show_code(page, query->return_to, NULL);
}

/* With a code of the app the way on; with one of the paper first a word about the rest of them. */
static enum err let_in(struct page *page, const struct second_factor_result *result,
                       struct str return_to)
{
    struct login_entry entry = {result->token, result->person_id, result->is_staff,
                                STR_NONE};
    struct str url;

    if (!result->by_recovery_code)
        return login_let_in(page, &entry, return_to);
    login_set_session(page, &entry);
    url = login_url_with_return(page, "/profile/second-factor", return_to);
    return page_redirect(page, str_format(page->arena, "%.*s%crecovered=1", STR_ARG(url),
                                          str_index(url, '?') >= 0 ? '&' : '?'));
}

/* What was typed, by what it looks like: recovery codes end up in the wrong field too. */
static struct second_factor_proof proof_of(const struct second_factor_form *form)
{
    uint8_t digest[SHA256_BYTES];

    if (form->recovery_code.len > 0)
        return (struct second_factor_proof){.recovery_code = form->recovery_code};
    if (recovery_code_hash(form->code, digest))
        return (struct second_factor_proof){.recovery_code = form->code};
    return (struct second_factor_proof){.code = form->code};
}

enum err second_factor_post(struct page *page)
{
    const struct second_factor_form *form = page->fields;
    struct second_factor_proof proof = proof_of(form);
    struct second_factor_result result = {.verdict = SECOND_FACTOR_WRONG};
    struct actor actor = login_actor(page);
    char digits[TOTP_DIGITS + 1];
    enum err err;

    if (login_pending_token(page).len == 0)
        return nothing_waits(page, form->return_to);
    /* A slip of the finger is no try. */
    if (!proof.recovery_code.ptr && !totp_digits(proof.code, digits))
        return show_code(page, form->return_to, &result);
    err = second_factor_prove(&actor, policy_of(page), login_pending_token(page), &proof,
                              &result);
    if (err != OK)
        return err;
    switch (result.verdict) {
    case SECOND_FACTOR_RIGHT:
        return let_in(page, &result, form->return_to);
    case SECOND_FACTOR_OVER:
        return nothing_waits(page, form->return_to);
    case SECOND_FACTOR_NONE:
        return page_redirect(
            page,
            login_url_with_return(page, "/login/second-factor/setup", form->return_to));
    default:
        return show_code(page, form->return_to, &result);
    }
}

/* ---- set-up during a sign-on ------------------------------------------------------------------------- */

static enum err show_setup(struct page *page, struct str return_to, struct str code_error)
{
    struct second_factor_waiting who = {0};
    struct second_factor_setup_view view = {
        .signing_in = true,
        .action = page_url(page, "/login/second-factor/setup"),
        .cancel_url = page_url(page, "/login"),
        .return_to = return_to_is_ours(return_to) ? return_to : STR_NONE,
        .code_error = code_error,
    };
    enum err err = find_pending(page, &who);

    if (err == ERR_NOT_FOUND)
        return nothing_waits(page, return_to);
    if (err != OK)
        return err;
    if (who.has_one)
        return page_redirect(
            page, login_url_with_return(page, "/login/second-factor", return_to));
    return second_factor_show_offer(page, login_pending_token(page), &who, &view);
}

enum err second_factor_setup_get(struct page *page)
{
    const struct second_factor_query *query = page->fields;

    return show_setup(page, query->return_to, STR_NONE);
}

enum err second_factor_setup_post(struct page *page)
{
    const struct second_factor_form *form = page->fields;
    struct actor actor = login_actor(page);
    struct second_factor_set_up done = {0};
    struct second_factor_codes_view view = {0};
    struct login_entry entry;
    enum err err;

    if (login_pending_token(page).len == 0)
        return nothing_waits(page, form->return_to);
    err = second_factor_begin(&actor, policy_of(page), login_pending_token(page),
                              form->code, &done);
    if (err != OK)
        return err;
    if (done.result.verdict == SECOND_FACTOR_OVER)
        return nothing_waits(page, form->return_to);
    if (done.result.verdict == SECOND_FACTOR_EXISTS)
        return page_redirect(
            page, login_url_with_return(page, "/login/second-factor", form->return_to));
    if (done.result.verdict != SECOND_FACTOR_RIGHT)
        return show_setup(page, form->return_to,
                          second_factor_sentence(page, &done.result));
    entry = (struct login_entry){done.result.token, done.result.person_id,
                                 done.result.is_staff, STR_NONE};
    login_set_session(page, &entry);
    view.set_up = true;
    view.continue_url = login_url_after(page, done.result.is_staff, form->return_to);
    return second_factor_show_codes(page, done.codes, &view);
}
