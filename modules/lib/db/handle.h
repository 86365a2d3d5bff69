/* handle.h: the inside of struct db, shared by db.c and tx.c. */
#ifndef DB_HANDLE_H
#define DB_HANDLE_H

#include "db/driver.h"
#include "db/faults.h"

#define DB_KEY_BYTES 80

struct db {
    const struct db_driver *driver;
    void *self;
    bool connected;
    bool in_tx;
    bool tx_restart;   /**< the server asked for it: 1213, 1205, 1020 */
    bool tx_lost;      /**< the connection went away inside this transaction */
    bool tx_requested; /**< tx_request_restart */
    struct db_error error;
    char key[DB_KEY_BYTES];
    struct db_counters counters;
    struct faults faults;
};

/** The server or the line went away: what was under way is gone. */
bool db_is_lost(unsigned code);
/** Judge db->error of a failed call: flags, key name, note. */
enum err db_failed(struct db *db, const char *what);
/** Open the connection unless it is open. */
enum err db_connect(struct db *db);
/** Before any statement: fault points, a transaction that has ended, the connection. */
enum err db_ready(struct db *db, enum fault_point point);

#endif
