/* people_admin.h: what changes the people of a company: roles, access, invitations. Every change first locks
 * the company: roles are decided by rows that nobody else changes meanwhile. */
#ifndef STORE_PEOPLE_ADMIN_H
#define STORE_PEOPLE_ADMIN_H

#include "db/db.h"

struct company_lock_row {
    int64_t id;
    struct str name;
};
/** Until the end of the transaction. ERR_NOT_FOUND. */
enum err company_lock(struct db *db, struct arena *arena, int64_t company_id,
                      struct company_lock_row *out) MUST_USE;

/** A role to be given or taken: key of the role, market ("" for all). */
struct company_role_row {
    const char *role;
    struct str market;
};
/** Roles of one person in one company. */
struct company_roles {
    int64_t company_id;
    int64_t person_id;
    const struct company_role_row *rows;
    size_t count;
};
/** With one execution; rows that are there are an ERR_CONFLICT. count 0 runs nothing. */
enum err company_role_insert(struct db *db, const struct company_roles *roles,
                             int64_t given_by, instant_us now) MUST_USE;
/** With one execution; rows that are not there change nothing. count 0 runs nothing. */
enum err company_role_delete(struct db *db, const struct company_roles *roles) MUST_USE;
/** How many coordinators of the company, other than this person, have signed on at least once. */
enum err company_coordinators_besides(struct db *db, struct arena *arena,
                                      int64_t company_id, int64_t person_id,
                                      int64_t *out) MUST_USE;

/** Somebody decided that this person has no access (any more). */
enum err person_access_ended(struct db *db, int64_t company_id, int64_t person_id,
                             instant_us now) MUST_USE;
/** Logins that were given to an invited person and never came: they are free again. */
enum err identity_remove_unbound(struct db *db, int64_t person_id) MUST_USE;
/** The live sessions of a person get a new token with their next page. */
enum err session_renew_all(struct db *db, int64_t person_id) MUST_USE;
/** Those of them that were opened without a second factor end. */
enum err session_end_unproved(struct db *db, int64_t person_id, instant_us now) MUST_USE;

struct company_mail_row {
    int64_t person_id;
    /** of the newest invitation that this inviter made for them; INSTANT_NONE */
    instant_us invited_at;
};
/** Somebody of the company with this mail address. ERR_NOT_FOUND. */
enum err company_person_by_mail(struct db *db, struct arena *arena, int64_t company_id,
                                struct str email, int64_t invited_by,
                                struct company_mail_row *out) MUST_USE;

struct invitation_insert_row {
    uint8_t token_sha256[32];
    int64_t person_id;
    int64_t invited_by;
    instant_us created_at;
    instant_us expires_at;
};
/** How many invitations of the company's people were made since then. */
enum err invitation_count(struct db *db, struct arena *arena, int64_t company_id,
                          instant_us since, int64_t *out) MUST_USE;
/** A token is there once. */
enum err invitation_insert(struct db *db,
                           const struct invitation_insert_row *row) MUST_USE;
/** The person's open invitations are over. */
enum err invitation_close(struct db *db, int64_t person_id, instant_us now) MUST_USE;

extern const struct sql *const store_people_admin_statements[];

#endif
