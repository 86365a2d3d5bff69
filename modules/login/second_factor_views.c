#include "second_factor.h"

static const struct view_field second_factor_fields[] = {
    VIEW_F(struct second_factor_view, code_error, VIEW_STR),
    VIEW_F(struct second_factor_view, recovery_error, VIEW_STR),
    VIEW_F(struct second_factor_view, return_to, VIEW_STR),
    VIEW_H(struct second_factor_view, open_recovery, VIEW_BOOL),
};
VIEW_TYPE(second_factor_view_type, struct second_factor_view, second_factor_fields);

static const struct view_field setup_fields[] = {
    VIEW_F(struct second_factor_setup_view, signing_in, VIEW_BOOL),
    VIEW_F(struct second_factor_setup_view, replacing, VIEW_BOOL),
    VIEW_F(struct second_factor_setup_view, secret, VIEW_STR),
    VIEW_F(struct second_factor_setup_view, app_link, VIEW_STR),
    VIEW_H(struct second_factor_setup_view, qr_path, VIEW_STR),
    VIEW_H(struct second_factor_setup_view, qr_view_box, VIEW_STR),
    VIEW_H(struct second_factor_setup_view, action, VIEW_STR),
    VIEW_H(struct second_factor_setup_view, cancel_url, VIEW_STR),
    VIEW_F(struct second_factor_setup_view, return_to, VIEW_STR),
    VIEW_F(struct second_factor_setup_view, code_error, VIEW_STR),
};
VIEW_TYPE(second_factor_setup_view_type, struct second_factor_setup_view, setup_fields);

static const struct view_field code_fields[] = {
    VIEW_F(struct second_factor_code_view, text, VIEW_STR),
};
static VIEW_TYPE(code_view_type, struct second_factor_code_view, code_fields);

static const struct view_field codes_fields[] = {
    VIEW_F(struct second_factor_codes_view, set_up, VIEW_BOOL),
    VIEW_H(struct second_factor_codes_view, in_profile, VIEW_BOOL),
    VIEW_SUB(struct second_factor_codes_view, codes, VIEW_LIST, &code_view_type),
    VIEW_F(struct second_factor_codes_view, continue_url, VIEW_STR),
};
VIEW_TYPE(second_factor_codes_view_type, struct second_factor_codes_view, codes_fields);

static const struct view_field over_fields[] = {
    VIEW_F(struct second_factor_over_view, login_url, VIEW_STR),
};
VIEW_TYPE(second_factor_over_view_type, struct second_factor_over_view, over_fields);

static const struct view_field profile_fields[] = {
    VIEW_F(struct second_factor_profile_view, has_one, VIEW_BOOL),
    VIEW_F(struct second_factor_profile_view, required, VIEW_BOOL),
    VIEW_F(struct second_factor_profile_view, since_at, VIEW_INSTANT),
    VIEW_F(struct second_factor_profile_view, codes_left, VIEW_INT),
    VIEW_F(struct second_factor_profile_view, recovered, VIEW_BOOL),
    VIEW_H(struct second_factor_profile_view, continue_url, VIEW_STR),
};
VIEW_TYPE(second_factor_profile_view_type, struct second_factor_profile_view,
          profile_fields);
