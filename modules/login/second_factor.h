/* second_factor.h: the pages of second factors, while somebody signs on and in their profile. Private to login. */
#ifndef LOGIN_SECOND_FACTOR_H
#define LOGIN_SECOND_FACTOR_H

#include "login.h"

/** The code that a pending sign-on waits for. */
struct second_factor_view {
    struct str code_error;
    struct str recovery_error;
    struct str return_to;
    bool open_recovery; /**< the fold with the recovery code is open */
};
extern const struct view_type second_factor_view_type;

/** A secret that is offered. */
struct second_factor_setup_view {
    bool signing_in; /**< else in the profile */
    bool replacing;
    struct str secret;
    struct str app_link; /**< otpauth: for a tap on the phone itself */
    struct str qr_path;
    struct str qr_view_box;
    struct str action;
    struct str cancel_url;
    struct str return_to;
    struct str code_error;
};
extern const struct view_type second_factor_setup_view_type;

struct second_factor_code_view {
    struct str text;
};
/** Recovery codes, once. */
struct second_factor_codes_view {
    bool set_up;            /**< with a new app; else codes alone */
    bool in_profile;        /**< by somebody who was signed on before */
    struct view_list codes; /**< of struct second_factor_code_view */
    struct str continue_url;
};
extern const struct view_type second_factor_codes_view_type;

struct second_factor_over_view {
    struct str login_url;
};
extern const struct view_type second_factor_over_view_type;

struct second_factor_profile_view {
    bool has_one;
    bool required;
    instant_us since_at;
    int64_t codes_left;
    bool recovered; /**< signed on with a recovery code just now */
    struct str continue_url;
};
extern const struct view_type second_factor_profile_view_type;

struct second_factor_query {
    struct str return_to;
    bool recovered;
};
struct second_factor_form {
    struct str code;
    struct str recovery_code;
    struct str return_to;
};

/** Handlers of the route table in main.c. */
enum err second_factor_get(struct page *page);
enum err second_factor_post(struct page *page);
enum err second_factor_setup_get(struct page *page);
enum err second_factor_setup_post(struct page *page);
enum err profile_second_factor_get(struct page *page);
enum err profile_second_factor_setup_get(struct page *page);
enum err profile_second_factor_setup_post(struct page *page);
enum err profile_recovery_codes_post(struct page *page);
enum err profile_second_factor_remove_post(struct page *page);

/** The sentence for a code that was not right; sets the status (429) and Retry-After of a throttled one. */
struct str second_factor_sentence(struct page *page,
                                  const struct second_factor_result *result);
/** The page with an offered secret. */
enum err second_factor_show_offer(struct page *page, struct str place,
                                  const struct second_factor_waiting *who,
                                  struct second_factor_setup_view *view);
/** The page with new recovery codes; fills view->codes. */
enum err second_factor_show_codes(struct page *page,
                                  const struct recovery_code_new *codes,
                                  struct second_factor_codes_view *view);

#endif
