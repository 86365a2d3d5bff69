/* profile.h: what somebody sees and sets of themselves: language and time zone, their sessions. Private to login. */
#ifndef LOGIN_PROFILE_H
#define LOGIN_PROFILE_H

#include "login.h"

struct zone_option {
    struct str id;
    struct str name;
    bool chosen;
};
/** One part of the world in the list of zones. */
struct zone_region {
    const char *name;       /**< msgid */
    struct view_list zones; /**< of struct zone_option */
};

struct profile_view {
    struct str name;
    struct str login;
    struct str email;
    struct str provider; /**< who says so, if a provider; absent: the directory */
    bool in_english;     /**< the language that is chosen, or shown now */
    bool in_german;
    struct str own_zone; /**< chosen; absent: the usual one */
    struct str usual_zone;
    struct view_list regions; /**< of struct zone_region */
    struct str zone_error;
    bool has_second_factor;
    bool may_change_password;
};
extern const struct view_type profile_view_type;

struct profile_form {
    struct str language;
    struct str zone;
};

struct session_item {
    struct str end_url;
    struct str device;
    struct str network;
    bool is_this;
    bool by_provider;
    bool second_factor;
    instant_us since_at;
    instant_us seen_at;
};
struct sessions_view {
    struct view_list sessions; /**< of struct session_item */
    bool has_others;
};
extern const struct view_type sessions_view_type;

extern const struct field profile_form_fields[2];

/** Handlers of the route table in main.c. */
enum err profile_get_page(struct page *page);
enum err profile_post(struct page *page);
enum err sessions_get(struct page *page);
enum err sessions_end_post(struct page *page);
enum err sessions_end_others_post(struct page *page);

#endif
