#include "store/profile.h"

/* programs: login */
SQL(SQL_PROFILE_GET,
    "SELECT p.login, p.display_name, p.email, p.language, p.zone, c.zone, "
    "EXISTS (SELECT 1 FROM second_factor f WHERE f.person_id = p.id) "
    "FROM person p LEFT JOIN company c ON c.id = p.company_id WHERE p.id = ?");

/* programs: login */
SQL(SQL_PROFILE_SET, "UPDATE person SET language = ?, zone = ? WHERE id = ?");

/* programs: login */
SQL(SQL_INVITATION_OFFER,
    "SELECT n.person_id, c.name, b.display_name, "
    "n.used_at IS NULL AND n.expires_at > ? FROM invitation n "
    "JOIN person p ON p.id = n.person_id LEFT JOIN company c ON c.id = p.company_id "
    "LEFT JOIN person b ON b.id = n.invited_by WHERE n.token_sha256 = ?");

static const struct db_column PROFILE_COLUMNS[] = {
    DB_COL(struct profile_row, login, DB_STR),
    DB_COL(struct profile_row, display_name, DB_STR),
    DB_COL(struct profile_row, email, DB_STR),
    DB_COL(struct profile_row, language, DB_STR),
    DB_COL(struct profile_row, zone, DB_STR),
    DB_COL(struct profile_row, company_zone, DB_STR),
    DB_COL(struct profile_row, has_second_factor, DB_BOOL),
};
DB_ROW_MAP(PROFILE_MAP, struct profile_row, PROFILE_COLUMNS);

static const struct db_column OFFER_COLUMNS[] = {
    DB_COL(struct invitation_offer_row, person_id, DB_I64),
    DB_COL(struct invitation_offer_row, company_name, DB_STR),
    DB_COL(struct invitation_offer_row, invited_by, DB_STR),
    DB_COL(struct invitation_offer_row, open, DB_BOOL),
};
DB_ROW_MAP(OFFER_MAP, struct invitation_offer_row, OFFER_COLUMNS);

enum err profile_get(struct db *db, struct arena *arena, int64_t person_id,
                     struct profile_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_PROFILE_GET, &PROFILE_MAP, out, P_I64(person_id));
}

enum err profile_set(struct db *db, int64_t person_id, struct str language,
                     struct str zone)
{
    return DB_EXEC(db, &SQL_PROFILE_SET, NULL, P_STR(language), P_STR(zone),
                   P_I64(person_id));
}

enum err invitation_offer(struct db *db, struct arena *arena,
                          const uint8_t token_sha256[32], instant_us now,
                          struct invitation_offer_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_INVITATION_OFFER, &OFFER_MAP, out, P_TIME(now),
                        P_BYTES(token_sha256, 32));
}

const struct sql *const store_profile_statements[] = {
    &SQL_PROFILE_GET,
    &SQL_PROFILE_SET,
    &SQL_INVITATION_OFFER,
    NULL,
};
