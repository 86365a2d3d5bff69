#include "login.h"

#include "base/buf.h"
#include "text/escape.h"

#define BODY_FIELDS_MAX 500

static struct str url_after(const struct page *page, bool is_staff, struct str return_to)
{
    if (return_to_is_ours(return_to))
        return page_url(page, "%.*s", STR_ARG(return_to));
    return page_url(page, is_staff ? "/staff" : "/");
}

static struct actor actor_of(const struct page *page)
{
    return (struct actor){
        .db = page->db,
        .arena = page->arena,
        .principal = page->principal,
        .now = page->now,
        .program = "login",
        .trace_id = page->http->request_id,
    };
}

/* A page of ours that goes on to `return_to`. */
static struct str url_with_return(const struct page *page, const char *path,
                                  struct str return_to)
{
    struct buf url = buf_init(page->arena, 4096);

    buf_put(&url, page_url(page, "%s", path));
    if (return_to_is_ours(return_to)) {
        buf_put_c(&url, "?return_to=");
        escape_url_part(&url, return_to);
    }
    return buf_str(&url);
}

static bool is_staff(const struct principal *principal)
{
    return principal->is_staff;
}

/* ---- the kept entries ----------------------------------------------------------------------- */

static enum err show_kept(struct page *page)
{
    struct actor actor = actor_of(page);
    struct parked_post_row parked = {0};
    struct kept_view view = {0};
    struct kept_field *fields;
    const struct map_entry *entries;
    struct map *map = NULL;
    size_t count = 0;
    enum err err = sign_on_kept(&actor, page_parked_key(page), &parked);

    if (err == ERR_NOT_FOUND)
        return page_redirect(page, url_after(page, is_staff(page->principal), STR_NONE));
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
    view.continue_url = url_after(page, is_staff(page->principal), STR_NONE);
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
    bool ours = return_to_is_ours(return_to);
    struct login_view view = {
        .login_value = login_value,
        .login_error = error_of(page, "login"),
        .password_error = error_of(page, "password"),
        .return_to = ours ? return_to : STR_NONE,
        .switching = page->principal->person_id != 0,
        .kept = page_parked_key(page).len > 0,
    };

    if (view.switching)
        view.continue_url = url_after(page, is_staff(page->principal), return_to);
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

/* Reasons that are told because the directory has confirmed the password (CU-01). */
static const struct refusal {
    enum sign_on_verdict verdict;
    const char *reason;
    const char *advice;
} REFUSALS[] = {
    {SIGN_ON_EXPIRED, N_("Your password is right, but it has expired."),
     N_("Choose a new one in your company's directory, then sign in here with it.")},
    {SIGN_ON_MUST_CHANGE, N_("Your password is right, but it has to be changed first."),
     N_("Choose a new one in your company's directory, then sign in here with it.")},
    {SIGN_ON_DISABLED, N_("Your account is disabled in the directory."),
     N_("Please ask the people who manage your account.")},
    {SIGN_ON_NO_COMPANY,
     N_("Your account is not linked to a member company of the exchange."),
     N_("This portal is for member companies. Ask your company's central coordinator, or "
        "us, to "
        "have your account linked.")},
    {SIGN_ON_COMPANY_ENDED, N_("The membership of your company has ended."),
     N_("Accounts of former members cannot sign in. If you think this is a mistake, "
        "contact us.")},
    {SIGN_ON_COMPANY_SUSPENDED, N_("The membership of your company is suspended."),
     N_("While it is suspended nobody of your company can sign in. Please contact us.")},
    {SIGN_ON_COMPANY_CANDIDATE, N_("Your company has not been admitted yet."),
     N_("You can sign in as soon as the admission is complete.")},
    {SIGN_ON_NO_ROLE, N_("You have no role in your company yet."),
     N_("Ask your company's central coordinator to give you one. Then sign in again.")},
    {SIGN_ON_STAFF_NO_ROLE, N_("You are in none of the staff groups of this portal."),
     N_("Ask your administrator to add you to the group of your role. Then sign in "
        "again.")},
};

static enum err show_refusal(struct page *page, const struct sign_on_result *result)
{
    struct refused_view view = {.company_name = result->company_name};

    for (size_t i = 0; i < sizeof(REFUSALS) / sizeof(*REFUSALS); i++)
        if (REFUSALS[i].verdict == result->verdict) {
            view.reason = REFUSALS[i].reason;
            view.advice = REFUSALS[i].advice;
        }
    if (!view.reason)
        bug("verdict %d has no reason", (int)result->verdict);
    page_status(page, 403);
    return page_render(page, PAGE_REFUSED, &view);
}

static struct str wait_text(const struct page *page, int64_t seconds)
{
    struct str number = str_format(page->arena, "%lld", (long long)seconds);
    struct str pattern = i18n_plural(page->render->i18n, page->render->language,
                                     STR("There were too many failed attempts. Please "
                                         "wait {0} second, then try again."),
                                     STR("There were too many failed attempts. Please "
                                         "wait {0} seconds, then try again."),
                                     seconds);

    return i18n_fill(page->arena, pattern, &number, 1);
}

static enum err let_in(struct page *page, const struct sign_on_result *result,
                       struct str return_to)
{
    struct str session = page_session_cookie_name(page);
    struct actor actor = actor_of(page);
    struct principal who = {.person_id = result->person_id};
    struct parked_post_row parked;

    page_cookie(page, str_c(page->arena, session), result->token, -1);
    page_drop_pre_login(page);
    actor.principal = &who;
    if (page_parked_key(page).len > 0 &&
        sign_on_kept(&actor, page_parked_key(page), &parked) == OK)
        return page_redirect(page, page_url(page, "/login?kept=1"));
    return page_redirect(page, url_after(page, result->is_staff, return_to));
}

/* No session yet: the second factor's page has the word. */
static enum err ask_second_factor(struct page *page, const struct sign_on_result *result,
                                  struct str return_to)
{
    struct str name = page_cookie_name(page, "sign-on");

    page_cookie(page, str_c(page->arena, name), result->pending_token,
                SIGN_ON_PENDING_US / US_PER_S);
    return page_redirect(page, url_with_return(page, "/login/second-factor", return_to));
}

static enum err show_again(struct page *page, const struct sign_on_result *result,
                           struct str return_to)
{
    struct str text;

    if (result->verdict == SIGN_ON_WRONG) {
        text = page_text(page,
                         N_("Login name or password is not correct. Please try again."));
    } else if (result->verdict == SIGN_ON_THROTTLED) {
        text = wait_text(page, result->wait_s);
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
    struct actor actor = actor_of(page);
    struct sign_on_input input = {
        .login = form->login,
        .password = form->password,
        .entry =
            {
                .network = page->http->remote_addr,
                .presented_token = page_session_token(page),
                .language = page_chosen_language(page),
                .page_language = str_from(language_code(page->render->language)),
            },
    };
    struct sign_on_result result = {0};
    enum err err;

    if (page->error_count > 0)
        return show_form(page, page_raw(page, "login"), form->return_to);
    err = sign_on(&actor, state->directory, &state->policy, &input, &result);
    if (err != OK)
        return err;
    switch (result.verdict) {
    case SIGN_ON_OK:
        return let_in(page, &result, form->return_to);
    case SIGN_ON_WRONG:
    case SIGN_ON_UNAVAILABLE:
    case SIGN_ON_THROTTLED:
        return show_again(page, &result, form->return_to);
    case SIGN_ON_SECOND_FACTOR:
        return ask_second_factor(page, &result, form->return_to);
    case SIGN_ON_EXPIRED:
    case SIGN_ON_MUST_CHANGE:
    case SIGN_ON_DISABLED:
    case SIGN_ON_NO_COMPANY:
    case SIGN_ON_COMPANY_ENDED:
    case SIGN_ON_COMPANY_SUSPENDED:
    case SIGN_ON_COMPANY_CANDIDATE:
    case SIGN_ON_NO_ROLE:
    case SIGN_ON_STAFF_NO_ROLE:
        return show_refusal(page, &result);
    }
    bug("verdict %d", (int)result.verdict);
}

/* ---- leaving -------------------------------------------------------------------------------- */

enum err logout_get(struct page *page)
{
    struct bare_view view = {.signed_in = page->principal->person_id != 0};

    return page_render(page, view.signed_in ? PAGE_LOGOUT : PAGE_SIGNED_OUT, &view);
}

enum err logout_post(struct page *page)
{
    struct actor actor = actor_of(page);
    struct str session = page_session_cookie_name(page);

    if (page->principal->person_id) {
        enum err err = sign_off(&actor, page_session_token(page));

        if (err != OK)
            return err;
    }
    page_cookie(page, str_c(page->arena, session), STR(""), 0);
    /* The page that says so is a GET, so that it is shown without the session. */
    return page_redirect(page, page_url(page, "/logout"));
}
