/* driver.h: what db.c asks of a driver: the real one (mariadb.c) or the scripted one
 * (fake.c).
 *
 * A driver knows nothing of transactions, retries or error classes: it does one thing and
 * reports the server's or the client library's error number. All judgement is in db.c, so
 * the fake driver tests it. */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "db/db.h"

/** What went wrong in one driver call. */
struct db_error {
    unsigned code;  /**< server error (1xxx, 4xxx) or client error (2xxx); 0 = none */
    char text[400]; /**< the server's message; may hold data, so db.c decides what is
                       noted */
};

enum db_control {
    DB_BEGIN_READ_ONLY,
    DB_BEGIN_READ_WRITE,
    DB_COMMIT,
    DB_ROLLBACK,
};

/** One statement to run. */
struct db_call {
    const struct sql *sql;
    const struct db_param *params; /**< row_count x param_count */
    size_t param_count;
    size_t row_count;             /**< 1, or more for array binding */
    struct arena *arena;          /**< query: where rows and strings go */
    const struct db_row_map *map; /**< query: the shape of a row */
};

/** Rows of a text-protocol statement, all cells as text: only for the operator's tool. */
struct db_text_rows {
    struct str *cells; /**< row_count x column_count */
    size_t row_count;
    size_t column_count;
};

/** Every function returns true, or false with `*error` filled in. `self` is the driver's
 * own. */
struct db_driver {
    bool (*open)(void *self, struct db_error *error);
    void (*close)(void *self); /**< no effect when closed */
    bool (*ping)(void *self, struct db_error *error);
    bool (*control)(void *self, enum db_control what, struct db_error *error);
    bool (*exec)(void *self, const struct db_call *call, struct db_done *out,
                 struct db_error *error);
    bool (*query)(void *self, const struct db_call *call, struct db_rows *out,
                  struct db_error *error);
    bool (*prepare)(void *self, const struct sql *sql, struct db_error *error);
    /** One statement as text; `out` may be NULL. */
    bool (*text)(void *self, struct arena *arena, struct str text,
                 struct db_text_rows *out, struct db_error *error);
    /** A quoted string literal. Needs an open connection. */
    struct str (*quote)(void *self, struct arena *arena, struct str value);
};

/** The driver on libmariadb; `*self_out` closes with the arena. */
const struct db_driver *db_mariadb(struct arena *arena, const struct db_conf *conf,
                                   void **self_out);

/** A handle on any driver. */
struct db *db_new(struct arena *arena, const struct db_driver *driver, void *self);

#endif
