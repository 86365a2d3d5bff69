/* mariadb_own.h: what the two halves of the driver share. mysql.h is included in this folder only. */
#ifndef DB_MARIADB_OWN_H
#define DB_MARIADB_OWN_H

#include <mysql.h>

#include "db/driver.h"

#define MARIADB_CACHE_SLOTS                                                              \
    1024 /* power of two, well above the number of statements in store/ */

struct mariadb_statement;

/** One connection. */
struct mariadb {
    struct db_conf conf;
    MYSQL *mysql;       /**< NULL while closed */
    bool array_binding; /**< the server takes many rows in one execution */
    struct mariadb_statement *cache[MARIADB_CACHE_SLOTS];
    size_t cached;
    struct arena *scratch; /**< array binding; cleared after each use */
    char *rows;            /**< rows of the running query, reused */
    size_t rows_capacity;
};

/** Fill `*error`; returns false, so that callers return it. */
bool mariadb_fail(struct mariadb *m, struct db_error *error);
/** Zeroed memory that outlives the arenas of requests; does not return on exhaustion. */
void *mariadb_alloc(size_t count, size_t size);

/* mariadb_statement.c: prepared statements. */
bool mariadb_exec(void *self, const struct db_call *call, struct db_done *out,
                  struct db_error *error);
bool mariadb_query(void *self, const struct db_call *call, struct db_rows *out,
                   struct db_error *error);
bool mariadb_prepare(void *self, const struct sql *sql, struct db_error *error);
/** Drop all prepared statements: their connection ends. */
void mariadb_forget(struct mariadb *m);

#endif
