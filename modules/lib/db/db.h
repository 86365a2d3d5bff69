/* db.h: one connection, prepared statements, transactions. The only door to MariaDB
 * (db/mariadb.c is the only file that includes mysql.h; db/fake.c is the driver of unit
 * tests).
 *
 * Every connection: utf8mb4, time_zone +00:00, strict mode, innodb_snapshot_isolation=ON,
 * innodb_lock_wait_timeout=5, connect/read/write time-outs. A lost connection is opened
 * again at the start of the next statement outside a transaction, never inside one. */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/clock.h"
#include "base/secret.h"
#include "base/str.h"

struct db;

struct db_conf {
    const char *socket; /**< Unix socket; NULL or "" = use host and port */
    const char *host;
    int port;
    /** with host: TLS only, the certificate checked against it; NULL or "" = none, for
     *  a host on this machine */
    const char *ca_file;
    const char *name; /**< schema */
    const char *user;
    const struct secret *password;
    int io_timeout_s; /**< longest wait for one answer; 0 = 10 (kontorctl has more
                         patience) */
};

/** A statement: a named constant in store/. Placeholders only. Its address is its
 * identity. */
struct sql {
    const char *name; /**< "request_by_reference"; in logs, counters and golden plans */
    const char *text;
};
/** static const struct sql SQL_X = ... and its entry in the registry that tests walk. */
#define SQL(variable, text_) static const struct sql variable = {#variable, text_}

enum db_type {
    DB_I64,  /**< int64_t; NULL reads as 0 */
    DB_BOOL, /**< bool; NULL reads as false */
    DB_STR,  /**< struct str, text or bytes; NULL reads as STR_NONE */
    DB_TIME, /**< instant_us <-> DATETIME(6); NULL is INSTANT_NONE */
    DB_DAY,  /**< day_no <-> DATE; NULL is DAY_NONE */
};

struct db_param {
    enum db_type type;
    bool null;
    union {
        int64_t i64;
        struct str str;
        instant_us time;
        day_no day;
    };
};
#define P_I64(v) ((struct db_param){.type = DB_I64, .i64 = (v)})
/** 0 becomes NULL: for optional foreign keys. */
#define P_ID_OR_NULL(v) ((struct db_param){.type = DB_I64, .null = (v) == 0, .i64 = (v)})
#define P_STR(v)        db_param_str(v)
#define P_BYTES(pointer, size)                                                           \
    ((struct db_param){.type = DB_STR, .str = {(const char *)(pointer), (size)}})
#define P_TIME(v)                                                                        \
    ((struct db_param){.type = DB_TIME, .null = (v) == INSTANT_NONE, .time = (v)})
#define P_DAY(v) ((struct db_param){.type = DB_DAY, .null = (v) == DAY_NONE, .day = (v)})
/** Absent (ptr NULL) becomes SQL NULL. */
struct db_param db_param_str(struct str v);

/** Where a result column goes in the row struct. */
struct db_column {
    enum db_type type;
    size_t offset;
};
/** How one row becomes a struct; columns in the order of the select list. */
struct db_row_map {
    size_t size_bytes;
    const struct db_column *columns;
    size_t column_count;
};
#define DB_COL(struct_type, member, type_)                                               \
    {                                                                                    \
        (type_), offsetof(struct_type, member)                                           \
    }
#define DB_ROW_MAP(variable, struct_type, column_table)                                  \
    static const struct db_row_map variable = {sizeof(struct_type), (column_table),      \
                                               sizeof(column_table) /                    \
                                                   sizeof(*(column_table))}

/** `count` structs one after another in the arena. */
struct db_rows {
    void *items;
    size_t count;
};
struct db_done {
    int64_t affected;  /**< rows matched by an UPDATE (CLIENT_FOUND_ROWS), inserted or
                          deleted */
    int64_t insert_id; /**< AUTO_INCREMENT value, 0 if none */
};

/**
 * Prepare a handle; connects at first use so that a responder starts without a database.
 * The handle closes with the arena (process lifetime). ERR_INPUT for a host on another machine
 * without ca_file.
 */
enum err db_open(struct arena *arena, const struct db_conf *conf,
                 struct db **out) MUST_USE;
/** One round trip to see that the server answers. ERR_UNAVAILABLE. */
enum err db_ping(struct db *db) MUST_USE;

/**
 * Run a statement that returns no rows. `done_out` may be NULL. ERR_CONFLICT on a
 * duplicate key or failed CHECK (db_last_key() names it), ERR_UNAVAILABLE when the server
 * is away, and any error inside a transaction means: return it, tx_run decides. Blocks at
 * most the read time-out (10 s).
 */
enum err db_exec(struct db *db, const struct sql *sql, const struct db_param *params,
                 size_t param_count, struct db_done *done_out) MUST_USE;
/** As db_exec for many rows by array binding: params holds row_count x param_count
 * values. */
enum err db_exec_many(struct db *db, const struct sql *sql, const struct db_param *params,
                      size_t param_count, size_t row_count,
                      struct db_done *done_out) MUST_USE;
/** All rows into the arena. */
enum err db_query(struct db *db, struct arena *arena, const struct sql *sql,
                  const struct db_param *params, size_t param_count,
                  const struct db_row_map *map, struct db_rows *out) MUST_USE;
/** Exactly one row into `row_out` (strings in the arena); ERR_NOT_FOUND (not noted) for
 * none. */
enum err db_query_one(struct db *db, struct arena *arena, const struct sql *sql,
                      const struct db_param *params, size_t param_count,
                      const struct db_row_map *map, void *row_out) MUST_USE;
/** DB_EXEC(db, &SQL_X, P_I64(1), P_STR(s)) */
#define DB_PARAMS(...)                                                                   \
    (const struct db_param[])                                                            \
    {                                                                                    \
        __VA_ARGS__                                                                      \
    }
#define DB_PARAM_COUNT(...) (sizeof(DB_PARAMS(__VA_ARGS__)) / sizeof(struct db_param))
#define DB_EXEC(db, sql, done_out, ...)                                                  \
    db_exec((db), (sql), DB_PARAMS(__VA_ARGS__), DB_PARAM_COUNT(__VA_ARGS__), (done_out))
#define DB_QUERY(db, arena, sql, map, out, ...)                                          \
    db_query((db), (arena), (sql), DB_PARAMS(__VA_ARGS__), DB_PARAM_COUNT(__VA_ARGS__),  \
             (map), (out))
#define DB_QUERY_ONE(db, arena, sql, map, row_out, ...)                                  \
    db_query_one((db), (arena), (sql), DB_PARAMS(__VA_ARGS__),                           \
                 DB_PARAM_COUNT(__VA_ARGS__), (map), (row_out))

/** Name of the key or constraint of the last ERR_CONFLICT ("uq_request_open"), "" if
 * unknown. */
const char *db_last_key(const struct db *db);
/** Prepare only: the test that walks every statement as the account that runs it. */
enum err db_check(struct db *db, const struct sql *sql) MUST_USE;

enum tx_mode {
    TX_READ_ONLY, /**< START TRANSACTION READ ONLY: GET and cross-origin requests */
    TX_READ_WRITE,
};
/** Body of a transaction: everything it allocates comes from `arena` (rewound on
 * restart). */
typedef enum err (*tx_fn)(struct db *db, struct arena *arena, void *context);
/**
 * Begin, call fn, commit. On 1213, 1205 or 1020 (and a duplicate random reference, when
 * fn returns ERR_CONFLICT after tx_request_restart) roll back, rewind the arena and run
 * again, at most 8 times with growing random waits of 1..50 ms. Any other error of fn
 * rolls back and is returned. ERR_UNCERTAIN when the connection was lost during COMMIT.
 */
enum err tx_run(struct db *db, struct arena *arena, enum tx_mode mode, tx_fn fn,
                void *context) MUST_USE;
/** Called by fn before it returns ERR_CONFLICT: run me again. */
void tx_request_restart(struct db *db);
/** True between begin and commit. */
bool db_in_transaction(const struct db *db);

/** Statements since db_counters_clear: for golden counts and the X-Kontor-Statements test
 * header. */
struct db_counters {
    int data;    /**< SELECT, INSERT, UPDATE, DELETE */
    int control; /**< begin, commit, rollback */
};
struct db_counters db_counters(const struct db *db);
void db_counters_clear(struct db *db);

#endif
