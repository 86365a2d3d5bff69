/* migration.h: instances that go on by another version of their definition: which ones, and the rows that name what
 * of an instance they are for. For the operator's tool. Lock order: request, instance, sub-tickets, jobs,
 * subscriptions, incidents. */
#ifndef STORE_MIGRATION_H
#define STORE_MIGRATION_H

#include "db/db.h"

/** An instance that runs on another version than the one wanted. */
struct running_row {
    int64_t request_id;
    struct str reference; /**< of the request */
    int64_t definition_id;
    int64_t version;
    struct str answers;
    struct str base;
    struct str facts;    /**< as they were at submission; absent: none */
    day_no submitted_on; /**< UTC */
    struct str state;
};
/** By request, at most 50 behind `after_request`. */
enum err running_elsewhere(struct db *db, struct arena *arena, struct str request_type,
                           int64_t definition_id, int64_t after_request,
                           struct db_rows *out) MUST_USE;
/** The instance of a locked request; locked. `ended`: nothing is to be moved. */
struct running_lock {
    int64_t instance_id;
    struct str ticket_reference;
    int64_t version; /**< number of its definition's version */
    bool ended;
    struct str state;
};
enum err running_lock(struct db *db, struct arena *arena, int64_t request_id,
                      struct running_lock *out) MUST_USE;
/** Both rows of one definition: instance and request. */
enum err running_move(struct db *db, int64_t instance_id, int64_t definition_id,
                      struct str state) MUST_USE;
enum err running_move_request(struct db *db, int64_t request_id,
                              int64_t definition_id) MUST_USE;
/** What its customer reads of the progress. */
enum err running_tell(struct db *db, int64_t request_id, struct str phase,
                      struct str steps) MUST_USE;
/** Keys of the document slots of a request: rows of struct str, at most 500. */
enum err running_slots(struct db *db, struct arena *arena, int64_t request_id,
                       struct db_rows *out) MUST_USE;

/** A row that names what of an instance it is for: "Task_1#3", "Task_1#3:Timer_1". */
struct token_row {
    int64_t id;
    struct str token;
    struct str text; /**< sub-ticket: name; job: payload; else absent */
};
enum token_table { TOKEN_SUB_TICKET, TOKEN_JOB, TOKEN_SUBSCRIPTION, TOKEN_INCIDENT };
/** All of a request (of jobs those that are not over; of sub-tickets also the ended ones), locked. */
enum err token_rows(struct db *db, struct arena *arena, enum token_table table,
                    int64_t request_id, struct db_rows *out) MUST_USE;
/** Another name, and for sub-tickets and jobs the text. */
enum err token_rename(struct db *db, enum token_table table,
                      const struct token_row *row) MUST_USE;
/** A job is cancelled, a subscription deleted; others stay as they are. */
enum err token_drop(struct db *db, enum token_table table, int64_t id) MUST_USE;

extern const struct sql *const store_migration_statements[];

#endif
