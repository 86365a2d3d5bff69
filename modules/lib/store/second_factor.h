/* second_factor.h: the second factors of people, and what is asked about their owner on the way. */
#ifndef STORE_SECOND_FACTOR_H
#define STORE_SECOND_FACTOR_H

#include "db/db.h"

struct second_factor_row {
    int64_t id;
    struct str secret;    /**< sealed */
    int64_t last_counter; /**< of the code used last */
    instant_us created_at;
    int64_t codes_left; /**< recovery codes that were not used */
};

/** The authenticator app of a person; ERR_NOT_FOUND. */
enum err second_factor_of(struct db *db, struct arena *arena, int64_t person_id,
                          struct second_factor_row *out) MUST_USE;
/** As second_factor_of, locked for the transaction. */
enum err second_factor_lock(struct db *db, struct arena *arena, int64_t person_id,
                            struct second_factor_row *out) MUST_USE;
/** A code was right: keep its counter (and the secret, sealed anew or as it was). False in `*used_out` when a code
 *  as late or later was used before. */
enum err second_factor_use(struct db *db, int64_t second_factor_id, int64_t counter,
                           struct str secret, bool *used_out) MUST_USE;
/** ERR_CONFLICT when the person has one. */
enum err second_factor_insert(struct db *db, int64_t person_id,
                              const struct second_factor_row *row,
                              instant_us now) MUST_USE;
/** All of the person's; `*count_out` (may be NULL) says how many. */
enum err second_factor_remove(struct db *db, int64_t person_id,
                              int64_t *count_out) MUST_USE;

/** Owner of a second factor, for mails and for who may reset it. */
struct second_factor_owner {
    struct str login;
    struct str display_name;
    struct str email;
    struct str language; /**< absent: not chosen */
    int64_t company_id;  /**< 0 for none */
    bool is_staff;
};
/** ERR_NOT_FOUND. */
enum err second_factor_owner(struct db *db, struct arena *arena, int64_t person_id,
                             struct second_factor_owner *out) MUST_USE;
/** Keys of the person's present roles joined by ',' (staff: their staff roles; else the ones in their company);
 *  absent for none. */
enum err second_factor_roles(struct db *db, struct arena *arena, int64_t person_id,
                             struct str *roles_out) MUST_USE;

extern const struct sql *const store_second_factor_statements[];

#endif
