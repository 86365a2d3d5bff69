/* sub_ticket.h: one department's part of a ticket: what is read and changed of one. */
#ifndef STORE_SUB_TICKET_H
#define STORE_SUB_TICKET_H

#include "db/db.h"

/** A sub-ticket on the ticket's page. */
struct sub_ticket_row {
    int64_t id;
    struct str reference;
    struct str activation;
    struct str name;
    struct str subject;  /**< what tells it from others of its name; absent: none */
    struct str type_key; /**< absent: of no type */
    struct str phase;    /**< key of a phase of its type */
    struct str team_key;
    int64_t owner_id;
    struct str owner_name;
    struct str state;
    instant_us due_at;
    instant_us paused_at;   /**< its clock stands still since then */
    struct str waiting_for; /**< "answer", "document" of the customer; absent: it runs */
    struct str clock; /**< JSON: how due_at was found (app/ticket/sub_ticket_clock.h) */
    instant_us created_at;
    instant_us taken_at;
    instant_us ended_at;
    int64_t ended_by;
    struct str ended_by_name;
    int64_t version;
    struct str outcome; /**< of its decision; absent while open */
    struct str reason;
    struct str answers; /**< JSON: what staff filled in; absent: nothing */
};
/** In the order they were made, at most 200. */
enum err sub_ticket_list(struct db *db, struct arena *arena, int64_t ticket_id,
                         struct db_rows *out) MUST_USE;

struct sub_ticket_new {
    struct str reference;
    int64_t ticket_id;
    int64_t instance_id;
    struct str activation;
    struct str name;
    struct str subject;  /**< cut at 200 characters; absent: none */
    struct str type_key; /**< absent: of no type; else `phase` is its first */
    struct str phase;
    struct str team_key;
    instant_us due_at;
    struct str clock; /**< absent: no target */
    instant_us created_at;
};
/** Insert all with one statement (array binding). count 0 runs nothing. `id_out`: of the first; it is the
 *  only one whose id is known. */
enum err sub_ticket_insert(struct db *db, struct arena *arena,
                           const struct sub_ticket_new *rows, size_t count,
                           int64_t *id_out) MUST_USE;
/** The process does not need these any more. One execution. */
enum err sub_ticket_cancel(struct db *db, struct arena *arena, const int64_t *ids,
                           size_t count, instant_us at) MUST_USE;

/** What a sub-ticket belongs to; never changes, so it may be read before the locks. */
struct sub_ticket_home {
    int64_t id;
    int64_t request_id;
    int64_t ticket_id;
    struct str ticket_reference;
};
enum err sub_ticket_find(struct db *db, struct arena *arena, struct str reference,
                         struct sub_ticket_home *out) MUST_USE;

struct sub_ticket_lock {
    int64_t id;
    struct str reference;
    struct str activation;
    struct str name;
    struct str type_key;
    struct str phase;
    struct str team_key;
    int64_t owner_id;
    struct str owner_name;
    struct str state;
    instant_us due_at;
    instant_us paused_at;
    struct str waiting_for; /**< "answer", "document"; absent: its clock runs */
    int64_t remaining_s; /**< left when it stopped; -1: it runs, or there is no target */
    int64_t version;
    int64_t ended_by;
};
/** Lock after request, instance and ticket. */
enum err sub_ticket_lock_by_id(struct db *db, struct arena *arena, int64_t id,
                               struct sub_ticket_lock *out) MUST_USE;
/** The new owner, or 0 to put it back. */
enum err sub_ticket_own(struct db *db, int64_t id, int64_t owner_id,
                        instant_us taken_at) MUST_USE;
/** Done; nothing waits any more. */
enum err sub_ticket_end(struct db *db, int64_t id, int64_t person_id,
                        instant_us at) MUST_USE;
enum err sub_ticket_set_phase(struct db *db, int64_t id, struct str phase) MUST_USE;
/** The open ones of a request's ticket, locked, in the order they were made; rows of struct sub_ticket_lock
 *  without the owner's name. */
enum err sub_ticket_lock_open(struct db *db, struct arena *arena, int64_t request_id,
                              struct db_rows *out) MUST_USE;

/** All of a ticket in the same way. */
enum err sub_ticket_lock_all(struct db *db, struct arena *arena, int64_t ticket_id,
                             struct db_rows *out) MUST_USE;

/** A sub-ticket by number, id and what is open about it. */
struct sub_ticket_state {
    int64_t id;
    struct str reference;
    struct str activation;
    struct str team_key;
    struct str state;
    int64_t version;
    bool is_open;
    bool asks; /**< waits for an answer of the customer */
};
/** All of a ticket, locked, in the order they were made. */
enum err sub_ticket_states(struct db *db, struct arena *arena, int64_t ticket_id,
                           struct db_rows *out) MUST_USE;

extern const struct sql *const store_sub_ticket_statements[];

#endif
