#include "provider.h"

static const struct view_field provider_button_fields[] = {
    VIEW_F(struct provider_button, label, VIEW_STR),
    VIEW_F(struct provider_button, url, VIEW_STR),
};
VIEW_TYPE(provider_button_view_type, struct provider_button, provider_button_fields);

static const struct view_field provider_failed_fields[] = {
    VIEW_F(struct provider_failed_view, reason, VIEW_MSG),
    VIEW_F(struct provider_failed_view, advice, VIEW_MSG),
    VIEW_F(struct provider_failed_view, provider, VIEW_STR),
    VIEW_F(struct provider_failed_view, retry_url, VIEW_STR),
};
VIEW_TYPE(provider_failed_view_type, struct provider_failed_view, provider_failed_fields);

static const struct view_field signed_out_fields[] = {
    VIEW_F(struct signed_out_view, provider, VIEW_STR),
    VIEW_F(struct signed_out_view, end_url, VIEW_STR),
    VIEW_F(struct signed_out_view, left, VIEW_STR),
};
VIEW_TYPE(signed_out_view_type, struct signed_out_view, signed_out_fields);

static const struct view_field login_fields[] = {
    VIEW_F(struct login_view, login_value, VIEW_STR),
    VIEW_F(struct login_view, login_error, VIEW_STR),
    VIEW_F(struct login_view, password_error, VIEW_STR),
    VIEW_F(struct login_view, return_to, VIEW_STR),
    VIEW_F(struct login_view, switching, VIEW_BOOL),
    VIEW_H(struct login_view, continue_url, VIEW_STR),
    VIEW_F(struct login_view, kept, VIEW_BOOL),
    VIEW_F(struct login_view, past, VIEW_MSG),
    VIEW_F(struct login_view, invited_by, VIEW_STR),
    VIEW_F(struct login_view, invited_company, VIEW_STR),
    VIEW_F(struct login_view, by_password, VIEW_BOOL),
    VIEW_F(struct login_view, has_providers, VIEW_BOOL),
    VIEW_SUB(struct login_view, providers, VIEW_LIST, &provider_button_view_type),
};
VIEW_TYPE(login_view_type, struct login_view, login_fields);

static const struct view_field refused_fields[] = {
    VIEW_F(struct refused_view, reason, VIEW_MSG),
    VIEW_F(struct refused_view, advice, VIEW_MSG),
    VIEW_F(struct refused_view, company_name, VIEW_STR),
    VIEW_F(struct refused_view, admission_url, VIEW_STR),
};
VIEW_TYPE(refused_view_type, struct refused_view, refused_fields);

static const struct view_field kept_field_fields[] = {
    VIEW_F(struct kept_field, name, VIEW_STR),
    VIEW_F(struct kept_field, value, VIEW_STR),
};
static VIEW_TYPE(kept_field_type, struct kept_field, kept_field_fields);

static const struct view_field kept_fields[] = {
    VIEW_H(struct kept_view, action, VIEW_STR),
    VIEW_H(struct kept_view, continue_url, VIEW_STR),
    VIEW_F(struct kept_view, confirmed, VIEW_BOOL),
    VIEW_SUB(struct kept_view, fields, VIEW_LIST, &kept_field_type),
};
VIEW_TYPE(kept_view_type, struct kept_view, kept_fields);

static const struct view_field bare_fields[] = {
    VIEW_F(struct bare_view, signed_in, VIEW_BOOL),
};
VIEW_TYPE(bare_view_type, struct bare_view, bare_fields);
