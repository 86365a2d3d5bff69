#include "auth/principal.h"

bool principal_in_team(const struct principal *principal, struct str team_key)
{
    struct str rest = principal->team_keys;
    struct str key;

    if (team_key.len == 0)
        return false;
    while (str_next(&rest, ',', &key))
        if (str_eq(key, team_key))
            return true;
    return false;
}

bool principal_support_runs(const struct principal *principal, instant_us now)
{
    return principal->is_staff && principal->support_company_id &&
           principal->support_company_reference.ptr && principal->support_until > now &&
           (principal->support || rights_include(principal->rights, RIGHT_SUPPORT_VIEW));
}

void principal_enter_support(struct principal *principal, instant_us now)
{
    if (!principal_support_runs(principal, now))
        return;
    principal->support = true;
    principal->company_id = principal->support_company_id;
    principal->company_name = principal->support_company_name;
    principal->company_reference = principal->support_company_reference;
    principal->team_keys = STR_NONE;
    principal->market_roles = STR_NONE;
    principal->rights = 1u << RIGHT_SIGNED_IN | 1u << RIGHT_REQUEST_READ;
}
