/* step_up.h: the page of a step-up, and the way of a session to its new token. Private to login. */
#ifndef LOGIN_STEP_UP_H
#define LOGIN_STEP_UP_H

#include "login.h"

struct step_up_view {
    struct str name; /**< who has to prove it */
    struct str login;
    bool by_password;
    bool by_provider;    /**< there first */
    struct str provider; /**< its label */
    struct str provider_url;
    bool needs_code;
    struct str password_error;
    struct str code_error;
    struct str return_to;
    struct str cancel_url;
    bool kept; /**< a form waits until this is done */
};
extern const struct view_type step_up_view_type;

struct step_up_query {
    struct str return_to;
};
struct step_up_form {
    struct str password;
    struct str code;
    struct str return_to;
};

extern const struct field step_up_query_fields[1];
extern const struct field step_up_form_fields[3];

/** Handlers of the route table in main.c. */
enum err step_up_get(struct page *page);
enum err step_up_post(struct page *page);
/** GET, to the provider of the session. */
enum err step_up_provider_get(struct page *page);
/** GET: a new token after a role change, and back. */
enum err renew_get(struct page *page);

#endif
