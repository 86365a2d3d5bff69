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
