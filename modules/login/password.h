/* password.h: the pages that choose a new password: during a sign-on whose password is over, and in the profile. Private
 * to login. */
#ifndef LOGIN_PASSWORD_H
#define LOGIN_PASSWORD_H

#include "login.h"

struct password_view {
    struct str login;
    bool signing_in; /**< else in the profile */
    bool
        expired; /**< signing_in: too old, else it has to be changed for another reason */
    bool elsewhere; /**< profile: it cannot be changed here */
    struct str old_error;
    struct str new_error;
    struct str again_error;
    struct str return_to;
    struct str action;
    struct str cancel_url;
};
extern const struct view_type password_view_type;

struct password_query {
    struct str return_to;
};
struct password_form {
    struct str
        login; /**< for password managers; what counts is sealed, or the session's */
    struct str old_password;
    struct str new_password;
    struct str again;
    struct str return_to;
};

/** After SIGN_ON_EXPIRED or SIGN_ON_MUST_CHANGE of `login`: the way to /login/password where the directory lets people
 *  change theirs; false, nothing answered: it does not. */
bool password_offer(struct page *page, const struct sign_on_result *result,
                    struct str login, struct str return_to, enum err *err_out);

extern const struct field password_query_fields[1];
extern const struct field password_form_fields[5];

/** Handlers of the route table in main.c. */
enum err password_get(struct page *page);
enum err password_post(struct page *page);
enum err profile_password_get(struct page *page);
enum err profile_password_post(struct page *page);

#endif
