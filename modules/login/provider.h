/* provider.h: the pages of sign-on by an identity provider. Private to the login program. */
#ifndef LOGIN_PROVIDER_H
#define LOGIN_PROVIDER_H

#include "auth/oidc.h"
#include "login.h"

/** A button on the sign-in page. */
struct provider_button {
    struct str label;
    struct str url;
};
extern const struct view_type provider_button_view_type;

/** A try that came to nothing. */
struct provider_failed_view {
    const char *reason;   /**< msgid */
    const char *advice;   /**< msgid */
    struct str provider;  /**< its name; absent if it is not known */
    struct str retry_url; /**< the same way again; absent where that makes no sense */
};
extern const struct view_type provider_failed_view_type;

struct signed_out_view {
    struct str provider; /**< its name, where a session there may go on; else absent */
    struct str end_url;  /**< ends it */
    struct str left;     /**< name of the provider that was left as well; else absent */
};
extern const struct view_type signed_out_view_type;

struct provider_query {
    struct str return_to;
};
extern const struct field provider_query_fields[1];
struct provider_answer_query {
    struct str state;
    struct str code;
    struct str iss;
    struct str error;
};
extern const struct field provider_answer_fields[4];
struct back_channel_form {
    struct str logout_token;
};
extern const struct field back_channel_fields[1];
struct logout_query {
    struct str provider;
};
extern const struct field logout_query_fields[1];

/** Handlers of the route table in main.c. */
enum err provider_get(struct page *page);
enum err provider_callback_get(struct page *page);
enum err provider_logout_get(struct page *page);
enum err provider_logout_end_get(struct page *page);
enum err provider_back_channel_post(struct page *page);

/** After leaving here: the session at this provider may go on. */
struct signed_out_view provider_signed_out_view(const struct page *page, struct str key);

/** The buttons for all providers, to be filled into a view. */
struct view_list provider_buttons(const struct page *page, struct str return_to);
/** Absolute address of a page of ours about this provider, as it is registered there: path/KEYtail. */
struct oidc_place provider_place(const struct page *page,
                                 const struct oidc_provider *provider, const char *path,
                                 const char *tail);
/** What to call the provider on this page. */
struct str provider_label(const struct page *page, const struct oidc_provider *provider);

/**
 * Step-up where the session came from a provider: answers with the way there (prompt=login); the callback comes back to
 * `return_to` with the session confirmed. ERR_NOT_FOUND, nothing answered: the session has no provider.
 * Only from a GET.
 */
enum err provider_step_up(struct page *page, struct str return_to) MUST_USE;

/** The provider has just proved this session (a few minutes ago at most), and a code of the second factor is what is left:
 *  then step_up_after_provider(needs_code). */
bool provider_proved(const struct page *page);
/** After that. */
void provider_proved_drop(struct page *page);

/** To the provider with this try: state and all that are drawn now. */
enum err provider_go(struct page *page, const struct oidc_provider *provider,
                     struct oidc_try *one);
/** Back from a step-up there. */
enum err provider_confirm(struct page *page, const struct oidc_provider *provider,
                          const struct oidc_try *one, const struct identity *identity);

/* ---- provider_failed.c ---- */

/** A verdict, said in a page: log line, status, reason and what to do. `provider` may be NULL. */
enum err provider_failed(struct page *page, const struct oidc_provider *provider,
                         enum oidc_verdict verdict, struct str return_to);
/** What is wrong with a callback before a provider's answer is even looked at. */
enum provider_trouble {
    PROVIDER_NO_TRY,       /**< no cookie of such a try in this browser */
    PROVIDER_FORGED_TRY,   /**< the cookie was not made by us */
    PROVIDER_TRY_OVER,     /**< begun more than 10 minutes ago */
    PROVIDER_MIXED_UP,     /**< the try is for another provider */
    PROVIDER_REPLAYED,     /**< this state was answered before */
    PROVIDER_OTHER_PERSON, /**< step-up: somebody else proved who they are */
};
enum err provider_in_trouble(struct page *page, const struct oidc_provider *provider,
                             enum provider_trouble trouble, struct str return_to);

/* ---- provider_try.c ---- */

/** Put a try into a cookie of its own, drop those that are over and the oldest past four. */
void provider_try_keep(struct page *page, const struct oidc_try *one);
/** The try of this state, and its cookie is gone. False: what is wrong. */
bool provider_try_take(struct page *page, struct str state, struct oidc_try *out,
                       enum provider_trouble *trouble_out);

#endif
