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
