/* provider_failed.c: what people read when a sign-on by a provider came to nothing. The log has the exact reason;
 * people get what they can do about it. Never a token, a code or a claim. */
#include "base/log.h"
#include "provider.h"

/* What to say. */
struct saying {
    int status;
    bool again; /* the same way again makes sense */
    const char *reason;
    const char *advice;
};

static const struct saying START_AGAIN = {
    400, true, N_("This sign-in can no longer be completed."),
    N_("It was begun too long ago, or completed already (the back button leads here). "
       "Please start again.")};
static const struct saying NOT_BEGUN_HERE = {
    400, true, N_("This sign-in was not begun in this browser."),
    N_("For your protection a sign-in has to end in the browser that it began in, and "
       "that browser has to accept cookies. Please start again.")};
static const struct saying DENIED = {
    403, true, N_("The sign-in was cancelled or not allowed there."),
    N_("If you did not cancel it yourself, ask the people who manage your account, or "
       "choose another way to sign in.")};
static const struct saying AWAY = {
    503, true, N_("This way to sign in does not answer at the moment."),
    N_("This says nothing about your account. Please try again in a minute, or choose "
       "another way to sign in.")};
static const struct saying BROKEN = {
    503, true, N_("This way to sign in does not work at the moment."),
    N_("What came back from there cannot be used. Please tell us, and choose another way "
       "to sign in meanwhile.")};
static const struct saying CLOCKS = {
    403, true, N_("The clocks of the two systems do not agree."),
    N_("What came back is from another time than now, so it was not accepted. Please try "
       "again; if it happens again, tell us.")};
static const struct saying NOT_ACCEPTED = {
    403, true, N_("What came back from there was not accepted."),
    N_("It did not pass our checks, so nobody was signed in. Please start again; if it "
       "happens again, tell us.")};
static const struct saying NOT_STRONG = {
    403, true, N_("You did not sign in there in the way that is needed here."),
    N_("Sign in again and use the stronger way there (for example with a second factor), "
       "or "
       "ask the people who manage your account.")};
static const struct saying NOT_COMPLETE = {
    403, false, N_("Your account there lacks something that is needed here."),
    N_("The login name or mail address of your account is missing or not confirmed. Ask "
       "the people who manage your account.")};
static const struct saying OTHER_PERSON = {
    403, true, N_("Somebody else signed in there."),
    N_("To confirm that it is you, sign in there with the account that you are using "
       "here.")};

static const struct saying *saying_of(enum oidc_verdict verdict)
{
    switch (verdict) {
    case OIDC_AWAY:
        return &AWAY;
    case OIDC_GARBAGE:
    case OIDC_DISCOVERY_ISSUER:
    case OIDC_DISCOVERY_ENDPOINT:
    case OIDC_DISCOVERY_UNFIT:
    case OIDC_CLIENT_REFUSED:
    case OIDC_PROVIDER_ERROR:
        return &BROKEN;
    case OIDC_STATE:
        return &NOT_BEGUN_HERE;
    case OIDC_DENIED:
        return &DENIED;
    case OIDC_CODE_REFUSED:
        return &START_AGAIN;
    case OIDC_TOKEN_EXPIRED:
    case OIDC_TOKEN_NOT_YET:
    case OIDC_TOKEN_ISSUED_AT:
        return &CLOCKS;
    case OIDC_TOKEN_ACR:
    case OIDC_TOKEN_AUTH_TIME:
        return &NOT_STRONG;
    case OIDC_TOKEN_CLAIM:
        return &NOT_COMPLETE;
    default:
        return &NOT_ACCEPTED;
    }
}

static enum err show(struct page *page, const struct oidc_provider *provider,
                     const struct saying *saying, struct str return_to)
{
    struct provider_failed_view view = {.reason = saying->reason,
                                        .advice = saying->advice};

    if (provider) {
        view.provider = provider_label(page, provider);
        if (saying->again)
            view.retry_url = login_url_with_return(
                page,
                str_format(page->arena, "/login/provider/%.*s", STR_ARG(provider->key))
                    .ptr,
                return_to);
    }
    page_status(page, saying->status);
    if (saying->status == 503)
        page_retry_after(page, 10);
    return page_render(page, PAGE_PROVIDER_FAILED, &view);
}

enum err provider_failed(struct page *page, const struct oidc_provider *provider,
                         enum oidc_verdict verdict, struct str return_to)
{
    const struct saying *saying = saying_of(verdict);
    struct str key = provider ? provider->key : STR("-");

    log_event(saying == &AWAY || saying == &BROKEN ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN,
              "provider_refused", "%.*s: %s%s%s", STR_ARG(key), oidc_reason(verdict),
              err_text()[0] ? ": " : "", err_text());
    err_clear();
    return show(page, provider, saying, return_to);
}

enum err provider_in_trouble(struct page *page, const struct oidc_provider *provider,
                             enum provider_trouble trouble, struct str return_to)
{
    static const struct {
        const char *name;
        const struct saying *saying;
    } TROUBLES[] = {
        [PROVIDER_NO_TRY] = {"try-missing", &NOT_BEGUN_HERE},
        [PROVIDER_FORGED_TRY] = {"try-forged", &NOT_BEGUN_HERE},
        [PROVIDER_TRY_OVER] = {"try-over", &START_AGAIN},
        [PROVIDER_MIXED_UP] = {"provider-mixed-up", &NOT_ACCEPTED},
        [PROVIDER_REPLAYED] = {"state-replayed", &START_AGAIN},
        [PROVIDER_OTHER_PERSON] = {"other-person", &OTHER_PERSON},
    };

    log_event(LOG_LEVEL_WARN, "provider_refused", "%.*s: %s", STR_ARG(provider->key),
              TROUBLES[trouble].name);
    return show(page, provider, TROUBLES[trouble].saying, return_to);
}
