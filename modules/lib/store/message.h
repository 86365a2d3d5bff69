/* message.h: messages of a request, seen by both sides. */
#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H

#include "db/db.h"

struct message_row {
    int64_t id;
    bool from_staff;
    struct str author_name; /**< the customer; of staff the key of the department */
    struct str body;
    instant_us written_at;
    bool unread; /**< written by staff and not yet seen by this person */
};
/** The newest 200 messages, newest first. */
enum err message_list(struct db *db, struct arena *arena, int64_t company_id,
                      int64_t request_id, int64_t person_id,
                      struct db_rows *out) MUST_USE;

struct message_new {
    int64_t request_id;
    int64_t company_id;
    bool from_staff;
    int64_t author_id;
    /** the customer; of staff the key of the department, which each reader sees in
     *  their language */
    struct str author_name;
    struct str body;
    uint8_t form_key[16]; /**< idempotency key of the form */
    instant_us written_at;
};
/** ERR_CONFLICT (uq_message_form) when this form was taken before. */
enum err message_insert(struct db *db, const struct message_new *row,
                        int64_t *id_out) MUST_USE;
/** True in `*out` if the form with this key was taken for this request. */
enum err message_form_taken(struct db *db, struct arena *arena, int64_t company_id,
                            int64_t request_id, const uint8_t form_key[16],
                            bool *out) MUST_USE;

/** This person has seen all messages up to `message_id`. One autocommit statement after a
 * page. */
enum err message_mark_read(struct db *db, int64_t company_id, int64_t request_id,
                           int64_t person_id, int64_t message_id) MUST_USE;

/** Tells the worker that the customer has written: what waits for an answer goes on. The only job that `requests` may
 *  queue: its account sees the view message_event, not the table. */
struct message_event {
    struct str unique_key;
    int64_t request_id;
    struct str payload; /**< JSON object: written_us */
    instant_us created_at;
};
enum err message_event_insert(struct db *db, const struct message_event *event) MUST_USE;

extern const struct sql *const store_message_statements[];

#endif
