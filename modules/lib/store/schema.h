/* schema.h: migrations that were applied, and the schema as the server tells it. For
 * kontorctl. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "db/admin.h"

/** A numbered file that was applied, or was begun. */
struct migration_row {
    int64_t number;
    struct str name;
    struct str sha256;       /**< 32 bytes; of the file when it was finished */
    int64_t statements_done; /**< where to go on after a failure */
    instant_us applied_at;   /**< INSTANT_NONE: begun, not finished */
};

/** Make the table of migrations unless it is there. */
enum err schema_prepare(struct db *db) MUST_USE;
/** Wait at most 10 s for the lock of one schema's migrations. ERR_CONFLICT when another
 * run has it. It ends with the connection. */
enum err schema_lock(struct db *db, struct arena *arena) MUST_USE;
/** All rows by number, at most 10000. */
enum err migration_list(struct db *db, struct arena *arena, struct db_rows *out) MUST_USE;
enum err migration_begin(struct db *db, const struct migration_row *row) MUST_USE;
enum err migration_progress(struct db *db, int64_t number,
                            int64_t statements_done) MUST_USE;
enum err migration_finish(struct db *db, int64_t number, struct str sha256,
                          instant_us applied_at) MUST_USE;

/** A table or view. */
struct table_row {
    struct str name;
    bool is_view;
};
/** Tables by name, then views by name, at most 1000. */
enum err schema_tables(struct db *db, struct arena *arena, struct db_rows *out) MUST_USE;
/** The statement that makes it, without counters, definers and schema names. */
enum err schema_create_text(struct db *db, struct arena *arena,
                            const struct table_row *table, struct str *out) MUST_USE;

/** Account `user`@`host` exists with this password and has no rights. */
enum err account_reset(struct db *db, struct arena *arena, struct str user,
                       struct str host, struct str password) MUST_USE;

extern const struct sql *const store_schema_statements[];

#endif
