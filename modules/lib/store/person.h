/* person.h: people as the directory last described them, and the staff roles and teams that came
 * with the last sign-in. */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include "db/db.h"

struct person_row {
    int64_t id;
    struct str login;
    struct str display_name;
    struct str email;
    struct str language; /**< absent: not chosen */
    int64_t company_id;  /**< 0 for staff */
    bool is_staff;
    bool has_second_factor;
    struct str roles;     /**< staff: keys joined by ',' in order, absent for none */
    struct str team_keys; /**< joined by ',' in order, absent for none */
};
/** Lock this person for the transaction; ERR_NOT_FOUND. */
enum err person_lock(struct db *db, struct arena *arena, int64_t person_id,
                     struct person_row *out) MUST_USE;
/** Somebody with this login, for the trail of a failed sign-in; ERR_NOT_FOUND. */
enum err person_id_of(struct db *db, struct arena *arena, struct str login,
                      int64_t *person_id_out) MUST_USE;
/** Insert; roles, team_keys and has_second_factor are not used. */
enum err person_insert(struct db *db, const struct person_row *row, instant_us now,
                       int64_t *person_id_out) MUST_USE;
/** Update what the directory says, and the language. */
enum err person_update(struct db *db, const struct person_row *row) MUST_USE;

/** Company of a sign-in with the person's roles in it (person_id 0: a new person has none). */
struct sign_on_company_row {
    int64_t id;
    struct str name;
    struct str state;
    struct str roles; /**< keys joined by ',', absent for none */
};
enum err person_company(struct db *db, struct arena *arena, struct str company_reference,
                        int64_t person_id, struct sign_on_company_row *out) MUST_USE;
enum err person_company_by_id(struct db *db, struct arena *arena, int64_t company_id,
                              int64_t person_id,
                              struct sign_on_company_row *out) MUST_USE;

/** Who is told that somebody asks for access. */
struct access_reader_row {
    struct str asker_name;
    int64_t company_id;         /**< of the one who asks */
    instant_us access_ended_at; /**< of the one who asks; INSTANT_NONE: never */
    int64_t person_id;
    struct str email;
    struct str language; /**< absent: not chosen */
};
/** People of the asker's company with one of the roles (keys joined by ',') for all markets, who have a mail address and
 *  have signed on at least once: at most 50, by id. */
enum err person_access_readers(struct db *db, struct arena *arena, int64_t asker_id,
                               struct str role_keys, struct db_rows *out) MUST_USE;

/** Roles and teams as the directory has them now: all old rows go, the new ones come. */
enum err staff_role_clear(struct db *db, int64_t person_id) MUST_USE;
enum err staff_role_insert(struct db *db, int64_t person_id, const struct str *roles,
                           size_t count) MUST_USE;
enum err team_member_clear(struct db *db, int64_t person_id) MUST_USE;
enum err team_member_insert(struct db *db, int64_t person_id, const struct str *team_keys,
                            size_t count) MUST_USE;

struct team_key_row {
    struct str team_key;
};
/** All team keys in order, at most 200. */
enum err team_keys(struct db *db, struct arena *arena, struct team_key_row **out,
                   size_t *count_out) MUST_USE;

extern const struct sql *const store_person_statements[];

#endif
