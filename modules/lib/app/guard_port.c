#include "app/guard_port.h"

#include "base/buf.h"
#include "store/parked_post.h"
#include "store/session.h"

/* "applicant" holds everywhere, "applicant:power-de" in one market. Staff roles come from the
 * directory, company roles from Kontor's table; the two tables cannot lend each other rights. */
static right_set rights_of_roles(struct str roles, bool is_staff)
{
    right_set rights = 0;
    struct str item;

    while (str_next(&roles, ',', &item)) {
        ssize_t colon = str_index(item, ':');
        enum role role =
            role_from_key(colon < 0 ? item : str_sub(item, 0, (size_t)colon));

        if (role_is_staff(role) == is_staff)
            rights |= colon < 0 ? rights_of_role(role) : rights_of_market_role(role);
    }
    return rights;
}

/* The roles for single markets, joined by ',' as they came. */
static struct str market_roles_of(struct arena *arena, struct str roles)
{
    struct buf out = buf_init(arena, roles.len + 1);
    struct str item;

    while (str_next(&roles, ',', &item))
        if (str_index(item, ':') >= 0) {
            if (buf_str(&out).len)
                buf_put_char(&out, ',');
            buf_put(&out, item);
        }
    return buf_str(&out).len ? buf_str(&out) : STR_NONE;
}

static enum err load(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                     instant_us now, int64_t idle_us, struct principal *out)
{
    struct session_row row = {0};
    enum err err = session_live(db, arena, token_sha256, now, now - idle_us, &row);

    if (err == ERR_NOT_FOUND)
        return ERR_AUTH;
    if (err != OK)
        return err;
    *out = (struct principal){
        .session_id = row.session_id,
        .person_id = row.person_id,
        .login = row.login,
        .display_name = row.display_name,
        .email = row.email,
        .language = row.language,
        .zone = row.zone,
        .is_staff = row.is_staff,
        .company_id = row.is_staff ? 0 : row.company_id,
        .company_name = row.is_staff ? STR_NONE : row.company_name,
        .company_reference = row.is_staff ? STR_NONE : row.company_reference,
        .team_keys = row.is_staff ? row.team_keys : STR_NONE,
        .signed_in_at = row.created_at,
        .confirmed_at =
            row.confirmed_at == INSTANT_NONE ? row.created_at : row.confirmed_at,
        .last_seen_at = row.last_seen_at,
        .second_factor = row.second_factor,
        .renew = row.renew,
    };
    if (row.is_staff) {
        out->support_company_id = row.support_company_id;
        out->support_company_reference = row.support_company_reference;
        out->support_company_name = row.support_company_name;
        out->support_until = row.support_until;
    } else if (!row.company_active) {
        return OK;
    } else {
        out->market_roles = market_roles_of(arena, row.roles);
    }
    out->rights = rights_of_roles(row.roles, row.is_staff);
    return OK;
}

static enum err park(struct db *db, const struct parked *parked, instant_us now)
{
    return parked_post_insert(db, parked->key_sha256, parked->person_id, parked->path,
                              parked->body, now);
}

const struct guard_port app_guard_port = {
    .session_load = load,
    .session_seen = session_seen,
    .session_person = session_owner,
    .park = park,
};
