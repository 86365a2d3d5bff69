/* outcome.c: what follows a sign-on, whatever it was made with. */
#include "device.h"
#include "invitation.h"

#include "base/buf.h"
#include "text/escape.h"

struct str login_url_after(const struct page *page, bool is_staff, struct str return_to)
{
    if (return_to_is_ours(return_to))
        return page_url(page, "%.*s", STR_ARG(return_to));
    return page_url(page, is_staff ? "/staff" : "/");
}

struct actor login_actor(const struct page *page)
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

struct sign_on_entry login_came_along(const struct page *page)
{
    return (struct sign_on_entry){
        .network = page->http->remote_addr,
        .device = device_words(page->arena, page->http->user_agent),
        .invitation_token = invitation_token(page),
        .known_person_id = device_known(page).person_id,
        .presented_token = page_session_token(page),
        .language = page_chosen_language(page),
        .page_language = str_from(language_code(page->render->language)),
    };
}

struct str login_url_with_return(const struct page *page, const char *path,
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

struct str login_error_of(const struct page *page, const char *field)
{
    for (size_t i = 0; i < page->error_count; i++)
        if (str_is(page->errors[i].name, field))
            return page->errors[i].text;
    return STR_NONE;
}

void login_add_error(struct page *page, const char *field, struct str text)
{
    if (text.len > 0 && !login_error_of(page, field).ptr)
        page_add_error(page, str_from(field), text);
}

struct str login_wait_text(const struct page *page, int64_t seconds)
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

/* ---- in -------------------------------------------------------------------------------------- */

#define PENDING "sign-on"

struct str login_pending_token(const struct page *page)
{
    return page_cookie_value(page, page_cookie_name(page, PENDING));
}

void login_set_session(struct page *page, const struct login_entry *entry)
{
    struct str pending = page_cookie_name(page, PENDING);

    page_begin_session(page, entry->token);
    if (login_pending_token(page).len > 0)
        page_cookie(page, str_c(page->arena, pending), STR(""), 0);
    page_drop_pre_login(page);
    device_remember(page, entry->login, entry->person_id);
    invitation_done(page, entry->person_id);
}

/* To the form that was kept for this person, if there is one. */
static bool was_kept(const struct page *page, int64_t person_id)
{
    struct actor actor = login_actor(page);
    struct principal who = {.person_id = person_id};
    struct parked_post_row parked;

    actor.principal = &who;
    return page_parked_key(page).len > 0 &&
           sign_on_kept(&actor, page_parked_key(page), &parked) == OK;
}

enum err login_let_in(struct page *page, const struct login_entry *entry,
                      struct str return_to)
{
    login_set_session(page, entry);
    if (was_kept(page, entry->person_id))
        return page_redirect(page, page_url(page, "/login?kept=1"));
    return page_redirect(page, login_url_after(page, entry->is_staff, return_to));
}

enum err login_stepped_up(struct page *page, struct str token, struct str return_to)
{
    const struct principal *who = page->principal;

    page_renew_session(page, token);
    if (was_kept(page, who->person_id))
        return page_redirect(page, page_url(page, "/login?kept=1&confirmed=1"));
    return page_redirect(page, login_url_after(page, who->is_staff, return_to));
}

/* No session yet: the second factor's page has the word. */
static enum err ask_second_factor(struct page *page, const struct sign_on_result *result,
                                  struct str login, struct str return_to)
{
    struct str name = page_cookie_name(page, PENDING);

    if (login.len > 0)
        device_remember(page, login, 0);
    page_cookie(page, str_c(page->arena, name), result->pending_token,
                SIGN_ON_PENDING_US / US_PER_S);
    return page_redirect(page,
                         login_url_with_return(page, "/login/second-factor", return_to));
}

/* ---- not in ---------------------------------------------------------------------------------- */

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
    {SIGN_ON_NOT_LINKED,
     N_("This account is not linked to a person whom the portal knows."),
     N_("Ask the people who manage your account, or us, to have it linked. If you have "
        "another way to sign in, use that one.")},
    {SIGN_ON_NO_COMPANY,
     N_("Your account is not linked to a member company of the exchange."),
     N_("This portal is for member companies. Ask your company's central coordinator, or "
        "us, to "
        "have your account linked.")},
    {SIGN_ON_COMPANY_DIFFERS,
     N_("You were invited by one company, and your account belongs to another."),
     N_("Sign in with the account of the company that invited you, or ask it which one "
        "it "
        "means.")},
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
    if (result->verdict == SIGN_ON_NO_COMPANY ||
        result->verdict == SIGN_ON_COMPANY_CANDIDATE)
        view.admission_url = conf_str(page->conf, "site", "admission_url");
    page_status(page, 403);
    return page_render(page, PAGE_REFUSED, &view);
}

enum err login_check_conf(struct arena *arena, const struct conf *conf)
{
    struct str url = conf_str(conf, "site", "admission_url");
    bool is_path = str_starts(url, STR("/")) && !str_starts(url, STR("//"));

    if (url.len > 0 && !is_path && !str_starts(url, STR("https://")))
        return err_note(ERR_INPUT, "%.*s is neither a path nor an https address",
                        STR_ARG(conf_where(conf, arena, "site", "admission_url")));
    return OK;
}

enum err login_outcome(struct page *page, const struct sign_on_result *result,
                       struct str login, struct str return_to)
{
    struct login_entry entry = {result->token, result->person_id, result->is_staff,
                                login};

    if (result->verdict == SIGN_ON_OK)
        return login_let_in(page, &entry, return_to);
    if (result->verdict == SIGN_ON_SECOND_FACTOR)
        return ask_second_factor(page, result, login, return_to);
    return show_refusal(page, result);
}
