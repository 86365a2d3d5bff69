/* fake.h: a scripted driver for unit tests. The test says which statements it expects, in
 * order, and what each answers; anything else fails the run with a bug(). Never linked
 * into a program's behaviour: only tests call db_open_fake. */
#ifndef DB_FAKE_H
#define DB_FAKE_H

#include "db/driver.h"

/** One expected call. Terminate the script with {0}. */
struct fake_step {
    const char *expect;  /**< statement name, "begin-read", "begin-write", "commit",
                            "rollback",  "open", "text" */
    unsigned error_code; /**< not 0: fail so */
    const char *error_text;
    const void *rows; /**< query: `row_count` structs of the statement's row type */
    size_t row_count;
    struct db_done done;     /**< exec */
    size_t expect_row_count; /**< exec: rows of array binding; 0 = do not look */
};

struct fake;

/** A handle whose driver plays `steps` (kept by the caller). "open" needs a step only to
 * fail. */
struct db *db_open_fake(struct arena *arena, const struct fake_step *steps,
                        struct fake **fake_out);
/** True if every step was used. */
bool fake_is_done(const struct fake *fake);
/** Names of all calls so far, joined by ' '. */
const char *fake_log(const struct fake *fake);
/** The n-th call from now (1 = the next one, "open" not counted) fails with `code`; 0 =
 * none. */
void fake_fail_at(struct fake *fake, int n, unsigned code);
/** Parameters of the last exec or query; their text is a copy. */
const struct db_param *fake_params(const struct fake *fake);

#endif
