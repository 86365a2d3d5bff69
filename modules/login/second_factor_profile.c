#include "second_factor.h"

static const struct second_factor_policy *policy_of(const struct page *page)
{
    const struct login_state *state = page->state;

    return &state->second_factor;
}

enum err profile_second_factor_get(struct page *page)
{
    const struct second_factor_query *query = page->fields;
    struct actor actor = login_actor(page);
    struct second_factor_status status = {0};
    struct second_factor_profile_view view = {0};
    enum err err = second_factor_status(&actor, policy_of(page), &status);

    if (err != OK)
        return err;
    view.has_one = status.has_one;
    view.required = status.required;
    view.since_at = status.since;
    view.codes_left = status.codes_left;
    view.recovered = query->recovered;
    view.continue_url =
        login_url_after(page, page->principal->is_staff, query->return_to);
    return page_render(page, PAGE_SECOND_FACTOR_PROFILE, &view);
}

static enum err show_setup(struct page *page, struct str code_error)
{
    struct actor actor = login_actor(page);
    struct second_factor_status status = {0};
    struct second_factor_waiting who = {.person_id = page->principal->person_id,
                                        .login = page->principal->login};
    struct second_factor_setup_view view = {
        .action = page_url(page, "/profile/second-factor/setup"),
        .cancel_url = page_url(page, "/profile/second-factor"),
        .code_error = code_error,
    };
    enum err err = second_factor_status(&actor, policy_of(page), &status);

    if (err != OK)
        return err;
    who.has_one = status.has_one;
    return second_factor_show_offer(page, second_factor_place(&actor), &who, &view);
}

enum err profile_second_factor_setup_get(struct page *page)
{
    return show_setup(page, STR_NONE);
}

static enum err show_codes(struct page *page, const struct recovery_code_new *codes,
                           bool set_up)
{
    struct second_factor_codes_view view = {
        .set_up = set_up,
        .in_profile = true,
        .continue_url = page_url(page, "/profile/second-factor"),
    };

    return second_factor_show_codes(page, codes, &view);
}

enum err profile_second_factor_setup_post(struct page *page)
{
    const struct second_factor_form *form = page->fields;
    struct actor actor = login_actor(page);
    struct second_factor_set_up done = {0};
    enum err err = second_factor_replace(&actor, policy_of(page), form->code, &done);

    if (err != OK)
        return err;
    if (done.result.verdict != SECOND_FACTOR_RIGHT)
        return show_setup(page, second_factor_sentence(page, &done.result));
    return show_codes(page, done.codes, true);
}

enum err profile_recovery_codes_post(struct page *page)
{
    struct actor actor = login_actor(page);
    struct recovery_code_new codes[RECOVERY_CODES];
    enum err err = second_factor_new_codes(&actor, policy_of(page), codes);

    if (err == ERR_NOT_FOUND)
        return page_redirect(page, page_url(page, "/profile/second-factor"));
    if (err != OK)
        return err;
    return show_codes(page, codes, false);
}

enum err profile_second_factor_remove_post(struct page *page)
{
    struct actor actor = login_actor(page);
    enum err err = second_factor_remove_own(&actor, policy_of(page));

    if (err == ERR_DENIED)
        page_error_detail(
            page, N_("Your role needs a second factor, so it cannot be removed."));
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    page_notice(
        page,
        N_("The second factor was removed. Sessions on other devices go on; you can "
           "end them under My sessions."));
    return page_redirect(page, page_url(page, "/profile/second-factor"));
}
