#include "app/guard_port.h"

#include "store/parked_post.h"
#include "store/session.h"

static enum err load(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                     instant_us now, int64_t idle_us, struct principal *out)
{
    struct session_row row = {0};
    struct str rest;
    struct str key;
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
        .company_id = row.is_staff ? 0 : row.company_id,
        .company_name = row.is_staff ? STR_NONE : row.company_name,
        .team_keys = row.is_staff ? row.team_keys : STR_NONE,
        .signed_in_at = row.created_at,
        .last_seen_at = row.last_seen_at,
    };
    if (!row.is_staff && !row.company_active)
        return OK;
    rest = row.roles;
    while (str_next(&rest, ',', &key)) {
        enum role role = role_from_key(key);

        /* Staff roles come from the directory, company roles from Kontor's table; the two tables
         * cannot lend each other rights. */
        if (role_is_staff(role) == row.is_staff)
            out->rights |= rights_of_role(role);
    }
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
