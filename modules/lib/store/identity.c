#include "store/identity.h"

/* programs: login */
SQL(SQL_IDENTITY_BY_SUBJECT,
    "SELECT i.id, i.person_id, i.subject, i.login_key, p.is_staff "
    "FROM identity i JOIN person p ON p.id = i.person_id "
    "WHERE i.issuer = ? AND i.subject = ?");

/* programs: login, account */
SQL(SQL_IDENTITY_BY_LOGIN, "SELECT i.id, i.person_id, i.subject, i.login_key, p.is_staff "
                           "FROM identity i JOIN person p ON p.id = i.person_id "
                           "WHERE i.issuer = ? AND i.login_key = ?");

/* programs: login */
SQL(SQL_IDENTITY_INVITED,
    "SELECT i.id, i.person_id, i.subject, i.login_key, p.is_staff "
    "FROM identity i JOIN person p ON p.id = i.person_id "
    "WHERE i.issuer = ? AND i.person_id = ? AND i.subject IS NULL LIMIT 1");

/* programs: login, account */
SQL(SQL_IDENTITY_INSERT,
    "INSERT INTO identity (person_id, issuer, subject, login_key, created_at, "
    "last_sign_on_at) VALUES (?, ?, ?, ?, ?, ?)");

/* programs: login */
SQL(SQL_IDENTITY_SIGNED_ON, "UPDATE identity SET subject = ?, login_key = ?, "
                            "last_sign_on_at = ? WHERE id = ?");

/* programs: login */
SQL(SQL_IDENTITY_LOSE_LOGIN, "UPDATE identity SET login_key = NULL WHERE id = ?");

/* programs: login */
SQL(SQL_INVITATION_OPEN, "SELECT n.id, n.person_id FROM invitation n WHERE "
                         "n.token_sha256 = ? AND n.used_at IS NULL AND n.expires_at > ?");

/* programs: login */
SQL(SQL_INVITATION_USE, "UPDATE invitation SET used_at = ? WHERE id = ?");

static const struct db_column IDENTITY_COLUMNS[] = {
    DB_COL(struct identity_row, id, DB_I64),
    DB_COL(struct identity_row, person_id, DB_I64),
    DB_COL(struct identity_row, subject, DB_STR),
    DB_COL(struct identity_row, login_key, DB_STR),
    DB_COL(struct identity_row, is_staff, DB_BOOL),
};
DB_ROW_MAP(IDENTITY_MAP, struct identity_row, IDENTITY_COLUMNS);

static const struct db_column INVITATION_COLUMNS[] = {
    DB_COL(struct invitation_row, id, DB_I64),
    DB_COL(struct invitation_row, person_id, DB_I64),
};
DB_ROW_MAP(INVITATION_MAP, struct invitation_row, INVITATION_COLUMNS);

enum err identity_by_subject(struct db *db, struct arena *arena, struct str issuer,
                             struct str subject, struct identity_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_IDENTITY_BY_SUBJECT, &IDENTITY_MAP, out,
                        P_STR(issuer), P_STR(subject));
}

enum err identity_by_login(struct db *db, struct arena *arena, struct str issuer,
                           struct str login_key, struct identity_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_IDENTITY_BY_LOGIN, &IDENTITY_MAP, out,
                        P_STR(issuer), P_STR(login_key));
}

enum err identity_invited(struct db *db, struct arena *arena, struct str issuer,
                          int64_t person_id, struct identity_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_IDENTITY_INVITED, &IDENTITY_MAP, out,
                        P_STR(issuer), P_I64(person_id));
}

enum err identity_insert(struct db *db, const struct identity_row *row, struct str issuer,
                         instant_us created_at, instant_us signed_on_at,
                         int64_t *identity_id_out)
{
    struct db_done done = {0};
    enum err err = DB_EXEC(db, &SQL_IDENTITY_INSERT, &done, P_I64(row->person_id),
                           P_STR(issuer), P_STR(row->subject), P_STR(row->login_key),
                           P_TIME(created_at), P_TIME(signed_on_at));

    if (err == OK)
        *identity_id_out = done.insert_id;
    return err;
}

enum err identity_signed_on(struct db *db, const struct identity_row *row, instant_us now)
{
    return DB_EXEC(db, &SQL_IDENTITY_SIGNED_ON, NULL, P_STR(row->subject),
                   P_STR(row->login_key), P_TIME(now), P_I64(row->id));
}

enum err identity_lose_login(struct db *db, int64_t identity_id)
{
    return DB_EXEC(db, &SQL_IDENTITY_LOSE_LOGIN, NULL, P_I64(identity_id));
}

enum err invitation_open(struct db *db, struct arena *arena,
                         const uint8_t token_sha256[32], instant_us now,
                         struct invitation_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_INVITATION_OPEN, &INVITATION_MAP, out,
                        P_BYTES(token_sha256, 32), P_TIME(now));
}

enum err invitation_use(struct db *db, int64_t invitation_id, instant_us now)
{
    return DB_EXEC(db, &SQL_INVITATION_USE, NULL, P_TIME(now), P_I64(invitation_id));
}

const struct sql *const store_identity_statements[] = {
    &SQL_IDENTITY_BY_SUBJECT, &SQL_IDENTITY_BY_LOGIN,  &SQL_IDENTITY_INVITED,
    &SQL_IDENTITY_INSERT,     &SQL_IDENTITY_SIGNED_ON, &SQL_IDENTITY_LOSE_LOGIN,
    &SQL_INVITATION_OPEN,     &SQL_INVITATION_USE,     NULL,
};
