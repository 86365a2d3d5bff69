/* db.c: what does not depend on the driver: error classes, reconnecting, statements, counters. */
#include "db/admin.h"
#include "db/handle.h"
#include "db/trace.h"

#define TX_ATTEMPTS 8

struct db_param db_param_str(struct str v)
{
    return (struct db_param){.type = DB_STR, .null = v.ptr == NULL, .str = v};
}

static void handle_close(void *handle)
{
    struct db *db = handle;
    db->driver->close(db->self);
    db->connected = false;
}

struct db *db_new(struct arena *arena, const struct db_driver *driver, void *self)
{
    struct db *db = ARENA_NEW(arena, struct db);
    db->driver = driver;
    db->self = self;
    arena_on_end(arena, handle_close, db);
    return db;
}

static bool has_text(const char *text)
{
    return text && *text;
}

static bool is_this_machine(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 ||
           strcmp(host, "::1") == 0;
}

enum err db_open(struct arena *arena, const struct db_conf *conf, struct db **out)
{
    if (!has_text(conf->socket) && has_text(conf->host) && !is_this_machine(conf->host) &&
        !has_text(conf->ca_file)) {
        return err_note(ERR_INPUT, "[database] host is another machine and ca_file is "
                                   "empty: everything would travel in the clear");
    }
    void *self;
    const struct db_driver *driver = db_mariadb(arena, conf, &self);
    *out = db_new(arena, driver, self);
    return OK;
}

/* ---- error classes ---- */

bool db_is_lost(unsigned code)
{
    switch (code) {
    case 1053: /* server shutdown in progress */
    case 1927: /* connection was killed */
    case 2000: /* client: unknown error, seen when the socket closes in mid-packet */
    case 2006: /* server has gone away */
    case 2013: /* lost connection during query */
    case 2014: /* commands out of sync: the state of the line is unknown */
    case 2027: /* malformed packet */
    case 2055:
    case 4031: /* disconnected because of inactivity */
        return true;
    default:
        return false;
    }
}

static bool is_restart(unsigned code)
{
    return code == 1213 || code == 1205 || code == 1020;
}

/** Access denied, unknown table, column or syntax: texts without data from a person. */
static bool text_is_harmless(unsigned code)
{
    switch (code) {
    case 1044:
    case 1049:
    case 1054:
    case 1064:
    case 1142:
    case 1143:
    case 1146:
    case 1227:
    case 1364:
    case 1370:
    case 1406:
    case 1451:
    case 1452:
    case 1792:
    case 4025:
        return true;
    default:
        return code >= 2000 && code < 3000;
    }
}

static enum err class_of(unsigned code)
{
    switch (code) {
    case 1267: /* text beyond ASCII compared with an ASCII column: nothing can equal it */
        return ERR_NOT_FOUND;
    case 1022: /* duplicate key, without its name */
    case 1062:
    case 1451:
    case 1452:
    case 1586:
    case 4025:
        return ERR_CONFLICT;
    case 1021: /* disk full */
    case 1037: /* out of memory */
    case 1038:
    case 1040: /* too many connections */
    case 1041:
    case 1045: /* refused at connect: passwords are being changed */
    case 1047: /* Galera: not ready */
    case 1049: /* schema not there yet */
    case 1114: /* table full */
    case 1129: /* host blocked */
    case 1203: /* too many connections of this account */
    case 1226:
    case 1290: /* --read-only */
    case 1317: /* interrupted by the operator */
    case 1836: /* read-only mode */
    case 1969: /* max_statement_time */
        return ERR_UNAVAILABLE;
    default:
        return db_is_lost(code) || is_restart(code) || (code >= 2000 && code < 3000)
                   ? ERR_UNAVAILABLE
                   : ERR_INTERNAL;
    }
}

/** Copy [start, end) without a leading "table.", as MariaDB writes some key names. */
static void take_key(struct db *db, const char *start, const char *end)
{
    for (const char *p = start; p < end; p++) {
        if (*p == '.') {
            start = p + 1;
        }
    }
    snprintf(db->key, sizeof db->key, "%.*s", (int)(end - start), start);
}

/** Key or constraint name out of the server's message. */
static void parse_key(struct db *db)
{
    const char *text = db->error.text;
    if (db->error.code == 1062 || db->error.code == 1586) {
        /* The value comes first and may say "for key" too: the last occurrence counts. */
        const char *found = NULL;
        for (const char *p = text; (p = strstr(p, "for key '")); p++) {
            found = p + sizeof "for key '" - 1;
        }
        const char *end = found ? strrchr(found, '\'') : NULL;
        if (end) {
            take_key(db, found, end);
        }
        return;
    }
    const char *found = strstr(text, "CONSTRAINT `");
    if (found) {
        found += sizeof "CONSTRAINT `" - 1;
        const char *end = strchr(found, '`');
        if (end) {
            take_key(db, found, end);
        }
    }
}

const char *db_last_key(const struct db *db)
{
    return db->key;
}

const char *db_error_text(const struct db *db)
{
    return db->error.text;
}

/** Judge db->error of a failed call: state flags, key name, note. */
enum err db_failed(struct db *db, const char *what)
{
    unsigned code = db->error.code;
    db->key[0] = 0;
    if (db_is_lost(code)) {
        db->driver->close(db->self);
        db->connected = false;
        db->tx_lost = db->in_tx;
    }
    if (is_restart(code) && db->in_tx) {
        db->tx_restart = true;
    }
    enum err err = class_of(code);
    if (err == ERR_CONFLICT) {
        parse_key(db);
        return err_note(err, "%s: %u on %s", what, code, db->key[0] ? db->key : "a key");
    }
    return err_note(err, "%s: %u %s", what, code,
                    text_is_harmless(code) ? db->error.text : "");
}

/* ---- connection ---- */

enum err db_connect(struct db *db)
{
    if (db->connected) {
        return OK;
    }
    if (db->in_tx) {
        return err_note(ERR_UNAVAILABLE, "connection lost inside a transaction");
    }
    if (!db->driver->open(db->self, &db->error)) {
        /* 1045 names account and host, nothing of a person: worth reading in the log. */
        return err_note(ERR_UNAVAILABLE, "connect: %u %s", db->error.code,
                        db->error.text);
    }
    db->connected = true;
    return OK;
}

enum err db_ping(struct db *db)
{
    bool was_open = db->connected;
    enum err err = db_connect(db);
    if (err != OK) {
        return err;
    }
    if (db->driver->ping(db->self, &db->error)) {
        return OK;
    }
    bool lost = db_is_lost(db->error.code);
    if (!lost || !was_open || db->in_tx) {
        return db_failed(db, "ping");
    }
    db->driver->close(db->self);
    db->connected = false;
    return db_connect(db);
}

/** Before any statement: fault points, a broken transaction, the connection. */
enum err db_ready(struct db *db, enum fault_point point)
{
    if (fault_here(&db->faults, point)) {
        return err_note(ERR_UNAVAILABLE, "injected failure");
    }
    if (db->in_tx && (db->tx_restart || db->tx_lost)) {
        /* The server has already rolled back: what fn runs now would be its own
         * transaction. */
        return err_note(ERR_UNAVAILABLE, "the transaction has ended");
    }
    return db_connect(db);
}

/* ---- statements ---- */

static enum err run_exec(struct db *db, const struct db_call *call,
                         struct db_done *done_out)
{
    enum err err = db_ready(db, FAULT_STATEMENT);
    if (err != OK) {
        return err;
    }
    db->counters.data++;
    trace_statement(call);
    struct db_done done = {0};
    if (!db->driver->exec(db->self, call, &done, &db->error)) {
        return db_failed(db, call->sql->name);
    }
    if (done_out) {
        *done_out = done;
    }
    return OK;
}

enum err db_exec(struct db *db, const struct sql *sql, const struct db_param *params,
                 size_t param_count, struct db_done *done_out)
{
    struct db_call call = {
        .sql = sql, .params = params, .param_count = param_count, .row_count = 1};
    return run_exec(db, &call, done_out);
}

enum err db_exec_many(struct db *db, const struct sql *sql, const struct db_param *params,
                      size_t param_count, size_t row_count, struct db_done *done_out)
{
    if (row_count == 0) {
        if (done_out) {
            *done_out = (struct db_done){0};
        }
        return OK;
    }
    struct db_call call = {
        .sql = sql, .params = params, .param_count = param_count, .row_count = row_count};
    return run_exec(db, &call, done_out);
}

static bool is_select(const struct sql *sql)
{
    struct str text = str_from(sql->text);
    return str_eq_nocase(str_sub(str_trim(text), 0, 6), STR("select")) &&
           str_find(text, STR("for update")) < 0 && str_find(text, STR("FOR UPDATE")) < 0;
}

enum err db_query(struct db *db, struct arena *arena, const struct sql *sql,
                  const struct db_param *params, size_t param_count,
                  const struct db_row_map *map, struct db_rows *out)
{
    struct db_call call = {.sql = sql,
                           .params = params,
                           .param_count = param_count,
                           .row_count = 1,
                           .arena = arena,
                           .map = map};
    bool was_open = db->connected;
    enum err err = db_ready(db, FAULT_STATEMENT);
    if (err != OK) {
        return err;
    }
    db->counters.data++;
    trace_statement(&call);
    struct db_rows rows = {0};
    if (!db->driver->query(db->self, &call, &rows, &db->error)) {
        /* An idle connection that the server closed: a plain read may simply run again.
         */
        bool again =
            was_open && !db->in_tx && db_is_lost(db->error.code) && is_select(sql);
        if (!again) {
            return db_failed(db, sql->name);
        }
        db->driver->close(db->self);
        db->connected = false;
        err = db_connect(db);
        if (err != OK) {
            return err;
        }
        rows = (struct db_rows){0};
        if (!db->driver->query(db->self, &call, &rows, &db->error)) {
            return db_failed(db, sql->name);
        }
    }
    *out = rows;
    return OK;
}

enum err db_query_one(struct db *db, struct arena *arena, const struct sql *sql,
                      const struct db_param *params, size_t param_count,
                      const struct db_row_map *map, void *row_out)
{
    struct db_rows rows;
    enum err err = db_query(db, arena, sql, params, param_count, map, &rows);
    if (err != OK) {
        return err;
    }
    if (rows.count == 0) {
        return ERR_NOT_FOUND;
    }
    if (rows.count > 1) {
        return err_note(ERR_INTERNAL, "%s: %zu rows where one was asked for", sql->name,
                        rows.count);
    }
    memcpy(row_out, rows.items, map->size_bytes);
    return OK;
}

enum err db_check(struct db *db, const struct sql *sql)
{
    enum err err = db_connect(db);
    if (err != OK) {
        return err;
    }
    return db->driver->prepare(db->self, sql, &db->error) ? OK : db_failed(db, sql->name);
}

/* ---- counters, text statements ---- */

struct db_counters db_counters(const struct db *db)
{
    return db->counters;
}

void db_counters_clear(struct db *db)
{
    db->counters = (struct db_counters){0};
}

enum err db_text(struct db *db, struct arena *arena, struct str text,
                 struct db_text_rows *out)
{
    enum err err = db_ready(db, FAULT_STATEMENT);
    if (err != OK) {
        return err;
    }
    db->counters.data++;
    return db->driver->text(db->self, arena, text, out, &db->error)
               ? OK
               : db_failed(db, "script");
}

enum err db_quote(struct db *db, struct arena *arena, struct str value, struct str *out)
{
    enum err err = db_connect(db);
    if (err == OK) {
        *out = db->driver->quote(db->self, arena, value);
    }
    return err;
}
