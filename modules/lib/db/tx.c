/* tx.c: transactions and their restart. */
#include "db/handle.h"

#include <errno.h>

#include "base/random.h"
#include "db/trace.h"

#define TX_ATTEMPTS 8

bool db_in_transaction(const struct db *db)
{
    return db->in_tx;
}

void tx_request_restart(struct db *db)
{
    db->tx_requested = true;
}

static enum err begin(struct db *db, enum tx_mode mode)
{
    bool was_open = db->connected;
    enum err err =
        db_ready(db, mode == TX_READ_WRITE ? FAULT_BEGIN_WRITE : FAULT_STATEMENT);
    if (err != OK) {
        return err;
    }
    db->counters.control++;
    enum db_control what =
        mode == TX_READ_ONLY ? DB_BEGIN_READ_ONLY : DB_BEGIN_READ_WRITE;
    trace_control(what);
    if (!db->driver->control(db->self, what, &db->error)) {
        /* Nothing has happened yet, so a connection that idled away is simply replaced.
         */
        if (!was_open || !db_is_lost(db->error.code)) {
            return db_failed(db, "begin");
        }
        db->driver->close(db->self);
        db->connected = false;
        err = db_connect(db);
        if (err != OK) {
            return err;
        }
        if (!db->driver->control(db->self, what, &db->error)) {
            return db_failed(db, "begin");
        }
    }
    db->in_tx = true;
    db->tx_restart = db->tx_lost = db->tx_requested = false;
    return OK;
}

static void rollback(struct db *db)
{
    if (db->connected && !db->tx_lost) {
        struct db_error error = {0};
        db->counters.control++;
        trace_control(DB_ROLLBACK);
        if (!db->driver->control(db->self, DB_ROLLBACK, &error)) {
            /* Closing the line rolls back as well; the next statement opens a new one. */
            db->driver->close(db->self);
            db->connected = false;
        }
    }
    db->in_tx = false;
}

static enum err commit(struct db *db, enum tx_mode mode)
{
    enum err err = db_ready(db, FAULT_STATEMENT);
    if (err != OK) {
        rollback(db);
        return err;
    }
    db->counters.control++;
    trace_control(DB_COMMIT);
    if (db->driver->control(db->self, DB_COMMIT, &db->error)) {
        db->in_tx = false;
        (void)fault_here(&db->faults, FAULT_COMMITTED);
        return OK;
    }
    unsigned code = db->error.code;
    err = db_failed(db, "commit");
    rollback(db);
    if (db_is_lost(code)) {
        /* Reads were complete before; a write is done or not done, and nobody here can
         * tell. */
        return mode == TX_READ_ONLY ? OK : ERR_UNCERTAIN;
    }
    return err;
}

/** 1..50 ms, longer with every attempt. */
static void wait_before(int attempt)
{
    uint8_t dice;
    random_bytes(&dice, 1);
    long ceiling_ms = 6L * attempt + 2 < 50 ? 6L * attempt + 2 : 50;
    struct timespec pause = {.tv_nsec = (1 + dice % ceiling_ms) * 1000000L};
    while (nanosleep(&pause, &pause) != 0 && errno == EINTR) {
    }
}

enum err tx_run(struct db *db, struct arena *arena, enum tx_mode mode, tx_fn fn,
                void *context)
{
    if (db->in_tx) {
        bug("tx_run inside tx_run");
    }
    struct arena_mark mark = arena_mark(arena);
    enum err err = OK;
    for (int attempt = 1; attempt <= TX_ATTEMPTS; attempt++) {
        err = begin(db, mode);
        if (err != OK) {
            return err;
        }
        err = fn(db, arena, context);
        bool restart = db->tx_requested && err == ERR_CONFLICT;
        if (err == OK && !db->tx_restart && !db->tx_lost) {
            err = commit(db, mode);
        } else {
            rollback(db);
            if (err == OK) {
                err = ERR_UNAVAILABLE; /* fn overlooked a failed statement */
            }
        }
        if (err == OK || !(restart || db->tx_restart) || attempt == TX_ATTEMPTS) {
            return err;
        }
        arena_rewind(arena, mark);
        err_clear();
        wait_before(attempt);
    }
    return err;
}
