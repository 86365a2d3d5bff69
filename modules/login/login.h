/* login.h: the pages of the login program. Private to it. */
#ifndef LOGIN_LOGIN_H
#define LOGIN_LOGIN_H

#include "auth/seal.h"
#include "web/page.h"
#include "app/sign_on.h"

/** Process lifetime. */
struct login_state {
    struct directory_set *directory;
    struct seal_keys *keys;
    struct sign_on_policy policy;
};

/** Index into LOGIN_PAGES. */
enum login_page { PAGE_LOGIN, PAGE_REFUSED, PAGE_KEPT, PAGE_LOGOUT, PAGE_SIGNED_OUT };

struct login_view {
    struct str login_value;
    struct str login_error;
    struct str password_error;
    struct str return_to;
    bool switching; /**< somebody is signed in here already */
    struct str continue_url;
    bool kept; /**< entries of an expired session wait for this person */
};
extern const struct view_type login_view_type;

struct refused_view {
    const char *reason; /**< msgid */
    const char *advice; /**< msgid: what to do next */
    struct str company_name;
};
extern const struct view_type refused_view_type;

struct kept_field {
    struct str name;
    struct str value;
};
struct kept_view {
    struct str action;
    struct str continue_url;
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
    bool kept;
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

/** True for "/requests/R-..?x=y": a path of ours below the prefix, and no page of this program. */
bool return_to_is_ours(struct str path);

#endif
