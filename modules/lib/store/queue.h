/* queue.h: open sub-tickets in the order of their due time. */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include "db/db.h"

/** A line of a work queue. */
struct queue_item {
    int64_t id;
    struct str reference;
    struct str name;     /**< msgid of the definition */
    struct str subject;  /**< what tells it from others of its name; absent: none */
    struct str type_key; /**< absent: of no type */
    struct str phase;    /**< key of a phase of its type */
    struct str team_key;
    struct str state;
    instant_us due_at;
    struct str owner_name; /**< absent: nobody has taken it */
    struct str ticket_reference;
    int64_t definition_id;
    struct str company_name;
    struct str waiting_for; /**< of the customer; absent: its clock runs */
};

/** More teams than this are shown one at a time (README of modules/dashboard). */
#define QUEUE_TEAMS 8

/** Where to read: exactly one of owner, teams or all. */
struct queue_query {
    int64_t owner_id;        /**< sub-tickets this person has taken */
    const struct str *teams; /**< up to QUEUE_TEAMS team keys */
    size_t team_count;
    instant_us after_due; /**< INSTANT_NONE = from the top */
    int64_t after_id;
    int64_t limit; /**< at most 201 */
};
/** Open sub-tickets by (due, id): one statement; the rows read are at most limit x teams.
 */
enum err queue_list(struct db *db, struct arena *arena, const struct queue_query *query,
                    struct db_rows *out) MUST_USE;
/** How many there are, counted up to 1,001. */
enum err queue_count(struct db *db, struct arena *arena, const struct queue_query *query,
                     int64_t *out) MUST_USE;

extern const struct sql *const store_queue_statements[];

#endif
