/* login.h: the pages of the login program. Private to it. */
#ifndef LOGIN_LOGIN_H
#define LOGIN_LOGIN_H

#include "formats/zones.h"
#include "auth/oidc.h"
#include "auth/seal.h"
#include "web/page.h"
#include "app/sign_on/second_factor_change.h"
#include "app/sign_on/sign_on.h"

/** The time zones in one language. */
struct login_zones {
    struct zone_choice *choices; /**< NULL: not made yet */
    size_t count;
};

/** Process lifetime. */
struct login_state {
    struct directory_set *directory;
    struct oidc *oidc;
    struct seal_keys *keys;
    struct sign_on_policy policy;
    struct second_factor_policy second_factor;
    struct arena *arena;                      /**< process lifetime */
    struct login_zones zones[LANGUAGE_COUNT]; /**< made at first use */
};

/** Index into LOGIN_PAGES. */
enum login_page {
    PAGE_LOGIN,
    PAGE_REFUSED,
    PAGE_KEPT,
    PAGE_LOGOUT,
    PAGE_SIGNED_OUT,
    PAGE_PROVIDER_FAILED,
    PAGE_SECOND_FACTOR,
    PAGE_SECOND_FACTOR_SETUP,
    PAGE_SECOND_FACTOR_CODES,
    PAGE_SECOND_FACTOR_OVER,
    PAGE_SECOND_FACTOR_PROFILE,
    PAGE_PROFILE,
    PAGE_SESSIONS,
    PAGE_STEP_UP,
    PAGE_PASSWORD,
    PAGE_PROFILE_PASSWORD,
    PAGE_INVITATION_OVER,
};

struct login_view {
    struct str login_value;
    struct str login_error;
    struct str password_error;
    struct str return_to;
    bool switching; /**< somebody is signed in here already */
    struct str continue_url;
    bool kept;        /**< entries of an expired session wait for this person */
    bool by_password; /**< there is a directory to ask */
    bool has_providers;
    struct view_list providers; /**< of struct provider_button */
    const char *past; /**< msgid: why the session before is over; NULL: nothing to say */
    struct str invited_by; /**< by an invitation's link; absent for none */
    struct str invited_company;
};
extern const struct view_type login_view_type;

struct refused_view {
    const char *reason; /**< msgid */
    const char *advice; /**< msgid: what to do next */
    struct str company_name;
    struct str admission_url; /**< where to become a member; absent for none */
};
extern const struct view_type refused_view_type;

struct kept_field {
    struct str name;
    struct str value;
};
struct kept_view {
    struct str action;
    struct str continue_url;
    bool confirmed;          /**< kept for a step-up; else the session had ended */
    struct view_list fields; /**< of struct kept_field */
};
extern const struct view_type kept_view_type;

/** Pages without data of their own. */
struct bare_view {
    bool signed_in;
};
extern const struct view_type bare_view_type;

struct login_query {
    struct str return_to;
    struct str invitation;
    bool kept;
    bool confirmed;
};
struct login_form {
    struct str login;
    struct str password;
    struct str return_to;
};

/** Handlers of the route table in main.c. */
enum err login_get(struct page *page);
enum err login_post(struct page *page);
enum err logout_get(struct page *page);
enum err logout_post(struct page *page);

/* ---- outcome.c: for the handlers of every way to sign on ------------------------------------- */

/** The actor of a use case, by the page. */
struct actor login_actor(const struct page *page);
/** Where somebody goes who is signed on: `return_to` if it is ours, else their first page. */
struct str login_url_after(const struct page *page, bool is_staff, struct str return_to);
/** A page of this program, "/login/...", that goes on to `return_to`. */
struct str login_url_with_return(const struct page *page, const char *path,
                                 struct str return_to);
/** What is wrong with a field, absent for nothing. */
struct str login_error_of(const struct page *page, const char *field);
/** Something is: for the summary, unless the field is named there already. */
void login_add_error(struct page *page, const char *field, struct str text);
/** "There were too many failed attempts. Please wait ..." */
struct str login_wait_text(const struct page *page, int64_t seconds);

/** What comes along with every way to sign on. */
struct sign_on_entry login_came_along(const struct page *page);

/** A session that was just made. */
struct login_entry {
    struct str token;
    int64_t person_id;
    bool is_staff;
    struct str
        login; /**< as typed with the right password; absent: not by password, or steps ago */
};
/** Token of the pending sign-on (app/sign_on/second_factor.h) in its cookie; absent if none. */
struct str login_pending_token(const struct page *page);
/** Set the session's cookie, drop those of the time before; remember the browser; say what became of an invitation. */
void login_set_session(struct page *page, const struct login_entry *entry);
/** login_set_session(), then go to kept entries or to `return_to`. */
enum err login_let_in(struct page *page, const struct login_entry *entry,
                      struct str return_to);
/** The same session has a new token after a step-up: set it, then go to what was kept or to `return_to`. */
enum err login_stepped_up(struct page *page, struct str token, struct str return_to);
/** [site] admission_url: a path or https address. ERR_INPUT noted. */
enum err login_check_conf(struct arena *arena, const struct conf *conf) MUST_USE;
/** Answer a verdict of sign_on_enter(): in, on to the second factor, or the page with the reason. `login` as in
 *  struct login_entry. */
enum err login_outcome(struct page *page, const struct sign_on_result *result,
                       struct str login, struct str return_to);

/** True for "/requests/R-..?x=y": a path of ours below the prefix, and no page of this program. */
bool return_to_is_ours(struct str path);

#endif
