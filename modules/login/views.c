#include "login.h"

static const struct view_field login_fields[] = {
    VIEW_F(struct login_view, login_value, VIEW_STR),
    VIEW_F(struct login_view, login_error, VIEW_STR),
    VIEW_F(struct login_view, password_error, VIEW_STR),
    VIEW_F(struct login_view, return_to, VIEW_STR),
    VIEW_F(struct login_view, switching, VIEW_BOOL),
    VIEW_H(struct login_view, continue_url, VIEW_STR),
    VIEW_F(struct login_view, kept, VIEW_BOOL),
};
VIEW_TYPE(login_view_type, struct login_view, login_fields);

static const struct view_field refused_fields[] = {
    VIEW_F(struct refused_view, reason, VIEW_MSG),
    VIEW_F(struct refused_view, advice, VIEW_MSG),
    VIEW_F(struct refused_view, company_name, VIEW_STR),
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
    VIEW_SUB(struct kept_view, fields, VIEW_LIST, &kept_field_type),
};
VIEW_TYPE(kept_view_type, struct kept_view, kept_fields);

static const struct view_field bare_fields[] = {
    VIEW_F(struct bare_view, signed_in, VIEW_BOOL),
};
VIEW_TYPE(bare_view_type, struct bare_view, bare_fields);
