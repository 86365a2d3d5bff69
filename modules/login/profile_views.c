/* profile_views.c: what the templates of profile, step-up and password may name. */
#include "password.h"
#include "profile.h"
#include "step_up.h"

static const struct view_field zone_fields[] = {
    VIEW_F(struct zone_option, id, VIEW_STR),
    VIEW_F(struct zone_option, name, VIEW_STR),
    VIEW_F(struct zone_option, chosen, VIEW_BOOL),
};
static VIEW_TYPE(zone_type, struct zone_option, zone_fields);

static const struct view_field region_fields[] = {
    VIEW_F(struct zone_region, name, VIEW_MSG),
    VIEW_SUB(struct zone_region, zones, VIEW_LIST, &zone_type),
};
static VIEW_TYPE(region_type, struct zone_region, region_fields);

static const struct view_field profile_fields[] = {
    VIEW_F(struct profile_view, name, VIEW_STR),
    VIEW_F(struct profile_view, login, VIEW_STR),
    VIEW_F(struct profile_view, email, VIEW_STR),
    VIEW_F(struct profile_view, provider, VIEW_STR),
    VIEW_F(struct profile_view, in_english, VIEW_BOOL),
    VIEW_F(struct profile_view, in_german, VIEW_BOOL),
    VIEW_F(struct profile_view, own_zone, VIEW_STR),
    VIEW_F(struct profile_view, usual_zone, VIEW_STR),
    VIEW_SUB(struct profile_view, regions, VIEW_LIST, &region_type),
    VIEW_F(struct profile_view, zone_error, VIEW_STR),
    VIEW_F(struct profile_view, has_second_factor, VIEW_BOOL),
    VIEW_F(struct profile_view, may_change_password, VIEW_BOOL),
};
VIEW_TYPE(profile_view_type, struct profile_view, profile_fields);

static const struct view_field session_fields[] = {
    VIEW_H(struct session_item, end_url, VIEW_STR),
    VIEW_F(struct session_item, device, VIEW_STR),
    VIEW_F(struct session_item, network, VIEW_STR),
    VIEW_F(struct session_item, is_this, VIEW_BOOL),
    VIEW_F(struct session_item, by_provider, VIEW_BOOL),
    VIEW_F(struct session_item, second_factor, VIEW_BOOL),
    VIEW_F(struct session_item, since_at, VIEW_INSTANT),
    VIEW_F(struct session_item, seen_at, VIEW_INSTANT),
};
static VIEW_TYPE(session_type, struct session_item, session_fields);

static const struct view_field sessions_fields[] = {
    VIEW_SUB(struct sessions_view, sessions, VIEW_LIST, &session_type),
    VIEW_F(struct sessions_view, has_others, VIEW_BOOL),
};
VIEW_TYPE(sessions_view_type, struct sessions_view, sessions_fields);

static const struct view_field step_up_fields[] = {
    VIEW_F(struct step_up_view, name, VIEW_STR),
    VIEW_F(struct step_up_view, login, VIEW_STR),
    VIEW_F(struct step_up_view, by_password, VIEW_BOOL),
    VIEW_F(struct step_up_view, by_provider, VIEW_BOOL),
    VIEW_F(struct step_up_view, provider, VIEW_STR),
    VIEW_H(struct step_up_view, provider_url, VIEW_STR),
    VIEW_F(struct step_up_view, needs_code, VIEW_BOOL),
    VIEW_H(struct step_up_view, password_error, VIEW_STR),
    VIEW_H(struct step_up_view, code_error, VIEW_STR),
    VIEW_F(struct step_up_view, return_to, VIEW_STR),
    VIEW_H(struct step_up_view, cancel_url, VIEW_STR),
    VIEW_F(struct step_up_view, kept, VIEW_BOOL),
};
VIEW_TYPE(step_up_view_type, struct step_up_view, step_up_fields);

static const struct view_field password_fields[] = {
    VIEW_F(struct password_view, login, VIEW_STR),
    VIEW_F(struct password_view, signing_in, VIEW_BOOL),
    VIEW_F(struct password_view, expired, VIEW_BOOL),
    VIEW_F(struct password_view, elsewhere, VIEW_BOOL),
    VIEW_H(struct password_view, old_error, VIEW_STR),
    VIEW_H(struct password_view, new_error, VIEW_STR),
    VIEW_H(struct password_view, again_error, VIEW_STR),
    VIEW_F(struct password_view, return_to, VIEW_STR),
    VIEW_H(struct password_view, action, VIEW_STR),
    VIEW_H(struct password_view, cancel_url, VIEW_STR),
};
VIEW_TYPE(password_view_type, struct password_view, password_fields);
