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

void principal_enter_support(struct principal *principal, instant_us now)
{
    if (!principal->is_staff || !principal->support_company_id ||
        principal->support_until <= now)
        return;
    principal->support = true;
    principal->company_id = principal->support_company_id;
    principal->company_name = principal->support_company_name;
    principal->team_keys = STR_NONE;
    principal->market_roles = STR_NONE;
    principal->rights = 1u << RIGHT_SIGNED_IN | 1u << RIGHT_REQUEST_READ;
}
